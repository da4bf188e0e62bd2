"""The seeded database: 20,000 enterprises, 200 communities, 100 days of reports, 60,000 people."""

from __future__ import annotations

import random
from datetime import timedelta

from twofronts_office.areas.models import Area
from twofronts_office.bridge.demo import create_demo
from twofronts_office.common import clock
from twofronts_office.common.scope import system_scope
from twofronts_office.communities.models import Community
from twofronts_office.reports.choices import ReportState
from twofronts_office.reports.models import Case, Contact, DailyReport

COMMUNITIES = 200


def more_communities() -> None:
    """The demonstration's communities, and as many more as the floors ask for."""
    area = Area.objects.filter(level="district").order_by("code").first()
    for i in range(Community._base_manager.count(), COMMUNITIES):
        Community(
            code=f"S-{i}", area=area, name_zh=f"示例社区S{i}", name_en=f"Community S{i}",
            households=900, residents=2200,
        ).save()  # fmt: skip


def seed() -> dict[str, str]:
    """Fill an empty office; returns the passwords of the demonstration's people."""
    luck = random.Random(1)
    with system_scope():
        passwords = create_demo(n_enterprises=20_000)
        areas = [a.code for a in Area.objects.filter(level="district").order_by("code")]
        today = clock.today()
        more_communities()
        DailyReport.objects.bulk_create(
            [
                DailyReport(
                    area_id=code, date=today - timedelta(days=d), state=ReportState.CITY_APPROVED,
                    suspected=0, contacts_observed=10, revision=9,
                )
                for code in areas
                for d in range(1, 101)
            ],
            batch_size=1000,
        )  # fmt: skip
        Case.objects.bulk_create(
            [
                Case(number=f"S-{i}", area_id=luck.choice(areas), name="示例", onset_on=today)
                for i in range(10_000)
            ],
            batch_size=1000,
        )
        ids = list(Case.objects.filter(number__startswith="S-").values_list("pk", "area_id"))
        Contact.objects.bulk_create(
            [
                Contact(
                    number=f"SC-{i}", case_id=ids[i % len(ids)][0], area_id=ids[i % len(ids)][1],
                    name="示例", kind="work", last_exposure=today,
                )
                for i in range(50_000)
            ],
            batch_size=1000,
        )  # fmt: skip
    return passwords

"""A demonstration city: what is published comes from the built-in city, the rest is invented.

Invented: enterprises, people, cases, communities, filings, needs. Drawn with a fixed seed, so that
everybody sees the same demonstration; only the passwords differ.
"""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from twofronts_office.alerts.domain import watch
from twofronts_office.areas.models import Area
from twofronts_office.bridge.city_folder import employment, import_city, mean_sizes, twelve
from twofronts_office.bridge.demo_desk import (
    CITY,
    at,
    make_desk,
    make_directive,
    make_indicators,
    make_meeting,
    make_supplies,
    make_targets,
)
from twofronts_office.bridge.demo_life import make_life
from twofronts_office.checkpoints.domain import decide as decide_checkpoint
from twofronts_office.checkpoints.models import Checkpoint, Passage
from twofronts_office.common import clock
from twofronts_office.common.choices import Role
from twofronts_office.communities.domain import set_level
from twofronts_office.communities.models import Community, Request, Service
from twofronts_office.enterprises.choices import CHECKLIST, FilingState, size_of
from twofronts_office.enterprises.domain import draw_inspections
from twofronts_office.enterprises.models import DailyStaff, Enterprise, Filing
from twofronts_office.enterprises.uscc import check_character
from twofronts_office.people.domain import create_account
from twofronts_office.people.models import RoleGrant, User
from twofronts_office.reports.domain import add_contact
from twofronts_office.reports.models import Case, Contact, DailyReport

WORD = {
    "A": "农业", "B": "矿业", "C1": "食品", "C2": "纺织", "C3": "化工", "C4": "建材", "C5": "机械",
    "C6": "电子", "C7": "汽车部件", "D": "能源", "E": "建设", "F": "商贸", "G": "物流", "H": "餐饮",
    "I": "信息", "J": "金融服务", "K": "置业", "LM": "咨询", "OR": "文化", "P": "教育", "Q": "健康",
    "S": "公共服务",
}  # fmt: skip
ESSENTIAL = {"A", "C1", "D", "F", "G", "I", "J", "Q", "S"}
FIRST = "金宏华远明泰瑞恒润新安兴隆盛嘉佳信诚海天东方鼎昌景云星辰博睿科创"
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"

GULOU = "320106000000"

# user name, roles over areas (Chinese name, language)
PEOPLE = (
    ("leader", "组长（演示）", "zh-hans", [(Role.LEADER, CITY)]),
    ("office", "指挥部办公室（演示）", "zh-hans", [(Role.OFFICE, CITY)]),
    ("health", "市卫健委（演示）", "zh-hans", [(Role.HEALTH, CITY)]),
    ("health_lead", "市卫健委审核（演示）", "zh-hans", [(Role.HEALTH_LEAD, CITY)]),
    ("gulou_health", "鼓楼区疾控（演示）", "zh-hans", [(Role.HEALTH, GULOU)]),
    ("gulou_lead", "鼓楼区审核（演示）", "zh-hans", [(Role.HEALTH_LEAD, GULOU)]),
    ("industry", "市工信局（演示）", "zh-hans", [(Role.INDUSTRY, CITY)]),
    (
        "gulou_industry", "鼓楼区工信与社区（演示）", "zh-hans",
        [(Role.INDUSTRY, GULOU), (Role.COMMUNITY, GULOU)],
    ),
    ("community", "社区干部（演示）", "zh-hans", [(Role.COMMUNITY, GULOU)]),
    ("transport", "市交通局（演示）", "zh-hans", [(Role.TRANSPORT, CITY)]),
    ("supplies", "市商务局（演示）", "zh-hans", [(Role.SUPPLIES, CITY)]),
    ("analyst", "Analyst (demo)", "en", [(Role.ANALYST, CITY)]),
    ("admin", "Administrator (demo)", "en", [(Role.ADMIN, CITY)]),
)  # fmt: skip


@transaction.atomic
def create_demo(*, n_enterprises: int = 3000, seed: int = 20200218) -> dict[str, str]:
    """Fill an empty office with the demonstration.

    Parameters
    ----------
    n_enterprises : int
        How many enterprises are invented.
    seed : int
        Of the draws; not of the passwords.

    Returns
    -------
    dict of str to str
        User name to password; shown once, stored only as a hash.
    """
    luck = random.Random(seed)
    import_city("nanjing", when=at(date(2020, 2, 18), 9))
    _set_report_times()
    passwords = _people()
    firms = _enterprises(luck, n_enterprises)
    _filings(luck, firms)
    _days(luck)
    one = Enterprise._base_manager.filter(state=FilingState.OPERATING, area_id=GULOU).first()
    user, passwords["enterprise"] = create_account(
        username="enterprise", full_name="企业（演示）", language="zh-hans"
    )
    _grant(user, Role.ENTERPRISE, GULOU, enterprise=one)
    office = User.objects.get(username="office")
    _checkpoints(luck, office)
    _communities(luck)
    _cases(luck)
    make_desk(luck)
    make_supplies(luck)
    make_indicators()
    make_targets()
    make_meeting(office)
    make_directive(office)
    industry = User.objects.get(username="industry")
    make_life(luck)
    draw_inspections(n=12, due=clock.today(), area="3201", seed=seed, by=industry)
    watch(today=clock.today())
    return passwords


def _set_report_times() -> None:
    """Each report as if submitted at 8 and approved at 10 of the day after."""
    history = DailyReport.history.model
    for r in DailyReport._base_manager.all():
        sent, ok = at(r.date + timedelta(days=1), 8), at(r.date + timedelta(days=1), 10)
        DailyReport._base_manager.filter(pk=r.pk).update(submitted_at=sent, approved_at=ok)
        history.objects.filter(id=r.pk).update(submitted_at=sent, approved_at=ok, history_date=sent)


def _grant(user, role, code, enterprise=None) -> None:
    RoleGrant(
        user=user, role=role, area_id=code, enterprise=enterprise, since=date(2020, 1, 24)
    ).save()


def _people() -> dict[str, str]:
    passwords = {}
    for username, name, language, roles in PEOPLE:
        user, passwords[username] = create_account(
            username=username, full_name=name, language=language
        )
        for role, code in roles:
            _grant(user, role, code)
    return passwords


def _code(luck, district: str, i: int) -> str:
    first = f"91{district}" + "".join(luck.choice("0123456789ABCDEFGH") for _ in range(5))
    first += f"{i % 10000:04d}"
    return first + check_character(first)


def _enterprises(luck, n: int) -> list[Enterprise]:
    """Invented enterprises: spread over sectors and districts as the city's employment is.

    Staff stay below what the city states for the sector and district, so that the exported register
    holds fewer workers than the sector, never more.
    """
    workers = employment()
    sizes = mean_sizes()
    cells = [c for c in sorted(workers) if workers[c] > 50]
    weights = [workers[c] / sizes[c[0]] for c in cells]
    left = {c: int(0.9 * workers[c]) for c in cells}
    rows = []
    for i, cell in enumerate(luck.choices(cells, weights, k=n)):
        sector, district = cell
        staff = max(3, round(luck.lognormvariate(0, 1.1) * sizes[sector] * 0.8))
        staff = max(1, min(staff, left[cell] // 4 or 1))
        left[cell] -= staff
        name = f"示例{luck.choice(FIRST)}{luck.choice(FIRST)}{WORD[sector]}有限公司{i + 1:04d}"
        rows.append(
            Enterprise(
                uscc=_code(luck, district, i), name=name, sector=sector,
                area_id=twelve(district), insured_staff=staff, size=size_of(staff),
                key_enterprise=sector in ("C1", "C3", "Q") and luck.random() < 0.15,
                lead_name=luck.choice(FAMILY) + luck.choice(GIVEN),
                lead_phone=f"025-0000{i % 10000:04d}",
                risk_staff=luck.randrange(3) if luck.random() < 0.2 else 0,
                mask_days=luck.choice([0, 2, 3, 5, 7, 7, 10, 14]),
            )
        )  # fmt: skip
    bulk_create_with_history(rows, Enterprise, batch_size=500, default_date=at(date(2020, 2, 8), 9))
    return list(Enterprise._base_manager.order_by("pk"))


def _filings(luck, firms: list[Enterprise]) -> None:
    """Filings from 10 to 18 February; essential sectors and large firms came first."""
    filings, changed, counts = [], [], {}
    for one in firms:
        likely = 0.85 if one.sector in ESSENTIAL else 0.55
        if luck.random() > likely:
            continue
        day = date(2020, 2, 10) + timedelta(days=min(8, int(luck.expovariate(0.3))))
        counts[day] = counts.get(day, 0) + 1
        gaps = luck.random() < 0.25
        filings.append(
            Filing(
                enterprise=one, area_id=one.area_id, number=f"BA{day:%Y%m%d}-{counts[day]:06d}",
                received_at=at(day, 8) + timedelta(minutes=luck.randrange(600)),
                resume_on=day + timedelta(days=1), staff_planned=one.insured_staff,
                risk_staff=one.risk_staff, mask_days=one.mask_days,
                thermometers=1 + one.insured_staff // 50, lead_name=one.lead_name,
                lead_phone=one.lead_phone, committed=True,
                checklist={k: not (gaps and luck.random() < 0.3) for k in CHECKLIST},
            )
        )  # fmt: skip
        one.effective_since = day
        one.state = FilingState.OPERATING if luck.random() < 0.8 else FilingState.FILED
        changed.append(one)
    bulk_create_with_history(
        filings, Filing, batch_size=500, default_date=at(date(2020, 2, 18), 18)
    )
    Enterprise._base_manager.bulk_update(changed, ["state", "effective_since"], batch_size=500)


def _days(luck) -> None:
    """Daily reports of those in operation, to 18 February."""
    rows, present = [], []
    last = date(2020, 2, 18)
    for one in Enterprise._base_manager.filter(state=FilingState.OPERATING):
        share = luck.uniform(0.15, 0.55)
        day = max(one.effective_since + timedelta(days=1), last - timedelta(days=6))
        n = 0
        while day <= last:
            share = min(0.98, share + luck.uniform(0, 0.07))
            n = round(share * one.insured_staff)
            if luck.random() < 0.93:
                rows.append(
                    DailyStaff(
                        enterprise=one, area_id=one.area_id, date=day, present=n,
                        ill=int(luck.random() < 0.003), quarantined=luck.randrange(3) // 2,
                        capacity_pct=round(100 * share * luck.uniform(0.8, 1.0)),
                    )
                )  # fmt: skip
            day += timedelta(days=1)
        one.present_staff = n
        present.append(one)
    DailyStaff._base_manager.bulk_create(rows, batch_size=1000)
    Enterprise._base_manager.bulk_update(present, ["present_staff"], batch_size=500)


def _checkpoints(luck, office) -> None:
    basis = "《中华人民共和国传染病防治法》第四十三条"
    Checkpoint._base_manager.update(basis=basis)
    last = date(2020, 2, 18)
    rows = []
    for c in Checkpoint._base_manager.all():
        if c.tier == "inner":
            decide_checkpoint(
                checkpoint=c, decided="remove", act_by=date(2020, 2, 20),
                decided_by="2月18日调度会", by=office, reason="撤除市内卡口，保障道路畅通",
            )  # fmt: skip
        for i in range(5):
            n = luck.randrange(200, 4000) * c.lanes // 4
            rows.append(
                Passage(
                    checkpoint=c, area_id=c.area_id, date=last - timedelta(days=i), screened=n,
                    held=luck.randrange(3), vehicles=n // 2, queue_minutes=luck.randrange(5, 70),
                )
            )  # fmt: skip
    Passage._base_manager.bulk_create(rows)


def _communities(luck) -> None:
    rows = []
    for a in Area._base_manager.filter(level="district").order_by("code"):
        for i in range(18):
            households = luck.randrange(400, 3200)
            rows.append(
                Community(
                    code=f"{a.code[:6]}-{i + 1:03d}", area=a,
                    name_zh=f"{a.name_zh}示例社区{i + 1}", name_en=f"{a.name_en} community {i + 1}",
                    households=households, residents=round(households * 2.5),
                    alone=round(households * 0.06), entrances=luck.randrange(2, 6),
                    entrances_open=1,
                )
            )  # fmt: skip
    bulk_create_with_history(rows, Community, default_date=at(date(2020, 2, 8), 9))
    officer = User.objects.get(username="community")
    basis = "《突发公共卫生事件应急条例》第三十三条"
    for c in Community._base_manager.all():
        if luck.random() < 0.6:
            set_level(
                community=c, level=luck.choice(["managed", "managed", "strict"]), basis=basis,
                until=clock.today() + timedelta(days=luck.randrange(1, 13)), by=officer,
                reason="外防输入、内防扩散",
            )  # fmt: skip
        if luck.random() < 0.4:
            Service(
                community=c, area_id=c.area_id, kind=luck.choice(["delivery", "medicine", "alone"]),
                date=date(2020, 2, 18), provider="志愿服务队", households=luck.randrange(5, 120),
            ).save()  # fmt: skip
        if luck.random() < 0.25:
            Request(
                community=c, area_id=c.area_id, kind=luck.choice(["request", "complaint"]),
                subject=luck.choice(["配送药品", "出入证办理", "快递无法进入", "独居老人照料"]),
                text="示例诉求。", contact=luck.choice(FAMILY) + "先生",
                answer_due=clock.today() + timedelta(days=luck.randrange(-1, 3)),
            ).save()  # fmt: skip


def _name(luck) -> str:
    return luck.choice(FAMILY) + "".join(luck.choice(GIVEN) for _ in range(luck.randrange(1, 3)))


def _reported() -> list[tuple[date, str]]:
    """Day and district of each confirmed case as the reports have them; districts are shared out.

    The published counts by district end before the city's: later cases fall by the same shares.
    """
    rows = DailyReport._base_manager.order_by("date").values_list(
        "area_id", "area__level", "date", "new_confirmed", "cum_confirmed"
    )
    shares: dict[str, int] = {}
    days: list[date] = []
    for area, level, day, new, total in rows:
        if level == "city":
            days += [day] * (new or 0)
        elif total:
            shares[area] = total
    if not shares:
        return []
    spread = random.Random(20200218)
    places = spread.choices(list(shares), list(shares.values()), k=len(days))
    return list(zip(days, places, strict=True))


def _cases(luck) -> None:
    """The confirmed cases as they were reported, with invented people; contacts of some."""
    spread = random.Random(8)
    made: list[Case] = []
    for i, (day, district) in enumerate(_reported()):
        onset = day - timedelta(days=int(spread.triangular(2, 12, 4)))
        near = [c for c in made if c.area_id == district and 1 < (onset - c.onset_on).days < 10]
        known = near and day > date(2020, 1, 26) and spread.random() < 0.6
        source = spread.choice(near) if known else None
        early = 1 / (1 + math.exp((day - date(2020, 2, 2)).days / 4))
        case = Case(
            number=f"NJ-{i + 1:04d}", area_id=district, name=_name(luck),
            id_number=f"示例{i:06d}", phone=f"025-1111{i:04d}", sex=luck.choice("mf"),
            age=int(luck.triangular(3, 88, 46)), classification="confirmed",
            severity=luck.choice(["mild", "ordinary", "severe"]) if i > 90 else "ordinary",
            onset_on=onset, isolated_on=day - timedelta(days=min(1, (day - onset).days)),
            confirmed_on=day, source=source,
            imported=source is None and spread.random() < early,
            outcome="recovered" if i < 38 else "treated",
            outcome_on=date(2020, 2, 18) - timedelta(days=luck.randrange(12)) if i < 38 else None,
        )  # fmt: skip
        if case.outcome_on and case.outcome_on < case.isolated_on:
            case.outcome_on = case.isolated_on + timedelta(days=8)
        case.save()
        made.append(case)
        for k in range(luck.randrange(0, 7)):
            add_contact(
                contact=Contact(
                    number=f"C-{i + 1:04d}-{k + 1}", area_id=case.area_id, case=case,
                    name=_name(luck), phone=f"025-2222{i:03d}{k}", sex=luck.choice("mf"),
                    age=int(luck.triangular(3, 88, 40)),
                    kind=luck.choice(["household", "work", "meal", "travel"]),
                    last_exposure=case.isolated_on,
                    place=luck.choice(["home", "centre", "centre"]),
                )
            )  # fmt: skip

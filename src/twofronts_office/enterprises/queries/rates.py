"""The three rates, which are never one: firms, staff, capacity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast, Substr

from twofronts_office.enterprises.models import DailyStaff, Enterprise

FRESH = 60  # seconds that sums over all enterprises are kept
GROUPS = {"sector": "sector", "size": "size", "district": "district"}


@dataclass(frozen=True, slots=True)
class Rates:
    """Resumption, staff return and capacity of one group of enterprises on one day.

    Each rate's denominator is the whole group, so that a silent enterprise counts as not back.
    """

    key: str
    n_enterprises: int
    n_open: int
    staff: int
    n_present: int
    normal_output: float
    output: float
    n_reported: int

    @property
    def resumption_rate(self) -> float | None:
        """Enterprises back at work / enterprises (复工率)."""
        return self.n_open / self.n_enterprises if self.n_enterprises else None

    @property
    def staff_return_rate(self) -> float | None:
        """Staff present / staff (返岗率)."""
        return self.n_present / self.staff if self.staff else None

    @property
    def capacity_rate(self) -> float | None:
        """Output / normal output, weighted by insured staff (达产率)."""
        return self.output / self.normal_output if self.normal_output else None


def rates(*, day: date, by: str = "", rows: QuerySet | None = None) -> list[Rates]:
    """The three rates on a day by sector, size or district ("": the whole).

    Parameters
    ----------
    day : date
    by : str
        "", "sector", "size" or "district".
    rows : QuerySet of Enterprise, optional
        Within which enterprises; those of the open scope by default.
    """
    days = DailyStaff.objects.filter(date=day).order_by()
    if rows is None:  # the scope limits both alike
        rows = Enterprise.objects.all()
    else:
        days = days.filter(enterprise__in=rows.values("pk"))
    rows = rows.order_by().annotate(district=Substr("area_id", 1, 6))
    days = days.annotate(district=Substr("enterprise__area_id", 1, 6))
    firm_key = GROUPS[by] if by else None
    day_key = {"district": "district"}.get(by, f"enterprise__{by}" if by else None)
    n_and_staff = {"n": Count("pk"), "staff": Sum("insured_staff")}
    weight = Cast(F("capacity_pct"), FloatField()) * F("enterprise__insured_staff") / 100.0
    of_day = {
        "n_open": Count("pk", filter=Q(present__gt=0)),
        "present": Sum("present"),
        "output": Sum(weight),
        "n": Count("pk"),
    }
    if by:
        whole = {r[firm_key]: r for r in rows.values(firm_key).annotate(**n_and_staff)}
        seen = {r[day_key]: r for r in days.values(day_key).annotate(**of_day)}
    else:
        whole, seen = {"": rows.aggregate(**n_and_staff)}, {"": days.aggregate(**of_day)}
    return [_rates(key, whole[key], seen.get(key, {})) for key in sorted(whole)]


def _rates(key: str, firm: dict, day: dict) -> Rates:
    return Rates(
        key=key,
        n_enterprises=firm["n"],
        n_open=day.get("n_open") or 0,
        staff=firm["staff"] or 0,
        n_present=day.get("present") or 0,
        normal_output=float(firm["staff"] or 0),
        output=float(day.get("output") or 0.0),
        n_reported=day.get("n") or 0,
    )


def rate_series(*, days: list[date]) -> list[tuple[date, Rates]]:
    """The whole's three rates day by day, in two queries whatever the number of days."""
    firm = Enterprise.objects.order_by().aggregate(n=Count("pk"), staff=Sum("insured_staff"))
    weight = Cast(F("capacity_pct"), FloatField()) * F("enterprise__insured_staff") / 100.0
    seen = {
        r["date"]: r
        for r in DailyStaff.objects.filter(date__in=days)
        .order_by()
        .values("date")
        .annotate(
            n_open=Count("pk", filter=Q(present__gt=0)),
            present=Sum("present"),
            output=Sum(weight),
            n=Count("pk"),
        )
    }
    return [(d, _rates("", firm, seen.get(d, {}))) for d in days]


def course(*, days: list[date]) -> tuple[list[tuple[date, Rates]], list[Rates]]:
    """The whole's rates on each day, and those by sector on the last one, in two queries.

    Parameters
    ----------
    days : list of date
        In order; a day without a report has rates of nobody.

    Returns
    -------
    list of (date, Rates)
    list of Rates
        By sector, in their order.
    """
    firms = {
        r["sector"]: r
        for r in Enterprise.objects.order_by()
        .values("sector")
        .annotate(n=Count("pk"), staff=Sum("insured_staff"))
    }
    weight = Cast(F("capacity_pct"), FloatField()) * F("enterprise__insured_staff") / 100.0
    seen: dict[tuple[date, str], dict] = {}
    rows = DailyStaff.objects.filter(date__in=days).order_by().values("date", "enterprise__sector")
    for r in rows.annotate(
        n_open=Count("pk", filter=Q(present__gt=0)), present=Sum("present"), output=Sum(weight),
        n=Count("pk"),
    ):  # fmt: skip
        seen[r["date"], r["enterprise__sector"]] = r
    parts = [(d, [_rates(k, firms[k], seen.get((d, k), {})) for k in sorted(firms)]) for d in days]
    return [(d, _together(held)) for d, held in parts], parts[-1][1] if parts else []


SUMS = tuple(f.name for f in fields(Rates) if f.name != "key")


def _together(parts: list[Rates]) -> Rates:
    """The rates of several groups as one."""
    return Rates(key="", **{name: sum(getattr(r, name) for r in parts) for name in SUMS})


def kept(access, what: str, make: Callable[[date], Any]) -> tuple[date | None, Any]:
    """Return the newest day with reports, and sums over every enterprise in reach of it.

    They are kept for a minute for each scope: on pages that everybody opens all the time they would
    be half of the database's work. The page of the rates itself is always new.

    Parameters
    ----------
    access : Access
        Whose reach is open.
    what : str
        Names the sums among others that are kept.
    make : callable
        Given the newest day; not called where nobody has reported.
    """
    scope = f"{access.q(DailyStaff)}{access.q(Enterprise)}"
    key = f"{what}:{hashlib.sha256(scope.encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        newest = DailyStaff.objects.aggregate(d=Max("date"))["d"]
        found = (newest, None if newest is None else make(newest))
        cache.set(key, found, FRESH)
    return found

"""The curves of front one: what was reported, reckoned and forecast, with the table behind each."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from twofronts_office.plans.models import Plan
from twofronts_office.reports.models import DailyReport
from twofronts_office.web.cockpit.facts import decimal
from twofronts_office.web.cockpit.front_one import SHOWN_DAYS

R_DAYS = 30


def _whole(values: list[float | None]) -> list[float | None]:
    return [None if v is None else round(v, 2) for v in values]


ENDS = ("0.05", "0.5", "0.95")
Curves = tuple[list[dict], list[tuple[str, list]]]  # what is drawn, and the columns behind it


def _on(days: list[str], dates: list[str], quantiles: dict) -> list[list[float | None]]:
    """Lower end, median and upper end on the days shown; None where there is none."""
    found = []
    for q in ENDS:
        held = dict(zip(dates, quantiles[q], strict=True))
        found.append([held.get(d) for d in days])
    return found


def _nowcast(days: list[str], s: dict) -> Curves:
    low, mid, high = _on(days, s["dates"], s["onsets"]["onsets"])
    name = _("onsets, median")
    drawn = [
        {"name": _("onsets, 90% (nowcast)"), "as": "band", "tone": "plum", "low": _whole(low),
         "high": _whole(high)},
        {"name": name, "as": "line", "tone": "plum", "values": _whole(mid)},
    ]  # fmt: skip
    return drawn, [(name, mid), ("5%", low), ("95%", high)]


def _ahead(days: list[str], forecast: dict) -> Curves:
    low, mid, high = _on(days, forecast["dates"], forecast["targets"]["cases"]["city"])
    name = _("forecast, median")
    drawn = [
        {"name": _("forecast, 90%"), "as": "band", "tone": "ahead", "low": low, "high": high},
        {"name": name, "as": "line", "tone": "ahead", "values": mid, "dash": True},
    ]
    return drawn, [(name, mid), (_("forecast, 5%"), low), (_("forecast, 95%"), high)]


def trend(plan: Plan | None, rows: list[DailyReport]) -> dict:
    """New confirmed by day: reported bars, nowcast of onsets, forecast band.

    Days after the situation's own day on which a report came since are shown over the forecast, so
    that it is seen whether the band held.
    """
    s = plan.result["situation"] if plan else None
    forecast = (plan.result.get("forecast") if plan else None) or {}
    known = {r.date.isoformat(): r.new_confirmed for r in rows}
    if s:
        counts = s["areas"]["city"]["observed_new_confirmed"]
        known |= dict(zip(s["dates"], counts, strict=True))
    ahead = forecast.get("dates", [])
    days = sorted({*known, *ahead})[-(SHOWN_DAYS + len(ahead)) :]
    observed = [known.get(d) for d in days]
    series = [{"name": _("reported"), "as": "bar", "tone": "one", "values": _whole(observed)}]
    columns: list[tuple[str, list]] = [(_("reported"), observed)]
    nowcast = bool(s and s["onsets"])
    for wanted, make, of in ((nowcast, _nowcast, s), (bool(forecast), _ahead, forecast)):
        if wanted:
            drawn, behind = make(days, of)
            series, columns = series + drawn, columns + behind
    spec = {"kind": "days", "unit": _("cases a day"), "x": days, "series": series, "min": 0}
    if s:
        spec |= {"now": s["as_of"], "nowName": _("last report used")}
    found = {"spec": spec, "table": table(days, columns, 0), "nowcast": nowcast}
    return found | {"forecast": bool(forecast)}


def table(days: list[str], columns: list[tuple[str, list]], digits: int) -> dict:
    """Head and rows, the newest day first; empty days are left out."""
    rows = []
    for i in range(len(days) - 1, -1, -1):
        cells = [decimal(v[i], digits) if v[i] is not None else "" for _n, v in columns]
        if any(cells):
            rows.append((days[i], cells))
    return {"head": [n for n, _v in columns], "rows": rows}


def reproduction(plan: Plan) -> dict:
    """The smoothed reproduction number of the last month with its 90% band."""
    s = plan.result["situation"]
    days = s["dates"][-R_DAYS:]
    r = s["areas"]["city"]["estimated_r"]
    low, mid, high = (_whole(r[k][-R_DAYS:]) for k in ("0.05", "0.5", "0.95"))
    spec = {
        "kind": "days",
        "unit": "",
        "x": days,
        "min": 0,
        "series": [
            {"name": _("90% interval"), "as": "band", "tone": "one", "low": low, "high": high},
            {"name": _("median"), "as": "line", "tone": "one", "values": mid},
        ],
        "marks": [{"name": "1", "value": 1}],
    }
    return {"spec": spec, "table": table(days, [(_("median"), mid), ("5%", low), ("95%", high)], 2)}


def ending(plan: Plan) -> dict | None:
    """The chance of more local cases by day ahead, as held and were measures lifted."""
    s = plan.result["situation"]
    e = s["ending"]
    if e is None:
        return None
    held, lifted = (e[k]["chance_by_day_ahead"] for k in ("with_measures", "without_measures"))
    n = min(len(held), len(lifted), 42)
    start = date.fromisoformat(s["as_of"])
    days = [(start + timedelta(days=i)).isoformat() for i in range(n)]
    spec = {
        "kind": "days",
        "unit": "",
        "x": days,
        "min": 0,
        "max": 1,
        "percent": True,
        "series": [
            {"name": _("as held"), "as": "line", "tone": "one", "values": held[:n]},
            {
                "name": _("were measures lifted"),
                "as": "line",
                "tone": "ahead",
                "values": lifted[:n],
                "dash": True,
            },
        ],
        "marks": [{"name": _("held to be over"), "value": e["threshold"]}],
    }
    percent = [[None if v is None else 100 * v for v in c[:n]] for c in (held, lifted)]
    return {
        "spec": spec,
        "table": table(
            days, [(_("as held, %"), percent[0]), (_("were measures lifted, %"), percent[1])], 1
        ),
    }

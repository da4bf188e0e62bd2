"""The curves of front one: what was reported, reckoned and forecast, with the table behind each."""

from __future__ import annotations

from django.utils.translation import gettext as _

from twofronts_office.plans.models import Plan
from twofronts_office.reports.models import DailyReport
from twofronts_office.web.cockpit.facts import decimal
from twofronts_office.web.cockpit.front_one import SHOWN_DAYS

R_DAYS = 30


def _whole(values: list[float | None]) -> list[float | None]:
    return [None if v is None else round(v, 2) for v in values]


def trend(plan: Plan | None, rows: list[DailyReport]) -> dict:
    """New confirmed by day: reported bars, nowcast of onsets, forecast band.

    Days after the situation's own day on which a report came since are shown over the forecast, so
    that it is seen whether the band held.
    """
    reported = {r.date.isoformat(): r.new_confirmed for r in rows}
    s = plan.result["situation"] if plan else None
    forecast = (plan.result.get("forecast") or {}) if plan else {}
    city = s["areas"]["city"] if s else None
    known = dict(zip(s["dates"], city["observed_new_confirmed"], strict=True)) if s else {}
    ahead = forecast.get("dates", [])
    days = sorted({*known, *reported, *ahead})
    days = days[-(SHOWN_DAYS + len(ahead)) :]
    observed = [known.get(d, reported.get(d)) for d in days]
    series = [{"name": _("reported"), "as": "bar", "tone": "one", "values": _whole(observed)}]
    columns = [(_("reported"), observed)]
    onsets = (s or {}).get("onsets")
    if onsets:
        q = {
            k: dict(zip(s["dates"], onsets["onsets"][k], strict=True))
            for k in ("0.05", "0.5", "0.95")
        }
        low, mid, high = ([q[k].get(d) for d in days] for k in ("0.05", "0.5", "0.95"))
        series += [
            {
                "name": _("onsets, 90% (nowcast)"),
                "as": "band",
                "tone": "plum",
                "low": _whole(low),
                "high": _whole(high),
            },
            {"name": _("onsets, median"), "as": "line", "tone": "plum", "values": _whole(mid)},
        ]
        columns += [(_("onsets, median"), mid), ("5%", low), ("95%", high)]
    if forecast:
        cases = forecast["targets"]["cases"]["city"]
        f = {
            k: dict(zip(ahead, cases[k], strict=True))
            for k in ("0.05", "0.25", "0.5", "0.75", "0.95")
        }
        v = {k: [f[k].get(d) for d in days] for k in f}
        series += [
            {
                "name": _("forecast, 90%"),
                "as": "band",
                "tone": "ahead",
                "low": v["0.05"],
                "high": v["0.95"],
            },
            {
                "name": _("forecast, median"),
                "as": "line",
                "tone": "ahead",
                "values": v["0.5"],
                "dash": True,
            },
        ]
        columns += [
            (_("forecast, median"), v["0.5"]),
            (_("forecast, 5%"), v["0.05"]),
            (_("forecast, 95%"), v["0.95"]),
        ]
    spec = {"kind": "days", "unit": _("cases a day"), "x": days, "series": series, "min": 0}
    if s:
        spec |= {"now": s["as_of"], "nowName": _("last report used")}
    return {
        "spec": spec,
        "table": table(days, columns, 0),
        "nowcast": bool(onsets),
        "forecast": bool(forecast),
    }


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
    from datetime import date, timedelta

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

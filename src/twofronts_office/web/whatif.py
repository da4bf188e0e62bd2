"""What the page of a what-if shows: curves, tables and words from the plain values of the run."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from twofronts_office.bridge import rulebooks
from twofronts_office.common.names import english
from twofronts_office.plans.choices import PlanState
from twofronts_office.plans.models import Plan
from twofronts_office.plans.queries import newest_front
from twofronts_office.web.cockpit.front_two import BINDS

TONES = ("one", "ahead", "two", "plum")
LETTERS = "ABCD"
CURVES = (
    ("confirmed", gettext_noop("New confirmed cases a day"), gettext_noop("cases"), False),
    ("patients", gettext_noop("Patients in hospital"), gettext_noop("persons"), False),
    ("staff_return_rate", gettext_noop("Staff return rate"), "", True),
    ("capacity_rate", gettext_noop("Capacity rate"), "", True),
    ("value_added_lost", gettext_noop("Value added lost a day"), gettext_noop("million"), False),
    ("burden", gettext_noop("Burden on residents a day"), gettext_noop("person-days"), False),
)
FRONTS = {
    "health": gettext_noop("Harm to health, in money"),
    "economy": gettext_noop("Value added lost and cost of measures"),
    "burden": gettext_noop("Burden on residents"),
}
FRONT_NAMES = {
    "health": gettext_noop("health"),
    "economy": gettext_noop("economy"),
    "burden": gettext_noop("residents' burden"),
    "means": gettext_noop("means"),
}
EVERY = 7  # the tables behind the curves show every so many days, and the last


def lang() -> str:
    return "en" if english() else "zh"


def n(value: float | None, unit: str = "") -> str:
    """A number as the page writes it: as many digits as it bears."""
    if value is None:
        return "–"
    if unit == "1":
        return f"{100 * value:.1f}%"
    size = abs(value)
    digits = 2 if size < 10 else 1 if size < 100 else 0
    return f"{value:,.{digits}f}" if size else "0"


def _signed(value: float | None, unit: str) -> str:
    return "–" if value is None else ("+" if value > 0 else "") + n(value, unit)


def _points(value: float | None, unit: str) -> str:
    """A difference; one of two shares is in points, not in per cent."""
    if unit != "1" or value is None:
        return _signed(value, unit)
    return _("%s points") % _signed(value, unit).rstrip("%")


def _between(low: float | None, high: float | None, unit: str) -> str:
    """An interval of differences: signs and a dash would be read for one another."""
    a, b = (_signed(v, unit).rstrip("%") for v in (low, high))
    return _("%(low)s to %(high)s") % {"low": a, "high": b}


def title_of(plan: Plan, titles: list[str]) -> str:
    """A what-if's title: what somebody called it, else its rulebooks in the reader's language."""
    own = plan.title != " · ".join(b["name"] for b in plan.books)[:120]
    return plan.title if own or not titles else " · ".join(titles)


def _asked_titles(plan: Plan) -> list[str]:
    """Titles of the rulebooks asked for; their names where one is no longer read."""
    try:
        return [rulebooks.title(b["toml"])[lang()] for b in plan.books]
    except rulebooks.BadRulebook:
        return []


def page_of(plan: Plan) -> dict:
    """Everything that the template shows of a what-if, as far as it is known."""
    found = plan.result if plan.result.get("order") else plan.partial
    waiting = plan.state in (PlanState.WAITING, PlanState.RUNNING)
    shown: dict = {
        "plan": plan, "waiting": waiting, "found": found, "names": {}, "title": plan.title,
    }  # fmt: skip
    if not found:
        return shown | {"title": title_of(plan, _asked_titles(plan))}
    order = found["order"]
    held = found.get("titles") or {}
    titles = {k: held.get(k, {}).get(lang(), k) for k in order}
    shown["names"] = {k: f"{LETTERS[i]} · {titles[k]}" for i, k in enumerate(order)}
    shown["title"] = title_of(plan, list(titles.values()))
    shown["letters"] = [(LETTERS[i], titles[k], TONES[i]) for i, k in enumerate(order)]
    shown |= {
        "curves": [_curve(found, shown["names"], i, c) for i, c in enumerate(CURVES)],
        "outcomes": _outcomes(found), "limits": _limits(found), "explorer": _explorer(found, shown),
    }  # fmt: skip
    for name, make in (("dials", _dials), ("parts", _parts), ("sectors", _sectors)):
        shown[name] = make(found, shown["names"]) if found.get(name) else None
    shown["differences"] = _differences(found, shown["names"])
    shown["files"] = sorted(plan.result.get("rulebooks", {}))
    return shown


def _curve(found: dict, names: dict[str, str], number: int, curve: tuple) -> dict:
    key, title, unit, percent = curve
    series, columns = [], []
    days = found["dates"]
    rows = sorted({*range(0, len(days), EVERY), len(days) - 1})
    for i, k in enumerate(found["order"]):
        band = found["bands"][k][key]
        series.append(
            {"name": LETTERS[i], "as": "band", "tone": TONES[i], "low": band["low"],
             "high": band["high"]}
        )  # fmt: skip
        series.append(
            {"name": LETTERS[i], "as": "line", "tone": TONES[i], "values": band["middle"],
             "dash": i % 2 == 1}
        )  # fmt: skip
        columns.append((names[k], band))
    u = "1" if percent else ""
    table = [
        (days[r], [f"{n(b['middle'][r], u)} ({n(b['low'][r], u)} – {n(b['high'][r], u)})"
                   for _k, b in columns])
        for r in rows
    ]  # fmt: skip
    spec = {"kind": "days", "unit": _(unit) if unit else "", "x": days,
            "series": series, "percent": percent}  # fmt: skip
    if unit == "million":
        spec["unit"] = f"{_(unit)} {found['currency']}"
    return {"id": f"w-{key.replace('_', '-')}-{number}", "title": _(title), "spec": spec,
            "heads": list(names.values()), "rows": table, "unit": spec["unit"]}  # fmt: skip


def _outcomes(found: dict) -> list[dict]:
    """Outcome by outcome: each rulebook's mean and interval, and the paired difference."""
    by: dict[str, dict] = {}
    for r in found["outcomes"]:
        row = by.setdefault(
            r["outcome"],
            {"name": r["name"][lang()], "front": _(FRONT_NAMES[r["front"]]), "cells": [],
             "unit": _unit(r, found)},
        )  # fmt: skip
        base = r["rulebook"] == found["base"]
        prob = r["better_prob"]
        word = "" if base else _verdict(r)
        row["cells"].append(
            {
                "mean": n(r["mean"], r["unit"]), "base": base, "word": word,
                "tone": {_("better"): "good", _("worse"): "bad"}.get(word, ""),
                "band": f"{n(r['low'], r['unit'])} – {n(r['high'], r['unit'])}",
                "diff": _points(r["diff_mean"], r["unit"]),
                "diff_band": _between(r["diff_low"], r["diff_high"], r["unit"]),
                "prob": f"{100 * prob:.0f}%",
            }
        )  # fmt: skip
    return list(by.values())


def _verdict(row: dict) -> str:
    """Better or worse than A where draws or the interval of the difference leave no doubt."""
    better = row["name"].get("better", 0)
    apart = (row["diff_low"] > 0) - (row["diff_high"] < 0)
    if row["better_prob"] > 0.95 or apart * better > 0:
        return _("better")
    if row["better_prob"] < 0.05 or apart * better < 0:
        return _("worse")
    return "≈"


UNITS = {
    "persons": gettext_noop("persons"), "person-days": gettext_noop("person-days"),
    "million": gettext_noop("million"), "d": gettext_noop("days"),
}  # fmt: skip


def _unit(row: dict, found: dict) -> str:
    if row["unit"] == "1":
        return ""
    word = _(UNITS[row["unit"]]) if row["unit"] in UNITS else row["unit"]
    return f"{word} {found['currency']}" if row["unit"] == "million" else word


def _limits(found: dict) -> list[dict]:
    """What binds: each constraint, in which share of draws each rulebook keeps it."""
    keys = [r["constraint"] for r in found["constraints"][found["base"]]]
    rows = []
    for key in keys:
        cells = []
        for k in found["order"]:
            r = next(r for r in found["constraints"][k] if r["constraint"] == key)
            cells.append(
                {"prob": f"{100 * r['prob']:.0f}%", "holds": r["holds"], "slack": r["slack"],
                 "word": _("kept") if r["holds"] else _("missed")}
            )  # fmt: skip
        first = next(r for r in found["constraints"][found["base"]] if r["constraint"] == key)
        rows.append(
            {"name": first[lang()], "required": f"{100 * first['required']:.0f}%", "cells": cells,
             "least": min(c["slack"] for c in cells)}
        )  # fmt: skip
    return sorted(rows, key=lambda r: r["least"])


def _said(proposal: dict) -> str:
    """A proposed decision in the reader's language."""
    return proposal["text_en" if english() else "text"]


def _explorer(found: dict, shown: dict) -> dict:
    """Health, economy and burden of every rulebook here and of the newest search's front."""
    rows = []
    proposals = found.get("proposals") or {}
    base = {_said(p) for p in proposals.get(found["base"], [])}
    for i, k in enumerate(found["order"]):
        f = found["fronts"][k]
        decided = [_said(p) for p in proposals.get(k, [])]
        rows.append(
            {"name": shown["names"][k], "short": LETTERS[i], "tone": TONES[i],
             "health": f["health"]["mean"], "economy": f["economy"]["mean"],
             "burden": f["burden"]["mean"], "mine": True, "keeps": True, "decisions": decided}
        )  # fmt: skip
    search = newest_front()
    rows += _of_front(search.result["front"]) if search else []
    million = f"{_('million')} {found['currency']}"
    units = {"health": million, "economy": million, "burden": _("person-days")}
    for r in rows:
        r |= {f"{name}_text": n(r[name]) for name in FRONTS}
        r["other"] = [d for d in r["decisions"] if d not in base]
        r["same"] = [d for d in r["decisions"] if d in base]
    return {
        "charts": [_cloud(rows, x, y, units) for x, y in PAIRS], "rows": rows, "search": search,
        "million": million, "plans": [_told(r, units) for r in rows],
    }  # fmt: skip


PAIRS = (("economy", "health"), ("economy", "burden"))


def _of_front(front: list[dict]) -> list[dict]:
    """The plans of a search: the one it chose, then by number; built-in ones by their name."""
    rows = []
    for number, m in enumerate(front):
        name = (m.get("title") or {}).get(lang(), m["name"])
        if m["name"] == "planned":
            name = _("plan %d of the front") % number
        rows.append(
            {"name": name, "short": "", "tone": "bad" if m.get("chosen") else "grey",
             "mine": False, "keeps": m.get("keeps", True), "chosen": m.get("chosen", False),
             "decisions": [_said(p) for p in m["decisions"]],
             **{k: m[k] for k in ("health", "economy", "burden")}}
        )  # fmt: skip
    return rows


def _cloud(rows: list[dict], x: str, y: str, units: dict[str, str]) -> dict:
    return {
        "id": f"front-{x}-{y}",
        "title": _("%(y)s against %(x)s") % {"y": _(FRONTS[y]), "x": _(FRONTS[x])},
        "spec": {
            "kind": "cloud", "unit_x": f"{_(FRONTS[x])} ({units[x]})",
            "unit_y": f"{_(FRONTS[y])} ({units[y]})",
            "points": [
                {"name": r["name"], "x": r[x], "y": r[y], "tone": r["tone"], "short": r["short"],
                 "shape": "diamond" if r["mine"] else "star" if r.get("chosen") else "circle",
                 "hollow": not r["keeps"]}
                for r in rows
            ],
        },
    }  # fmt: skip


def _told(row: dict, units: dict[str, str]) -> dict:
    """What the page tells of a plan when its point is pointed at or has the focus."""
    fronts = [f"{_(FRONTS[k])}: {row[f'{k}_text']} {units[k]}" for k in FRONTS]
    if not row["keeps"]:
        fronts.append(_("misses a constraint"))
    return {"name": row["name"], "fronts": fronts, "other": row["other"], "same": row["same"]}


def _dials(found: dict, names: dict[str, str]) -> list[dict]:
    word = lang()
    first = found["dials"][found["base"]]
    rows = []
    for i, d in enumerate(first):
        values = [
            (names[k], found["dials"][k][i]["value"], f"{found['dials'][k][i]['value']:.2f}",
             TONES[j])
            for j, k in enumerate(found["order"])
        ]  # fmt: skip
        rows.append(
            {"name": d[word], "low": d[f"ends_{word}"][0], "high": d[f"ends_{word}"][1],
             "definition": d[f"definition_{word}"], "values": values}
        )  # fmt: skip
    return rows


def _parts(found: dict, names: dict[str, str]) -> list[dict]:
    """What each measure adds: harm, infections, value added and burden without it."""
    shown = []
    for i, k in enumerate(found["order"]):
        if k not in found["parts"]:
            continue
        rows = [
            {
                "name": p[lang()],
                "harm": _signed(p["harm"], ""),
                "harm_band": _between(p["harm_low"], p["harm_high"], ""),
                "infections": _signed(p["infections"], ""),
                "value": _signed(p["value_added_lost"], ""),
                "burden": _signed(p["burden"], ""),
                "needed": p["breach"] > 1e-9,
            }
            for p in found["parts"][k]
        ]
        spec = {
            "kind": "bars", "unit": f"{_('million')} {found['currency']}", "more": _("%d more"),
            "rows": [{"name": p[lang()], "value": p["harm"], "tone": TONES[i]}
                     for p in found["parts"][k]],
        }  # fmt: skip
        shown.append({"name": names[k], "id": f"parts-{i}", "rows": rows, "spec": spec})
    return shown


def _sectors(found: dict, names: dict[str, str]) -> dict:
    order = [k for k in found["order"] if k in found["sectors"]]
    rows = []
    for i, s in enumerate(found["sectors"][order[0]]):
        cells = []
        for k in order:
            c = found["sectors"][k][i]
            cells.append(
                {"capacity": n(c["capacity"], "1"), "binds": BINDS[c["binds"]],
                 "band": f"{n(c['capacity_low'], '1')} – {n(c['capacity_high'], '1')}",
                 "share": f"{100 * c['share_bound']:.0f}%"}
            )  # fmt: skip
        rows.append({"name": s[f"name_{lang()}"], "cells": cells})
    return {"heads": [names[k] for k in order], "rows": rows}


def _differences(found: dict, names: dict[str, str]) -> list[dict]:
    held = found.get("differences") or {}
    return [
        {"name": names[k], "texts": held[k][lang()]}
        for k in found["order"]
        if k != found["base"] and k in held
    ]

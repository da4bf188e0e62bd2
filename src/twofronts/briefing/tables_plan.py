"""The tables of the search: decisions by line of work, advantage, means, limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import Choice
from twofronts.briefing.document import Cell, Row, Table
from twofronts.briefing.evidence import PLAN, Evidence, Option, Search
from twofronts.briefing.measure import direction
from twofronts.briefing.names import (
    listed,
    name_column,
    name_of_key,
    option_phrase,
    sentence_case,
)


def decisions_table(evidence: Evidence, chosen: Option, voice: Voice) -> Table:
    """What the advised option changes, by line of work: the level, since when, and why.

    The head of each line says who answers for it and what stays as it is. Only of the search's
    plan is it known what each change is worth.
    """
    base, search = evidence.base, evidence.search
    assert base.measures is not None
    assert chosen.measures is not None
    level = "level_zh" if voice.lang == "zh" else "level_en"
    name = name_column(voice.lang)
    old = dict(zip(base.measures["measure"], base.measures[level], strict=True))
    # of a rule that is taken as it is, no single change was judged
    planned = chosen.key == PLAN and len(search.changes) > 0
    worth = {r["measure"]: r for r in search.changes.to_dict("records")} if planned else {}
    rows: list[Row] = []
    for line, part in chosen.measures.groupby("line", sort=False):
        told = part.to_dict("records")
        changed = [m for m in told if m["way"]]
        kept = [m[name] for m in told if not m["way"] and not m["ordinary"]]
        rows.append(_line(str(line), kept, voice))
        for m in changed:
            cells = [
                Cell(m[level], _before(m, old[m["measure"]], voice)),
                Cell(words.date(_day(evidence, m["day"]), voice.lang, year=False)),
            ]
            if planned:
                cells.append(_worth(m["measure"], worth[m["measure"]], search, voice))
            rows.append(Row(m[name], tuple(cells)))
    if not any(r.cells for r in rows):
        rows = []
    header = ("measure", "new", "from", *(("part",) if planned else ()))
    titles = tuple(voice(f"decisions.header_{h}") for h in header)
    return Table("decisions", voice("decisions.caption"), titles, tuple(rows), numeric=False)


def _line(line: str, kept: list[str], voice: Voice) -> Row:
    """Return the head of a line of work: who answers for it, and what stays as it is."""
    who = voice(f"answers.{line}")
    said = {"who": who, "names": listed(kept, voice.lang)}
    return Row(voice(f"line.{line}"), (), voice("decisions.as_now", said) if kept else who)


def _before(m: Mapping[Any, Any], level: str, voice: Voice) -> str:
    """Return which way a measure moves and where it stands now."""
    way = voice(f"decisions.way_{m['way']}")
    return ("；" if voice.lang == "zh" else "; ").join(
        [way, voice("decisions.now", {"level": level})]
    )


def _day(evidence: Evidence, day: int) -> dt.date:
    return evidence.dates[0] + dt.timedelta(days=int(day))


def _worth(measure: str, change: Mapping[Any, Any], search: Search, voice: Voice) -> Cell:
    """Return why a measure changes, and what leaving it as it is would do on both fronts."""
    bind = {"m": f"change.{measure}", "c": f"limit.{change['limit']}"}
    sub = voice("decisions.part_sub", bind=bind)
    saves = change["harm"] > 0
    key = "part" if saves else ("costs" if change["harm"] < 0 else "even")
    text = [voice(f"decisions.{key}", {"unit": voice(f"goal_unit.{search.goal}")}, bind)]
    if change["limit"] and (not saves or change["breach"] > 0):
        # what costs stays for the sake of a limit, or of the margin asked on other courses
        key = "needed" if change["breach"] > 0 else "reserve"
        names = search.limits.drop_duplicates("constraint").set_index("constraint")[voice.lang]
        said = voice(f"decisions.{key}", {"limit": names[change["limit"]]}, bind)
        text = [*text, said] if saves else [said, *text]
    return Cell(("；" if voice.lang == "zh" else "; ").join(text), sub)


def kept_table(evidence: Evidence, voice: Voice) -> Table:
    """What stays as it is and would be lost without: measures of the plan that it does not change.

    Those whose loss is not clear are left out; ``tables/measures.csv`` has all.
    """
    search, f = evidence.search, voice.figures
    moved = set(search.changes["measure"]) if len(search.changes) else set()
    rows = []
    for r in search.parts.to_dict("records"):
        head = f"part.{r['measure']}"
        if r["measure"] in moved or direction(f, f"{head}.sure") <= 0:
            continue
        cells = tuple(
            Cell(voice.show(f"{head}.{k}", "sv")) for k in ("harm", "infections", "value_lost")
        )
        rows.append(Row(str(r[voice.lang]), cells))
    said = {"unit": sentence_case(voice(f"goal_unit.{search.goal}"))}
    titles = tuple(voice(f"why.kept_{k}", said) for k in ("harm", "infections", "value"))
    note = voice("why.kept_note")
    return Table("kept", voice("why.kept"), ("", *titles), tuple(rows), note)


def gain_table(evidence: Evidence, voice: Voice) -> Table:
    """How far ahead the plan is of each baseline: as searched, and on unseen courses."""
    search = evidence.search
    rows = []
    for name in search.advantage["baseline"]:
        head = f"gain.{name}"
        clear = direction(voice.figures, f"{head}.sure") != 0
        cells = (
            Cell(voice.show(f"{head}.searched", "v")),
            Cell(voice.show(f"{head}.harm", "v"), voice.show(f"{head}.harm", "vr"), strong=clear),
            Cell(voice.show(f"{head}.prob")),
        )
        rows.append(Row(name_of_key(evidence, name, voice), cells))
    unit = voice(f"goal_unit.{search.goal}")
    titles = tuple(voice(f"why.{k}") for k in ("gain_searched", "gain_fresh", "gain_prob"))
    caption = voice("why.gain", {"unit": unit})
    return Table("gain", caption, ("", *titles), tuple(rows), voice("why.gain_note"))


def means_table(evidence: Evidence, voice: Voice) -> Table:
    """What one more bed, place, tracer, test or a million masks saves under the plan."""
    rows = []
    for r in evidence.search.means.to_dict("records"):
        name = f"more.{r['means']}"
        if r["gain_low"] == r["gain_high"] == 0.0:
            cell = Cell(voice("why.more_none"))
        elif direction(voice.figures, name) == 0:
            cell = Cell(voice("why.more_unclear"), voice.show(name, "r"))
        else:
            cell = Cell(voice.show(name), voice.show(name, "vr"), strong=True)
        rows.append(Row(str(r[voice.lang]), (cell,)))
    header = ("", voice("why.more_unit"))
    return Table("means", voice("why.more"), header, tuple(rows), voice("why.more_note"))


def watch_table(evidence: Evidence, choice: Choice, voice: Voice) -> Table:
    """What to watch: now, under the advised option, and from where on to decide anew."""
    f, k = voice.figures, choice.key
    said = {"option": option_phrase(evidence.options[k], voice)}
    bind = {"rb": k}
    rows = []

    def row(key: str, now: str, expected: str, line: str) -> None:
        cells = (now, expected, voice(f"watch.{key}_trigger", bind=bind), voice(f"answers.{line}"))
        rows.append(Row(voice(f"watch.{key}", bind=bind), tuple(Cell(c) for c in cells)))

    expected = voice("watch.cases_expected", bind=bind)
    row(
        "cases", voice.show("reports.new_week") if "reports.new_week" in f else "", expected, "care"
    )
    if "r" in f:
        row("r", voice.show("r", "i"), voice("watch.r_expected"), "care")
    now = voice.show("now.staff", "i") if "now.staff" in f else ""
    row("staff", now, voice.show(f"{k}.watch_staff", "i"), "resumption")
    for name, outcome in (("masks", "mask_cover"), ("goods", "goods_cover")):
        if f"{k}.{outcome}" in f:
            row(name, voice("watch.unknown"), voice.show(f"{k}.{outcome}", "i"), "supplies")
    titles = tuple(voice(f"watch.{c}", said) for c in ("head", "now", "expected", "trigger", "who"))
    note = voice("watch.note", said)
    return Table("watch", voice("watch.caption"), titles, tuple(rows), note, numeric=False)


def limit_rows(evidence: Evidence, voice: Voice) -> list[Row]:
    """The share of courses in which each option keeps each limit.

    Limits that every option keeps in every course share a row.
    """
    limits, keys = evidence.search.limits, list(evidence.options)
    shown = limits[limits["option"].isin(keys)]
    rows, always = [], []
    for c in limits[limits["option"] == keys[-1]].to_dict("records"):
        key = c["constraint"]
        mine = shown[shown["constraint"] == key].set_index("option")
        head = voice("limits.row", {"limit": c[voice.lang]}, {"c": f"limit.{key}"})
        if (mine["prob"] == 1.0).all():
            always.append((head, key))
            continue
        cells = []
        for k in keys:
            held = bool(mine.loc[k, "holds"])
            text = voice.show(f"{k}.keeps.{key}", "i")
            cells.append(Cell(text, "" if held else voice("limits.missed"), strong=not held))
        rows.append(Row(head, tuple(cells)))
    if always:
        names = listed([head for head, _ in always], voice.lang)
        same = [Cell(voice.show(f"{k}.keeps.{always[0][1]}", "i")) for k in keys]
        rows.append(Row(names, tuple(same)))
    return rows

"""The tables of the search: decisions by line of work, advantage, means, limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.document import Cell, Row, Table
from twofronts.briefing.evidence import PLAN, Evidence, Option
from twofronts.briefing.measure import direction
from twofronts.briefing.names import listed, name_column, name_of_key


def decisions_table(evidence: Evidence, chosen: Option, voice: Voice) -> Table:
    """What the advised option decides and changes, and what each measure is worth.

    Of the search's plan every measure that it takes is told, changed or not, with what would be
    lost without it; of another option only what changes.
    """
    base, search = evidence.base, evidence.search
    assert base.measures is not None
    assert chosen.measures is not None
    planned = chosen.key == PLAN
    level = "level_zh" if voice.lang == "zh" else "level_en"
    old = dict(zip(base.measures["measure"], base.measures[level], strict=True))
    parts = {r["measure"]: r for r in search.parts.to_dict("records")} if planned else {}
    rows: list[Row] = []
    for line, part in chosen.measures.groupby("line", sort=False):
        told = [
            m
            for m in part.to_dict("records")
            if m[level] != old[m["measure"]] or m["measure"] in parts
        ]
        name = name_column(voice.lang)
        lifted = [m[name] for m in told if m["ordinary"]]
        note = voice("decisions.lifted", {"names": listed(lifted, voice.lang)}) if lifted else ""
        if told:
            rows.append(Row(voice(f"line.{line}"), (), note))
        for m in told:
            if m["ordinary"]:
                continue
            same = m[level] == old[m["measure"]]
            cells = [Cell(old[m["measure"]])]
            cells.append(Cell(voice("decisions.kept")) if same else Cell(m[level]))
            if planned:
                cells.append(_worth(m["measure"], parts.get(m["measure"]), voice))
            rows.append(Row(m[name], tuple(cells)))
    header = ("measure", "now", "new", "part") if planned else ("measure", "now", "new")
    words = {"unit": voice(f"goal_unit.{search.goal}")}
    titles = tuple(voice(f"decisions.header_{h}", words) for h in header)
    return Table("decisions", voice("decisions.caption"), titles, tuple(rows), numeric=False)


def _worth(measure: str, part: Mapping[Any, Any] | None, voice: Voice) -> Cell:
    """Return what would be lost without a measure, on both fronts."""
    if part is None:
        return Cell("")
    bind = {"m": f"part.{measure}"}
    sub = [voice("decisions.part_sub", bind=bind)]
    if part["breach"] > 0:
        sub.append(voice("decisions.needed"))
    elif part["harm"] < 0:
        # it stayed because the second draws needed it to keep the limits with a margin
        sub.append(voice("decisions.reserve"))
    return Cell(
        voice("decisions.part", bind=bind), ("；" if voice.lang == "zh" else "; ").join(sub)
    )


def gain_table(evidence: Evidence, voice: Voice) -> Table:
    """How far ahead the plan is of each baseline: as searched, and on unseen courses."""
    search = evidence.search
    rows = []
    for name in search.advantage["baseline"]:
        head = f"gain.{name}"
        clear = direction(voice.figures, f"{head}.harm") != 0
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
        clear = direction(voice.figures, name) != 0
        cell = Cell(voice.show(name), voice.show(name, "vr"), strong=clear)
        rows.append(Row(str(r[voice.lang]), (cell,)))
    header = ("", voice("why.more_unit"))
    return Table("means", voice("why.more"), header, tuple(rows), voice("why.more_note"))


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

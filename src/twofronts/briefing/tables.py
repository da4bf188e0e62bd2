"""The tables of the brief: options side by side, rates, measures, assumptions."""

from __future__ import annotations

import numpy as np

from twofronts.briefing import words
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.document import Cell, Row, Table
from twofronts.briefing.evidence import GRADES, Assumption, Evidence
from twofronts.briefing.measure import direction
from twofronts.briefing.names import name_column, option_name
from twofronts.briefing.tables_plan import limit_rows
from twofronts.origins import unit_zh

# Units that the name of an outcome does not tell
SHOWN_UNITS = frozenset({"cny"})
OUTCOMES = {
    "front_one": ("infections", "wave", "peak_care", "deaths"),
    "front_two": ("firms_last", "staff_mean", "output_last", "value_lost"),
    "burden": ("burden", "peak_quarantined"),
}
# Whether more of an outcome is better (1) or worse (-1)
BETTER = {
    **dict.fromkeys(("infections", "wave", "peak_care", "deaths", "value_lost"), -1),
    **dict.fromkeys(("firms_last", "staff_mean", "output_last"), 1),
    **dict.fromkeys(("burden", "peak_quarantined"), -1),
}


def options_table(evidence: Evidence, voice: Voice) -> Table:
    """Outcomes by option, each with its interval and its paired difference from the first."""
    f = voice.figures
    keys = list(evidence.options)
    rows: list[Row] = []
    for group, outcomes in OUTCOMES.items():
        shown = [o for o in outcomes if all(f"{k}.{o}" in f for k in keys)]
        if shown:
            rows.append(Row(voice(f"table.group.{group}")))
        for outcome in shown:
            rows.append(_outcome(outcome, keys, voice))
    rows += [Row(voice("table.group.limits")), *limit_rows(evidence, voice)]
    header = (voice("table.outcome"), *(option_name(o, voice) for o in evidence.options.values()))
    caption = voice("table.options.caption")
    return Table("options", caption, header, tuple(rows))


def _outcome(outcome: str, keys: list[str], voice: Voice) -> Row:
    cells = [Cell(voice.show(f"{keys[0]}.{outcome}", "vi"))]
    for key in keys[1:]:
        text = voice.show(f"{key}.{outcome}", "vi")
        name = f"{key}.d_{outcome}"
        if name in voice.figures:
            way = direction(voice.figures, name) * BETTER[outcome]
            said = {1: voice("options.better"), -1: voice("options.worse"), 0: ""}[way]
            sub = f"{voice.show(name, 'svi')} {said}".rstrip()
            cells.append(Cell(text, sub, strong=way != 0))
        else:
            cells.append(Cell(text))
    unit = voice.figures[f"{keys[0]}.{outcome}"].unit
    noun = voice.units[unit].split("|")[-1] if unit in SHOWN_UNITS else ""
    return Row(voice(f"outcome.{outcome}"), tuple(cells), noun)


def staff_table(evidence: Evidence, voice: Voice) -> Table:
    """Output by sector and staff by district, first day and last under each option."""
    options = list(evidence.options.values())
    rows: list[Row] = []
    for part, rate, frame in (
        ("sector", "output", evidence.place.sectors),
        ("district", "staff", evidence.place.districts),
    ):
        rows.append(Row(voice(f"picture.staff.{part}")))
        values = [o.by_sector if part == "sector" else o.by_district for o in options]
        columns = [np.median(values[0][f"{rate}_first"], axis=0)]
        columns += [np.median(v[f"{rate}_last"], axis=0) for v in values]
        for i, name in enumerate(frame[name_column(voice.lang)]):
            texts = [
                words.number(c[i], "share", voice.lang) if c[i] == c[i] else "" for c in columns
            ]
            rows.append(Row(name, tuple(Cell(t) for t in texts)))
    header = ("", voice.show("start", "d"), *(option_name(o, voice) for o in options))
    return Table("staff", voice("picture.staff.caption"), header, tuple(rows))


def course_table(evidence: Evidence, voice: Voice, weeks: dict[str, np.ndarray]) -> Table:
    """Weekly confirmed cases every seventh day, middle and range, for each option."""
    options = evidence.options
    rows = []
    for i in range(0, len(evidence.dates), 7):
        cells = []
        for draws in weeks.values():
            low, mid, high = (
                words.number(x, "case", voice.lang)
                for x in np.quantile(draws[:, i], [0.05, 0.5, 0.95])
            )
            cells.append(Cell(f"{mid} ({low}–{high})"))
        rows.append(Row(words.date(evidence.dates[i], voice.lang, year=False), tuple(cells)))
    header = ("", *(option_name(o, voice) for o in options.values()))
    return Table("course", voice("picture.course.y"), header, tuple(rows))


def rates_table(evidence: Evidence, voice: Voice) -> Table:
    """The three rates at the end, by option."""
    shown = [
        r for r in ("firms", "staff", "output") if f"{evidence.base.key}.{r}_last" in voice.figures
    ]
    rows = [
        Row(option_name(o, voice), tuple(Cell(voice.show(f"{k}.{r}_last", "i")) for r in shown))
        for k, o in evidence.options.items()
    ]
    header = ("", *(voice(f"rate.{r}") for r in shown))
    return Table("rates", voice("picture.rates.caption"), header, tuple(rows))


def reports_table(evidence: Evidence, voice: Voice) -> Table:
    """The reported series, day by day."""
    r = evidence.reports
    columns = [c for c in ("new_confirmed", "cum_confirmed", "cum_cured", "in_hospital") if c in r]
    titles = {
        "new_confirmed": voice("picture.reported.new"),
        "cum_confirmed": voice("picture.reported.confirmed"),
        "cum_cured": voice("picture.reported.cured"),
        "in_hospital": voice("picture.reported.in_hospital"),
    }
    rows = []
    for row in r.to_dict("records"):
        values = [row[c] for c in columns]
        cells = tuple(
            Cell("" if v != v else words.number(float(v), "case", voice.lang)) for v in values
        )
        rows.append(Row(words.date(row["date"], voice.lang, year=False), cells))
    return Table(
        "reported",
        voice("picture.reported.caption"),
        ("", *(titles[c] for c in columns)),
        tuple(rows),
    )


def grades_table(evidence: Evidence, voice: Voice) -> Table:
    """Each district with its grade and the reason."""
    g = evidence.estimates.grades
    assert g is not None
    d = evidence.place.districts
    name = dict(zip(d["code"].astype(str), d[name_column(voice.lang)], strict=True))
    reason = "reason_zh" if voice.lang == "zh" else "reason_en"
    rows = [
        Row(
            name[str(r["code"])],
            (Cell(voice(f"grade.{GRADES[int(r['grade'])]}")), Cell(str(r[reason]))),
        )
        for r in g.to_dict("records")
    ]
    return Table(
        "grades", voice("picture.grades.caption"), ("", "", ""), tuple(rows), numeric=False
    )


def assumptions_table(chosen: tuple[Assumption, ...], voice: Voice) -> Table:
    """The assumptions shown in the annex, with value, range, source and grade."""
    rows = []
    for a in chosen:
        value = f"{a.value:g}" + (f" ({a.low:g}–{a.high:g})" if a.low is not None else "")
        zh = voice.lang == "zh"
        unit = "" if a.unit in ("1", "") else f" {unit_zh(a.unit) if zh else a.unit}"
        name = (a.name_zh if zh else a.name_en) or a.key
        source = Cell(a.source_zh if zh else a.source)
        rows.append(
            Row(name, (Cell(value + unit), source, Cell(voice(f"evidence_grade.{a.grade}"))))
        )
    header = tuple(voice(f"annex.{k}") for k in ("name", "value", "source", "grade"))
    return Table("assumptions", voice("annex.assumptions"), header, tuple(rows), numeric=False)

"""The sections of the brief. A block is there only if the results it speaks of are."""

from __future__ import annotations

import numpy as np

from twofronts.briefing import tables, tables_plan
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import Choice
from twofronts.briefing.document import Block, Columns, Paragraph, Picture, Points, Section
from twofronts.briefing.evidence import GRADES, Assumption, Evidence
from twofronts.briefing.names import joined, listed, name_column, option_name, option_phrase
from twofronts.briefing.pictures.front_two import NOTHING, limits_of
from twofronts.briefing.sections_plan import lost, turns
from twofronts.briefing.sentences import staff_gap
from twofronts.briefing.weeks import is_tenfold, past_counts, weekly

ANNEX_ROWS = 5
# What a life, a day and an infection weigh decides as much as any number of a model
WEIGHTS = ("planning.wave_cost_days", "planning.death_cost")
# So many of what moves the advantage come first
MOVES = 3
# Sectors that a sentence names at most; the picture beside it has all
NAMED = 6
# Points from which on they stand in two columns
SPLIT = 4


def front_one(evidence: Evidence, voice: Voice) -> Section:
    """Return the outbreak: reported, estimated, and what may come."""
    f, e = voice.figures, evidence
    needed = ("cum_confirmed", "cum_cured", "in_hospital", "cum_deaths", "peak")
    blocks: list[Block] = []
    text = []
    if f.known(*(f"reports.{n}" for n in needed)):
        text.append(voice("front_one.reported"))
    if f.known("reports.contacts_observed"):
        text.append(voice("front_one.contacts"))
    if f.known("over.date"):
        text.append(voice("front_one.over_date"))
        if f.known("over.date_lifted"):
            text.append(voice("front_one.over_lifted"))
    elif f.known("over.last_chance"):
        text.append(voice("front_one.over_later"))
    if f.known("fit.hidden"):
        text.append(voice("front_one.hidden"))
    if text:
        blocks.append(Paragraph(joined(text, voice.lang)))
    if f.known("reports.peak"):
        caption, alt = voice("picture.reported.caption"), voice("picture.reported.alt")
        blocks.append(Picture("reported", caption, alt, table=tables.reports_table(e, voice)))
    blocks.append(_course(e, voice))
    left, right = _estimates(e, voice)
    if left and right:
        blocks.append(Columns(tuple(left), tuple(right)))
    else:
        blocks += [*left, *right]
    return Section("front_one", voice("section.front_one"), tuple(blocks))


def _estimates(e: Evidence, voice: Voice) -> tuple[list[Picture], list[Picture]]:
    s, f = e.estimates, voice.figures
    left: list[Picture] = []
    right: list[Picture] = []
    if s.grades is not None and e.place.shapes is not None:
        d = e.place.districts
        key = name_column(voice.lang)
        name = dict(zip(d["code"].astype(str), d[key], strict=True))
        colon = "：" if voice.lang == "zh" else ": "
        parts = []
        for r in s.grades.to_dict("records"):
            grade = voice(f"grade.{GRADES[int(r['grade'])]}")
            parts.append(f"{name[str(r['code'])]}{colon}{grade}")
        alt = voice("picture.grades.alt", {"parts": listed(parts, voice.lang)})
        table = tables.grades_table(e, voice)
        caption = voice("picture.grades.caption")
        note = ""
        if f.known("grade.uncertain"):
            some = f["grade.uncertain"].number < len(e.place.districts)
            note = voice(f"picture.grades.{'some' if some else 'all'}_uncertain")
        left.append(Picture("grades", caption, alt, half=True, table=table, note=note))
    if f.known("r"):
        caption = voice("picture.reproduction.caption", {"level": f"{s.level * 100:g}%"})
        right.append(Picture("reproduction", caption, voice("picture.reproduction.alt"), half=True))
    if f.known("over.now"):
        caption, alt = voice("picture.more_cases.caption"), voice("picture.more_cases.alt")
        right.append(Picture("more_cases", caption, alt, half=True))
    return left, right


def _course(e: Evidence, voice: Voice) -> Picture:
    counts = past_counts(e)["new_confirmed"].to_numpy(dtype=float)
    weeks = {k: weekly(counts, o.daily["confirmed"]) for k, o in e.options.items()}
    note = voice("picture.course.note")
    if e.fitted is not None:
        note = joined([note, voice("picture.course.fitted")], voice.lang)
    if is_tenfold(e):
        note = joined([note, voice("picture.course.tenfold")], voice.lang)
    parts = [
        voice("picture.course.alt_part", {"option": option_name(o, voice)}, {"rb": k})
        for k, o in e.options.items()
    ]
    alt = voice("picture.course.alt", {"parts": joined(parts, voice.lang)})
    caption, table = voice("picture.course.caption"), tables.course_table(e, voice, weeks)
    return Picture("course", caption, alt, table=table, note=note)


def front_two(evidence: Evidence, voice: Voice, choice: Choice) -> Section:
    """Return the city at work: the three rates, by sector and by district, and what binds."""
    e, f = evidence, voice.figures
    text = [voice("front_two.rates")]
    if f.known("reported.firms", "reported.staff"):
        text.append(voice("front_two.reported"))
        gap = staff_gap(f)
        if gap:
            text.append(voice(f"front_two_gap.{gap}"))
    text.append(_binds(e, voice, choice))
    blocks: tuple[Block, ...] = (
        Paragraph(joined(text, voice.lang)),
        rates_picture(e, voice),
        _staff(e, voice, choice),
    )
    return Section("front_two", voice("section.front_two"), blocks)


def rates_picture(e: Evidence, voice: Voice) -> Picture:
    """Return the three rates by day under each option."""
    parts = [
        voice("picture.rates.alt_part", {"option": option_name(o, voice)}, {"rb": k})
        for k, o in e.options.items()
    ]
    alt = voice("picture.rates.alt", {"parts": joined(parts, voice.lang)})
    caption, note = voice("picture.rates.caption"), voice("picture.rates.note")
    return Picture("rates", caption, alt, table=tables.rates_table(e, voice), note=note)


def _binds(e: Evidence, voice: Voice, choice: Choice) -> str:
    """Return what limits the output of which sectors at the end of the advised option."""
    option = e.options[choice.key]
    words = {"option": option_phrase(option, voice)}
    names = e.place.sectors[name_column(voice.lang)].tolist()
    found: dict[str, list[str]] = {}
    for name, what in zip(names, limits_of(option), strict=True):
        if what != NOTHING:
            found.setdefault(what, []).append(name)
    if not found:
        return voice("front_two.binds_none", words)
    if sum(map(len, found.values())) > NAMED:
        return voice("front_two.binds_many")
    parts = [voice(f"binds.{k}", {"names": listed(v, voice.lang)}) for k, v in found.items()]
    return voice(
        "front_two.binds", {**words, "parts": ("；" if voice.lang == "zh" else "; ").join(parts)}
    )


def _staff(e: Evidence, voice: Voice, choice: Choice) -> Picture:
    option = e.options[choice.key]
    words = {"option": option_name(option, voice)}
    parts = []
    for part, values, frame in (
        ("sector", option.by_sector["output_last"], e.place.sectors),
        ("district", option.by_district["staff_last"], e.place.districts),
    ):
        names = frame[name_column(voice.lang)].tolist()
        last = np.median(values, axis=0)
        words |= {
            "part": voice(f"picture.staff.{part}"),
            "lowest": names[int(np.nanargmin(last))],
            "highest": names[int(np.nanargmax(last))],
        }
        parts.append(voice("picture.staff.alt", words))
    caption, note = voice("picture.staff.caption"), voice("picture.staff.note", words)
    table = tables.staff_table(e, voice)
    return Picture("staff", caption, joined(parts, voice.lang), table=table, note=note)


def options(evidence: Evidence, voice: Voice) -> Section:
    """Return the options side by side."""
    e = evidence
    parts = [
        voice("picture.two_fronts.alt_part", {"option": option_name(o, voice)}, {"rb": k})
        for k, o in e.options.items()
    ]
    alt = voice("picture.two_fronts.alt", {"parts": joined(parts, voice.lang)})
    caption, note = voice("picture.two_fronts.caption"), voice("picture.two_fronts.note")
    picture = Picture("two_fronts", caption, alt, half=True, note=note)
    said = {
        "base": option_name(e.base, voice),
        "unseen": voice("options.unseen") if e.search.evaluated else "",
    }
    notes = [voice("options.note", said), voice("options.wave")]
    notes += [lost(e, voice), voice("brief.how_to_read")]
    if "stocks" in e.assumed_tables:
        notes.append(voice("options.stocks"))
    reading = tuple(Paragraph(text, "note") for text in notes if text)
    blocks: tuple[Block, ...] = (tables.options_table(e, voice), Columns((picture,), reading))
    return Section("options", voice("section.options"), blocks)


def risks(evidence: Evidence, voice: Voice, choice: Choice) -> Section:
    """Return risks under the advised option, and the observations that would change the advice."""
    f, k = voice.figures, choice.key
    words = {"option": option_phrase(evidence.options[k], voice)}
    bind = {"rb": k}
    risk = [voice("risks.wave", words, bind)]
    if f.known(f"{k}.care_high"):
        risk.append(voice("risks.care", words, bind))
    if f.known(f"{k}.imported"):
        risk.append(voice("risks.imported", words, bind))
    risk.append(voice("risks.returning", words, bind))
    left = (Paragraph(voice("risks.heading_risks"), "heading"), _plain_points(risk))
    turning = turns(evidence, voice)
    right = (Paragraph(voice("risks.heading_turns"), "heading"), _plain_points(turning))
    blocks: list[Block] = [tables_plan.watch_table(evidence, choice, voice)]
    blocks += [Columns(left, right)] if turning else left
    return Section("risks", voice("section.risks"), tuple(blocks))


def _plain_points(lines: list[str]) -> Points:
    return Points(tuple(("", line) for line in lines))


def shown_assumptions(evidence: Evidence) -> tuple[Assumption, ...]:
    """Return the assumptions for the annex: first those that move the plan's advantage most.

    Then what harm weighs, and then whatever is assumed or drawn from a range. What single measures
    cost comes last: there are many such prices, and each moves little.
    """
    flips = evidence.search.flips
    known = {a.key for a in evidence.assumptions}
    moves = [str(key) for key in flips["parameter"] if key in known] if len(flips) else []
    first = [*moves[:MOVES], *WEIGHTS, *moves[MOVES:]]

    def rank(a: Assumption) -> tuple[int, bool, bool, bool]:
        place = first.index(a.key) if a.key in first else len(first)
        return (place, a.key.startswith("cost."), a.grade != "assumed", a.low is None)

    return tuple(sorted(evidence.assumptions, key=rank))[:ANNEX_ROWS]


def _fit_text(e: Evidence, voice: Voice) -> list[str]:
    """Return where the options begin: how the fit was made and scored, or why there is none."""
    if e.fitted is None:
        return [voice(f"fit_none.{e.unfitted}"), voice("fit_none.plain")] if e.unfitted else []
    text = [voice("fit.made")]
    text.append(voice("fit.scored" if e.fitted.score is not None else "fit.unscored"))
    return text


def in_two(points: tuple[tuple[str, str], ...]) -> Points | Columns:
    """Return short points in two columns, or in one if there are few."""
    if len(points) < SPLIT:
        return Points(points)
    half = (len(points) + 1) // 2
    return Columns((Points(points[:half]),), (Points(points[half:]),))


def _checks(e: Evidence, voice: Voice) -> list[Block]:
    """Return how the programs compare with what was published, misses marked as such."""
    if e.checks is None:
        return []
    points = []
    for c in e.checks.told:
        words = {"name": voice(f"check.{c.key}")}
        kind = "limit" if c.published is None else "published"
        text = voice(f"annex.check_{kind}", words, {"c": f"check.{c.key}"})
        points.append(("" if c.held else voice("annex.check_missed"), text))
    return [
        Paragraph(voice("annex.checks_heading"), "heading"),
        Paragraph(voice("annex.checks")),
        in_two(tuple(points)),
    ]


def annex(evidence: Evidence, voice: Voice) -> Section:
    """Return the method, the assumptions, the gaps and the notes."""
    blocks: list[Block] = [
        Paragraph(voice("annex.method"), "heading"),
        Paragraph(joined([voice("annex.method_text"), voice("annex.rerun")], voice.lang)),
        Paragraph(voice("annex.prices")),
    ]
    fit = _fit_text(evidence, voice)
    if fit:
        blocks.append(Paragraph(joined(fit, voice.lang)))
    blocks += _checks(evidence, voice)
    shown = shown_assumptions(evidence)
    if shown:
        blocks.append(tables.assumptions_table(shown, voice))
    gaps = [voice(f"gap.{g}") for g in evidence.gaps]
    if evidence.assumed_tables:
        names = listed([voice(f"city_table.{t}") for t in evidence.assumed_tables], voice.lang)
        gaps.append(voice("gap.assumed_tables", {"names": names}))
    gaps += [zh if voice.lang == "zh" else en for en, zh in evidence.estimates.notes]
    if gaps:
        blocks.append(Paragraph(voice("annex.gaps"), "heading"))
        blocks.append(in_two(tuple(("", g) for g in gaps)))
    return Section("annex", voice("section.assumptions"), tuple(blocks), annex=True)

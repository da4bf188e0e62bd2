"""The sections of the brief. A block is there only if the results it speaks of are."""

from __future__ import annotations

import numpy as np

from twofronts.briefing import tables
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import Choice
from twofronts.briefing.document import Block, Columns, Paragraph, Picture, Points, Section
from twofronts.briefing.evidence import GRADES, Assumption, Evidence
from twofronts.briefing.names import name_column, option_name, option_phrase
from twofronts.briefing.pictures.front_one import is_tenfold, past_counts, weekly
from twofronts.briefing.sentences import staff_gap

ANNEX_ROWS = 8


def _joined(parts: list[str], lang: str) -> str:
    return ("" if lang == "zh" else " ").join(parts)


def _named(names: list[str], lang: str) -> str:
    return "、".join(names) if lang == "zh" else ", ".join(names)


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
        blocks.append(Paragraph(_joined(text, voice.lang)))
    if f.known("reports.peak"):
        caption, alt = voice("picture.reported.caption"), voice("picture.reported.alt")
        blocks.append(Picture("reported", caption, alt, table=tables.reports_table(e, voice)))
    blocks.append(_course(e, voice))
    blocks.append(Points(tuple(("", _course_line(e, voice, k)) for k in e.options)))
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
        alt = voice("picture.grades.alt", {"parts": _named(parts, voice.lang)})
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
        note = _joined([note, voice("picture.course.fitted")], voice.lang)
    if is_tenfold(e):
        note = _joined([note, voice("picture.course.tenfold")], voice.lang)
    parts = [
        voice("picture.course.alt_part", {"option": option_name(o, voice)}, {"rb": k})
        for k, o in e.options.items()
    ]
    alt = voice("picture.course.alt", {"parts": _joined(parts, voice.lang)})
    caption, table = voice("picture.course.caption"), tables.course_table(e, voice, weeks)
    return Picture("course", caption, alt, table=table, note=note)


def _course_line(e: Evidence, voice: Voice, key: str) -> str:
    return voice("front_one.course", {"option": option_name(e.options[key], voice)}, {"rb": key})


def front_two(evidence: Evidence, voice: Voice, choice: Choice) -> Section:
    """Return the city at work: the three rates, by sector and by district."""
    e, f = evidence, voice.figures
    output = all(f"{k}.output_last" in f for k in e.options)
    text = [voice("front_two.rates" if output else "front_two.rates_two")]
    if f.known("reported.firms", "reported.staff"):
        text.append(voice("front_two.reported"))
        gap = staff_gap(f)
        if gap:
            text.append(voice(f"front_two_gap.{gap}"))
    blocks: list[Block] = [Paragraph(_joined(text, voice.lang))]
    lines = []
    for k, o in e.options.items():
        key = "front_two.last_output" if output else "front_two.last"
        lines.append(("", voice(key, {"option": option_name(o, voice)}, {"rb": k})))
    blocks.append(Points(tuple(lines)))
    parts = [
        voice("picture.rates.alt_part", {"option": option_name(o, voice)}, {"rb": k})
        for k, o in e.options.items()
    ]
    alt = voice("picture.rates.alt", {"parts": _joined(parts, voice.lang)})
    caption, note = voice("picture.rates.caption"), voice("picture.rates.note")
    blocks.append(Picture("rates", caption, alt, table=tables.rates_table(e, voice), note=note))
    blocks.append(_staff(e, voice, choice))
    return Section("front_two", voice("section.front_two"), tuple(blocks))


def _staff(e: Evidence, voice: Voice, choice: Choice) -> Picture:
    option = e.options[choice.key]
    parts = []
    for part, values, frame in (
        ("sector", option.by_sector, e.place.sectors),
        ("district", option.by_district, e.place.districts),
    ):
        names = frame[name_column(voice.lang)].tolist()
        last = np.median(values["staff_last"], axis=0)
        words = {
            "part": voice(f"picture.staff.{part}"),
            "option": option_name(option, voice),
            "lowest": names[int(np.nanargmin(last))],
            "highest": names[int(np.nanargmax(last))],
        }
        parts.append(voice("picture.staff.alt", words))
    caption = voice("picture.staff.caption")
    table = tables.staff_table(e, voice)
    return Picture("staff", caption, _joined(parts, voice.lang), table=table)


def options(evidence: Evidence, voice: Voice) -> Section:
    """Return the options side by side."""
    e = evidence
    parts = [
        voice("picture.two_fronts.alt_part", {"option": option_name(o, voice)}, {"rb": k})
        for k, o in e.options.items()
    ]
    alt = voice("picture.two_fronts.alt", {"parts": _joined(parts, voice.lang)})
    caption, note = voice("picture.two_fronts.caption"), voice("picture.two_fronts.note")
    picture = Picture("two_fronts", caption, alt, half=True, note=note)
    held = all(f"{k}.quarantined" in voice.figures for k in e.options)
    quarantine = (Paragraph(voice("options.quarantine"), "note"),) if held else ()
    reading = (
        Paragraph(voice("options.note", {"base": option_name(e.base, voice)}), "note"),
        Paragraph(voice("options.differences"), "note"),
        Paragraph(voice("options.wave"), "note"),
        Paragraph(voice("options.chance"), "note"),
        Paragraph(voice("options.burden"), "note"),
        *quarantine,
        Paragraph(voice("brief.how_to_read"), "note"),
    )
    blocks: tuple[Block, ...] = (tables.options_table(e, voice), Columns((picture,), reading))
    return Section("options", voice("section.options"), blocks)


def decisions(evidence: Evidence, voice: Voice, choice: Choice) -> Section:
    """Return what the advised option changes, by line of work, and how far the search went."""
    e = evidence
    chosen = e.options[choice.key]
    words = {"option": option_phrase(chosen, voice), "base": option_phrase(e.base, voice)}
    table = tables.measures_table(e.base, chosen, voice)
    words |= {"aim": voice(f"goal.{choice.goal}")}
    advice = voice(f"advice.{choice.reason}", words, {"rb": choice.key})
    blocks: list[Block] = [Paragraph(_joined([advice, voice("advice.only")], voice.lang))]
    if choice.key == e.base.key:
        blocks.append(Paragraph(voice("decisions.none", words)))
    elif table is not None:
        blocks += [Paragraph(voice("decisions.intro", words)), table]
    return Section("decisions", voice("section.decisions"), tuple(blocks))


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
    watch = [voice("risks.trigger_cases", words, bind)]
    if f.known("r"):
        watch.append(voice("risks.trigger_r", words, bind))
    watch.append(voice("risks.trigger_staff", words, bind))
    blocks: tuple[Block, ...] = (
        Paragraph(voice("risks.heading_risks"), "heading"),
        Points(tuple(("", r) for r in risk)),
        Paragraph(voice("risks.heading_triggers"), "heading"),
        Points(tuple(("", w) for w in watch)),
    )
    return Section("risks", voice("section.risks"), blocks)


def shown_assumptions(evidence: Evidence) -> tuple[Assumption, ...]:
    """Return the assumptions for the annex: those that are assumed or drawn from a range, first."""

    def rank(a: Assumption) -> tuple[int, int]:
        return (0 if a.grade == "assumed" else 1, 0 if a.low is not None else 1)

    return tuple(sorted(evidence.assumptions, key=rank))[:ANNEX_ROWS]


def _fit_text(e: Evidence, voice: Voice) -> list[str]:
    """Return where the options begin: how the fit was made and scored, or why there is none."""
    if e.fitted is None:
        return [voice(f"fit_none.{e.unfitted}"), voice("fit_none.plain")] if e.unfitted else []
    text = [voice("fit.made")]
    text.append(voice("fit.scored" if e.fitted.score is not None else "fit.unscored"))
    return text


def annex(evidence: Evidence, voice: Voice) -> Section:
    """Return the method, the assumptions, the gaps and the notes."""
    blocks: list[Block] = [
        Paragraph(voice("annex.method"), "heading"),
        Paragraph(_joined([voice("annex.method_text"), voice("annex.rerun")], voice.lang)),
        Paragraph(_joined(_fit_text(evidence, voice), voice.lang)),
    ]
    shown = shown_assumptions(evidence)
    if shown:
        blocks.append(tables.assumptions_table(shown, voice))
    gaps = [voice(f"gap.{g}") for g in evidence.gaps]
    if evidence.assumed_tables:
        names = _named([voice(f"city_table.{t}") for t in evidence.assumed_tables], voice.lang)
        gaps.append(voice("gap.assumed_tables", {"names": names}))
    gaps += [zh if voice.lang == "zh" else en for en, zh in evidence.estimates.notes]
    if gaps:
        blocks.append(Paragraph(voice("annex.gaps"), "heading"))
        blocks.append(Points(tuple(("", g) for g in gaps)))
    return Section("annex", voice("section.assumptions"), tuple(blocks), annex=True)

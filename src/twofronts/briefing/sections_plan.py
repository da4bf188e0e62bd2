"""The sections that the search fills: decisions with reasons, why this plan, what turns it."""

from __future__ import annotations

from twofronts.briefing import tables_plan
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import Choice
from twofronts.briefing.document import (
    Block,
    Cell,
    Columns,
    Paragraph,
    Picture,
    Row,
    Section,
    Table,
)
from twofronts.briefing.evidence import PLAN, Evidence, Other
from twofronts.briefing.names import (
    joined,
    listed,
    name_of_key,
    option_name,
    option_phrase,
    sentence_case,
)

# Parameters that turn the advice, told at most
TURNS = 2
# A weight that would have to be wrong by more than this factor does not turn the advice
FACTOR = 10.0


def advice(evidence: Evidence, voice: Voice, choice: Choice) -> tuple[str, ...]:
    """Return the advice, what it gains, what it costs, and when to meet again."""
    search, key = evidence.search, choice.key
    words = {
        "option": option_phrase(evidence.options[key], voice),
        "unit": voice(f"goal_unit.{search.goal}"),
        "aim": voice(f"goal.{search.goal}"),
    }
    bind = {"rb": key}
    lines = [voice(f"advice.{choice.reason}", words)]
    if choice.reason == "no_gain":
        lines.append(voice("advice.none", words, {"gain": f"gain.{key}.harm"}))
        return (*lines, voice("advice.meet", words, bind))
    lines.append(voice("advice.gain", words, bind))
    if choice.reason == "infeasible":
        words["missed"] = listed(_missed(evidence, voice), voice.lang)
        lines.append(voice("advice.price_missed", words, bind))
    else:
        lines.append(voice("advice.price", words, bind))
    return (*lines, voice("advice.meet", words, bind))


def _missed(evidence: Evidence, voice: Voice) -> list[str]:
    limits = evidence.search.limits
    rows = limits[(limits["option"] == PLAN) & ~limits["holds"].astype(bool)]
    return [
        voice(
            "advice.missed",
            {"limit": r[voice.lang]},
            {"c": f"{PLAN}.keeps.{r['constraint']}", "required": f"limit.{r['constraint']}"},
        )
        for r in rows.to_dict("records")
    ]


def decisions(evidence: Evidence, voice: Voice, choice: Choice) -> Section:
    """Return what the advised option decides, by line of work, each with its day and reason."""
    e, f = evidence, voice.figures
    chosen = e.options[choice.key]
    table = tables_plan.decisions_table(e, chosen, voice)
    if not table.rows:
        words = {"option": option_phrase(chosen, voice)}
        text = voice("decisions.none", words)
        return Section("decisions", voice("section.decisions"), (Paragraph(text),))
    intro = [voice("decisions.intro")]
    if f.known("grade.low"):
        intro.append(voice("decisions.grades"))
    if chosen.graded_above != e.base.graded_above:
        intro.append(voice("decisions.grading", bind={"rb": chosen.key, "base": e.base.key}))
    switch = chosen.switch_zh if voice.lang == "zh" else chosen.switch_en
    if switch:
        intro.append(voice("decisions.switch", {"rule": switch}))
    blocks: list[Block] = [Paragraph(joined(intro, voice.lang)), table]
    if choice.key == PLAN and len(e.search.changes):
        blocks.append(Paragraph(_beside(e, voice), "note"))
    return Section("decisions", voice("section.decisions"), tuple(blocks))


def _beside(e: Evidence, voice: Voice) -> str:
    """Return how to read the reasons, and what was left out or left as it is."""
    lines = [voice("decisions.note", {"unit": voice(f"goal_unit.{e.search.goal}")})]
    worth = e.search.changes
    if ((worth["harm"] < worth["harm_from"]) | (worth["harm"] > worth["harm_to"])).any():
        lines.append(voice("decisions.pulled"))
    for key, pairs in (("back", e.search.back), ("dropped", e.search.dropped)):
        if pairs:
            names = [zh if voice.lang == "zh" else en for en, zh in pairs]
            lines.append(voice(f"decisions.{key}", {"names": listed(names, voice.lang)}))
    return joined(lines, voice.lang)


def why(evidence: Evidence, voice: Voice, choice: Choice) -> Section:
    """Return the plan's advantage, the four balances, what more means buy, and other plans."""
    e = evidence
    words = {"aim": voice(f"goal.{e.search.goal}")}
    blocks: list[Block] = []
    if choice.key == PLAN:
        blocks.append(Paragraph(voice("advice.aim", words)))
    left = (tables_plan.gain_table(e, voice),)
    right = (tables_plan.means_table(e, voice),) if len(e.search.means) else ()
    blocks.append(Columns(left, right, wider=True) if right else left[0])
    others = _others(e, voice)
    kept = tables_plan.kept_table(e, voice)
    if choice.key == PLAN and kept.rows:
        blocks.append(Columns((kept,), others))
    else:
        blocks += others
    blocks += _balances(e, voice)
    return Section("why", voice("section.why"), tuple(blocks))


def _others(e: Evidence, voice: Voice) -> tuple[Paragraph, ...]:
    """Return plans nearly as good, and how they differ."""
    head = Paragraph(voice("why.others"), "heading")
    if not e.search.others:
        return (head, Paragraph(voice("why.other_none")))
    lines = []
    for i, other in enumerate(e.search.others):
        said = {"head": _head(other, i, e.search.goal, voice), "parts": _differences(other, voice)}
        lines.append(Paragraph(voice("why.other", said), "note"))
    return (head, *lines)


def _head(other: Other, number: int, goal: str, voice: Voice) -> str:
    unit = voice(f"goal_unit.{goal}")
    key = "other_kept" if other.kept else "other_missed"
    return voice(f"why.{key}", {"unit": unit}, {"n": f"other.n{number}"})


def _differences(other: Other, voice: Voice) -> str:
    found = other.zh if voice.lang == "zh" else other.en
    return ("；" if voice.lang == "zh" else "; ").join(found)


def _balances(evidence: Evidence, voice: Voice) -> list[Block]:
    """Return the four dials and their definitions, which may stand on the next page."""
    e, zh = evidence, voice.lang == "zh"
    parts, texts = [], []
    for dial in next(iter(e.search.dials.values())):
        values = [
            voice(
                "picture.balances.value",
                {"option": option_name(o, voice)},
                {"v": f"{k}.dial.{dial.key}"},
            )
            for k, o in e.options.items()
        ]
        left, right = dial.ends_zh if zh else dial.ends_en
        name = dial.zh if zh else dial.en
        words = {"name": name, "left": left, "right": right, "values": listed(values, voice.lang)}
        parts.append(voice("picture.balances.alt_part", words))
        texts.append(
            f"{name}{'：' if zh else ': '}{dial.definition_zh if zh else dial.definition_en}"
        )
    caption = voice("picture.balances.caption")
    alt = voice("picture.balances.alt", {"parts": joined(parts, voice.lang)})
    rows = tuple(
        Row(
            dial.zh if zh else dial.en,
            tuple(Cell(voice.show(f"{k}.dial.{dial.key}")) for k in e.options),
        )
        for dial in next(iter(e.search.dials.values()))
    )
    header = ("", *(option_name(o, voice) for o in e.options.values()))
    table = Table("balances", caption, header, rows)
    note = ("；" if zh else "; ").join(texts) + ("。" if zh else ".")
    return [Picture("balances", caption, alt, table=table), Paragraph(note, "note")]


def turns(evidence: Evidence, voice: Voice) -> list[str]:
    """Return what would turn the advice: numbers that were varied, and the assumed weights."""
    search = evidence.search
    rival = name_of_key(evidence, search.rival, voice)
    column = "zh" if voice.lang == "zh" else "en"
    rows = search.flips.to_dict("records")
    turning = [i for i, r in enumerate(rows) if r["flips"]][:TURNS]
    lines = []
    for i in turning or ([0] if rows else []):
        key = "parameter" if turning else "none"
        words = {"parameter": str(rows[i][column]), "rival": rival}
        lines.append(voice(f"flip.{key}", words, {"n": f"flip.n{i}"}))
    for name in ("health", "economy", "burden"):
        factor = voice.figures.get(f"factor.{name}")
        if factor is not None and 1 / FACTOR <= factor.number <= FACTOR:
            words = {"part": voice(f"flip_part.{name}"), "rival": rival}
            lines.append(sentence_case(voice("flip.weight", words, {"factor": f"factor.{name}"})))
    return lines


def lost(evidence: Evidence, voice: Voice) -> str:
    """Return which courses were not counted to their end, or nothing if all were."""
    parts = []
    for k, o in evidence.options.items():
        if voice.figures[f"{k}.beyond"].number > 0:
            words = {"option": option_name(o, voice)}
            parts.append(voice("options.beyond_part", words, {"rb": k}))
    return voice("options.beyond", {"parts": listed(parts, voice.lang)}) if parts else ""

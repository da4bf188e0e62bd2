"""From evidence and figures to the brief's sentences: each chosen by what the results say."""

from __future__ import annotations

import twofronts
from twofronts.briefing import sections
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import Choice, choose
from twofronts.briefing.document import Card, Cards, Document, Paragraph, Section
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.figures import Figures
from twofronts.briefing.measure import direction
from twofronts.briefing.tables import option_name

NEAR_NORMAL = 0.85


def front_one_line(f: Figures) -> str:
    """Return which sentence the reports and the reproduction number support."""
    if not f.known("r", "reports.new_week_before") or f["r"].low is None:
        return "counts"
    falling = f["reports.new_week"].number <= f["reports.new_week_before"].number
    r = f["r"]
    if r.number >= 1:
        return "mixed" if falling else "growing"
    if not falling:
        return "mixed"
    return "receding" if float(r.high) < 1 else "likely"  # type: ignore[arg-type]


def comparison(evidence: Evidence, voice: Voice, key: str) -> str:
    """Return the sentence that sets an option against the first one, on both fronts."""
    f = voice.figures
    base = option_name(evidence.base, voice)
    option = option_name(evidence.options[key], voice)
    word = {1: "up", -1: "down", 0: "unclear"}
    bind = {"rb": key, "base": evidence.base.key}
    work = voice(f"compare.work.{word[direction(f, f'{key}.d_staff_mean')]}", bind=bind)
    risk = voice(f"compare.risk.{word[direction(f, f'{key}.d_infections')]}", {"base": base}, bind)
    return voice("compare.line", {"option": option, "base": base, "work": work, "risk": risk})


def lead(evidence: Evidence, voice: Voice, choice: Choice) -> tuple[str, ...]:
    """Return the headline: both fronts, each option against the first, and the advice."""
    f = voice.figures
    lines = [voice(f"lead.front_one.{front_one_line(f)}")]
    if f.known("now.staff", "now.firms"):
        near = f["now.staff"].number >= NEAR_NORMAL
        lines.append(voice(f"lead.front_two.{'near' if near else 'far'}"))
    lines += [comparison(evidence, voice, k) for k in list(evidence.options)[1:]]
    option = option_name(evidence.options[choice.key], voice)
    lines.append(voice(f"advice.{choice.reason}", {"option": option}, {"rb": choice.key}))
    return tuple(lines)


def stand(voice: Voice) -> Section:
    """Return the cards: both fronts at a glance."""
    f = voice.figures
    one = []
    if f.known("reports.new_week", "reports.new_week_before"):
        one.append(Card(voice("card.new_week"), voice.show("reports.new_week"), voice("card.new_week_note")))
    if f.known("reports.in_hospital", "reports.cum_cured"):
        one.append(Card(voice("card.in_hospital"), voice.show("reports.in_hospital"), voice("card.in_hospital_note")))
    if f.known("r"):
        one.append(Card(voice("card.r"), voice.show("r", "v"), voice("card.r_note")))
    if f.known("over.now"):
        one.append(Card(voice("card.over"), voice.show("over.now"), voice("card.over_note")))
    two = []
    for rate in ("firms", "staff", "output"):
        if f.known(f"now.{rate}"):
            two.append(Card(voice(f"card.{rate}"), voice.show(f"now.{rate}"), voice("card.estimate_note")))
    blocks = [Cards(voice("card.front_one"), tuple(one)), Cards(voice("card.front_two"), tuple(two))]
    return Section("stand", voice("section.stand"), tuple(b for b in blocks if b.cards))


def compose(evidence: Evidence, figures: Figures, lang: str) -> Document:
    """Return the brief in one language.

    Parameters
    ----------
    evidence : Evidence
        What pictures and tables show.
    figures : Figures
        What the numbers in sentences are taken from; of the same evidence.
    lang : str
        "zh" or "en".
    """
    voice = Voice(lang, figures)
    choice = choose(evidence, figures)
    parts = (
        stand(voice),
        sections.front_one(evidence, voice),
        sections.front_two(evidence, voice, choice),
        sections.options(evidence, voice),
        sections.decisions(evidence, voice, choice),
        sections.risks(evidence, voice, choice),
        sections.annex(evidence, voice),
    )
    labels = {k: voice(f"brief.{k}") for k in ("skip", "table_behind", "contents")}
    city = evidence.place.name(lang)
    return Document(
        lang="zh-Hans" if lang == "zh" else "en",
        title=voice("brief.title", {"city": city}),
        subtitle=voice("brief.subtitle"),
        lead=lead(evidence, voice, choice),
        sections=tuple(s for s in parts if s.blocks),
        footer=voice("brief.footer", {"version": twofronts.__version__}),
        labels=labels,
    )


def how_to_read(voice: Voice) -> Paragraph:
    """Return the note on brackets."""
    return Paragraph(voice("brief.how_to_read"), "note")

"""From evidence and figures to the brief's sentences: each chosen by what the results say."""

from __future__ import annotations

import twofronts
from twofronts.briefing import sections
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import choose
from twofronts.briefing.document import Card, Cards, Document, Section
from twofronts.briefing.evidence import Evidence
from twofronts.briefing.figures import Figures
from twofronts.briefing.names import joined
from twofronts.briefing.sections_plan import advice, decisions, why
from twofronts.briefing.sentences import comparison, front_one_line

NEAR_NORMAL = 0.85


def lead(voice: Voice) -> tuple[str, ...]:
    """Return where both fronts stand, a sentence each."""
    f = voice.figures
    lines = [voice(f"lead.front_one.{front_one_line(f)}")]
    if f.known("now.staff", "now.firms"):
        near = f["now.staff"].number >= NEAR_NORMAL
        lines.append(voice(f"lead.front_two.{'near' if near else 'far'}"))
    return (joined(lines, voice.lang),)


def stand(voice: Voice) -> Section:
    """Return the cards: both fronts at a glance."""
    f = voice.figures
    one = []
    if f.known("reports.new_week", "reports.new_week_before"):
        one.append(
            Card(
                voice("card.new_week"), voice.show("reports.new_week"), voice("card.new_week_note")
            )
        )
    if f.known("reports.in_hospital", "reports.cum_cured"):
        one.append(
            Card(
                voice("card.in_hospital"),
                voice.show("reports.in_hospital"),
                voice("card.in_hospital_note"),
            )
        )
    if f.known("r"):
        one.append(Card(voice("card.r"), voice.show("r", "v"), voice("card.r_note")))
    if f.known("over.now"):
        one.append(Card(voice("card.over"), voice.show("over.now"), voice("card.over_note")))
    two = []
    for rate in ("firms", "staff", "output"):
        if f.known(f"now.{rate}"):
            two.append(
                Card(voice(f"card.{rate}"), voice.show(f"now.{rate}"), voice("card.estimate_note"))
            )
    blocks = [
        Cards(voice("card.front_one"), tuple(one)),
        Cards(voice("card.front_two"), tuple(two)),
    ]
    return Section("stand", voice("section.stand"), tuple(b for b in blocks if b.cards))


def compose_first(evidence: Evidence, figures: Figures, lang: str) -> Document:
    """Return the first look in one language: both fronts, and the options without a plan.

    Parameters
    ----------
    evidence : Evidence
        Of ``tasks.first_look``.
    figures : Figures
    lang : str
        "zh" or "en".
    """
    voice = Voice(lang, figures)
    city = {"city": evidence.place.name(lang)}
    lines = [voice(f"lead.front_one.{front_one_line(figures)}")]
    lines += [comparison(evidence, voice, k) for k in evidence.options if k != evidence.base.key]
    rates = Section(
        "front_two", voice("section.front_two"), (sections.rates_picture(evidence, voice),)
    )
    return Document(
        lang="zh-Hans" if lang == "zh" else "en",
        title=voice("first.title", city),
        subtitle=voice("first.subtitle"),
        lead=tuple(lines),
        box=(voice("first.lead"),),
        sections=(
            stand(voice),
            sections.front_one(evidence, voice),
            rates,
            sections.options(evidence, voice),
        ),
        footer=voice("brief.footer", {"version": twofronts.__version__}),
        labels=_labels(voice),
    )


def _labels(voice: Voice) -> dict[str, str]:
    return {k: voice(f"brief.{k}") for k in ("skip", "table_behind", "contents")}


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
        decisions(evidence, voice, choice),
        stand(voice),
        sections.front_one(evidence, voice),
        sections.front_two(evidence, voice, choice),
        sections.options(evidence, voice),
        why(evidence, voice, choice),
        sections.risks(evidence, voice, choice),
        sections.annex(evidence, voice),
    )
    city = evidence.place.name(lang)
    return Document(
        lang="zh-Hans" if lang == "zh" else "en",
        title=voice("brief.title", {"city": city}),
        subtitle=voice("brief.subtitle"),
        lead=lead(voice),
        box=advice(evidence, voice, choice),
        sections=tuple(s for s in parts if s.blocks),
        footer=voice("brief.footer", {"version": twofronts.__version__}),
        labels=_labels(voice),
    )

"""What options and places are called in the brief."""

from __future__ import annotations

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.evidence import Evidence, Option


def option_name(option: Option, voice: Voice) -> str:
    """Return the short name of an option: the catalogue's, or the rulebook's own."""
    key = f"option.{option.key}"
    return voice(key) if voice.has(key) else option.name(voice.lang)


def option_phrase(option: Option, voice: Voice) -> str:
    """Return what an option is called inside a sentence."""
    key = f"phrase.{option.key}"
    return voice(key) if voice.has(key) else option_name(option, voice)


def sentence_case(text: str) -> str:
    """Return a sentence with its first letter capital."""
    return text[:1].upper() + text[1:]


def name_column(lang: str) -> str:
    """Return the column that holds names in a language."""
    return "name_zh" if lang == "zh" else "name_en"


def name_of_key(evidence: Evidence, key: str, voice: Voice) -> str:
    """Return what an option or a baseline that is not shown is called."""
    if key in evidence.options:
        return option_name(evidence.options[key], voice)
    return voice(f"option.{key}")


def joined(parts: list[str], lang: str) -> str:
    """Return sentences one after the other."""
    return ("" if lang == "zh" else " ").join(parts)


def listed(names: list[str], lang: str) -> str:
    """Return names as a list inside a sentence."""
    return "、".join(names) if lang == "zh" else ", ".join(names)

"""The catalogue: complete in both languages, the same figures, no digit of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import twofronts.briefing as briefing
from twofronts.briefing.catalogue import PLACEHOLDER, Voice, placeholders, sentences
from twofronts.briefing.figures import Figures
from twofronts.city.tables import TABLES
from twofronts.fonts import missing_glyphs

EN, ZH = sentences("en"), sentences("zh")
SOURCE = "\n".join(
    p.read_text(encoding="utf-8") for p in Path(briefing.__file__).parent.rglob("*.py")
)


def test_both_languages_hold_the_same_sentences():
    assert set(EN) == set(ZH)


def test_both_languages_ask_for_the_same_figures():
    asked = {
        key: [{p for p in placeholders(text) if p[0] != "="} for text in (EN[key], ZH[key])]
        for key in EN
    }
    assert {k: (a, b) for k, (a, b) in asked.items() if a != b} == {}


def test_no_sentence_carries_a_number_of_its_own():
    texts = [*EN.values(), *ZH.values()]
    assert [t for t in texts if re.search(r"\d", PLACEHOLDER.sub("", t))] == []


def test_every_sentence_is_translated():
    assert [k for k in EN if not (EN[k].strip() and ZH[k].strip())] == []
    worded = [k for k in EN if re.search(r"[a-z]{3}", PLACEHOLDER.sub("", EN[k]))]
    assert [k for k in worded if EN[k] == ZH[k]] == []


def test_english_holds_no_chinese():
    for text in EN.values():
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text), text


def test_no_sentence_is_left_over():
    """Every key is asked for by the code, in full or as the beginning of a computed key."""
    asked = set(re.findall(r"""["']([a-z_0-9.]+)["']""", SOURCE))
    computed = set(re.findall(r"""f["']([a-z_0-9]+(?:\.[a-z_0-9]+)*\.)(?=\{)""", SOURCE))
    asked |= {f"unit.{u}" for u in re.findall(r'"([a-z_]+)"', SOURCE)}
    left = [k for k in EN if k not in asked and not any(k.startswith(c) for c in computed)]
    assert left == []


def test_every_table_of_a_city_has_a_name_to_be_listed_by():
    for lang in ("en", "zh"):
        named = sentences(lang)
        missing = [t.name for t in TABLES if f"city_table.{t.name}" not in named]
        assert missing == [], lang


def test_every_glyph_exists():
    assert missing_glyphs("".join([*EN.values(), *ZH.values()])) == ""


def test_a_missing_sentence_stops():
    with pytest.raises(KeyError, match="no sentence"):
        Voice("en", Figures())("no.such.key")


def test_a_missing_figure_stops():
    with pytest.raises(KeyError, match="no result gives"):
        Voice("en", Figures())("brief.subtitle")


def test_a_missing_word_stops():
    with pytest.raises(KeyError):
        Voice("en", Figures())("brief.title")

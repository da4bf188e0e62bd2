"""What the annex tells of the validation: the rows it names are there, misses are marked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from validation.__main__ import CARRIED, carried

from twofronts.briefing import sections
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.checks import TOLD, load_checks
from twofronts.briefing.measure import build_figures

RESULTS = Path(__file__).parents[2] / "docs" / "validation" / "results.json"


def annex_text(evidence, lang):
    voice = Voice(lang, build_figures(evidence))
    return repr(sections.annex(evidence, voice))


def test_the_package_carries_the_results_that_the_docs_show():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert CARRIED.read_text(encoding="utf-8") == carried(results)


def test_every_row_told_is_a_row_of_the_validation():
    checks = load_checks()
    assert [c.key for c in checks.told] == [key for key, *_ in TOLD]
    assert checks.held < checks.rows


@pytest.mark.parametrize(("lang", "missed"), [("zh", "未达"), ("en", "Missed")])
def test_a_miss_is_told_as_one(evidence, lang, missed):
    checks = load_checks()
    good = tuple(replace(c, held=True) for c in checks.told)
    assert missed not in annex_text(replace(evidence, checks=replace(checks, told=good)), lang)
    bad = (replace(good[0], held=False, value=0.9), *good[1:])
    text = annex_text(replace(evidence, checks=replace(checks, told=bad)), lang)
    assert text.count(missed) == 1
    assert "90%" in text

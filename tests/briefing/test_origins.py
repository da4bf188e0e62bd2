"""Sources of assumptions are told in Chinese where the brief is."""

from __future__ import annotations

import re

import pytest

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.gather import assumptions_of, city_assumptions
from twofronts.briefing.tables import assumptions_table
from twofronts.city import load_city
from twofronts.city.knowledge import what_is_known
from twofronts.city.template import write_template
from twofronts.measures.catalogue import all_parameters
from twofronts.origins import source_zh, sources, unit_zh
from twofronts.parameters import load_parameters

HAN = re.compile(r"[\u4e00-\u9fff]")
# an author, a year and where to find it: the same in every language
CITATION = re.compile(r"[A-Z][\w-]+( and [A-Z]\w+)? \d{4}, doi:\S+")
DOI = re.compile(r"10\.\d{4,}/[^\s,;:，；：（）]*[\w]")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    parts = assumptions_of(load_parameters())
    made = tmp_path_factory.mktemp("city") / "new"
    write_template(made)
    for city in ("nanjing", "town", made):
        parts += city_assumptions(load_city(city))
    return parts


def untranslated(table) -> list[str]:
    """Sources in a table of the annex that are neither Chinese nor a citation alone."""
    texts = [row.cells[1].text for row in table.rows]
    return [x for x in texts if not HAN.search(x) and not CITATION.fullmatch(x)]


def test_every_source_of_the_chinese_annex_is_chinese(rows, figures):
    table = assumptions_table(rows, Voice("zh", figures))
    assert len(table.rows) == len(rows) > 200
    assert untranslated(table) == []
    names = [row.head for row in table.rows]
    assert [n for n in names if not HAN.search(n)] == []
    # the check itself sees what is English
    english = assumptions_table(rows, Voice("en", figures))
    assert len(untranslated(english)) > 150


def test_the_english_annex_stays_as_the_files_have_it(rows, figures):
    table = assumptions_table(rows, Voice("en", figures))
    assert [r.cells[1].text for r in table.rows] == [a.source for a in rows]


def test_the_table_of_sources_holds_what_is_used_and_no_more(rows):
    # the annex has no effects of measures and no priors, the list of parameters has
    every = {p.source for p in all_parameters().values()}
    for name in ("nanjing", "town"):
        city = load_city(name)
        every |= {city.notes, *(x for i in what_is_known(city) for x in (i.source, i.notes))}
    every -= {""}
    assert {a.source for a in rows} | every == set(sources())
    told = [source_zh(text) for text in every]
    assert [x for x in told if not HAN.search(x) and not CITATION.fullmatch(x)] == []


def test_what_is_cited_is_cited_in_both_languages():
    for en, zh in sources().items():
        assert sorted(DOI.findall(en)) == sorted(DOI.findall(zh)), en
        assert zh.count("凭记忆") == len(re.findall("recalled|from (?:memory|recall)", en)), en


def test_units_that_are_words_are_chinese(rows):
    for unit in {a.unit for a in rows} - {"1", ""}:
        assert HAN.search(unit_zh(unit)), unit


def test_a_citys_own_words_stay(rows):
    assert source_zh("Bureau of statistics, 2025") == "Bureau of statistics, 2025"

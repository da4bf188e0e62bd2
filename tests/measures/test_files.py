"""Rulebooks as files: what is refused and how, what comes back as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.rulebooks import CATALOGUE, START, city, residents, rulebook, some_rulebook
from twofronts.city import load_city
from twofronts.errors import OutputError, RulebookError, ScenarioError
from twofronts.measures import (
    BUILT_IN,
    compile_rulebook,
    load_rulebook,
    parse_rulebook,
    save_rulebook,
    to_toml,
)
from twofronts.measures.template import template
from twofronts.measures.toml_lines import key_lines, line_of
from twofronts.measures.words import diff_rulebooks

DAMAGED = [
    to_toml(load_rulebook("meeting")).split("[measures]")[1],
    (
        'name = "x"\n[orders]\nbasis = "law"\ndays = 28\n[grades]\ntotal_above = 20\n'
        '[measures]\ncommunity = { level = "sealed", until = 2020-03-01 }\nmasks = "required"\n'
        '[[changes]]\nday = 3\nmeasure = "masks"\nlevel = "free"\n'
        '[[overrides]]\ndistrict = "a"\nmeasure = "venues"\nlevel = "closed"\nfrom = 2020-02-20\n'
        "[switch]\ntighten = { beds_share = 0.9 }\nrelax = { reproduction = 0.9 }\n"
        '[switch.strict]\nvenues = "closed"\n'
    ),
]
DAMAGED[0] = 'name = "m"\n[orders]\nbasis = "law"\ndays = 28\n[measures]' + DAMAGED[0]

ORDERS = 'name = "x"\n[orders]\nbasis = "law"\ndays = 28\n'  # lines 1 to 4

# name, text, line of the problem, what it says, what it advises
BAD = [
    ("not TOML", 'name = "x"\n[measures\n', 2, "not a TOML file", "correct the line"),
    ("a key without a value", 'name = "x"\nnote =\n', 2, "not a TOML file", "correct the line"),
    ("a key twice", 'name = "x"\nname = "y"\n', 2, "not a TOML file", "correct the line"),
    ("only a comment", "# nothing\n", None, "name is missing", "add name"),
    ("no name", "[measures]\n", None, "name is missing", "add name"),
    ("name of wrong type", "name = 7\n", 1, "name", "correct the value"),
    ("empty name", 'name = ""\n', 1, "name", "correct the value"),
    ("unknown table", 'name = "x"\n[mesures]\n', 2, "unknown key 'mesures'", "'measures'"),
    (
        "unknown measure",
        ORDERS + '[measures]\ncomunity = "sealed"\n',
        6,
        "unknown measure 'comunity'",
        "'community'",
    ),
    (
        "unknown level",
        ORDERS + '[measures]\ncommunity = "closed-off"\n',
        6,
        "community has no level 'closed-off'",
        "'closed_off'",
    ),
    (
        "unknown grade",
        ORDERS + '[measures]\ncommunity = { low = "open", middle = "open", high = "sealed" }\n',
        6,
        "unknown key 'middle'",
        "choose of low, medium, high",
    ),
    (
        "a grade left out",
        ORDERS + '[measures]\ncommunity = { low = "open", high = "sealed" }\n',
        6,
        "medium is missing",
        "add medium",
    ),
    (
        "level is a number",
        ORDERS + "[measures]\ncommunity = 2\n",
        6,
        "2 is no level",
        "correct the value",
    ),
    (
        "lower in a higher grade",
        ORDERS + '[measures]\nvenues = { low = "closed", medium = "open", high = "closed" }\n',
        6,
        "venues is lower in a higher grade",
        "order the three levels",
    ),
    (
        "no basis",
        'name = "x"\n[measures]\ncommunity = { level = "sealed", days = 3 }\n',
        3,
        "community has no basis",
        "add basis",
    ),
    (
        "blank basis",
        'name = "x"\n[measures]\ncommunity = { level = "sealed", days = 3, basis = "  " }\n',
        3,
        "community has no basis",
        "add basis",
    ),
    (
        "basis in one language of two",
        'name = "x"\n[orders]\nbasis = { en = "law" }\ndays = 3\n',
        3,
        "give en and zh",
        "correct the value",
    ),
    (
        "no end",
        'name = "x"\n[measures]\nquarantine = { level = "home", basis = "law" }\n',
        3,
        "quarantine has no end",
        "add until",
    ),
    (
        "two ends",
        'name = "x"\n[orders]\nbasis = "law"\nuntil = 2020-03-01\ndays = 3\n',
        2,
        "both until and days",
        "correct the value",
    ),
    (
        "a day that does not exist",
        'name = "x"\n[orders]\nbasis = "law"\nuntil = 2020-02-30\n',
        4,
        "a date that does not exist",
        "a day of the calendar",
    ),
    (
        "a day that does not exist, in quotes",
        'name = "x"\n[orders]\nbasis = "law"\nuntil = "2020-02-30"\n',
        4,
        "no date that exists",
        "correct the value",
    ),
    (
        "a date that is a number",
        'name = "x"\n[orders]\nbasis = "law"\nuntil = 20200301\n',
        4,
        "is not a date",
        "correct the value",
    ),
    (
        "a time instead of a date",
        'name = "x"\n[orders]\nuntil = 2020-03-01T08:00:00\n',
        3,
        "is not a date",
        "correct the value",
    ),
    ("negative days", 'name = "x"\n[orders]\ndays = -3\n', 3, "days is -3, below 1", "not below 1"),
    ("no days at all", 'name = "x"\n[orders]\ndays = 0\n', 3, "days is 0, below 1", "not below 1"),
    ("days as text", 'name = "x"\n[orders]\ndays = "28"\n', 3, "orders.days", "correct the value"),
    (
        "dates out of order",
        ORDERS + '[[changes]]\ndate = 2020-03-05\nmeasure = "masks"\nlevel = "free"\n'
        '[[changes]]\ndate = 2020-03-01\nmeasure = "masks"\nlevel = "required"\n',
        10,
        "changes are out of order",
        "move it up",
    ),
    (
        "days out of order",
        ORDERS + '[[changes]]\nday = 9\nmeasure = "masks"\nlevel = "free"\n'
        '[[changes]]\nday = 2\nmeasure = "masks"\nlevel = "required"\n',
        10,
        "changes are out of order",
        "move it up",
    ),
    (
        "two changes at once",
        ORDERS + '[[changes]]\nday = 2\nmeasure = "masks"\nlevel = "free"\n'
        '[[changes]]\nday = 2\nmeasure = "masks"\nlevel = "required"\n',
        9,
        "masks changes twice at once",
        "keep one",
    ),
    (
        "a change without a day",
        ORDERS + '[[changes]]\nmeasure = "masks"\nlevel = "free"\n',
        5,
        "give either date or day",
        "correct the value",
    ),
    (
        "a change with both",
        ORDERS + '[[changes]]\nday = 2\ndate = 2020-03-01\nmeasure = "masks"\nlevel = "free"\n',
        5,
        "give either date or day",
        "correct the value",
    ),
    (
        "a negative day",
        ORDERS + '[[changes]]\nday = -2\nmeasure = "masks"\nlevel = "free"\n',
        6,
        "day is -2, below 0",
        "not below 0",
    ),
    (
        "a change that ends before it begins",
        ORDERS + '[[changes]]\ndate = 2020-03-05\nmeasure = "venues"\nlevel = "closed"\n'
        "until = 2020-03-01\n",
        9,
        "it ends on 2020-03-01, before it begins on 2020-03-05",
        "in order",
    ),
    (
        "a change of no known measure",
        ORDERS + '[[changes]]\nday = 3\nmeasure = "mask"\nlevel = "free"\n',
        5,
        "unknown measure 'mask'",
        "'masks'",
    ),
    (
        "an override of no place",
        ORDERS + '[[overrides]]\nmeasure = "venues"\nlevel = "closed"\n',
        5,
        "give one of district, checkpoint, compound, enterprise and sector",
        "correct the value",
    ),
    (
        "an override of two places",
        ORDERS
        + '[[overrides]]\ndistrict = "a"\ncompound = 3\nmeasure = "venues"\nlevel = "closed"\n',
        5,
        "give one of district, checkpoint, compound, enterprise and sector",
        "correct the value",
    ),
    (
        "an override of a city-wide measure",
        ORDERS + '[[overrides]]\ndistrict = "a"\nmeasure = "tracing"\nlevel = "full"\n',
        7,
        "tracing holds for the whole city",
        "set it under [measures]",
    ),
    (
        "overlapping overrides",
        ORDERS + '[[overrides]]\ndistrict = "a"\nmeasure = "venues"\nlevel = "closed"\n'
        'from = 2020-02-20\nuntil = 2020-03-01\n[[overrides]]\ndistrict = "a"\n'
        'measure = "venues"\nlevel = "limited"\nfrom = 2020-03-01\n',
        11,
        "overrides 1 and 2 overlap",
        "end the first",
    ),
    (
        "a negative compound",
        ORDERS + '[[overrides]]\ncompound = -1\nmeasure = "venues"\nlevel = "closed"\n',
        6,
        "compound is -1, below 0",
        "not below 0",
    ),
    (
        "an override of a sector that is not on attendance",
        ORDERS + '[[overrides]]\nsector = "P"\nmeasure = "venues"\nlevel = "closed"\n',
        7,
        "venues is not told by sector",
        "choose of attendance_essential, attendance_industry, attendance_services",
    ),
    (
        "an override without basis",
        'name = "x"\n[[overrides]]\ndistrict = "a"\nmeasure = "venues"\nlevel = "closed"\ndays = 3\n',
        2,
        "venues has no basis",
        "add basis",
    ),
    (
        "negative threshold",
        'name = "x"\n[grades]\ntotal_above = -50\n',
        3,
        "total_above is -50, below 0",
        "not below 0",
    ),
    (
        "fractional threshold",
        'name = "x"\n[grades]\nnew_days = 13.5\n',
        3,
        "grades.new_days",
        "correct the value",
    ),
    (
        "a cluster of one",
        'name = "x"\n[grades]\ncluster_size = 1\n',
        3,
        "cluster_size is 1, below 2",
        "not below 2",
    ),
    (
        "unknown date basis",
        'name = "x"\n[grades]\ndate_basis = "symptoms"\n',
        3,
        "grades.date_basis",
        "correct the value",
    ),
    (
        "unknown key of grades",
        'name = "x"\n[grades]\ntotal = 50\n',
        3,
        "unknown key 'total'",
        "'total_above'",
    ),
    (
        "share above 1",
        ORDERS + "[switch]\ntighten = { beds_share = 95 }\nrelax = { beds_share = 0.25 }\n"
        '[switch.strict]\ncommunity = "sealed"\n',
        6,
        "beds_share is 95, above 1",
        "not above 1",
    ),
    (
        "negative reproduction number",
        ORDERS + "[switch]\ntighten = { reproduction = -1.2 }\nrelax = {}\n"
        '[switch.strict]\ncommunity = "sealed"\n',
        6,
        "reproduction is -1.2, below 0",
        "not below 0",
    ),
    (
        "relax above tighten",
        ORDERS + "[switch]\ntighten = { beds_share = 0.5 }\nrelax = { beds_share = 0.6 }\n"
        '[switch.strict]\ncommunity = "sealed"\n',
        5,
        "must lie below tighten",
        "correct the value",
    ),
    (
        "a switch that watches nothing",
        ORDERS + '[switch]\ntighten = {}\nrelax = {}\n[switch.strict]\ncommunity = "sealed"\n',
        5,
        "tighten watches nothing",
        "correct the value",
    ),
    (
        "a share that is a word",
        ORDERS + '[switch]\ntighten = { beds_share = "all" }\nrelax = {}\n[switch.strict]\n'
        'community = "sealed"\n',
        6,
        "'all' is not a number",
        "correct the value",
    ),
    (
        "an unknown measure in a set",
        ORDERS + "[switch]\ntighten = { beds_share = 0.9 }\nrelax = {}\n[switch.strict]\n"
        'lockdown = "full"\n',
        9,
        "unknown measure 'lockdown'",
        "twofronts measures",
    ),
    (
        "a notice too long",
        ORDERS + '[measures]\nmasks = { level = "required", notice_days = 99 }\n',
        6,
        "notice_days is 99, above 60",
        "not above 60",
    ),
]


@pytest.mark.parametrize(
    ("text", "line", "what", "remedy"), [b[1:] for b in BAD], ids=[b[0] for b in BAD]
)
def test_bad_rulebook_is_refused_with_what_where_why_and_remedy(tmp_path, text, line, what, remedy):
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load_rulebook(path)
    problems = refused.value.problems
    found = [p for p in problems if what in p.what]
    assert found, [p.what for p in problems]
    problem = found[0]
    assert problem.file == str(path)
    assert problem.line == line
    assert problem.why
    assert remedy in problem.remedy


def test_at_least_thirty_bad_rulebooks():
    assert len(BAD) >= 30


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", None, "the file is empty"),
        (b" \n\n", None, "the file is empty"),
        ('name = "x"\ntitle = "封闭"\n'.encode("gbk"), 2, "not UTF-8 text"),
        ('name = "x"\n'.encode("utf-16"), 1, "not UTF-8 text"),
    ],
)
def test_bytes_that_are_no_rulebook(tmp_path, data, line, what):
    path = tmp_path / "bad.toml"
    path.write_bytes(data)
    with pytest.raises(RulebookError) as refused:
        load_rulebook(path)
    (problem,) = refused.value.problems
    assert (problem.what, problem.line, problem.file) == (what, line, str(path))


def test_a_name_that_is_neither_built_in_nor_a_file():
    with pytest.raises(RulebookError) as refused:
        load_rulebook("meting")
    (problem,) = refused.value.problems
    assert problem.what == "no rulebook is called 'meting'"
    assert "'meeting'" in problem.remedy


def test_every_problem_is_named_at_once():
    text = ORDERS + '[measures]\nmasks = "on"\nvenues = "shut"\ntracing = "total"\n'
    with pytest.raises(RulebookError) as refused:
        parse_rulebook(text)
    assert [p.line for p in refused.value.problems] == [6, 7, 8]


@pytest.mark.parametrize(
    ("place", "what", "remedy"),
    [
        ({"district": "d9"}, "unknown district 'd9'", "choose of d0, d1, d2"),
        ({"compound": 6}, "unknown compound '6'", "name one of those"),
        ({"enterprise": "E9"}, "unknown enterprise 'E9'", "look the id up"),
    ],
)
def test_places_are_held_against_the_city(place, what, remedy):
    book = rulebook(overrides=[{**place, "measure": "venues", "level": "closed"}])
    with pytest.raises(RulebookError) as refused:
        compile_rulebook(book, city(), residents(), start=START, n_days=5)
    (problem,) = refused.value.problems
    assert problem.what == what
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("sector", "measure", "what", "remedy"),
    [
        ("Z9", "attendance_services", "unknown sector 'Z9'", "choose of A, B, C1"),
        ("C5", "attendance_services", "attendance_services does not hold for sector C5",
         "choose attendance_industry"),
    ],
)  # fmt: skip
def test_sectors_are_held_against_the_city(sector, measure, what, remedy):
    book = rulebook(overrides=[{"sector": sector, "measure": measure, "level": "half"}])
    with pytest.raises(RulebookError) as refused:
        compile_rulebook(book, load_city("town"), start=START, n_days=5)
    (problem,) = refused.value.problems
    assert problem.what == what
    assert remedy in problem.remedy
    without = rulebook(overrides=[{"sector": "C5", "measure": measure, "level": "half"}])
    with pytest.raises(RulebookError, match="unknown sector"):
        compile_rulebook(without, city(), start=START, n_days=5)


def test_a_sector_is_written_read_and_said():
    row = {"sector": "C5", "measure": "attendance_industry", "level": "half", "days": 9}
    book = rulebook(overrides=[row])
    again = parse_rulebook(to_toml(book))
    assert again.digest() == book.digest()
    assert again.overrides[0].place == ("sector", "C5")
    said = diff_rulebooks(rulebook(), book)
    assert any("sector C5, Attendance, industry" in d.en and "行业C5" in d.zh for d in said)
    arrays = compile_rulebook(book, load_city("town"), start=START, n_days=20).sector_level
    assert (arrays.id.tolist(), arrays.last_day.tolist()) == ([5 + 1], [8])


def test_places_without_residents_are_refused():
    book = rulebook(overrides=[{"compound": 1, "measure": "venues", "level": "closed"}])
    with pytest.raises(RulebookError, match="no residents were built"):
        compile_rulebook(book, city(), start=START, n_days=5)


def test_a_rulebook_made_by_hand_is_checked_when_compiled():
    book = rulebook({"community": "shut"})
    with pytest.raises(RulebookError, match="no level 'shut'"):
        compile_rulebook(book, city(), start=START, n_days=5)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_rulebooks_round_trip(tmp_path, name):
    book = load_rulebook(name)
    path = tmp_path / "copy.toml"
    save_rulebook(book, path)
    again = load_rulebook(path)
    assert again == book
    assert again.digest() == book.digest()
    assert book.name == name
    assert set(book.title) == {"en", "zh"}


@settings(max_examples=60, deadline=None)
@given(book=some_rulebook(switch=True))
def test_any_rulebook_round_trips(book):
    assert parse_rulebook(to_toml(book)) == book


def test_text_with_quotes_and_other_alphabets_round_trips():
    book = rulebook(title={"en": 'a "b" \\ c\n\x7f', "zh": "第6号通告 'x'"})
    assert parse_rulebook(to_toml(book)) == book


def test_digest_is_of_what_is_decided():
    a = rulebook({"masks": "required"})
    assert a.digest() == rulebook({"masks": "required"}, name="other").digest()
    assert a.digest() != rulebook({"masks": "advised"}).digest()
    assert a.digest() != rulebook({"masks": "required"}, grades={"total_above": 51}).digest()


def test_template_names_every_measure_and_parses_to_its_base():
    base = load_rulebook("meeting")
    text = template(base, name="mine")
    book = parse_rulebook(text)
    assert list(book.measures) == list(CATALOGUE.keys)
    # what it shows as comments is right too, once the marks are taken away
    head, tail = text.split("# Dated changes", 1)
    shown = [
        line.removeprefix("# ").split("  #")[0]
        for line in tail.splitlines()
        if re.match(r"# (\[|\w+ = )", line)
    ]
    live = head + "\n".join(shown)
    full = parse_rulebook(live)
    assert full.switch is not None
    assert [c.measure for c in full.changes] == ["schools"]
    assert [o.place for o in full.overrides] == [("district", "320104")]


def test_no_half_written_file_is_left(tmp_path):
    target = tmp_path / "file"
    target.write_text("")
    with pytest.raises(OutputError):
        save_rulebook(rulebook(), target / "x.toml")
    assert list(tmp_path.iterdir()) == [target]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read_never_a_crash(data):
    text = data.draw(st.sampled_from(DAMAGED))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = at + data.draw(st.integers(0, 12))
        put = data.draw(
            st.sampled_from(["", "=", "[", '"', "7", "-1", "nan", "\n", "true", "{}", "中"])
        )
        text = text[:at] + put + text[end:]
    problems = ()
    try:
        parse_rulebook(text)
    except RulebookError as refused:
        problems = refused.problems
    assert all(p.what and p.why and p.remedy for p in problems)


def test_a_run_without_a_day_is_refused():
    with pytest.raises(ScenarioError, match="at least one day"):
        compile_rulebook(rulebook(), city(), start=START, n_days=0)


def test_lines_of_tables_arrays_and_strings():
    text = 'a = 1\n[t]\nb = """\n[no]\nc = 2\n"""\n[[x.y]]\nd = 1\n[[x.y]]\n"e f" = 2\ng.h = 3\n'
    lines = key_lines(text)
    assert lines[("t", "b")] == 3
    assert ("no",) not in lines
    assert lines[("x", "y", 1, "e f")] == 10
    assert lines[("x", "y", 1, "g", "h")] == 11
    assert line_of(lines, ("x", "y", 0, "d", "low")) == 8
    assert line_of(lines, ("x", "y", 1, "missing")) == 9
    assert line_of(lines, ("nowhere",)) is None

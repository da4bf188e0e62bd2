import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from twofronts.errors import ParameterError
from twofronts.parameters import load_parameters, read_parameters

GOOD = """
[delay.isolation]
value = 6.3
unit = "d"
bounds = [0, 30]
range = [4, 8]
dist = "uniform"
grade = "published"
source = "somebody, 2020"
dated = [{ from = 2020-01-25, value = 4.6 }, { from = 2020-02-01, value = 3.1 }]
"""


def read(tmp_path: Path, text: str):
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    return read_parameters(path)


def test_a_dated_value_holds_from_its_date_on(tmp_path):
    p = read(tmp_path, GOOD)["delay.isolation"]
    assert p.on(dt.date(2020, 1, 24)) == 6.3
    assert p.on(dt.date(2020, 1, 25)) == 4.6
    assert p.on(dt.date(2020, 3, 1)) == 3.1


@pytest.mark.parametrize(
    ("dist", "value", "low", "high"),
    [
        ("uniform", 5, 4, 8),
        ("triangular", 5, 4, 8),
        ("normal", 6, 4, 8),
        ("lognormal", 4, 2, 8),
    ],
)
def test_draws_have_the_stated_range(tmp_path, dist, value, low, high):
    text = GOOD.split("dated")[0]
    text = text.replace("value = 6.3", f"value = {value}").replace("[4, 8]", f"[{low}, {high}]")
    p = read(tmp_path, text.replace('"uniform"', f'"{dist}"'))["delay.isolation"]
    u = (np.arange(200_000) + 0.5) / 200_000
    x = p.draw(u)
    assert np.all(np.diff(x) >= 0)
    if dist in ("uniform", "triangular"):
        assert x.min() == pytest.approx(low, abs=0.02)
        assert x.max() == pytest.approx(high, abs=0.02)
    else:
        assert np.quantile(x, [0.025, 0.975]) == pytest.approx([low, high], rel=1e-3)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 6.3", "value = 31", "outside the bounds"),
        ("value = 6.3", "value = nan", "outside the bounds"),
        ("value = 6.3", "value = 3.0", "outside its range"),
        ("bounds = [0, 30]", "bounds = [30, 0]", "wrong way round"),
        ("range = [4, 8]", "", "needs a range"),
        ('source = "somebody, 2020"', 'source = " "', "source is empty"),
        ('grade = "published"', 'grade = "guessed"', "measured"),
        ('unit = "d"', "", "Field required"),
        ('unit = "d"', 'unit = "d"\ncolour = "red"', "Extra inputs"),
        ('dist = "uniform"', 'dist = "lognormal"', None),
        ("[delay.isolation]", "[delay]\nisolation = 3\n[other.key]", "bare int"),
        ("value = 6.3", "value = = 6", "not a TOML file"),
        ("value = 6.3", 'value = "6.3"', "'6.3' is no number; write it without quotes"),
        ("value = 6.3", "value = true", "True is no number"),
        ("bounds = [0, 30]", "bounds = [0]", "Field required"),
        ("range = [4, 8]", 'range = [4, "8"]', "'8' is no number"),
        ("range = [4, 8]", "range = [8, 4]", "outside its range"),
        ("[delay.isolation]", "# a line more\n[delay.isolation]\ncolour = 1", "toml:\\d+:colour"),
    ],
)
def test_a_bad_parameter_file_is_refused(tmp_path, old, new, words):
    text = GOOD.replace(old, new)
    if words is None:
        text = text.replace("[4, 8]", "[0, 8]")
        words = "must lie above 0"
    with pytest.raises(ParameterError, match=words):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no parameter"),
        (b"# nothing but a remark\n", "no parameter"),
        ("[a.b]\nsource = '假定'\n".encode("gbk"), "not a TOML file"),
        ("[a.b]\nvalue = 1\n".encode("utf-16"), "not a TOML file"),
        (b"[a.b]\nvalue = 1\nvalue = 2\n", "not a TOML file"),
        (b"[a.b]\nbounds = [0, ", "not a TOML file"),
    ],
)
def test_what_is_no_parameter_file_is_refused(tmp_path, data, words):
    path = tmp_path / "p.toml"
    path.write_bytes(data)
    with pytest.raises(ParameterError, match=words):
        read_parameters(path)


def test_a_folder_or_nothing_in_a_parameter_files_place_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="it is a folder"):
        read_parameters(tmp_path)
    with pytest.raises(ParameterError, match="no such file"):
        read_parameters(tmp_path / "none.toml")


def test_a_problem_names_the_line_of_its_table(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text("\n\n" + GOOD.replace("value = 6.3", "value = 99"), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        read_parameters(path)
    (problem,) = caught.value.problems
    line = path.read_text().splitlines().index("[delay.isolation]") + 1
    assert (problem.file, problem.line) == ("p.toml", line)
    assert "[delay.isolation]" in problem.remedy


def test_values_can_be_held_but_only_inside_their_bounds(tmp_path):
    parameters = read(tmp_path, GOOD)
    held = parameters.with_values({"delay.isolation": 9.0})
    assert held.value("delay.isolation") == 9.0
    assert held["delay.isolation"].draw(np.array([0.1, 0.9])).tolist() == [9.0, 9.0]
    assert held.digest() != parameters.digest()
    with pytest.raises(ParameterError, match="outside the bounds"):
        parameters.with_values({"delay.isolation": -1.0})
    with pytest.raises(ParameterError, match="no parameter is called"):
        parameters.with_values({"delay.isolatoin": 1.0})


def test_every_built_in_parameter_says_where_it_comes_from():
    for parameter in load_parameters().values():
        assert parameter.source.strip()
        assert parameter.unit.strip()
        assert set(parameter.name) in (set(), {"en", "zh"}), parameter.key

"""The command: what it refuses, in plain words, before any work is done."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from twofronts import fonts
from twofronts.city.loader import find_city
from twofronts.cli import main


def run(capsys, *args) -> tuple[int, str]:
    status = main(["brief", *args])
    return status, capsys.readouterr().err


@pytest.fixture
def town(tmp_path):
    """A city's folder that a test may change."""
    path = tmp_path / "town"
    shutil.copytree(find_city("town"), path)
    return path


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere"], "there is no city 'nowhere'"),
        (["town", "--as-of", "2020-02-30"], "'2020-02-30' is not a day"),
        (["town", "--as-of", "yesterday"], "write it as 2020-02-18"),
        (["town", "--as-of", "2019-01-01"], "has no report up to 2019-01-01"),
        (["town", "--as-of", "2021-01-01"], "days without a report would pass for"),
        (["town", "--lang", "fr"], "no language 'fr'"),
        (["town", "--goal", "money"], "no goal 'money'"),
        (["town", "--draws", "1"], "Invalid value"),
        (["town", "--budget", "3"], "Invalid value"),
        (["town", "--days", "5"], "Invalid value"),
        (["town", "--scale", "0"], "Invalid value"),
    ],
)
def test_bad_input_gets_a_plain_message_and_leaves_nothing(tmp_path, capsys, args, said):
    out = tmp_path / "brief"
    status, err = run(capsys, *args, "--out", str(out))
    assert status == 2
    assert said in " ".join(err.split())
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_a_city_without_reports_is_told_so(town, capsys, tmp_path):
    table = pd.read_csv(town / "reports.csv")
    table.iloc[:0].to_csv(town / "reports.csv", index=False)
    status, err = run(capsys, str(town), "--out", str(tmp_path / "out"))
    assert status == 2
    assert "report" in err
    assert not (tmp_path / "out").exists()


def test_a_strangers_folder_is_refused_before_any_work(tmp_path, capsys):
    (tmp_path / "brief").mkdir()
    (tmp_path / "brief" / "thesis.txt").write_text("mine")
    status, err = run(capsys, "town", "--out", str(tmp_path / "brief"))
    assert status == 2
    assert "not empty" in err
    assert (tmp_path / "brief" / "thesis.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    status, err = run(capsys, "town", "--out", str(tmp_path / "file" / "brief"))
    assert status == 2
    assert "Traceback" not in err


def test_without_fonts_the_message_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    status, err = run(capsys, "town", "--out", str(tmp_path / "brief"))
    assert status == 2
    assert "pip install mpl-font" in err
    assert not list(tmp_path.iterdir())

"""From a world table to a city that runs on it, by one command."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from economy.test_pymrio_tables import oecd_file, wiod_file
from twofronts.city.checks import check_city
from twofronts.city.loader import load_city
from twofronts.city.template import write_template
from twofronts.cli import main
from twofronts.economy.city_table import country_table
from twofronts.economy.pymrio_tables import read_pymrio
from twofronts.economy.table_files import read_table_folder
from twofronts.economy.world_table import merge_sectors, year_of
from twofronts.errors import TableError

CODES = ["01T02", "05T06", "C10", "C26", "H49", "Q"]
INTO = {"01T02": "FARM", "05T06": "MAKE", "C10": "MAKE", "C26": "MAKE", "H49": "MOVE", "Q": "CARE"}
USES = ["HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR"]


@pytest.fixture
def source(tmp_path):
    return oecd_file(tmp_path, CODES, USES)


def pairs(path, columns, rows):
    pd.DataFrame(list(rows.items()), columns=columns).to_csv(path, index=False)
    return path


def command(source, out, *more):
    args = ["economy-table", str(source), "--kind", "oecd", "--region", "CHN"]
    return main([*args, "--out", str(out), *map(str, more)])


def test_a_country_comes_out_as_the_documented_tables(source, tmp_path, capsys):
    assert command(source, tmp_path / "out") == 0
    text = capsys.readouterr().out
    assert "6 sectors" in text
    assert "workers" in text
    back = read_table_folder(tmp_path / "out")
    whole = read_pymrio(source, kind="oecd", region="CHN")
    for name in ("domestic", "imported", "households", "other", "exports", "value_added"):
        np.testing.assert_allclose(getattr(back, name), getattr(whole, name), rtol=1e-9)
    assert back.unit == "Million USD in a year"
    assert "ICIO2023_2018.csv, CHN" in back.source


def test_a_city_runs_on_it(source, tmp_path, capsys):
    folder = tmp_path / "city"
    write_template(folder)
    into = pairs(tmp_path / "into.csv", ["from", "sector"], INTO)
    staff = {"FARM": 2e8, "MAKE": 1.6e8, "MOVE": 4e7, "CARE": 2e7}
    workers = pairs(tmp_path / "workers.csv", ["sector", "workers"], staff)
    assert command(source, folder, "--sectors", into, "--workers", workers) == 0
    groups = {"FARM": "essential", "MAKE": "industry", "MOVE": "essential", "CARE": "services"}
    jobs = {"FARM": 2400, "MAKE": 4000, "MOVE": 2000, "CARE": 2000}
    rows = [(s, s, s, g, jobs[s], 20) for s, g in groups.items()]
    columns = ["sector", "name_en", "name_zh", "group", "workers", "mean_size"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "sectors.csv", index=False)
    assert check_city(folder) == []
    table, _ = country_table(load_city(folder))
    whole = read_pymrio(source, kind="oecd", region="CHN")
    assert table.output.sum() == pytest.approx(whole.output.sum())
    capsys.readouterr()
    assert main(["economy", str(folder), "--days", "3", "--draws", "2", "--no-sensitivity"]) == 0
    assert "MAKE" in capsys.readouterr().out


def test_merged_sectors_keep_every_sum(source):
    whole = read_pymrio(source, kind="oecd", region="CHN")
    merged = merge_sectors(whole, INTO)
    assert merged.sectors == ("FARM", "MAKE", "MOVE", "CARE")
    for name in ("domestic", "imported", "households", "other", "exports", "value_added"):
        assert getattr(merged, name).sum() == pytest.approx(getattr(whole, name).sum())
    made = slice(1, 4)
    assert merged.domestic[1, 1] == pytest.approx(whole.domestic[made, made].sum())
    np.testing.assert_allclose(merged.rows(), merged.output, rtol=1e-9)
    np.testing.assert_allclose(merged.columns(), merged.output, rtol=1e-9)


def test_sectors_where_nothing_flows_are_left_out_and_said(tmp_path, capsys):
    path = oecd_file(tmp_path, ["A", "B", "T"], ["HFCE", "GFCF"])
    frame = pd.read_csv(path, index_col=0)
    frame.loc["VA", "CHN_T"] = 0.0
    gone = frame.loc["CHN_T"].copy()
    frame.loc["CHN_T"] = 0.0
    bought = frame["CHN_T"].copy()
    frame["CHN_T"] = 0.0
    # who bought from it keeps its balance by more value added; who sold to it sells to households
    frame.loc["VA"] += gone.where(gone.index.str.contains("_[AB]$"), 0.0)
    rows = frame.index.str.contains("_[AB]$")
    frame.loc[rows, "CHN_HFCE"] += bought[rows]
    frame.to_csv(path)
    assert command(path, tmp_path / "out") == 0
    assert "nothing flows: T" in capsys.readouterr().out
    assert read_table_folder(tmp_path / "out").sectors == ("A", "B")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({k: v for k, v in INTO.items() if k != "C26"}, "sector C26 goes nowhere"),
        (INTO | {"C99": "MAKE"}, "no sector 'C99'"),
        (INTO | {"Q": ""}, "a cell is blank"),
    ],
)
def test_bad_lists_of_sectors_are_refused(rows, words, source, tmp_path, capsys):
    into = pairs(tmp_path / "into.csv", ["from", "sector"], rows)
    assert command(source, tmp_path / "out", "--sectors", into) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sector,workers\n01T02,5\n", "05T06 has no row"),
        ("sector,workers\n01T02,5\n01T02,6\n", "01T02 stands twice"),
        ("sector,workers\n01T02,many\n", "workers of 01T02 are 'many'"),
        ("sector,workers\n01T02,-5\n", "workers of 01T02 are '-5'"),
        ("sector,people\n01T02,5\n", "column workers is missing"),
        ("", "cannot be read"),
    ],
)
def test_bad_workers_are_refused(text, words, source, tmp_path, capsys):
    file = tmp_path / "workers.csv"
    file.write_text(text)
    assert command(source, tmp_path / "out", "--workers", file) == 2
    assert words in capsys.readouterr().err


def test_nothing_is_overwritten(source, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "io_imported.csv").write_text("mine")
    assert command(source, out) == 2
    assert "nothing is overwritten" in capsys.readouterr().err
    assert [x.name for x in out.iterdir()] == ["io_imported.csv"]


def test_it_speaks_chinese(source, tmp_path, capsys):
    assert command(source, tmp_path / "out", "--lang", "zh") == 0
    text = capsys.readouterr().out
    assert "6个行业" in text
    assert "从业人员" in text


def test_a_wiod_file_says_its_year(tmp_path):
    path = wiod_file(tmp_path, ["c1", "c2", "c35"], ["c37", "c38", "c41"])
    args = ["economy-table", str(path), "--kind", "wiod", "--region", "CHN"]
    assert main([*args, "--out", str(tmp_path / "out")]) == 0
    assert "date = 2011-12-31" in (tmp_path / "out" / "io_accounts.toml").read_text()
    assert year_of(tmp_path / "wiot95_row_apr12.xlsx", None) == 1995
    assert year_of(tmp_path / "io", 2015) == 2015
    with pytest.raises(TableError, match="year of the table is not known"):
        year_of(tmp_path / "io", None)

"""Reading tables: good ones whole, bad ones refused with the row that is bad."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from factories.economy import table
from twofronts.economy.city_table import default_table
from twofronts.economy.table import check_table
from twofronts.economy.table_files import FILES, read_table_folder
from twofronts.errors import TableError

N = 4


def write(folder, t=None):
    """Write a random table in the documented form; return its frames by part."""
    t = table(N, seed=1) if t is None else t
    names = list(t.sectors)
    frames = {
        part: pd.DataFrame(getattr(t, part), columns=names).assign(sector=names)[["sector", *names]]
        for part in ("domestic", "imported")
    }
    frames["accounts"] = pd.DataFrame(
        {
            "sector": names,
            "output": t.output,
            "value_added": t.value_added,
            "households": t.households,
            "investment": t.other,
            "exports": t.exports,
            "workers": t.workers,
        }
    )
    return save(folder, frames)


def save(folder, frames):
    folder.mkdir(exist_ok=True)
    for part, frame in frames.items():
        frame.to_csv(folder / FILES[part], index=False)
    return frames


def test_a_table_comes_back_as_it_was_written(tmp_path):
    t = table(N, seed=1)
    write(tmp_path / "t", t)
    (tmp_path / "t" / "io_domestic.toml").write_text('unit = "million CNY"\nsource = "made up"\n')
    back = read_table_folder(tmp_path / "t")
    assert back.sectors == t.sectors
    assert (back.unit, back.source) == ("million CNY", "made up")
    for name in ("domestic", "imported", "households", "other", "exports", "output", "workers"):
        np.testing.assert_allclose(getattr(back, name), getattr(t, name), rtol=1e-12)


def test_sectors_may_stand_in_any_order(tmp_path):
    frames = write(tmp_path / "t")
    good = read_table_folder(tmp_path / "t")
    frames["domestic"] = frames["domestic"].iloc[::-1][["sector", "S2", "S0", "S3", "S1"]]
    save(tmp_path / "t", frames)
    np.testing.assert_array_equal(read_table_folder(tmp_path / "t").domestic, good.domestic)


def test_the_built_in_table_balances():
    t = default_table()
    assert len(t.sectors) == 22
    assert check_table(t) == []
    exact = t.balanced()
    np.testing.assert_allclose(exact.rows(), t.output, rtol=1e-12)
    np.testing.assert_allclose(exact.columns(), t.output, rtol=1e-12)


def cell(part, row, column, value):
    """Return a change of one cell."""

    def change(frames):
        frame = frames[part].astype(object)
        frame.loc[row, column] = value
        frames[part] = frame

    return change


def scale(part, columns, factor):
    def change(frames):
        columns_here = columns or [c for c in frames[part].columns if c != "sector"]
        frames[part][columns_here] = frames[part][columns_here] * factor

    return change


def drop_row(part, row):
    return lambda frames: frames.update({part: frames[part].drop(index=row)})


def drop_column(part, column):
    return lambda frames: frames.update({part: frames[part].drop(columns=column)})


def rename(part, **names):
    return lambda frames: frames.update({part: frames[part].rename(columns=names)})


def repeat_row(part, row):
    def change(frames):
        frame = frames[part]
        frames[part] = pd.concat([frame, frame.loc[[row]]])

    return change


def turn(frames):
    """Swap rows and columns of the inner flows."""
    frame = frames["domestic"].set_index("sector").T
    frames["domestic"] = frame.rename_axis("sector").reset_index()


def unproductive(frames):
    """Make the sectors eat all they make, rows and columns still adding up."""
    flows = np.full((N, N), 25.0)
    frames["domestic"][["S0", "S1", "S2", "S3"]] = flows
    frames["imported"][["S0", "S1", "S2", "S3"]] = 0.0
    for name in ("value_added", "households", "investment", "exports"):
        frames["accounts"][name] = 0.0
    frames["accounts"]["output"] = 100.0


BAD = {
    "negative flow inside": (
        cell("domestic", 1, "S2", -5.0),
        r"io_domestic.csv:3:S2: flow from S1 to S2 is -5",
    ),
    "negative flow from abroad": (
        cell("imported", 0, "S3", -1.0),
        r"io_imported.csv:2:S3: flow from S0 to S3 is -1",
    ),
    "sector row missing": (drop_row("domestic", 2), r"sector S2 has no row"),
    "sector column missing": (drop_column("domestic", "S1"), r"sector S1 has no column"),
    "sector row missing abroad": (
        drop_row("imported", 0),
        r"io_imported.csv: sector S0 has no row",
    ),
    "sector missing in the accounts": (
        drop_row("accounts", 3),
        r"row 'S3' is of no sector in io_accounts.csv",
    ),
    "value added above output": (
        cell("accounts", 1, "value_added", 1e9),
        r"io_accounts.csv:3:value_added: value added of S1 .* is above its output",
    ),
    "nan in a flow": (cell("domestic", 0, "S1", "NaN"), r"io_domestic.csv:2:S1: S1 is 'NaN'"),
    "blank flow": (cell("domestic", 3, "S0", ""), r"io_domestic.csv:5:S0: S0 is blank"),
    "infinite flow": (cell("imported", 2, "S0", "inf"), r"io_imported.csv:4:S0: S0 is 'inf'"),
    "text in a flow": (cell("domestic", 2, "S2", "n/a"), r"io_domestic.csv:4:S2: S2 is 'n/a'"),
    "thousands separator": (
        cell("accounts", 0, "output", "12,345"),
        r"io_accounts.csv:2:output: output is '12,345'.*thousands",
    ),
    "negative output": (cell("accounts", 2, "output", -10.0), r"output of S2 is -10"),
    "negative households": (
        cell("accounts", 2, "households", -10.0),
        r"io_accounts.csv:4:households: households of S2 is -10",
    ),
    "negative exports": (cell("accounts", 0, "exports", -1.0), r"exports of S0 is -1"),
    "negative value added": (
        cell("accounts", 0, "value_added", -1.0),
        r"value_added of S0 is -1",
    ),
    "negative workers": (cell("accounts", 1, "workers", -3), r"workers of S1 is -3"),
    "inner flows in thousands": (
        scale("domestic", None, 1000.0),
        r"adds up to .*factor near 1000",
    ),
    "accounts in thousands": (
        scale("accounts", ["output", "value_added", "households", "investment", "exports"], 1e-6),
        r"another unit",
    ),
    "wages in another unit": (
        lambda f: f["accounts"].insert(3, "wages", f["accounts"]["value_added"] * 1000),
        r"wages of S0 .* are above its output",
    ),
    "row does not balance": (
        cell("accounts", 1, "investment", 9e4),
        r"io_domestic.csv:3: the row of S1 adds up to",
    ),
    "column does not balance": (
        scale("accounts", ["value_added"], 0.7),
        r"io_accounts.csv:2: the column of S0 adds up to",
    ),
    "table turned": (turn, r"balances when turned|adds up to"),
    "row twice": (repeat_row("domestic", 1), r"sector S1 stands 2 times"),
    "row twice in the accounts": (repeat_row("accounts", 0), r"sector S0 stands 2 times"),
    "column twice": (
        lambda f: f["domestic"].insert(2, "S0.1", f["domestic"]["S0"]),
        r"column S0 stands twice",
    ),
    "unknown column in the accounts": (
        lambda f: f["accounts"].insert(1, "subsidies", 1.0),
        r"column 'subsidies' is unknown",
    ),
    "no output column": (drop_column("accounts", "output"), r"column output is missing"),
    "first column not called sector": (
        rename("domestic", sector="from"),
        r"column sector is missing",
    ),
    "sector without a name": (cell("accounts", 1, "sector", ""), r"a sector has no name"),
    "output 0 but flows": (cell("accounts", 2, "output", 0), r"S2 .*(no output|above its output)"),
    "nothing left for final users": (unproductive, r"the sectors use up all they make"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_table_is_refused_and_the_place_named(name, tmp_path):
    change, message = BAD[name]
    frames = write(tmp_path / "t")
    change(frames)
    save(tmp_path / "t", frames)
    with pytest.raises(TableError, match=message) as caught:
        read_table_folder(tmp_path / "t")
    for problem in caught.value.problems:
        assert problem.why
        assert problem.remedy


def test_a_turned_table_is_told_so(tmp_path):
    t = table(N, seed=5)
    # a table that balances by rows only when turned: no imports, final demand from columns
    flows = t.domestic
    output = t.output * 3
    frames = write(tmp_path / "t")
    names = list(t.sectors)
    frames["domestic"][names] = flows.T
    frames["imported"][names] = 0.0
    frames["accounts"]["output"] = output
    frames["accounts"]["value_added"] = output - flows.sum(axis=0)
    frames["accounts"]["households"] = output - flows.sum(axis=1)
    frames["accounts"][["investment", "exports"]] = 0.0
    save(tmp_path / "t", frames)
    with pytest.raises(TableError, match="balances when turned"):
        read_table_folder(tmp_path / "t")


@pytest.mark.parametrize("part", sorted(FILES))
def test_a_missing_file_is_named(part, tmp_path):
    write(tmp_path / "t")
    (tmp_path / "t" / FILES[part]).unlink()
    with pytest.raises(TableError, match=rf"{FILES[part]} is missing"):
        read_table_folder(tmp_path / "t")


def test_what_is_no_table_is_refused(tmp_path):
    write(tmp_path / "t")
    (tmp_path / "t" / FILES["domestic"]).write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(TableError, match=r"io_domestic.csv: not a table"):
        read_table_folder(tmp_path / "t")
    (tmp_path / "t" / FILES["domestic"]).write_text("")
    with pytest.raises(TableError, match=r"not a table"):
        read_table_folder(tmp_path / "t")


def test_a_broken_sidecar_is_named(tmp_path):
    write(tmp_path / "t")
    (tmp_path / "t" / "io_domestic.toml").write_text("unit = million\n")
    with pytest.raises(TableError, match="the sidecar is not TOML"):
        read_table_folder(tmp_path / "t")


def test_empty_accounts_are_refused(tmp_path):
    frames = write(tmp_path / "t")
    frames["accounts"] = frames["accounts"].iloc[:0]
    save(tmp_path / "t", frames)
    with pytest.raises(TableError, match="there is no sector"):
        read_table_folder(tmp_path / "t")

"""Tables of a city's own: what the economy would refuse, the check of the folder refuses."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from factories.own_table import own_city
from twofronts.city.checks import check_city
from twofronts.city.loader import load_city


def edit(name, change):
    """Return a spoiler that changes one table of a folder."""

    def spoil(folder):
        path = folder / f"io_{name}.csv"
        frame = pd.read_csv(path)
        changed = change(frame)
        (frame if changed is None else changed).to_csv(path, index=False)

    return spoil


def put(name, row, column, value):
    def change(frame):
        frame = frame.astype({column: object})
        frame.loc[row, column] = value
        return frame

    return edit(name, change)


def thousandfold(frame):
    frame["MAKE"] = frame["MAKE"] * 1000


def zeroed(frame):
    frame.iloc[2, 1:] = 0


def turned(frame):
    return frame.set_index("sector").T.rename_axis("sector").reset_index()


BAD = {
    "a row that misses": (
        put("accounts", 1, "exports", 1.0),
        "io_accounts.csv:3:output",
        ("do not balance", "sales of MAKE make", "flows out of the sector"),
    ),
    "a row that misses by less than a hundredth": (
        edit("accounts", lambda f: f.assign(other=f["other"] + 0.008 * f["output"])),
        "io_accounts.csv:2:output",
        ("sales of FARM make",),
    ),
    "a column that misses": (
        put("accounts", 1, "value_added", 1.0),
        "io_accounts.csv:3:output",
        ("inputs and value added of MAKE make", "flows into the sector"),
    ),
    "a sector that sells nothing": (
        edit("domestic", zeroed),
        "io_accounts.csv:4:output",
        ("sales of POWER make",),
    ),
    "a column in another unit": (
        edit("domestic", thousandfold),
        "io_accounts.csv:3:output",
        ("inputs and value added of MAKE", "another unit"),
    ),
    "turned": (edit("domestic", turned), "io_accounts.csv:2:output", ("when turned",)),
    "negative exports": (put("accounts", 1, "exports", -5), "io_accounts.csv:3:exports", ("-5",)),
    "no workers": (
        put("accounts", 1, "workers", 0),
        "io_accounts.csv:3:workers",
        ("no workers", "share of MAKE"),
    ),
    "one of the three missing": (
        lambda folder: (folder / "io_imported.csv").unlink(),
        "io_imported.csv",
        ("missing", "io_domestic.csv and io_accounts.csv alone"),
    ),
    "imports counted twice": (
        edit("accounts", lambda f: f.assign(exports_final=f["exports"])),
        "io_accounts.csv:3:output",
        ("sales of MAKE make",),
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return own_city(tmp_path_factory.mktemp("cities") / "own")


@pytest.fixture
def folder(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "own")


def test_a_table_of_ones_own_is_sound(sound):
    assert check_city(sound) == []
    assert len(load_city(sound).sector_codes) == 8


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_table_is_named_by_the_check_of_the_folder(name, folder):
    spoil, where, words = BAD[name]
    spoil(folder)
    found = check_city(folder)
    texts = [f"{p.what} {p.why} {p.remedy}" for p in found if p.where == where]
    assert any(all(w in text for w in words) for text in texts)
    assert all(p.why and p.remedy for p in found)


def test_a_cell_that_is_no_number_does_not_put_the_sums_out(folder):
    put("domestic", 0, "MAKE", "inf")(folder)
    assert [p.where for p in check_city(folder)] == ["io_domestic.csv:2:MAKE"]


def test_empty_rows_below_a_table_say_nothing(sound, folder):
    for part, cells in (("domestic", 9), ("accounts", 7)):
        with (folder / f"io_{part}.csv").open("a") as file:
            file.write("," * (cells - 1) + "\n\n")
    assert check_city(folder) == []
    back = load_city(folder)
    assert back.io_domestic.equals(load_city(sound).io_domestic)
    assert back.io_accounts.equals(load_city(sound).io_accounts)

"""One country out of a world table, from small files in each published form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pymrio
import pytest

from twofronts.economy.pymrio_tables import country_of, drop_empty, read_pymrio
from twofronts.economy.regions import one_region
from twofronts.errors import TableError

REGIONS = ("USA", "CHN", "ROW")


def world(sectors, categories, seed=0):
    """A balanced world table as plain arrays: flows, final demand, value added."""
    rng = np.random.default_rng(seed)
    n, m = len(REGIONS) * len(sectors), len(REGIONS) * len(categories)
    flows = rng.uniform(0, 10, (n, n))
    final = rng.uniform(5, 40, (n, m))
    output = flows.sum(axis=1) + final.sum(axis=1)
    return flows, final, output, output - flows.sum(axis=0)


def expected(sectors, categories, region="CHN", seed=0):
    flows, final, output, added = world(sectors, categories, seed)
    n, c = len(sectors), len(categories)
    at = REGIONS.index(region)
    mine, homes = slice(at * n, (at + 1) * n), slice(at * c, (at + 1) * c)
    abroad = [i for i in range(len(output)) if not at * n <= i < (at + 1) * n]
    elsewhere = [i for i in range(final.shape[1]) if not at * c <= i < (at + 1) * c]
    return {
        "domestic": flows[mine, mine],
        "imported": flows[abroad, mine].reshape(len(REGIONS) - 1, n, n).sum(axis=0),
        "households": final[mine, homes][:, 0],
        "other": final[mine, homes][:, 1:].sum(axis=1),
        "exports": flows[mine][:, abroad].sum(axis=1) + final[mine][:, elsewhere].sum(axis=1),
        "output": output[mine],
        "value_added": added[mine],
    }


def same(table, wanted):
    for name, value in wanted.items():
        np.testing.assert_allclose(getattr(table, name), value, rtol=1e-9, err_msg=name)


def oecd_file(folder, sectors, categories):
    flows, final, output, added = world(sectors, categories)
    rows = [f"{r}_{s}" for r in REGIONS for s in sectors]
    columns = [f"{r}_{c}" for r in REGIONS for c in categories]
    frame = pd.DataFrame(np.hstack([flows, final]), index=rows, columns=rows + columns)
    frame.loc["TLS"] = 0.0
    frame.loc["VA"] = [*added, *np.zeros(len(columns))]
    frame.loc["OUT"] = [*output, *np.zeros(len(columns))]
    frame["OUT"] = 0.0
    path = folder / "ICIO2023_2018.csv"
    frame.rename_axis("V1").to_csv(path)
    return path


def test_oecd(tmp_path):
    sectors, categories = ["01T02", "C10", "H49"], ["HFCE", "NPISH", "GGFC", "GFCF"]
    path = oecd_file(tmp_path, sectors, categories)
    table = read_pymrio(path, kind="oecd", region="CHN")
    assert table.sectors == tuple(sectors)
    assert "USD" in table.unit
    same(table, expected(sectors, categories))
    # and what is read can be run: a steady table of one region
    assert one_region(table).residual() < 1e-12


def wiod_file(folder, sectors, categories):
    flows, final, _, added = world(sectors, categories)
    heads = [(s, f"name {s}", r, s) for r in REGIONS for s in sectors]
    uses = [(c, f"use {c}", r, c) for r in REGIONS for c in categories]
    wide = 4 + len(heads) + len(uses) + 1
    rows = [[None] * wide for _ in range(6)]
    for at, text in enumerate(
        ("World Input-Output Table 2011", "", "(industry-by-industry)", "(millions of US$)")
    ):
        rows[at][0] = text
    for column, head in enumerate([*heads, *uses], start=4):
        for at in range(4):
            rows[2 + at][column] = head[at]
    for head, line in zip(heads, np.hstack([flows, final]), strict=True):
        rows.append([*head, *line, line.sum()])
    factor = [*added, *np.zeros(len(uses)), 0.0]
    rows.append(["", "Total intermediate consumption", "TOT", "r60", *([0.0] * len(factor))])
    rows.append(["", "Value added at basic prices", "TOT", "r64", *factor])
    rows.append(["", "Output at basic prices", "TOT", "r69", *([0.0] * len(factor))])
    path = folder / "wiot11_row_test.xlsx"
    pd.DataFrame(rows).to_excel(path, header=False, index=False)
    return path


def test_wiod(tmp_path):
    sectors, categories = ["c1", "c2", "c35"], ["c37", "c38", "c41"]
    path = wiod_file(tmp_path, sectors, categories)
    table = read_pymrio(path, kind="wiod", region="CHN")
    assert table.sectors == tuple(sectors)
    same(table, expected(sectors, categories))


def system(sectors, categories, regions=REGIONS):
    flows, final, _, _ = world(sectors, categories)
    rows = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    columns = pd.MultiIndex.from_product([regions, categories], names=["region", "category"])
    io = pymrio.IOSystem(
        Z=pd.DataFrame(flows, index=rows, columns=rows),
        Y=pd.DataFrame(final, index=rows, columns=columns),
        unit=pd.DataFrame("M.EUR", index=rows, columns=["unit"]),
    )
    return io.calc_all()


@pytest.mark.parametrize("kind", ["exiobase3", "pymrio"])
def test_exiobase_and_what_pymrio_saves(kind, tmp_path):
    sectors = ["Wheat", "Steel", "Rail"]
    categories = [
        "Final consumption expenditure by households",
        "Final consumption expenditure by non-profit organisations serving households (NPISH)",
        "Gross fixed capital formation",
    ]
    system(sectors, categories).save_all(tmp_path / "io")
    # the parser of EXIOBASE turns three-letter codes into its own
    region = "CN" if kind == "exiobase3" else "CHN"
    table = read_pymrio(tmp_path / "io", kind=kind, region=region)
    same(table, expected(sectors, categories))


def test_an_unknown_region_is_refused_with_those_there_are(tmp_path):
    path = oecd_file(tmp_path, ["A", "B"], ["HFCE"])
    with pytest.raises(TableError, match=r"no region 'GBR'.*USA"):
        read_pymrio(path, kind="oecd", region="GBR")


def test_an_unknown_format_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(TableError, match="no format is called 'gtap'"):
        read_pymrio(tmp_path, kind="gtap", region="CHN")
    with pytest.raises(TableError, match="no such file"):
        read_pymrio(tmp_path / "none.csv", kind="oecd", region="CHN")


def test_a_file_that_is_none_of_its_form_is_refused(tmp_path):
    path = tmp_path / "ICIO2023_2018.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(TableError, match="pymrio cannot read this as oecd"):
        read_pymrio(path, kind="oecd", region="CHN")


def test_a_flow_that_is_no_number_is_named():
    io = system(["A", "B"], ["HFCE"])
    io.Z.iloc[2, 1] = np.nan
    with pytest.raises(TableError, match="flow from CHN A to USA B is nan"):
        country_of(io, "CHN")
    # a bad flow between others does not concern this country
    io = system(["A", "B"], ["HFCE"])
    io.Z.iloc[0, 5] = np.nan
    io.x = io.x.fillna(1.0)
    assert country_of(io, "CHN").domestic.shape == (2, 2)


def test_a_negative_flow_in_a_world_table_is_refused(tmp_path):
    path = oecd_file(tmp_path, ["A", "B"], ["HFCE", "GFCF"])
    frame = pd.read_csv(path, index_col=0)
    frame.loc["CHN_A", "CHN_B"] = -50.0
    frame.to_csv(path)
    with pytest.raises(TableError, match="flow from A to B is -50"):
        read_pymrio(path, kind="oecd", region="CHN")


def test_empty_sectors_can_be_dropped():
    io = system(["A", "B"], ["HFCE"])
    io.Z.loc[("CHN", "B"), :] = 0.0
    io.Z.loc[:, ("CHN", "B")] = 0.0
    io.Y.loc[("CHN", "B"), :] = 0.0
    io.x = None
    table = drop_empty(country_of(io, "CHN"))
    assert table.sectors == ("A",)
    assert table.domestic.shape == (1, 1)

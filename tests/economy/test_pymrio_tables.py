"""One country out of a world table, from small files in each published form."""

from __future__ import annotations

import json

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


def test_a_release_of_coefficients_and_final_demand_is_read(tmp_path):
    sectors, categories = ["Wheat", "Steel"], ["Final consumption expenditure by households"]
    system(sectors, categories).save_all(tmp_path / "io")
    listed = tmp_path / "io" / "file_parameters.json"
    parameters = json.loads(listed.read_text())
    for name in ("Z", "x", "L"):
        (tmp_path / "io" / f"{name}.txt").unlink()
        del parameters["files"][name]
    listed.write_text(json.dumps(parameters))
    table = read_pymrio(tmp_path / "io", kind="exiobase3", region="CN")
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


def extended_file(folder):
    """A file of an edition that splits China's industries, with taxes by country, as published."""
    sectors, categories = ["01T02", "C10"], ["HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR"]
    regions = ("ARG", "CHN", "ROW", "CN1", "CN2")
    rng = np.random.default_rng(3)
    rows = [f"{r}_{s}" for r in regions for s in sectors]
    uses = [f"{r}_{c}" for r in regions[:3] for c in categories]
    flows = rng.uniform(0, 10, (len(rows), len(rows)))
    final = rng.uniform(5, 40, (len(rows), len(uses)))
    # what Chinese industries make and use stands under CN1 and CN2; final goods under CHN as well
    china = [i for i, r in enumerate(rows) if r.startswith("CHN")]
    flows[china], flows[:, china] = 0.0, 0.0
    final[china] = 0.0
    output = flows.sum(axis=1) + final.sum(axis=1)
    added = output - flows.sum(axis=0)
    frame = pd.DataFrame(np.hstack([flows, final]), index=rows, columns=rows + uses)
    frame["TOTAL"] = output
    for region in regions[:3]:
        frame.loc[f"{region}_TAXSUB"] = [*(0.02 * added), *np.zeros(len(uses)), 0.0]
    frame.loc["VALU"] = [*(0.94 * added), *np.zeros(len(uses)), 0.0]
    frame.loc["OUTPUT"] = [*output, *np.zeros(len(uses)), 0.0]
    path = folder / "ICIO2021_2018.csv"
    frame.rename_axis("").to_csv(path)
    return path, frame, rows


def test_split_industries_of_china_are_put_together_again(tmp_path):
    _, frame, rows = extended_file(tmp_path)
    table = read_pymrio(tmp_path, kind="oecd", region="CHN", year=2018)
    own = [[i for i, r in enumerate(rows) if r in (f"CN1_{s}", f"CN2_{s}")] for s in table.sectors]
    values = frame.to_numpy(dtype=float)
    for i, sellers in enumerate(own):
        for j, buyers in enumerate(own):
            wanted = values[np.ix_(sellers, buyers)].sum()
            assert table.domestic[i, j] == pytest.approx(wanted)
        assert table.output[i] == pytest.approx(frame["TOTAL"].to_numpy()[sellers].sum())
        homes = frame["CHN_HFCE"].to_numpy()[sellers].sum()
        npish = frame["CHN_NPISH"].to_numpy()[sellers].sum()
        assert table.households[i] == pytest.approx(homes)
        assert table.other[i] >= npish


def test_a_wrong_flow_is_found_by_the_value_added_of_the_file(tmp_path):
    path = oecd_file(tmp_path, ["A", "B"], ["HFCE", "GFCF"])
    frame = pd.read_csv(path, index_col=0)
    frame.loc["CHN_A", "CHN_B"] *= 20
    frame.to_csv(path)
    with pytest.raises(TableError, match=r"the column of A adds up to .* its row to") as caught:
        read_pymrio(path, kind="oecd", region="CHN")
    assert {p.column for p in caught.value.problems} == {"A", "B"}
    # a cell that is empty is read as nothing by the parser, and puts the sums out too
    path = oecd_file(tmp_path, ["A", "B"], ["HFCE", "GFCF"])
    frame = pd.read_csv(path, index_col=0)
    frame.loc["CHN_A", "CHN_B"] = np.nan
    frame.to_csv(path)
    with pytest.raises(TableError, match="the column of B adds up to"):
        read_pymrio(path, kind="oecd", region="CHN")


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
    # what A imports of B's goods is still in its column
    np.testing.assert_allclose(table.columns(), table.output, rtol=1e-12)
    assert table.imported.sum() == pytest.approx(country_of(io, "CHN").imported[:, 0].sum())

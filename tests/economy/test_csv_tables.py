"""The accounts as CSV tables: they add up to the run, carry names and units, and spoil nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from twofronts.city import load_city
from twofronts.cli import main
from twofronts.economy.csv_tables import TABLES, tables, write_tables
from twofronts.economy.labels import weighted
from twofronts.economy.losses_text import city_rates
from twofronts.economy.run import run_economy
from twofronts.economy.scenario import scenario_from
from twofronts.economy.variables import BINDING
from twofronts.errors import OutputError


@pytest.fixture(scope="module")
def data():
    return run_economy(load_city("nanjing"), scenario_from({"days": 6, "draws": 1})).data


@pytest.fixture(scope="module")
def made(data):
    return tables(data)


def test_of_one_draw_sectors_districts_and_cells_add_up_to_the_run(data, made):
    for name in ("value_added_lost", "jobs_at_risk", "wages_at_risk"):
        total = float(data[name].sum(dtype=np.float64))
        for table in ("city", "sectors", "districts", "cells"):
            assert made[table][name].sum() == pytest.approx(total, rel=1e-9)


def test_rows_are_where_they_say(data, made):
    cells = made["cells"].set_index(["date", "sector", "district"])
    date = pd.Timestamp(data["date"].values[3]).date()
    row = cells.loc[(date, "C6", "320115")]
    there = data.isel(draw=0, day=3).sel(sector="C6", district="320115")
    assert row["value_added_lost"] == pytest.approx(there["value_added_lost"].item())
    assert (row["sector_name_zh"], row["district_name_en"]) == ("电子电气", "Jiangning")
    goods = made["goods"].set_index(["date", "good"])
    masks = goods.loc[(date, "masks")]
    assert masks["supply_stock"] == pytest.approx(
        data["supply_stock"].isel(draw=0, day=3).sel(good="masks").item()
    )
    assert masks["unit"] == "pieces"


def test_what_binds_is_named_for_each_sector_and_day(data, made):
    rows = made["sectors"]
    assert len(rows) == data.sizes["day"] * data.sizes["sector"]
    codes = data["binding_code"].isel(draw=0).to_numpy().ravel()
    assert rows["binds"].tolist() == [BINDING[c] for c in codes]
    assert (rows["binds_share"] == 1).all()
    stop = data["stop_input"].isel(draw=0).to_numpy().ravel()
    sectors = data["sector"].values
    assert rows["stop_input"].tolist() == [sectors[i] if i >= 0 else "" for i in stop]


def test_ranges_hold_the_middle():
    data = run_economy(load_city("nanjing"), scenario_from({"days": 3, "draws": 9})).data
    for frame in tables(data).values():
        for column in frame.columns:
            if column.endswith("_low"):
                base = column.removesuffix("_low")
                assert (frame[column] <= frame[base]).all()
                assert (frame[base] <= frame[f"{base}_high"]).all()


def test_rates_weigh_firms_and_staff_and_not_districts(data):
    firms, staff = data["firms"], data["ordinary_staff"]
    open_firms = (data["resumption_rate"].astype(float) * firms).sum(("sector", "district"))
    rates = city_rates(data)
    np.testing.assert_allclose(rates["firms"], open_firms / firms.sum(), rtol=1e-12)
    of_c6 = weighted(data["staff_return_rate"], staff, ("district",)).sel(sector="C6")
    there = (data["staff_return_rate"].astype(float) * staff).sel(sector="C6").sum("district")
    np.testing.assert_allclose(of_c6, there / staff.sel(sector="C6").sum(), rtol=1e-12)
    # where there is nobody, nobody is missing
    assert (weighted(data["staff_return_rate"], staff * 0, ("district",)) == 1).all()


def test_every_column_is_explained_with_its_unit(made):
    said = made["columns"].set_index(["table", "column"])
    assert set(made) == set(TABLES)
    for name, frame in made.items():
        for column in frame.columns:
            if name != "columns":
                assert said.loc[(name, column), "meaning_en"]
                assert said.loc[(name, column), "meaning_zh"]
    assert said.loc[("city", "value_added_lost"), "unit"] == "million CNY/d"


def test_the_command_writes_them_and_refuses_what_would_be_lost(capsys, tmp_path):
    folder = tmp_path / "tables"
    args = ["economy", "town", "--days", "3", "--draws", "2", "--no-sensitivity"]
    assert main([*args, "--tables", str(folder)]) == 0
    assert {x.name for x in folder.iterdir()} == {f"{name}.csv" for name in TABLES}
    back = pd.read_csv(folder / "cells.csv", dtype={"district": str})
    assert {"sector_name_zh", "wages_at_risk_high"} <= set(back.columns)
    # again: earlier tables are replaced, but nothing else is
    assert main([*args, "--tables", str(folder)]) == 0
    (folder / "notes.txt").write_text("mine")
    capsys.readouterr()
    assert main([*args, "--tables", str(folder)]) == 2
    assert "notes.txt" in capsys.readouterr().err
    assert (folder / "notes.txt").read_text() == "mine"
    file = tmp_path / "file"
    file.write_text("x")
    assert main([*args, "--tables", str(file)]) == 2


def test_a_folder_with_other_files_is_refused_from_python_too(data, tmp_path):
    (tmp_path / "other.csv").write_text("a\n")
    with pytest.raises(OutputError, match=r"other\.csv"):
        write_tables(data, tmp_path)


def test_all_draws_go_into_netcdf_and_the_name_says_so(capsys, tmp_path):
    assert main(["economy", "town", "--out", str(tmp_path / "run.csv")]) == 2
    err = capsys.readouterr().err
    assert "run.nc" in err
    assert "--tables" in err


@pytest.mark.parametrize("name", ["bars.txt", "bars"])
def test_a_picture_of_no_known_kind_is_refused_before_the_run(name, capsys, tmp_path):
    assert main(["economy", "town", "--tornado", str(tmp_path / name)]) == 2
    seen = capsys.readouterr()
    assert "bars.png" in seen.err
    assert not seen.out

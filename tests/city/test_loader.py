"""Loading: by name, by folder, by a name that is nearly right."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from factories.city_folder import drop, edit, town_copy
from twofronts.city import load_city
from twofronts.city.loader import built_in_names, find_city
from twofronts.city.schema import Scalar
from twofronts.errors import CityError


def test_built_in_cities_are_nanjing_and_the_town():
    assert built_in_names() == ["nanjing", "town"]


def test_a_city_is_loaded_by_name_by_folder_and_by_its_city_toml(tmp_path):
    folder = town_copy(tmp_path / "copy")
    by_name, by_folder = load_city("town"), load_city(folder)
    by_file = load_city(str(folder / "city.toml"))
    assert by_name.id == by_folder.id == by_file.id == "town"
    assert by_name.digest() == by_folder.digest() == by_file.digest()
    assert by_folder.path == folder


def test_a_name_nearly_right_is_suggested():
    with pytest.raises(CityError) as caught:
        load_city("nanjin")
    (problem,) = caught.value.problems
    assert problem.what == "there is no city 'nanjin'"
    assert "did you mean nanjing?" in problem.remedy


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(CityError, match="built in are nanjing, town"):
        find_city("zzz")


def test_types_follow_the_specification():
    town = load_city("town")
    assert town.districts["population"].dtype == np.int64
    assert pd.api.types.is_datetime64_any_dtype(town.reports["date"])
    assert town.reports["suspected"].dtype == np.float64
    assert town.reports["suspected"].isna().all()
    assert town.reports["version"].dtype == np.int64
    assert town.ages["share"].dtype == np.float64
    assert set(map(type, town.reports["area"])) == {str}


def test_a_district_code_that_looks_like_a_number_stays_text():
    nanjing = load_city("nanjing")
    assert nanjing.district_codes[0] == "320102"
    assert set(map(type, nanjing.reports["area"])) == {str}


def test_absent_optional_tables_are_none_or_empty(tmp_path):
    folder = town_copy(tmp_path / "city")
    for name in ("commuting", "enterprises", "policies", "resumption"):
        (folder / f"{name}.csv").unlink()
        (folder / f"{name}.toml").unlink()
    city = load_city(folder)
    assert city.commuting is None
    assert city.enterprises is None
    assert city.io_domestic is None
    assert list(city.policies.columns) == ["date", "measure", "level", "area", "source_note"]
    assert len(city.policies) == len(city.resumption) == 0


def test_the_digest_follows_every_file(tmp_path):
    folder = town_copy(tmp_path / "city")
    before = load_city(folder).digest()
    edit(folder, "stocks.csv", 2, "26000", "26001")
    assert load_city(folder).digest() != before


def test_a_city_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        load_city("town").id = "other"


def test_a_city_survives_being_sent_to_another_process():
    nanjing = load_city("nanjing")
    again = pickle.loads(pickle.dumps(nanjing))
    assert again.digest() == nanjing.digest()
    assert again.scalar("gdp").grade == "assumed"
    assert again.districts.equals(nanjing.districts)


def test_a_scalar_computes_and_remembers_its_source():
    migrants = load_city("town").scalar("migrants")
    assert migrants + 1 == 3001
    assert migrants.value == 3000.0
    assert (migrants.unit, migrants.source, migrants.grade) == ("persons", "invented", "assumed")
    again = pickle.loads(pickle.dumps(migrants))
    assert (again, again.unit, again.note) == (migrants, migrants.unit, migrants.note)
    assert isinstance(again, Scalar)


def test_a_missing_scalar_is_refused_or_stands_in_as_assumed(tmp_path):
    town = load_city("town")
    with pytest.raises(CityError, match=r"the city gives no stay_days.*\[scalars.stay_days\]"):
        town.scalar("stay_days")
    stand_in = town.scalar("stay_days", 10.0)
    assert (stand_in, stand_in.unit, stand_in.grade) == (10.0, "d", "assumed")


def test_sources_fall_back_from_the_column_to_the_table():
    districts = load_city("nanjing").sources["districts"]
    assert districts.grade == "published"
    assert districts.of("population").grade == "assumed"
    assert districts.of("population").source == districts.source
    assert districts.of("lon") == districts.model_copy(update={"columns": {}})


def test_rows_keep_their_order(tmp_path):
    folder = town_copy(tmp_path / "city")
    text = (folder / "districts.csv").read_text(encoding="utf-8").splitlines()
    (folder / "districts.csv").write_text("\n".join([text[0], *text[:0:-1]]), encoding="utf-8")
    assert load_city(folder).district_codes == ["orchard", "mill", "river", "old"]


def test_a_table_unknown_to_cities_is_refused():
    with pytest.raises(KeyError, match="no table of a city is called 'shops'"):
        load_city("town").table("shops")


def test_the_newest_folder_is_read_each_time(tmp_path):
    folder = town_copy(tmp_path / "city")
    assert len(load_city(folder).checkpoints) == 8
    drop(folder, "checkpoints.csv", 5)
    assert len(load_city(folder).checkpoints) == 7

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from factories.situation import START, report_table
from factories.wording import english, numbers
from twofronts.city import load_city
from twofronts.errors import OutputError, ReportError
from twofronts.parameters import load_parameters
from twofronts.situation.backtest import (
    LAST_VALUE,
    as_of_days,
    baseline_forecasts,
    scored,
)
from twofronts.situation.baselines import last_level, last_value, leaving_at_rate, renewal
from twofronts.situation.forecast_page import backtest_page
from twofronts.situation.forecasts import Forecast, score_table
from twofronts.situation.history import keep, read_history
from twofronts.situation.hubverse import model_output, write_hub
from twofronts.situation.intervals import gamma_interval
from twofronts.situation.pictures import draw_forecast, draw_ranks, draw_skill
from twofronts.situation.reports import CITY, reports_of, series_of
from twofronts.situation.scores import HUB_LEVELS
from twofronts.wording import width

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
INTERVAL = gamma_interval(6.3, 4.2)


def made(as_of=START, model="fit", grades=True, level=4.0, n=3):
    rng = np.random.default_rng(1)
    areas = (CITY, "a", "b")
    shape = (400, n, 3)
    draws = {
        "cases": rng.poisson(level, shape).astype(float),
        "in_care": rng.poisson(30, shape) + 0.0,
    }
    chance = np.broadcast_to(np.array([0.2, 0.7, 0.1]), (n, 2, 3)) if grades else None
    return Forecast(as_of, model, areas, draws, chance)


def series(counts):
    table = report_table(counts, in_hospital=30)
    return series_of(reports_of(table), START + dt.timedelta(days=len(counts) - 1))


def test_only_days_that_were_reported_are_scored():
    forecast = made(START + dt.timedelta(days=3))
    scores = score_table(forecast.table(), series([4, 4, 4, 4, 5, 3]))
    city = scores[scores["target"] == "cases"]
    assert city["horizon"].tolist() == [1, 2]
    assert city["observed"].tolist() == [5, 3]
    assert set(scores["area"]) == {CITY}


def test_kept_forecasts_read_back_and_score_the_same(tmp_path):
    known = series([4] * 12)
    table = []
    for day in (3, 5):
        forecast = made(START + dt.timedelta(days=day))
        keep(forecast, tmp_path)
        table.append(forecast.table())
    again = read_history(tmp_path)
    a, b = score_table(pd.concat(table), known), score_table(again, known)
    np.testing.assert_allclose(a["wis"], b["wis"], rtol=1e-5)
    assert sorted(set(again["as_of"])) == [START + dt.timedelta(days=d) for d in (3, 5)]


def test_a_kept_forecast_is_never_changed(tmp_path):
    keep(made(), tmp_path)
    keep(made(), tmp_path)
    with pytest.raises(ReportError, match="kept already"):
        keep(made(level=9.0), tmp_path)


def test_an_empty_history_is_an_empty_table_and_other_files_are_refused(tmp_path):
    assert read_history(tmp_path).empty
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ReportError, match="not a kept forecast"):
        read_history(tmp_path)


def test_the_better_model_has_the_lower_relative_score():
    known = series([4] * 10)
    tables = [
        made(START + dt.timedelta(days=4), m, level=v).table()
        for m, v in (("fit", 4.0), (LAST_VALUE, 9.0))
    ]
    result = scored(pd.concat(tables), known)
    cases = result.by_target[result.by_target["target"] == "cases"].set_index("model")
    assert cases.loc[LAST_VALUE, "relative_wis"] == 1.0
    assert cases.loc["fit", "relative_wis"] < 0.5
    assert cases.loc["fit", "inside_90"] == 1.0


def test_nothing_to_score_is_said_in_words():
    result = scored(made(START + dt.timedelta(days=30)).table(), series([1, 2, 3]))
    assert result.status.level == "none"


def test_the_days_forecast_from_begin_a_week_after_the_first_case():
    days = as_of_days(series([0, 0, 1] + [2] * 17), 4)
    assert days == [START + dt.timedelta(days=d) for d in (9, 13, 17)]
    assert as_of_days(series([0] * 9), 2) == []


def test_pictures_are_drawn(tmp_path):
    known = series([4] * 12)
    forecast = made(START + dt.timedelta(days=5))
    result = scored(pd.concat([forecast.table(), made(forecast.as_of, LAST_VALUE).table()]), known)
    for path in (
        draw_forecast(forecast, known, tmp_path / "f.svg"),
        draw_skill(result.by_day, tmp_path / "s.png"),
        draw_forecast(forecast, known, tmp_path / "fz.svg", lang="zh"),
        draw_skill(result.by_day, tmp_path / "sz.png", lang="zh"),
        draw_ranks({"importation": np.array([3, 5, 4]), "k": np.arange(3)}, tmp_path / "r.png"),
    ):
        assert path.stat().st_size > 5000


def test_scores_in_chinese_tell_the_same_numbers():
    city = load_city("nanjing")
    known = series_of(reports_of(city.reports, areas=city.district_codes), city.as_of)
    forecast = made(dt.date(2020, 2, 5))
    other = made(forecast.as_of, LAST_VALUE, level=3.0)
    result = scored(pd.concat([forecast.table(), other.table()]), known)
    en, zh = (backtest_page(result, lang) for lang in ("en", "zh"))
    assert english(zh, "WIS") == []
    assert "模拟拟合" in zh
    assert numbers(zh) == numbers(en.replace("2020-02-05", "2月5日"))
    rows = [x for x in zh.splitlines() if "模拟拟合" in x or "沿用前值 " in x][:4]
    assert len({width(x) for x in rows}) == 1


def test_last_value_stays_about_the_level_and_spreads():
    draws = last_value(np.full(20, 10.0), horizon=7, draws=4000)
    assert draws.mean() == pytest.approx(10, rel=0.05)
    noisy = last_value(np.tile([2.0, 18.0], 10), horizon=7, draws=4000)
    assert noisy.std() > draws.std()
    assert last_value(np.zeros(0), horizon=3, draws=5).shape == (5, 3)


def test_renewal_grows_and_falls_with_the_number():
    day = np.arange(30)
    up = renewal(
        np.round(2 * np.exp(0.1 * day)), np.zeros(30), horizon=10, interval=INTERVAL, draws=500
    )
    down = renewal(
        np.round(40 * np.exp(-0.1 * day)), np.zeros(30), horizon=10, interval=INTERVAL, draws=500
    )
    assert np.median(up[:, -1]) > np.median(up[:, 0])
    assert np.median(down[:, -1]) < np.median(down[:, 0])


def test_renewal_without_cases_stays_at_none():
    assert renewal(np.zeros(20), np.zeros(20), horizon=5, interval=INTERVAL, draws=50).max() == 0


def test_a_stock_stays_where_it_is_and_spreads():
    levels = np.array([40.0, 44, 41, np.nan, 45, 43])
    draws = last_level(levels, horizon=6, draws=3000)
    assert np.median(draws[:, 0]) == 43
    assert draws[:, -1].std() > draws[:, 0].std() > 0
    assert last_level(np.full(3, np.nan), horizon=2, draws=4).tolist() == [[0, 0]] * 4


def test_patients_leave_at_the_rate_of_the_past_and_cases_come_in():
    entering = np.full((4000, 3), 2)
    stock, leaving = leaving_at_rate(100, entering, left=70.0, patient_days=700.0)
    assert leaving[:, 0].mean() == pytest.approx(100 * (1 - np.exp(-0.1)), rel=0.05)
    np.testing.assert_array_equal(stock[:, 0], 102 - leaving[:, 0])
    assert stock.min() >= 0


def test_both_baselines_forecast_cases_patients_and_deaths():
    city = load_city("nanjing")
    reports = reports_of(city.reports, areas=city.district_codes)
    known = series_of(reports, START + dt.timedelta(days=21))
    made = baseline_forecasts(city, known, ahead=4, draws=200, seed=1, parameters=load_parameters())
    assert len(made) == 2
    for forecast in made:
        assert set(forecast.draws) == {"cases", "in_care", "deaths"}
        assert forecast.draws["in_care"].shape == (200, 4, 1)
        assert 40 < np.median(forecast.draws["in_care"][:, 0]) < 80
        assert forecast.draws["deaths"].mean() < 0.2


# --- hubverse ------------------------------------------------------------------------------------


def test_a_folder_that_holds_something_else_is_never_replaced_by_a_hub(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("kept")
    with pytest.raises(OutputError, match="no hub"):
        write_hub([made()], tmp_path / "letters", city_name="X")
    assert (tmp_path / "letters" / "mine.txt").read_text() == "kept"
    hub = write_hub([made()], tmp_path / "hub", city_name="X")
    assert write_hub([made()], hub, city_name="X") == hub


def test_a_hub_has_the_files_and_columns_of_the_hubverse(tmp_path):
    folder = write_hub(
        [made(), made(START + dt.timedelta(days=2))], tmp_path / "hub", city_name="X"
    )
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert files == [
        "hub-config/admin.json",
        "hub-config/tasks.json",
        "model-metadata/twofronts-fit.yml",
        "model-output/twofronts-fit/2020-01-20-twofronts-fit.csv",
        "model-output/twofronts-fit/2020-01-22-twofronts-fit.csv",
    ]
    table = pd.read_csv(folder / files[3], dtype={"output_type_id": str})
    assert list(table.columns) == [
        "origin_date", "target", "horizon", "location", "target_end_date", "output_type",
        "output_type_id", "value",
    ]  # fmt: skip


def test_every_task_of_a_hub_is_answered_in_full():
    from twofronts.situation.hubverse import tasks_config

    forecast = made()
    config = tasks_config([forecast])
    import io

    table = pd.read_csv(io.StringIO(model_output(forecast)), dtype={"output_type_id": str})
    for task in config["rounds"][0]["model_tasks"]:
        ids = task["task_ids"]
        (target,) = ids["target"]["required"]
        rows = table[table["target"] == target]
        assert set(rows["location"]) == set(ids["location"]["optional"])
        assert set(rows["horizon"]) == set(ids["horizon"]["optional"])
        assert set(rows["target_end_date"]) <= set(ids["target_end_date"]["optional"])
        (kind,) = task["output_type"]
        wanted = [
            str(v) if isinstance(v, str) else f"{v:g}"
            for v in task["output_type"][kind]["output_type_id"]["required"]
        ]
        for _, part in rows.groupby(["location", "horizon"]):
            assert part["output_type_id"].tolist() == wanted
            assert set(part["output_type"]) == {kind}
            if kind == "quantile":
                assert part["value"].is_monotonic_increasing
                assert (part["value"] >= 0).all()
            else:
                assert part["value"].sum() == pytest.approx(1.0)


def test_a_hub_is_as_the_schemas_require(tmp_path):
    folder = write_hub([made()], tmp_path / "hub", city_name="X")
    schemas = json.loads((GOLDEN / "hubverse_v6.json").read_text(encoding="utf-8"))
    for name in ("admin", "tasks"):
        written = json.loads((folder / f"hub-config/{name}.json").read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schemas[name])
        found = list(Draft202012Validator(schemas[name]).iter_errors(written))
        assert not found, found[:3]
        del written["schema_version"]
        assert list(Draft202012Validator(schemas[name]).iter_errors(written))


def test_hub_configuration_names_the_schemas_and_all_required_keys():
    from twofronts.situation.hubverse import admin_config, tasks_config

    admin, tasks = admin_config("Nanjing"), tasks_config([made()])
    assert admin["schema_version"].endswith("/v6.0.0/admin-schema.json")
    assert tasks["schema_version"].endswith("/v6.0.0/tasks-schema.json")
    assert {"name", "maintainer", "contact", "repository", "file_format", "timezone"} <= set(admin)
    round_ = tasks["rounds"][0]
    assert {"round_id_from_variable", "round_id", "model_tasks", "submissions_due"} == set(round_)
    for task in round_["model_tasks"]:
        assert {"task_ids", "output_type", "target_metadata"} == set(task)
        assert list(task["task_ids"]) == [
            "origin_date",
            "target",
            "horizon",
            "location",
            "target_end_date",
        ]
        for kind in task["output_type"].values():
            assert {"output_type_id", "value", "is_required"} == set(kind)
    json.dumps(tasks, allow_nan=False)
    assert len(HUB_LEVELS) == 23

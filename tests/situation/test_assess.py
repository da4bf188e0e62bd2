from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest

from factories.situation import START, report_table, validate, write_csv
from factories.wording import english, numbers
from twofronts.city import load_city
from twofronts.cli import main
from twofronts.situation import situation
from twofronts.situation.imports import declining_share
from twofronts.situation.linelist import read_line_list
from twofronts.situation.page import as_json, page
from twofronts.situation.reports import CITY, reports_of
from twofronts.situation.smoothed import reproduction_smoothed
from twofronts.wording import width


@pytest.fixture(scope="module")
def nanjing():
    return situation("nanjing", as_of=dt.date(2020, 2, 18))


def test_nanjing_has_its_counts_and_a_falling_outbreak(nanjing):
    assert nanjing.data["observed_cum_confirmed"].sel(area=CITY).values[-1] == 93
    assert nanjing.reproduction()[0.95] < 1.0
    assert nanjing.growth.high < 0.0
    assert nanjing.data["estimated_imported"].sel(area=CITY).sum() == pytest.approx(93 * 53 / 92)


def test_districts_without_reports_have_no_reproduction_number(nanjing):
    assert np.isnan(nanjing.data["estimated_r"].sel(area="320102").values).all()


def test_looking_from_an_earlier_day_uses_nothing_later():
    early = situation("nanjing", as_of=dt.date(2020, 2, 5))
    assert early.data["observed_cum_confirmed"].sel(area=CITY).values[-1] == 52
    assert early.data.sizes["day"] == 17


def test_the_page_and_the_json_say_the_same(nanjing):
    text, data = page(nanjing), as_json(nanjing)
    assert f"{data['areas'][CITY]['estimated_r']['0.5'][-1]:.2f}" in text
    assert json.loads(json.dumps(data, allow_nan=False))["as_of"] == "2020-02-18"
    assert [g["area"] for g in data["grades"]] == list(load_city("nanjing").district_codes)
    assert nanjing.interval.sentence() in text


@pytest.mark.parametrize("city", ["nanjing", "town"])
def test_the_page_in_chinese_tells_the_same_numbers(capsys, city):
    assert main(["situation", city]) == 0
    en = capsys.readouterr().out
    assert main(["situation", city, "--lang", "zh"]) == 0
    zh = capsys.readouterr().out
    # what a method is called
    assert english(zh, "EpiEstim", "discr", "Cori") == []
    assert numbers(zh) == numbers(en)
    names = load_city(city).districts["name_zh"]
    places = {
        width(x[: x.index("风险") - 1])
        for x in zh.splitlines()
        if x.split("风险")[0].strip()[:-1].strip() in set(names)
    }
    assert len(places) == 1
    for words in (
        "疫情形势（截至2020年2月18日）",
        "再生数",
        "中风险",
        "如无新增",
        "请先阅读",
        *names,
    ):
        assert words in zh


def test_the_situation_speaks_two_languages_only(capsys):
    assert main(["situation", "town", "--lang", "xx"]) == 2
    assert "'xx' is no language" in capsys.readouterr().err


def made_of(counts, **columns):
    city = load_city("town")
    as_of = START + dt.timedelta(days=max(len(counts) - 1, 0))
    table = (
        report_table(counts, **columns) if len(counts) else pd.DataFrame(columns=["date", "area"])
    )
    return situation(city, as_of=as_of, reports=reports_of(table, areas=city.district_codes))


@pytest.mark.parametrize(
    ("counts", "level", "sentence"),
    [
        ([], "none", "reported nothing"),
        ([0] * 30, "caution", "Every report so far is of no case"),
        ([1] + [0] * 29, "caution", "too few"),
        ([10_000] * 40, "caution", "Nothing tells imported cases"),
    ],
)
def test_odd_series_get_a_plain_sentence(counts, level, sentence):
    found = made_of(counts)
    assert found.status.level == level
    validate(as_json(found), "situation")
    assert any(sentence in a.en for a in found.status.advice)
    assert page(found)
    zh = page(found, "zh")
    assert english(zh, "EpiEstim", "discr", "Cori") == []
    assert numbers(zh) == numbers(page(found))


@pytest.mark.parametrize(("last", "certain"), [(29, True), (10, False)])
def test_days_without_a_report_make_a_low_grade_uncertain(last, certain):
    city = load_city("town")
    reports = reports_of(report_table([0] * (last + 1)), areas=city.district_codes)
    found = situation(city, as_of=START + dt.timedelta(days=29), reports=reports)
    grade = found.grade(city.district_codes[0])
    assert (grade.level, grade.certain) == ("low", certain)
    assert ("have no report" in grade.reason.en) is not certain


def test_no_case_at_all_shows_no_number():
    found = made_of([0] * 30)
    assert math.isnan(found.reproduction()[0.5])
    assert found.ending is None
    assert "Reproduction number: no finding" in page(found)


def test_all_imported_leaves_transmission_low():
    city = load_city("town")
    reports = reports_of(report_table([2] * 40), areas=city.district_codes)
    as_of = START + dt.timedelta(days=39)
    found = situation(city, as_of=as_of, reports=reports, imported_share=1.0)
    assert found.reproduction()[0.95] < 0.6


def test_inconsistent_reports_are_named_and_do_not_stop_the_work():
    city = load_city("town")
    table = report_table([1, 2, 3, 4])
    table.loc[2, "new_confirmed"] = 9
    reports = reports_of(table, areas=city.district_codes)
    found = situation(city, as_of=START + dt.timedelta(days=3), reports=reports)
    assert [p.line for p in found.problems] == [4]
    assert any("do not fit together" in a.en for a in found.status.advice)


def test_a_declining_share_gives_the_total_and_declines():
    counts = np.array([3, 1, 3, 0, 3, 4, 5, 6, 3, 7.0])
    share = declining_share(counts, 20.0, 4.0)
    assert share @ counts == pytest.approx(20.0)
    assert np.all(np.diff(share) < 0)
    assert declining_share(counts, 0.0, 4.0).sum() == 0
    assert declining_share(counts, 99.0, 4.0).min() == 1


@pytest.mark.parametrize("name", ["nanjing", "town"])
def test_the_json_is_as_its_schema_says(name):
    validate(as_json(situation(name)), "situation")


def test_known_infectors_give_a_chance_of_their_own(tmp_path):
    city = load_city("town")
    day = [START + dt.timedelta(days=d) for d in (0, 3, 4, 5, 9)]
    rows = [
        {"id": i, "area": "old", "onset": day[i], "confirmation": day[i] + dt.timedelta(days=3),
         "infector": "" if i == 0 else "0"}
        for i in range(4)
    ]  # fmt: skip
    # one that fell ill before its infector keeps its link
    rows.append({"id": 9, "onset": day[0], "confirmation": day[4], "infector": "3"})
    lines = read_line_list(write_csv(tmp_path, pd.DataFrame(rows), "cases.csv"))
    counts = np.zeros(31, dtype=int)
    counts[[3, 6, 7, 8, 9]] = 1
    reports = reports_of(report_table(counts), areas=city.district_codes)
    found = situation(city, as_of=START + dt.timedelta(days=30), reports=reports, line_list=lines)
    ending, traced = found.ending, found.ending.traced
    assert 0 < traced.chance_with < 1
    # onsets are earlier than confirmations: it is over sooner
    assert traced.over_with <= ending.over_with
    assert traced.chance_without > traced.chance_with
    assert page(found).count("were the measures lifted") == 2
    validate(as_json(found), "situation")
    table = pd.DataFrame(rows).assign(infector="")
    lines = read_line_list(write_csv(tmp_path, table, "cases.csv"))
    found = situation(city, as_of=START + dt.timedelta(days=30), reports=reports, line_list=lines)
    assert found.ending.traced is None


def test_the_command_prints_a_page_and_writes_json(tmp_path, capsys):
    out = tmp_path / "s.json"
    assert main(["situation", "nanjing", "--as-of", "2020-02-18", "--json", str(out)]) == 0
    assert "Confirmed 93" in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8"))["schema"] == "twofronts.situation"


def test_the_command_grades_by_thresholds_of_ones_own_and_writes_csv(tmp_path, capsys):
    out = tmp_path / "s.csv"
    arguments = ["situation", "town", "--as-of", "2020-02-18", "--csv", str(out)]
    assert main([*arguments, "--few-cases", "3", "--new-days", "3", "--cluster-days", "30"]) == 0
    text = capsys.readouterr().out
    assert "medium" in text
    assert "3 low, 0 medium, 1 high" in text or "none new for 3 days" in text
    table = pd.read_csv(out, dtype={"area": str})
    assert table["observed_cum_confirmed"].max() == 8
    assert "estimated_r_0.5" in table.columns


def test_what_the_districts_share_is_said_once(nanjing):
    assert page(nanjing).count("are not ascribed to a district") == 1
    assert page(nanjing).count("chance that one is here") == 11


def test_the_command_takes_reports_of_ones_own(tmp_path, capsys):
    path = write_csv(tmp_path, report_table([1, 2, 3]))
    assert main(["situation", "town", "--as-of", "2020-01-22", "--reports", str(path)]) == 0
    assert "Confirmed 6" in capsys.readouterr().out


def test_a_bad_date_ends_with_status_2(capsys):
    assert main(["situation", "nanjing", "--as-of", "yesterday"]) == 2
    assert "write it as 2020-02-18" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["situation", "forecast"])
@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2019-01-01", "has no report up to 2019-01-01"),
        ("2031-01-01", "before 2031-01-01 is of 2020-02-18"),
    ],
)
def test_a_day_that_no_report_reaches_ends_with_status_2(command, day, said, capsys):
    assert main([command, "town", "--as-of", day]) == 2
    seen = capsys.readouterr()
    assert said in seen.err
    assert "To mend it" in seen.err
    assert seen.out == ""


def test_some_days_without_a_report_are_told_and_not_refused(capsys):
    assert main(["situation", "town", "--as-of", "2020-02-21"]) == 0
    assert "have no city report" in capsys.readouterr().out


def test_a_back_test_goes_on_by_at_least_a_day(capsys):
    assert main(["backtest", "town", "--step", "0"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_line_list_adds_delays_and_the_newest_onsets(tmp_path):
    city = load_city("town")
    rng = np.random.default_rng(1)
    rows, counts = [], np.zeros(31, dtype=int)
    for i in range(90):
        onset = int(rng.integers(0, 31))
        confirmed = onset + int(rng.integers(2, 7))
        if confirmed <= 30:
            counts[confirmed] += 1
            day = [START + dt.timedelta(days=d) for d in (onset, onset + 1, confirmed)]
            names = ("onset", "isolation", "confirmation")
            # those of the first days came from somewhere; with them the number stands at 1
            early = int(onset < 12)
            rows.append(
                {"id": i, "area": "old", "imported": early, **dict(zip(names, day, strict=True))}
            )
    lines = read_line_list(write_csv(tmp_path, pd.DataFrame(rows), "cases.csv"))
    reports = reports_of(report_table(counts), areas=city.district_codes)
    found = situation(city, as_of=START + dt.timedelta(days=30), reports=reports, line_list=lines)
    assert set(found.onsets.delays) == {"onset-isolation", "onset-confirmation"}
    assert found.onsets.delays["onset-confirmation"].mean == pytest.approx(4.0, abs=0.7)
    newest = found.data["estimated_onsets"].sel(quantile=0.5).values[-3:].sum()
    seen = sum(r["onset"] > START + dt.timedelta(days=27) for r in rows)
    assert newest > seen
    assert "Delay onset to confirmation" in page(found)
    zh = page(found, "zh")
    assert "发病至确诊：均值" in zh
    assert "发病日期" in zh
    assert english(zh, "EpiEstim", "discr", "Cori") == []
    assert numbers(zh) == numbers(page(found))
    assert as_json(found)["onsets"]["delays"]["onset-confirmation"]["pairs"] == len(rows)
    assert {g.basis for g in found.grades} == {"confirmation", "onset"}
    validate(as_json(found), "situation")
    # steady onsets: reports still to come must not read as decline
    number = found.data["estimated_r_onset"].isel(day=-1)
    assert float(number.sel(quantile=0.05)) < 1.0 < float(number.sel(quantile=0.95))
    bare = reproduction_smoothed(found.onsets.nowcast.seen, interval=found.interval)
    assert bare.quantile(0.5)[-1] < float(number.sel(quantile=0.5))

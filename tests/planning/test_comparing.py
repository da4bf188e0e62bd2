import numpy as np
import pytest

from factories.planning import score
from factories.wording import english, numbers
from twofronts.errors import ScenarioError
from twofronts.measures import load_rulebook
from twofronts.planning.commands import _progress_text, comparison_text
from twofronts.planning.comparing import advice_of, compare
from twofronts.planning.outcomes import NAMES
from twofronts.planning.playing import play
from twofronts.planning.rulespace import baselines
from twofronts.planning.searching import Progress
from twofronts.planning.summaries import wilson
from twofronts.planning.text import titles
from twofronts.wording import width


@pytest.fixture(scope="module")
def result(stage, town):
    return compare(town, ["held", "meeting", "open", "before"], stage=stage)


def test_front_one_is_that_of_play(stage, town, people, result):
    run = play(town, "meeting", residents=people, days=30, draws=8, seed=3)
    mine = result.data.sel(rulebook="meeting")
    infections = run.data["true_infections"].sum(["day", "district"])
    assert mine["outcome_infections"].values.tolist() == infections.values.tolist()
    assert (
        mine["outcome_deaths"].values.tolist() == run.data["true_deaths"].sum("day").values.tolist()
    )
    assert np.allclose(mine["burden_by_measure"], run.data["burden"].sum("day"), rtol=1e-5)


def test_the_decisions_of_front_two_are_those_of_front_one(stage, town, people, result):
    # masks last in the town, so firms and staff must come out as front one had them
    assert result.data["outcome_mask_cover"].sel(rulebook="held").min() > 5
    run = play(town, "held", residents=people, days=30, draws=8, seed=3)
    weight = stage.economy.labour.firm_count.sum(axis=0)
    firms = (run.data["firms_open_share"] * weight).sum(["sector", "district"]) / weight.sum()
    mine = result.data["daily_resumption_rate"].sel(rulebook="held")
    assert np.allclose(mine, firms, atol=1e-5)
    staff = stage.economy.staff
    present = (run.data["staff_present"] * staff).sum(["sector", "district"]) / staff.sum()
    assert np.allclose(
        result.data["daily_staff_return_rate"].sel(rulebook="held"), present, atol=1e-5
    )


def test_a_switching_rulebook_switches_in_front_two_as_it_did_in_front_one(stage, town, people):
    book = baselines()["switching"]
    run = play(town, book, residents=people, days=30, draws=8, seed=3)
    weight = stage.economy.labour.firm_count.sum(axis=0)
    firms = (run.data["firms_open_share"] * weight).sum(["sector", "district"]) / weight.sum()
    mine = stage.score(book, 0, 8, daily=True).daily["resumption_rate"]
    assert np.allclose(mine, firms, atol=1e-5)


def test_what_ran_before_leaves_no_trace(stage):
    first = score(stage, "held").outcomes
    score(stage, "open")
    score(stage, "before")
    assert np.array_equal(score(stage, "held").outcomes, first)


def test_draws_are_the_same_however_they_are_cut_and_shared(stage, town):
    whole = score(stage, "meeting").outcomes
    parts = [stage.score(load_rulebook("meeting"), a, a + 2).outcomes for a in range(0, 8, 2)]
    assert np.array_equal(np.concatenate(parts), whole)
    one = compare(town, ["held", "meeting"], stage=stage, workers=1)
    three = compare(town, ["held", "meeting"], stage=stage, workers=3)
    assert one.data.identical(three.data)


def test_ordinary_life_loses_next_to_nothing(result):
    lost = result.data["outcome_value_added_lost"].mean("draw")
    assert lost.sel(rulebook="before") < 0.2 * lost.sel(rulebook="held")
    assert result.data["outcome_resumption_rate"].sel(rulebook="before").min() > 0.99


def test_the_table_is_of_paired_differences_to_the_base(result):
    table = result.table().set_index(["rulebook", "outcome"])
    a = result.data["outcome_burden"].sel(rulebook="meeting").values
    b = result.data["outcome_burden"].sel(rulebook="held").values
    row = table.loc[("meeting", "burden")]
    assert row["diff_mean"] == pytest.approx((a - b).mean())
    assert row["diff_low"] == pytest.approx(np.quantile(a - b, 0.05))
    assert row["better_prob"] == (a < b).mean() + (a == b).mean() / 2
    assert table.loc["held"]["diff_mean"].abs().max() == 0.0
    assert set(table.index.get_level_values("outcome")) == set(NAMES)


def test_the_interval_of_an_event_is_that_of_its_probability(result):
    table = result.table()
    rows = table[table["outcome"] == "resurgence"]
    for r in rows.to_dict("records"):
        held = result.outcomes(r["rulebook"])[:, NAMES.index("resurgence")]
        assert (r["low"], r["high"]) == pytest.approx(wilson(int(held.sum()), len(held)))
        assert r["low"] <= r["mean"] <= r["high"]
        assert r["diff_low"] <= r["diff_mean"] <= r["diff_high"]


def test_the_probability_of_being_better_adds_up_to_one(result):
    wins = result.beats("value_added_lost").to_numpy()
    assert np.allclose(wins + wins.T, 1.0)
    more = result.beats("staff_return_rate")
    mine = result.data["outcome_staff_return_rate"]
    expected = (mine.sel(rulebook="meeting") > mine.sel(rulebook="held")).mean()
    assert more.loc["meeting", "held"] == pytest.approx(float(expected))
    with pytest.raises(ScenarioError, match="no outcome is called"):
        result.beats("happiness")


def test_constraints_come_with_their_probability_and_interval(result):
    rows = result.constraints()
    assert len(rows) == 4 * len(result.goal.constraints)
    assert ((rows["low"] <= rows["prob"]) & (rows["prob"] <= rows["high"])).all()
    assert (rows["holds"] == (rows["prob"] >= rows["required"])).all()


def test_the_wilson_interval_is_the_published_one():
    # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I
    assert wilson(81, 263, z=1.959964) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20, z=1.959964) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_it_can_be_written_and_read(result, tmp_path):
    import xarray as xr

    path = result.to_netcdf(tmp_path / "c.nc")
    back = xr.load_dataset(path, engine="h5netcdf")
    assert back["outcome_burden"].equals(result.data["outcome_burden"])
    assert back.attrs["base"] == "held"
    assert "rulebook.meeting" in back.attrs["manifest"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_printed_table_has_differences_with_their_range_and_how_often(result, lang):
    text = comparison_text(result, lang)
    table = result.table().set_index(["outcome", "rulebook"])
    for name in result.rulebooks:
        if name == result.base:
            continue
        row = table.loc[("value_added_lost", name)]
        low, high = (f"{row[k]:+,.0f}" for k in ("diff_low", "diff_high"))
        if abs(row["diff_low"]) >= 100 and abs(row["diff_high"]) >= 100:
            assert (f"{low} to {high}" if lang == "en" else f"{low}至{high}") in text
        assert f"{row['better_prob']:.0%} {'better' if lang == 'en' else '更优'}" in text
    words = ("persons", "million", "draws", "Means")
    assert all((word in text) == (lang == "en") for word in words)
    heads = [b.title["zh"] if lang == "zh" else n for n, b in result.rulebooks.items()]
    assert text.splitlines()[0].split() == heads


def test_the_table_in_chinese_is_even_and_tells_the_same_numbers(result):
    en, zh = (comparison_text(result, lang) for lang in ("en", "zh"))
    assert english(zh) == []
    assert "增加值损失 [百万元]" in zh
    body = [text.split("\n", 1)[1] for text in (en, zh)]
    # a date in the base's title, which the note below names
    title = result.rulebooks[result.base].title["zh"]
    assert numbers(body[0]) == numbers(body[1].replace(title, ""))
    first = zh.splitlines()[1]
    assert width(first) == width(zh.splitlines()[0])


def test_how_far_a_search_has_come_is_said_in_both_languages():
    for breach in (0.0, 0.25):
        p = Progress(48, 200, 16, 1234.5, breach, np.zeros(1))
        en, zh = (_progress_text(p, lang) for lang in ("en", "zh"))
        assert english(zh) == []
        assert numbers(zh) == numbers(en)


def test_two_rulebooks_of_one_title_keep_their_names(result):
    held, other = result.rulebooks["held"], result.rulebooks["meeting"]
    twins = {"held": held, "mine": held, "meeting": other}
    assert titles(twins, "zh") == {"held": "held", "mine": "mine", "meeting": other.title["zh"]}
    assert titles(twins, "en") == {name: name for name in twins}


def test_what_a_reader_must_know_is_said_in_both_languages(result):
    rows = [result.outcomes(name) for name in result.rulebooks]
    found = advice_of(result.goal, rows)
    assert list(result.status.advice) == found["en"]
    assert len(found["zh"]) == len(found["en"]) > 0


def test_bad_arguments_are_named(town, people, stage):
    with pytest.raises(ScenarioError, match="no rulebook is given"):
        compare(town, [], stage=stage)
    with pytest.raises(ScenarioError, match="the base 'closed' is none"):
        compare(town, ["open"], base="closed", stage=stage)
    with pytest.raises(ScenarioError, match="draws is 0"):
        compare(town, ["open"], residents=people, draws=0)
    assert compare(town, ["open"], stage=stage).base == "open"

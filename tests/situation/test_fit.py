from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from factories.situation import validate
from factories.wording import english, numbers
from twofronts.city import build_residents, load_city
from twofronts.cli import main
from twofronts.errors import ScenarioError
from twofronts.kernels.fitting import collect_state, count_origin
from twofronts.kernels.types_epidemic import (
    CONFIRMED,
    DEAD,
    EXPOSED,
    FREE,
    IMMUNE,
    IMPORTED,
    INFECTIOUS,
    ISOLATED,
    PERSON,
    WARD,
)
from twofronts.measures import load_rulebook
from twofronts.parameters import load_parameters
from twofronts.situation.calibration import calibrate_fit
from twofronts.situation.city_fit import fit_city, transmission_breaks
from twofronts.situation.engine import history_rulebook, prepare_engine
from twofronts.situation.fit import (
    Particles,
    Target,
    _status,
    blocks,
    distance_to,
    fit,
    names_of,
    values_of,
    with_values,
)
from twofronts.situation.forecast_page import forecast_json, forecast_page, over_page
from twofronts.situation.forecasting import (
    chance_of_more_simulated,
    forecast,
    grade_chances,
)
from twofronts.situation.grades import Thresholds
from twofronts.situation.reports import reports_of, series_of
from twofronts.situation.states import starting_states

AS_OF = dt.date(2020, 2, 18)


# --- without the simulator -------------------------------------------------------------------


def test_blocks_add_up_and_the_newest_is_full():
    counts = np.arange(11.0)
    got = blocks(counts, np.ones(11, dtype=bool))
    assert got.sum() == counts.sum()
    assert got[-1] == counts[-3:].sum()
    assert blocks(counts, np.arange(11) != 10)[-1] == 8 + 9


def test_a_draw_that_equals_the_reports_is_at_no_distance():
    counts = np.array([0, 1, 3, 2, 0, 5, 4, 2, 1])
    target = Target(counts.astype(float), imported=6.0, local=12.0)
    same = distance_to(target, counts[None], np.array([[12, 6]]))
    other = distance_to(target, counts[None] * 3, np.array([[30, 24]]))
    assert same[0] == pytest.approx(0.0, abs=1e-9)
    assert other[0] > 5


def test_days_without_a_report_do_not_count():
    counts = np.array([1.0, 2.0, np.nan, 4.0, 1.0, 2.0])
    a = distance_to(Target(counts), np.array([[1, 2, 0, 4, 1, 2]]), np.zeros((1, 2)))
    b = distance_to(Target(counts), np.array([[1, 2, 99, 4, 1, 2]]), np.zeros((1, 2)))
    assert a[0] == b[0] == pytest.approx(0.0, abs=1e-9)


def test_a_simulation_that_does_not_bring_the_reports_about_says_so():
    n = 40
    some = np.zeros((n, 2))
    drawn = Particles(
        z=some, pars=some, luck=np.arange(2 * n).reshape(n, 2), distance=some[:, 0],
        weight=np.ones(n), confirmed=np.tile([0, 1, 0], (n, 1)), in_care=some, origin=some,
        n_state=np.zeros(n, dtype=int), state=np.zeros((n, 5, 3)),
    )  # fmt: skip
    fine = _status(drawn, Target(np.array([0.0, 1.0, np.nan])), n, n)
    assert fine.level == "good"
    off = _status(drawn, Target(np.array([3.0, 5.0, 0.0])), n, n)
    assert off.level == "none"
    assert "8 cases, its draws have 1 to 1" in off.advice[0].en


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--days", "40"], "ask for 1 to 28 days"), (["--rulebook", "nope"], "no rulebook is called")],
)
def test_what_would_be_refused_is_refused_before_the_fit(options, said, capsys):
    assert main(["forecast", "nanjing", *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "round 1" not in told


def people():
    table = np.zeros(6, dtype=PERSON)
    # stage, place, marks, infected, last, confirmed, age
    rows = [
        (INFECTIOUS, FREE, 0, 30, 45, 999, 40),  # hidden
        (INFECTIOUS, WARD, CONFIRMED, 20, 38, 33, 50),  # patient
        (IMMUNE, FREE, CONFIRMED | IMPORTED, 5, 20, 15, 60),  # through
        (EXPOSED, FREE, IMPORTED, 38, 55, 999, 20),  # hidden
        (IMMUNE, ISOLATED, 0, 10, 25, 999, 30),  # never found, through
        (DEAD, WARD, CONFIRMED, 8, 25, 20, 80),  # dead
    ]
    for i, (stage, place, marks, infected, last, confirmed, age) in enumerate(rows):
        for name, value in zip(
            ("stage", "place", "marks", "infected", "last", "confirmed", "age"),
            (stage, place, marks, infected, last, confirmed, age),
            strict=True,
        ):
            table[i][name] = value
    return table


def test_the_state_holds_the_hidden_and_the_patients():
    table, rows = people().view(np.recarray), np.zeros((9, 3), dtype=np.int16)
    n = collect_state.py_func(table, 6, 39, rows) if hasattr(collect_state, "py_func") else None
    assert collect_state(table, 6, 39, rows) == 3
    assert n in (3, None)
    assert rows[:3].tolist() == [[9, 40, 0], [19, 50, 1], [1, 20, 0]]


def test_a_full_state_is_cut_not_overrun():
    rows = np.zeros((1, 3), dtype=np.int16)
    assert collect_state(people().view(np.recarray), 6, 39, rows) == 1


def test_confirmed_cases_are_counted_by_origin():
    counts = np.zeros(2, dtype=np.int64)
    count_origin(people().view(np.recarray), 6, 39, counts)
    assert counts.tolist() == [2, 1]
    count_origin(people().view(np.recarray), 6, 18, counts)
    assert counts.tolist() == [0, 1]


def test_the_past_is_dated_by_the_policies_and_only_up_to_the_day():
    city, held = load_city("nanjing"), load_rulebook("held")
    start = dt.date(2020, 1, 10)
    book = history_rulebook(city, start=start, as_of=AS_OF, held=held)
    dates = {c.measure: c.date for c in book.changes}
    assert dates["community"] == dt.date(2020, 2, 4)
    assert dates["gatherings"] == dt.date(2020, 1, 25)
    # the holiday shifts of essential sectors are over by what is held, and still of the past
    assert set(dates) == set(held.measures) | {"attendance_essential"}
    shifts = [(c.date.day, c.level.low) for c in book.changes if c.measure.endswith("essential")]
    assert shifts == [(24, "half"), (10, "full")]
    assert dates["schools"] == dt.date(2020, 1, 18)
    # transmission has a factor of its own from the emergency on, not from the school holidays
    assert transmission_breaks(city, AS_OF) == (dt.date(2020, 1, 25),)
    early = history_rulebook(city, start=start, as_of=dt.date(2020, 1, 28), held=held)
    assert max(c.date for c in early.changes) <= dt.date(2020, 1, 28)
    # firms were shut over the holiday until the staged resumption
    firms = [(c.date.day, c.level.low) for c in book.changes if c.measure == "attendance_services"]
    assert firms == [(24, "skeleton"), (10, "half")]
    assert [c.level.low for c in early.changes if c.measure == "attendance_services"] == [
        "skeleton"
    ]


def test_another_rulebook_takes_over_on_the_next_day():
    city, held = load_city("nanjing"), load_rulebook("held")
    then = load_rulebook("open")
    book = history_rulebook(city, start=dt.date(2020, 1, 10), as_of=AS_OF, held=held, then=then)
    new = {c.measure: c.level for c in book.changes if c.date == dt.date(2020, 2, 19)}
    assert set(new) == set(held.measures) | set(then.measures)
    assert new["venues"] == then.measures["venues"].level if "venues" in then.measures else True


def test_grade_chances_follow_the_rule():
    import pandas as pd

    from factories.situation import START, report_table

    city, a = report_table([0, 0, 2]), report_table([0, 0, 2], "a")
    series = series_of(reports_of(pd.concat([city, a])), START + dt.timedelta(days=2))
    past = np.zeros((4, 3, 1))
    past[:, 2, 0] = 2
    future = np.zeros((4, 16, 1))
    future[0, 3, 0] = 60
    chance = grade_chances(series, past, future, Thresholds())
    np.testing.assert_allclose(chance[:3, 0], [[0, 1, 0]] * 3)
    np.testing.assert_allclose(chance[3, 0], [0, 0.75, 0.25])
    np.testing.assert_allclose(chance[13, 0], [0.75, 0, 0.25])


# --- with the simulator ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def town():
    city = load_city("town")
    return city, build_residents(city)


@pytest.fixture(scope="module")
def engine(town):
    city, residents = town
    # the town is small: with more importation and transmission it has an outbreak to fit
    parameters = load_parameters().with_values(
        {"arrivals.prevalence_scale": 15.0, "transmission.per_contact": 0.4}
    )
    return prepare_engine(
        city, residents, parameters, start=dt.date(2020, 1, 10), as_of=AS_OF, draws=400,
        breaks=(dt.date(2020, 2, 1),),
    )  # fmt: skip


@pytest.fixture(scope="module")
def prior(engine):
    rng = np.random.default_rng(1)
    z = rng.standard_normal((60, len(names_of(engine))))
    z[:, :3] += 1.0
    pars = with_values(engine, engine.nuisance(3)[:60], values_of(engine, z))
    return pars, np.column_stack([np.full(60, 3), np.arange(60)])


@pytest.mark.slow
def test_a_draw_goes_through_the_same_past_alone_longer_or_on_more_threads(town, engine, prior):
    pars, luck = prior
    once = engine.simulate(pars, luck, workers=1)
    again = engine.simulate(pars[10:20], luck[10:20], workers=2)
    np.testing.assert_array_equal(once.confirmed[10:20], again.confirmed)
    longer = prepare_engine(
        *town, engine.parameters, start=engine.start, as_of=AS_OF, ahead=7, draws=400,
        breaks=engine.breaks, then="open",
    )  # fmt: skip
    far = longer.simulate(pars[:20], luck[:20])
    np.testing.assert_array_equal(far.confirmed[:, : engine.n_day], once.confirmed[:20])
    np.testing.assert_array_equal(far.n_state, once.n_state[:20])
    assert once.confirmed.sum() > 0


@pytest.mark.slow
def test_one_period_is_what_play_runs(engine, prior):
    from twofronts.epidemic.memory import make_memory, make_output
    from twofronts.kernels.day import run_draw
    from twofronts.kernels.structs import pack

    pars, luck = prior
    same = np.repeat(pars[:, :1], 2, axis=1)
    mine = engine.simulate(same, luck, workers=1)
    cell = engine.shared.world.staff.shape
    out = make_output(60, engine.n_day, cell, engine.shared.rules.level.shape[2])
    city, memory = pack(engine.shared), pack(make_memory(engine.shared, engine.n_day))
    records = np.ascontiguousarray(pars[:, 0]).view(np.recarray)
    written = pack(out)
    for w in range(60):
        run_draw(city, memory, records, written, w, 3)
    np.testing.assert_array_equal(mine.confirmed, out.confirmed.sum(axis=2))
    np.testing.assert_array_equal(mine.in_care, out.ward + out.icu)


@pytest.mark.slow
def test_draws_far_from_the_reports_are_given_up(engine, prior):
    pars, luck = prior
    cut = engine.simulate(pars, luck, most=np.zeros(engine.n_day, dtype=int))
    whole = engine.simulate(pars, luck)
    busy = whole.confirmed.sum(axis=1) > 0
    assert np.all(cut.done[busy] == 0)
    assert np.all(whole.done == 1)


@pytest.mark.slow
def test_the_fit_follows_the_reports_and_stays_near_them(engine):
    n = 400
    z = np.random.default_rng(4).standard_normal((n, 4))
    pars = with_values(engine, engine.nuisance(11)[:n], values_of(engine, z))
    out = engine.simulate(pars, np.column_stack([np.full(n, 11), np.arange(n)]))
    total = out.confirmed.sum(axis=1)
    push = {}
    order = np.argsort(total)[(np.sort(total) >= 3).argmax() :]
    for name, w in (("few", order[0]), ("many", order[9 * order.size // 10])):
        target = Target(out.confirmed[w] + 0.0, local=out.origin[w, 0], imported=out.origin[w, 1])
        found = fit(engine, target, draws=150, per_round=400, budget=800, seed=2)
        drawn = found.particles.confirmed.sum(axis=1)
        assert np.quantile(drawn, 0.02) <= total[w] <= np.quantile(drawn, 0.98)
        push[name] = found.particles.z[:, :3].sum(axis=1).mean()
    assert push["many"] > push["few"] + 0.2


def test_another_language_is_refused_before_the_fit(capsys):
    for command in ("forecast", "backtest", "calibrate"):
        assert main([command, "nanjing", "--lang", "xx"]) == 2
        assert "'xx' is no language" in capsys.readouterr().err


def test_a_chinese_picture_without_its_typeface_is_refused_before_the_fit(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.setattr("twofronts.fonts.find_spec", lambda name: None)
    for command in ("forecast", "backtest", "calibrate"):
        picture = tmp_path / "p.png"
        args = [command, "nanjing", "--lang", "zh", "--picture", str(picture)]
        args += ["--out", str(tmp_path / "c.toml")] if command == "calibrate" else []
        assert main(args) == 2
        assert "the typeface Noto Sans CJK SC is not installed" in capsys.readouterr().err
        assert not picture.exists()


@pytest.mark.slow
def test_town_is_fitted_forecast_and_played_on(town):
    from twofronts.planning import play

    city, residents = town
    found = fit_city(city, residents=residents, draws=60, per_round=200, budget=300)
    made = forecast(found, ahead=5)
    assert made.draws["cases"].shape == (60, 5, len(city.district_codes) + 1)
    np.testing.assert_array_equal(
        made.draws["cases"][:, :, 0], made.draws["cases"][:, :, 1:].sum(axis=2)
    )
    np.testing.assert_allclose(made.grades.sum(axis=2), 1.0)
    assert made.manifest.settings["as_of"] == "2020-02-18"
    validate(forecast_json(made, found), "forecast")
    en, zh = (
        forecast_page(made, found, lang) + over_page(found, ahead=20, lang=lang)
        for lang in ("en", "zh")
    )
    assert english(zh) == []
    assert all(name in zh for name in (*city.districts["name_zh"], "新增确诊", "维持现行措施"))
    # English counts transmission by period in its names, and calls no district by a number
    assert numbers(zh) == numbers(en.replace("transmission_", ""))
    chance = chance_of_more_simulated(found, ahead=20)
    assert chance.shape == (20,)
    assert np.all((chance >= 0) & (chance <= 1))
    assert chance[-1] < chance[0] + 0.05
    state = starting_states(found, draws=20)
    assert state.initial.day.max() <= 0
    run = play(
        city, "held", residents=residents, days=3, draws=20, initial=state,
        start=AS_OF + dt.timedelta(days=1),
    )  # fmt: skip
    assert run.data.sizes["draw"] == 20


@pytest.mark.slow
def test_calibration_ranks_lie_between_0_and_1(engine):
    c = calibrate_fit(engine, replicates=3, draws=60, least_cases=2, per_round=150, budget=150)
    assert c.n_cases.size == 3
    for name in c.names:
        assert np.all((c.ranks[name] >= 0) & (c.ranks[name] <= 1))
        assert c.histogram(name).sum() == c.n_cases.size


@pytest.mark.slow
def test_what_cannot_be_fitted_is_refused(town):
    city, residents = town
    with pytest.raises(ScenarioError, match="no case was reported"):
        fit_city(city, residents=residents, as_of=dt.date(2020, 1, 26))
    with pytest.raises(ScenarioError, match="counts of the whole city"):
        fit_city(city, residents=replace(residents, scale=0.5))

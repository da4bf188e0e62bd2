"""The calibration gets back what is known, refuses what it cannot use, and writes what it found."""

from __future__ import annotations

import datetime as dt
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from factories.wording import english, numbers
from twofronts.city import build_residents, load_city
from twofronts.errors import ScenarioError
from twofronts.parameters import Parameters, load_parameters, read_parameters
from twofronts.situation import calibrating, calibrating_page, emulator
from twofronts.situation.calibrating import calibrate
from twofronts.situation.targets import aims, day_of_totals, priors_of, scaled, targets_of
from twofronts.wording import width

WHOLE = SimpleNamespace(scale=1.0)


class Made:
    """A laboratory whose answers follow from the values by rule, with a little noise."""

    def __init__(self, city, residents, parameters, *, draws, workers):
        self.past = SimpleNamespace(as_of=dt.date(2020, 2, 17))

    def show(self, values, seed):
        luck = np.random.default_rng(seed)
        n = len(values["transmission.per_contact"])
        base = values["transmission.per_contact"]
        shown = [
            14.0 * base,
            0.8 * base * values["transmission.home_weight"],
            values["infectiousness.mean"] + 1.4,
            3.0 + 3.0 / values["infectiousness.shape"],
            3.0 * values["care.delay_scale"],
            0.8 * values["tracing.named_contacts"],
            np.sqrt(50 * values["arrivals.prevalence_scale"]),
            np.sqrt(450 * base * (1 - values["transmission.mask_effect"])),
            np.full(n, 0.6),
            np.full(n, 1.0),
        ]
        return np.column_stack(shown) * (1 + 0.01 * luck.standard_normal((n, 10)))


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrating, "Laboratory", Made)
        return calibrate(
            load_city("nanjing"), residents=WHOLE, rounds=3, particles=250, seed=3, workers=1
        )


def test_the_posterior_lies_where_the_targets_put_it(found):
    assert min(found.explained.values()) > 0.85
    assert found.status.level == "good"
    middle = {key: float(np.median(v)) for key, v in found.values.items()}
    assert middle["infectiousness.mean"] == pytest.approx(4.9, abs=0.25)
    assert middle["care.delay_scale"] == pytest.approx(4.6 / 3.0, rel=0.05)
    assert middle["tracing.named_contacts"] == pytest.approx(19.8 / 0.8, rel=0.05)
    assert middle["arrivals.prevalence_scale"] == pytest.approx(53 / 50, rel=0.15)
    product = found.values["transmission.per_contact"] * found.values["transmission.home_weight"]
    assert float(np.median(product)) == pytest.approx(0.14, rel=0.08)
    # a normal likelihood of 1.49 (1.29-1.67) times a wide lognormal prior
    spread = np.quantile(3.0 * found.values["care.delay_scale"], [0.025, 0.975])
    assert spread == pytest.approx([4.15, 5.05], abs=0.12)


def test_targets_are_shown_and_so_is_what_goes_together(found):
    assert set(found.shown) == {t.name for t in found.targets}
    # left free to be off by a factor, it follows the others
    assert 20 < float(np.median(found.shown["local"])) < 80
    keys = list(found.values)
    matrix = found.correlation()
    i, j = keys.index("transmission.per_contact"), keys.index("transmission.home_weight")
    assert matrix.keys == tuple(keys)
    assert matrix.matrix[i, j] < -0.5


def test_the_same_seed_gives_the_same_result(monkeypatch):
    monkeypatch.setattr(calibrating, "Laboratory", Made)
    args = {"residents": WHOLE, "rounds": 2, "particles": 80, "posterior": 50}
    city = load_city("nanjing")
    one, two, other = (calibrate(city, seed=s, workers=1, **args) for s in (1, 1, 2))
    for key, values in one.values.items():
        np.testing.assert_array_equal(values, two.values[key])
        assert not np.array_equal(values, other.values[key])


def test_the_file_it_writes_is_read_back(found, tmp_path):
    path = tmp_path / "calibrated.toml"
    path.write_text(calibrating_page.parameter_file(found, load_parameters()), encoding="utf-8")
    back = read_parameters(path)
    assert list(back) == list(found.values)
    for key, p in back.items():
        old = load_parameters()[key]
        assert p.grade == "calibrated"
        assert (p.unit, p.bounds, p.name) == (old.unit, old.bounds, old.name)
        low, middle, high = np.quantile(found.values[key], [0.025, 0.5, 0.975])
        assert p.value == pytest.approx(middle, rel=1e-3)
        assert p.range == pytest.approx((low, high), rel=1e-3)
    text = path.read_text(encoding="utf-8")
    assert "seed 3" in text
    assert "household_attack: 0.112 (0.091-0.138)" in text


def test_the_summary_is_json_and_the_picture_is_drawn(found, tmp_path):
    summary = json.loads(json.dumps(calibrating_page.summary(found), allow_nan=False))
    assert summary["targets"]["household_attack"]["value"] == 0.112
    assert summary["targets"]["local"]["range_95"] is None
    assert abs(summary["targets"]["isolation"]["misses"]) < 1
    assert set(summary["parameters"]) == set(found.values)
    picture = calibrating_page.draw_calibration(found, tmp_path / "c.svg")
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    page = calibrating_page.page(found)
    for name in ("household_attack", "transmission.home_weight", "draws simulated"):
        assert name in page


def test_the_calibration_speaks_chinese(found, tmp_path):
    en, zh = (calibrating_page.page(found, lang) for lang in ("en", "zh"))
    assert english(zh) == []
    assert numbers(zh) == numbers(en)
    for target in found.targets:
        assert calibrating_page.target_name(target.name, "zh") in zh
    for key in found.values:
        assert load_parameters()[key].name["zh"] in zh
    lines = zh.splitlines()
    tables = [lines[2 : 3 + len(found.targets)], lines[-1 - len(found.values) :]]
    assert [len({width(x) for x in table}) for table in tables] == [1, 1]
    said = calibrating_page.where(tmp_path / "a.toml", tmp_path / "b.csv", "zh")
    assert said.startswith("参数文件：")
    picture = calibrating_page.draw_calibration(found, tmp_path / "c.svg", lang="zh")
    assert picture.stat().st_size > 10_000


def test_a_target_that_cannot_be_met_is_named(monkeypatch):
    class Stubborn(Made):
        def show(self, values, seed):
            shown = super().show(values, seed)
            shown[:, 5] = 40.0
            return shown

    monkeypatch.setattr(calibrating, "Laboratory", Stubborn)
    args = {"residents": WHOLE, "posterior": 100, "checked": 50, "workers": 1}
    found = calibrate(load_city("nanjing"), seed=1, **args)
    assert found.status.level == "caution"
    assert [a.en.split()[0] for a in found.status.advice] == ["contacts_per_case"]


def test_the_regression_finds_a_quadratic_and_the_chain_its_normal_posterior():
    rng = np.random.default_rng(2)
    z = rng.standard_normal((300, 2))
    x = np.column_stack([1 + 2 * z[:, 0] - z[:, 1] + 0.3 * z[:, 0] * z[:, 1]])
    terms, explained = emulator.regress(z, x, np.abs(x[:, 0]))
    assert explained[0] > 0.999
    assert terms[:, 0] == pytest.approx([1, 2, -1, 0, 0.3, 0], abs=0.02)
    # one coordinate known with error 0.5 about 1, prior N(0, 1): mean 0.8, variance 0.2
    line = np.array([[0.0], [1.0], [0.0], [0.0], [0.0], [0.0]])
    draws = emulator.sample(
        line, np.array([1.0]), np.array([0.5]), z[:40], draws=2000, rng=rng, steps=600
    )
    assert draws[:, 0].mean() == pytest.approx(0.8, abs=0.05)
    assert draws[:, 0].std() == pytest.approx(math.sqrt(0.2), abs=0.04)
    assert draws[:, 1].mean() == pytest.approx(0.0, abs=0.1)


def test_what_it_cannot_use_is_refused(monkeypatch):
    nanjing, town = load_city("nanjing"), load_city("town")
    with pytest.raises(ScenarioError, match="does not say where its cases were infected"):
        targets_of(town, load_parameters())
    with pytest.raises(ScenarioError) as error:
        calibrate(nanjing, residents=SimpleNamespace(scale=0.1), rounds=1, particles=5, draws=2)
    for words in ("rounds = 1", "particles = 5", "draws = 2", "scale 0.1"):
        assert words in str(error.value)
    known = load_parameters()
    prior = known["calibration.prior.transmission.home_weight"]
    wrong = prior.model_copy(update={"key": "calibration.prior.transmission.hoem_weight"})
    with pytest.raises(ScenarioError, match="hoem_weight"):
        priors_of(Parameters([*known.values(), wrong]))


def test_the_day_of_the_totals_is_the_last_with_as_many_cases():
    assert day_of_totals(load_city("nanjing")) == dt.date(2020, 2, 17)


def test_aims_and_what_is_shown_are_on_one_scale():
    targets = targets_of(load_city("nanjing"), load_parameters())
    aim, error = aims(targets, np.array([1.0, 2.0]))
    met = [2.2, 0.112, 6.3, 4.2, 4.6, 19.8, math.sqrt(53), math.sqrt(39), 1.0, 1.0]
    assert scaled(np.array([met]))[0] == pytest.approx(aim)
    assert error[2] == pytest.approx((7.6 - 5.2) / 3.92)
    assert error[1] == pytest.approx(math.log(0.138 / 0.091) / 3.92)
    # luck alone; luck and half the square root
    assert error[6] == 1.0
    off = load_parameters().value("calibration.discrepancy.local")
    assert error[7] == pytest.approx(math.hypot(2.0, 0.5 * off * math.sqrt(39)))


def test_the_built_in_file_is_a_calibration_of_every_free_parameter():
    parameters = load_parameters()
    for key, prior in priors_of(parameters).items():
        p = parameters[key]
        assert p.grade == "calibrated", key
        assert prior.bounds == p.bounds, key
        assert prior.range[0] <= p.value <= prior.range[1], key
    calibrated = {p.key for p in parameters.values() if "`twofronts calibrate`" in p.source}
    assert calibrated == set(priors_of(parameters))


@pytest.mark.slow
def test_the_number_of_threads_changes_nothing():
    city = load_city("nanjing")
    residents = build_residents(city)
    args = {"residents": residents, "rounds": 2, "particles": 40, "draws": 4, "posterior": 20}
    one, two = (calibrate(city, seed=5, workers=w, **args) for w in (1, 2))
    for key, values in one.values.items():
        np.testing.assert_array_equal(values, two.values[key])
    for name, values in one.shown.items():
        np.testing.assert_array_equal(values, two.shown[name])

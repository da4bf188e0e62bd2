"""Where the options begin: the fit in the brief's words, and the plain start in its place."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.compose import compose
from twofronts.briefing.fitted import QUICK, as_known, begin
from twofronts.briefing.make import fit_table
from twofronts.briefing.measure import build_figures
from twofronts.briefing.weeks import fitted_weeks
from twofronts.city import load_city
from twofronts.epidemic.initial import FittedState, Initial
from twofronts.parameters import load_parameters
from twofronts.situation import situation


def text_of(evidence, lang="en") -> str:
    return compose(evidence, build_figures(evidence), lang).all_text()


def test_the_annex_tells_how_the_fit_was_scored(evidence):
    text = text_of(evidence)
    assert "Weighted interval score 0.61" in text
    score = replace(evidence.fitted.score, wis=0.93)
    changed = replace(evidence, fitted=replace(evidence.fitted, score=score))
    assert "Weighted interval score 0.93" in text_of(changed)


def test_a_fit_that_was_not_scored_says_so(evidence):
    unscored = replace(evidence, fitted=replace(evidence.fitted, score=None))
    assert "not scored" in text_of(unscored)
    assert "未对过去日期的预测评分" in text_of(unscored, "zh")


@pytest.mark.parametrize("reason", ["no_cases", "sample"])
def test_without_a_fit_the_brief_says_why_and_what_stands_in(evidence, reason):
    plain = replace(evidence, fitted=None, unfitted=reason)
    text = text_of(plain)
    assert "plain estimate that works back from the reports" in text
    assert "Band left of today" not in text
    assert "简单估计" in text_of(plain, "zh")


def test_the_band_covers_the_reported_days(evidence):
    days, weeks = fitted_weeks(evidence)
    assert days == list(evidence.reports["date"])
    assert weeks.shape == (40, len(days))
    assert weeks[:, -1] == pytest.approx(evidence.fitted.confirmed[:, -7:].sum(axis=1))
    table = fit_table(evidence)
    assert list(table["reported"].dropna()) == list(evidence.reports["new_confirmed"].dropna())


def test_what_cannot_be_fitted_is_told_by_a_reason():
    city = load_city("town")
    series = situation(city).series
    sizes = {"draws": 4, "seed": 0, "effort": QUICK}
    sample = begin(city, SimpleNamespace(scale=0.5), series, load_parameters(), **sizes)
    assert sample.state is None
    assert sample.reason == "sample"
    new = {k: np.zeros_like(v) for k, v in series.new.items()}
    none = begin(
        city, SimpleNamespace(scale=1.0), replace(series, new=new), load_parameters(), **sizes
    )
    assert none.reason == "no_cases"


def test_patients_are_those_reported_and_hidden_ones_those_of_the_fit():
    city = load_city("nanjing")
    rows = [(-2, 0, 30, 0, False), (-9, 0, 30, 0, True), (-3, 1, 40, 1, False)]
    state = FittedState(Initial.of(rows, note="made up"))
    start = city.as_of + dt.timedelta(days=1)
    rows = as_known(state, city, load_parameters(), start, 0).initial
    assert sorted(rows.draw[~rows.known]) == [0, 1]
    assert (rows.draw[rows.known] == -1).all()
    reports = city.reports[city.reports["area"].fillna("") == ""]
    reported = reports.sort_values("date")["in_hospital"].dropna().iloc[-1]
    assert rows.known.sum() == pytest.approx(reported, abs=1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_city_that_cannot_be_fitted_is_briefed_without_a_fit(evidence, lang, monkeypatch):
    from twofronts.errors import Problem, ScenarioError
    from twofronts.situation import city_fit

    def refuse(*args, **more):
        raise ScenarioError(Problem("no course comes near", "the reports jump", "check them"))

    monkeypatch.setattr(city_fit, "fit_city", refuse)
    city = load_city("town")
    found = begin(
        city, SimpleNamespace(scale=1.0), situation(city).series, load_parameters(),
        draws=4, seed=0, effort=QUICK,
    )  # fmt: skip
    assert (found.state, found.fitted, found.reason) == (None, None, "failed")
    assert "no course comes near" in found.notes[0]
    bare = replace(evidence, fitted=None, unfitted=found.reason)
    assert Voice(lang, build_figures(bare))("fit_none.failed") in text_of(bare, lang)

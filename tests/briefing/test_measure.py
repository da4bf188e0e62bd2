"""From evidence to figures, against what can be counted by hand."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from twofronts.briefing import gather
from twofronts.briefing.make import tables_of
from twofronts.briefing.measure import build_figures, direction, table_of
from twofronts.briefing.pictures.style import spread
from twofronts.briefing.weeks import weekly


# a busy machine is no fault of the strategy
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(0, 20), elements=st.integers(0, 9)),
    hnp.arrays(
        np.float64, st.tuples(st.integers(1, 3), st.integers(1, 20)), elements=st.integers(0, 9)
    ),
)
def test_weekly_is_the_sum_of_the_last_seven_days(past, draws):
    whole = np.hstack([np.broadcast_to(past, (len(draws), past.size)), draws])
    n = past.size
    expected = [
        [row[max(0, n + t - 6) : n + t + 1].sum() for t in range(draws.shape[1])] for row in whole
    ]
    assert weekly(past, draws).tolist() == expected


def test_weighted_shares_by_hand():
    share = np.array([[[1.0, 0.0], [0.5, 0.5]]])  # draw, sector, district
    weight = np.array([[3.0, 1.0], [2.0, 2.0]])
    assert gather.weighted(share, weight, axes=(1, 2)).tolist() == [(3 + 2) / 8]
    assert gather.weighted(share, weight, axes=(1,)).tolist() == [[4 / 5, 1 / 3]]
    empty = gather.weighted(share, np.zeros((2, 2)), axes=(1, 2))
    assert np.isnan(empty).all()


def test_every_column_of_every_table_is_explained_with_its_unit(evidence, figures):
    tables = {
        path.removeprefix("tables/").removesuffix(".csv"): pd.read_csv(io.BytesIO(data))
        for path, data in tables_of(evidence, figures).items()
    }
    told = tables.pop("columns")
    there = [(name, column) for name, table in tables.items() for column in table.columns]
    assert list(told[["table", "column"]].itertuples(index=False, name=None)) == there
    assert told[["en", "zh"]].notna().all().all()
    unit = told.set_index(["table", "column"])["unit"]
    assert unit["changes", "harm_from"] == unit["advantage", "mean"] == "CNY"
    assert unit["fit", "q50"] == "persons"
    # where a row has a unit of its own it stands in the row
    for name, column in unit[unit == "see column unit"].index:
        assert tables[name]["unit"].notna().all(), (name, column)
    course = tables["course"].set_index(["series", "option"]).sort_index()
    assert set(course.loc["value_lost", "unit"]) == {"CNY"}
    assert set(course["option_zh"]) == {o.name_zh for o in evidence.options.values()}


def test_differences_are_paired(evidence):
    """Options that differ by one in every draw differ by exactly one, however wide each is."""
    base = evidence.options["held"]
    more = {**base.totals, "infections": base.totals["infections"] + 1}
    e = replace(
        evidence, options={"held": base, "meeting": replace(base, key="meeting", totals=more)}
    )
    d = build_figures(e)["meeting.d_infections"]
    assert (d.low, d.value, d.high) == (1, 1, 1)
    assert direction(build_figures(e), "meeting.d_infections") == 1


def test_reported_figures_are_those_of_the_reports(evidence, figures):
    r = evidence.reports
    assert figures["reports.new_week"].value == r["new_confirmed"].tail(7).sum()
    assert figures["reports.new_week_before"].value == r["new_confirmed"].iloc[-14:-7].sum()
    assert figures["reports.cum_confirmed"].value == r["cum_confirmed"].iloc[-1]
    assert figures["reports.peak"].value == r["new_confirmed"].max()


def test_what_a_run_lacks_has_no_figure(evidence):
    base = evidence.options["held"]
    # a city that wants no mask has no cover of masks
    totals = {k: v for k, v in base.totals.items() if k != "mask_cover"}
    f = build_figures(replace(evidence, options={"held": replace(base, totals=totals)}))
    assert "held.mask_cover" not in f
    assert "held.infections" in f


def test_the_table_of_figures_holds_them_all(figures):
    assert table_of(figures)["name"].tolist() == list(figures)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6))
def test_labels_are_moved_apart_and_keep_their_order(wanted):
    placed = spread(wanted, 9, 0, 100)
    order = np.argsort(wanted, kind="stable")
    gaps = np.diff(np.asarray(placed)[order])
    assert (gaps >= 9 - 1e-6).all()


@pytest.mark.parametrize("end", ["first", "last"])
def test_shares_by_sector_and_district_average_to_the_whole(evidence, end):
    option = evidence.options["meeting"]
    day = 0 if end == "first" else -1
    whole = option.daily["staff"][:, day]
    for parts in (option.by_sector, option.by_district):
        values = parts[f"staff_{end}"]
        assert (values.min(axis=1) <= whole + 1e-9).all()
        assert (values.max(axis=1) >= whole - 1e-9).all()

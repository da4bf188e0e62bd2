"""Published shocks: a small made-up country whose answer is known by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_table_files import write
from validation import uk_case

from factories.economy import table
from factories.wording import english, numbers
from twofronts.cli import main
from twofronts.economy.shock import read_case, run_shock
from twofronts.errors import ScenarioError
from twofronts.wording import width

CASE = """
title = "Made up"
days = 120
shock_from = 10
shock_to = 70
window_from = 10
window_to = 70
function = "linear"
[parameters]
"production.hire_days" = 1
"production.fire_days" = 1
"production.saving" = 1
"production.benefit" = 1
"""


def case(folder, n=4, *, labour=0.0, household=0.0, other=0.0, stock=400.0, text=CASE):
    t = table(n, seed=1)
    write(folder, t)
    (folder / "case.toml").write_text(text)
    pd.DataFrame(
        {
            "sector": t.sectors,
            "labour": labour,
            "household": household,
            "other": other,
            "stock_days": stock,
            "section": ["X", "X", "Y", "Z"],
            "published": [-10.0, -10.0, np.nan, -20.0],
        }
    ).to_csv(folder / "shocks.csv", index=False)
    return t


def test_with_ample_stocks_output_is_the_staff_left(tmp_path):
    case(tmp_path / "c", labour=0.3)
    result = run_shock(tmp_path / "c")
    assert result.change == pytest.approx(-30, abs=1e-6)
    np.testing.assert_allclose(result.sections["modelled"], -30, atol=1e-6)
    assert result.section_error == pytest.approx((20 + 10) / 2, abs=1e-6)


def test_without_a_shock_nothing_changes(tmp_path):
    case(tmp_path / "c")
    result = run_shock(tmp_path / "c")
    np.testing.assert_allclose(result.path, 1, rtol=1e-12)


def test_lost_final_demand_works_back_through_the_table(tmp_path):
    t = case(
        tmp_path / "c",
        household=-0.5,
        other=-0.5,
        text=CASE.replace("120", "600")
        .replace("70", "590")
        .replace("window_from = 10", "window_from = 500"),
    )
    result = run_shock(tmp_path / "c")
    # half the final demand is half of everything, once stocks have settled
    assert result.change == pytest.approx(-50, abs=0.5)
    assert len(t.sectors) == 4


def test_short_stocks_cost_more(tmp_path):
    hit = [0.8, 0.0, 0.0, 0.0]
    text = CASE.replace('"linear"', '"leontief"')
    case(tmp_path / "long", labour=hit, stock=200.0, text=text)
    case(tmp_path / "short", labour=hit, stock=5.0, text=text)
    assert run_shock(tmp_path / "short").change < run_shock(tmp_path / "long").change - 5


def test_ratings_of_others_are_read(tmp_path):
    hit = [0.9, 0.0, 0.0, 0.0]
    text = CASE.replace('"linear"', '"weakly-critical"')
    t = case(tmp_path / "c", labour=hit, stock=3.0, text=text)
    names = list(t.sectors)
    nothing = pd.DataFrame(0.0, index=names, columns=names)
    nothing.to_csv(tmp_path / "c" / "ratings.csv")
    free = run_shock(tmp_path / "c").change
    (nothing + 1.0).to_csv(tmp_path / "c" / "ratings.csv")
    assert run_shock(tmp_path / "c").change < free - 5


def test_the_command_prints_both(tmp_path, capsys):
    case(tmp_path / "c", labour=0.3)
    assert main(["economy-shock", str(tmp_path / "c")]) == 0
    text = capsys.readouterr().out
    assert "Value added in the window: -30.0%" in text
    assert "Mean absolute error by section: 15.0 points" in text


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [("labour", 30.0, "labour of S0 is 30"), ("household", 0.2, "household of S0 is 0.2")],
)
def test_percentages_and_wrong_signs_are_refused(tmp_path, column, value, message):
    case(tmp_path / "c", **{column: value})
    with pytest.raises(ScenarioError, match=message):
        read_case(tmp_path / "c")


def test_missing_files_and_sectors_are_named(tmp_path):
    with pytest.raises(ScenarioError, match=r"case\.toml and shocks\.csv missing"):
        read_case(tmp_path)
    case(tmp_path / "c", text=CASE.replace("shock_to = 70", "shock_to = 5"))
    with pytest.raises(ScenarioError, match="shock_from < shock_to"):
        read_case(tmp_path / "c")
    case(tmp_path / "d")
    frame = pd.read_csv(tmp_path / "d" / "shocks.csv")
    frame.iloc[1:].to_csv(tmp_path / "d" / "shocks.csv", index=False)
    with pytest.raises(ScenarioError, match="differ: S0"):
        run_shock(tmp_path / "d")
    frame.drop(columns="other").to_csv(tmp_path / "d" / "shocks.csv", index=False)
    with pytest.raises(ScenarioError, match="column other is missing"):
        run_shock(tmp_path / "d")


@pytest.fixture
def source(tmp_path):
    """A made-up country in the form of the public table, whose rows and columns close."""
    rng = np.random.default_rng(0)
    n = len(uk_case.INDUSTRIES)
    output = rng.uniform(0.5, 2, n)
    inputs = rng.dirichlet(np.ones(n), n).T * 0.3
    home = rng.uniform(0.5, 1, (n, n))
    left = output - (inputs * home * output).sum(axis=1)
    totals = np.array([3.0, 1.0, 0.5, 0.5])
    part = rng.dirichlet(np.ones(4), n)
    use = left[:, None] * part
    one = {"yValue": output, "hValue": 0.4 + 0 * output}
    for name, column, total in zip(
        ("fValue", "IValue", "x1Value", "x2Value"), use.T, totals, strict=True
    ):
        one |= {name: column / total, f"{name}UK": 1.0}
    folder = tmp_path / "source"
    folder.mkdir()
    pd.DataFrame(one).to_csv(folder / "test_load_data.csv", index=False)
    two = pd.DataFrame({"mValueUK": home.ravel(), "mValue": inputs.ravel()})
    two.to_csv(folder / "test_load_data_2d.csv", index=False)
    return folder, use


def test_the_case_of_the_united_kingdom_is_built_from_the_public_form(source, tmp_path):
    folder, use = source
    uk_case.build(folder, tmp_path / "case")
    accounts = pd.read_csv(tmp_path / "case" / "io_accounts.csv").fillna(0.0)
    # the sizes of the final uses, which the source lacks, come back
    bought = accounts["households"] + accounts["government"]
    np.testing.assert_allclose(bought, use[:, 0] * uk_case.UNIT, rtol=1e-6)
    exports = use[:, 2:].sum(axis=1) * uk_case.UNIT
    np.testing.assert_allclose(accounts["exports"], exports, rtol=1e-6)
    result = run_shock(tmp_path / "case")
    assert set(result.sections.dropna().index) == {"manufacturing", "construction", "services"}
    assert -60 < result.change < 0


def test_the_shocks_of_the_united_kingdom_are_the_published_figures():
    table = uk_case.shocks().set_index("sector")
    # (1 - 28%) (1 - 51%) of construction, (1 - 35%) (1 - 6%) of lodging and food
    assert table.loc["UK F", "labour"] == pytest.approx(0.72 * 0.49)
    assert table.loc["UK I", "labour"] == pytest.approx(0.65 * 0.94)
    assert table.loc["UK RENT", "labour"] == 0
    # April to June against February, from the monthly changes
    assert uk_case.quarter((-5.4, -40.2, 7.6, 23.5)) == -35.8
    assert uk_case.quarter((0.0, -50.0, 0.0, 100.0)) == pytest.approx(-33.3)


def test_the_command_speaks_chinese(capsys, tmp_path):
    case(tmp_path / "c", labour=0.3, text=CASE.replace("Made up", "虚构"))
    assert main(["economy-shock", str(tmp_path / "c")]) == 0
    en = capsys.readouterr().out
    assert main(["economy-shock", str(tmp_path / "c"), "--lang", "zh"]) == 0
    zh = capsys.readouterr().out
    assert numbers(zh) == numbers(en)
    assert english(zh) == []
    lines = zh.splitlines()
    assert lines[0] == "虚构"
    assert "门类" in lines[2]
    assert {width(x) for x in lines[2:6] if x.strip().endswith(("%", "公布"))} == {37}

"""The situation room against other programs, against known truths, and on Nanjing's own past.

Writes ``docs/validation/situation.md`` and its pictures besides the rows. The whole takes about a
quarter of an hour on two cores; `python -m validation situation`. The outbreaks of the recovery
study are of this report only: the method was worked on with others.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chisquare, gamma

from twofronts.city import build_residents, load_city
from twofronts.city.residents import Residents
from twofronts.parameters import load_parameters
from twofronts.situation.backtest import (
    LAST_VALUE,
    RENEWAL,
    Backtest,
    backtest,
    baseline_forecasts,
    scored,
)
from twofronts.situation.calibration import Calibration, calibrate_fit
from twofronts.situation.city_fit import fit_city
from twofronts.situation.ending import (
    chance_of_more,
    chance_of_more_estimated,
    chance_of_more_traced,
    elimination_chance,
)
from twofronts.situation.engine import prepare_engine
from twofronts.situation.forecasting import forecast
from twofronts.situation.intervals import SerialInterval, discretise_censored, gamma_interval
from twofronts.situation.nowcast import nowcast, reporting_triangle
from twofronts.situation.pictures import draw_forecast, draw_ranks, draw_skill
from twofronts.situation.recovery import Look, study
from twofronts.situation.reports import reports_of, series_of
from twofronts.situation.reproduction import ClosedForm, reproduction_closed
from twofronts.situation.scores import score
from twofronts.writing import write_text
from validation.rows import Row

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
PAGE, IMAGES = ROOT / "docs" / "validation" / "situation.md", ROOT / "docs" / "images"
N_OUTBREAK, N_REPLICATE = 504, 40
SEED_RECOVERY = 20200218
START, FITTED, AS_OF = dt.date(2020, 1, 10), dt.date(2020, 2, 10), dt.date(2020, 2, 18)


def _golden(name: str) -> dict:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


# --- other programs ---------------------------------------------------------------------------


def _difference(estimate: ClosedForm, expected: dict) -> float:
    place = {int(e): i for i, e in enumerate(estimate.end + 1)}
    rows = [place[e] for e in expected["end"]]
    worst = 0.0
    for name, got in (
        ("mean", estimate.mean),
        ("sd", estimate.sd),
        ("low", estimate.quantile(0.025)),
        ("median", estimate.quantile(0.5)),
        ("high", estimate.quantile(0.975)),
    ):
        want = np.array([math.nan if x is None else x for x in expected[name]])
        if not np.array_equal(np.isnan(want), np.isnan(got[rows])):
            return math.inf
        worst = max(worst, float(np.nanmax(np.abs(got[rows] - want))))
    return worst


def epiestim() -> list[Row]:
    """Compare the closed form with EpiEstim on its five series and MERS."""
    gold = _golden("epiestim")
    found = {}
    for name, case in gold["series"].items():
        interval = SerialInterval(np.array(case["interval"]))
        estimate = reproduction_closed(np.array(case["local"]), interval=interval)
        found[name] = _difference(estimate, case["expected"])
    mers = gold["mers"]
    local, imported = np.array(mers["local"]), np.array(mers["imported"])
    interval = gamma_interval(6.8, 4.1, n_day=local.size)
    split = reproduction_closed(local, imported, interval=interval)
    mixed = reproduction_closed(local + imported, interval=interval)
    found["MERS, imports split"] = _difference(split, mers["split"])
    found["MERS, all local"] = _difference(mixed, mers["all_local"])
    rows = [
        Row(f"largest difference from EpiEstim, {n}", v, 0.0, 0.0, 1e-6, "EpiEstim 2.2-4")
        for n, v in found.items()
    ]
    means = ((split, 1.2027, "split"), (mixed, 1.4049, "all local"))
    for estimate, target, name in means:
        mean = float(np.nanmean(estimate.mean))
        rows.append(
            Row(f"MERS 2014-15, mean of means, {name}", mean, target, target - 5e-5, target + 5e-5,
                "EpiEstim 2.2-4")
        )  # fmt: skip
    return rows


def endings() -> list[Row]:
    """Compare the chance of more cases with published and reference values."""
    gold = _golden("endings")
    likati, mers, equateur = gold["likati"], gold["mers_korea"], gold["equateur"]
    cdf = np.cumsum(likati["interval"])
    plain = 1 - chance_of_more(
        np.bincount(likati["day"], minlength=120), r=0.95, k=0.18, interval_cdf=cdf
    )
    traced = 1 - chance_of_more_traced(
        likati["day"], likati["infector"], n_day=120, r=0.95, k=0.18, interval_cdf=cdf
    )
    shape, scale = (mers["mean"] / mers["sd"]) ** 2, mers["sd"] ** 2 / mers["mean"]
    chance = chance_of_more(
        np.array(mers["onsets"]), r=mers["r"], k=mers["k"],
        interval_cdf=gamma.cdf(np.arange(120), shape, scale=scale),
    )  # fmt: skip
    start = dt.date.fromisoformat(mers["start"])

    def near(name: str, value: float, target: float, half: float, source: str) -> Row:
        return Row(name, float(value), target, target - half, target + half, source)

    hart, hoehle = "Hart 2024, its code's results", "Hoehle 2018 after Nishiura 2016"
    rows = [
        near("Likati day 40, chance that it is over, traced", traced[40], 0.0215, 5e-5, hart),
        near("Likati day 40, chance that it is over, untraced", plain[40], 0.1947, 5e-5, hart),
    ]
    for date, target, half in (("2015-07-15", 0.366, 5e-4), ("2015-07-21", 0.0345, 5e-5)):
        value = chance[(dt.date.fromisoformat(date) - start).days]
        rows.append(near(f"MERS Korea {date}, chance of more", value, target, half, hoehle))
    got = chance_of_more_estimated(
        np.array(equateur["onsets"]), pmf=discretise_censored(15.3, 9.3, 110), first=1, last=32
    )
    worst = np.abs(got[equateur["day"]] - equateur["chance"]).max()
    rows.append(near("Equateur, largest difference in the chance of more", worst, 0.0, 5e-6,
                     "Thompson 2024 replicated, reference run"))  # fmt: skip
    series = _golden("epiestim")["series"]
    for name in ("Flu2009", "SARS2003"):
        case = gold["elimination"][name]
        for prior, want in case["prior"].items():
            local = np.zeros(max(want["day"]))
            counts = np.array(series[name]["local"])[: local.size]
            local[: counts.size] = counts
            z = elimination_chance(
                local, interval=SerialInterval(np.array(series[name]["interval"])),
                window=case["window"], prior_shape=float(prior.split("_")[0]),
            )  # fmt: skip
            worst = np.abs(z[np.array(want["day"]) - 1] - want["z"]).max()
            rows.append(near(f"{name}, prior {prior}, largest difference in z", worst, 0.0, 1e-9,
                             "Parag 2020, probElim.R"))  # fmt: skip
    return rows


def nowcasts() -> list[Row]:
    """Compare nowcast coverage on the O104 outbreak with the package surveillance."""
    gold = _golden("o104")
    event, report = np.array(gold["event"]), np.array(gold["report"])
    final = np.bincount(event, minlength=80)

    def hits(now: int) -> np.ndarray:
        n = nowcast(reporting_triangle(event, report, now), draws=1000)
        days = np.arange(max(0, now - 14), now + 1)
        return (n.quantiles[days, 0] <= final[days]) & (final[days] <= n.quantiles[days, -1])

    now = (dt.date.fromisoformat(gold["now"]) - dt.date.fromisoformat(gold["start"])).days
    by_day = {day: hits(day) for day in range(17, 60)}
    later = np.concatenate([v for d, v in by_day.items() if d >= 24])
    every = np.concatenate(list(by_day.values()))
    source = "surveillance 1.20.3, best of three methods on 2 June 2011: 14 of 15"
    best = 14 / 15
    return [
        Row("O104, 95% intervals that hold, 2 June 2011", float(by_day[now].mean()), best, best,
            1.0, source, draws=1000),
        Row("O104, the same, all days from 31 May 2011", float(later.mean()), best, best, 1.0,
            source, draws=1000, note="a week after daily reports began"),
        Row("O104, the same, all days from 24 May 2011", float(every.mean()), best, best, 1.0,
            source, draws=1000,
            note="from the first day of daily reports; how a backlog is told apart was worked out "
            "on this outbreak and on simulated ones"),
    ]  # fmt: skip


def example_scores() -> list[Row]:
    """Compare the weighted interval score with what scoringutils' own tests expect.

    Its example's forecasts (mean scores 17943.82 and 41.42) are in an R data file that is not at
    hand; the forecasts here are those of its tests of the score, the values by its formula with the
    median counted once, which is its default.
    """
    y = np.array([1.0, -15.0, 22.0])
    three = np.array([[0.0, 1, 2], [1, 2, 2], [0, 3, 3]])
    five = np.array([[-1.0, 0, 1, 2, 3], [-2, 1, 2, 2, 4], [-2, 0, 3, 3, 4]])
    one = 0.5 / 2 * np.array([2, 1, 3]) + np.array([0, 16, 19])
    two = 0.1 * np.array([4, 6, 6]) + np.array([0, 13, 18])
    half = 0.5 * np.abs(y - [1, 2, 3])
    cases = (
        ("a median", y[:, None] * 0 + [[1.0], [2], [3]], (0.5,), np.abs(y - [1, 2, 3])),
        ("an interval and a median", three, (0.25, 0.5, 0.75), (half + one) / 1.5),
        ("two intervals and a median", five, (0.1, 0.25, 0.5, 0.75, 0.9), (half + one + two) / 2.5),
    )
    note = "the forecasts of its example are in an R data file that was not at hand"
    return [
        Row(f"WIS of scoringutils' tests, {name}, largest difference",
            float(np.abs(score(y, q, levels).wis - wanted).max()), 0.0, 0.0, 1e-9,
            "scoringutils, tests of wis()", note=note)
        for name, q, levels, wanted in cases
    ]  # fmt: skip


# --- known truths ------------------------------------------------------------------------------


def recovery() -> tuple[list[Row], str]:
    """Run the recovery study."""
    looks = study(N_OUTBREAK, seed=SEED_RECOVERY)

    def covered(rows: list[Look], which: str) -> float:
        return float(np.mean([x.covers(which) for x in rows]))

    def width(rows: list[Look], which: str) -> float:
        return float(np.mean([x.width(which) for x in rows]))

    cells: dict[tuple[float, float], list[Look]] = defaultdict(list)
    for x in looks:
        cells[x.k, x.imported_share].append(x)
    worst = min(covered(v, "settled") for v in cells.values())
    n = len(looks)
    note = f"{N_OUTBREAK} outbreaks, newest day of which four in five cases are reported"
    source = "stated before the study"
    rows = [
        Row("recovery: 90% intervals that hold, overall", covered(looks, "settled"), "85-95%",
            0.85, 0.95, source, draws=n, note=note),
        Row("recovery: the same, worst cell", worst, "at least 80%", 0.80, 1.0, source, draws=n),
        Row("recovery: mean width against the closed form",
            width(looks, "settled") / width(looks, "closed"), "below 1", 0.0, 1.0, source, draws=n),
        Row("recovery: 90% intervals that hold, the as-of day itself", covered(looks, "smoothed"),
            "85-95%", 0.85, 0.95, source, draws=n,
            note="most of that day's cases are unreported; the prior carries it, wide"),
    ]  # fmt: skip
    text = ["| k | imported | looks | smoothed holds | width | closed form holds | width |"]
    text.append("|---|---|---|---|---|---|---|")
    for (k, share), part in sorted(cells.items()):
        text.append(
            f"| {k:g} | {100 * share:.0f}% | {len(part)} | {100 * covered(part, 'settled'):.0f}% | "
            f"{width(part, 'settled'):.2f} | {100 * covered(part, 'closed'):.0f}% | "
            f"{width(part, 'closed'):.2f} |"
        )
    for low in (0.5, 0.75, 1.0, 1.25):
        part = [x for x in looks if low <= x.r < low + 0.25]
        text.append(
            f"| true R {low:g}-{low + 0.25:g} | | {len(part)} | "
            f"{100 * covered(part, 'settled'):.0f}% | {width(part, 'settled'):.2f} | "
            f"{100 * covered(part, 'closed'):.0f}% | {width(part, 'closed'):.2f} |"
        )
    return rows, "\n".join(text)


def calibration(residents: Residents) -> tuple[list[Row], str]:
    """Run simulation-based calibration of the fit on Nanjing."""
    engine = prepare_engine(
        residents.city, residents, load_parameters(), start=START, as_of=AS_OF, draws=1000,
        breaks=(dt.date(2020, 1, 25),),
    )  # fmt: skip
    c: Calibration = calibrate_fit(
        engine, replicates=N_REPLICATE, draws=150, per_round=400, budget=500
    )
    draw_ranks({name: c.histogram(name) for name in c.names}, IMAGES / "situation-ranks.png")
    rows, text = (
        [],
        ["| quantity | ranks in tenths | 90% interval holds | posterior sd / prior sd |"],
    )
    text.append("|---|---|---|---|")
    for name in c.names:
        bins = c.histogram(name)
        p = float(chisquare(c.histogram(name, 5)).pvalue)
        holds = float(c.inside_90[name].mean())
        rows.append(
            Row(f"fit, {name}: 90% intervals that hold the truth", holds, 0.9, 0.8, 1.0,
                "simulation-based calibration", draws=c.n_cases.size,
                note=f"ranks even: p = {p:.2f}")
        )  # fmt: skip
        shape = " ".join(str(b) for b in bins)
        text.append(f"| {name} | {shape} | {100 * holds:.0f}% | {c.shrink[name]:.2f} |")
    return rows, "\n".join(text)


# --- Nanjing -----------------------------------------------------------------------------------


def nanjing(residents: Residents) -> tuple[list[Row], str]:
    """Fit to 10 February, forecast 11-18 February, score."""
    city = residents.city
    fitted = fit_city(city, residents=residents, as_of=FITTED, draws=1000)
    made = forecast(fitted, ahead=8)
    reports = reports_of(city.reports, areas=city.district_codes)
    after, known = series_of(reports, AS_OF), series_of(reports, FITTED)
    tables = [made.table()]
    tables += [
        f.table()
        for f in baseline_forecasts(
            city, known, ahead=8, draws=2000, seed=0, parameters=load_parameters()
        )
    ]
    result = scored(pd.concat(tables), after)
    cases = result.by_target[result.by_target["target"] == "cases"].set_index("model")
    care = result.by_target[result.by_target["target"] == "in_care"].set_index("model")
    draw_forecast(made, after, IMAGES / "situation-forecast.png")
    text = ["| date | new cases: median | 90% interval | reported | in hospital: median |"
            " 90% interval | reported |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    names = (("cases", after.new["new_confirmed"]), ("in_care", after.level["in_hospital"]))
    for h in range(8):
        line = [str(made.date(h + 1))]
        for target, reported in names:
            low, mid, high = made.quantiles(target, (0.05, 0.5, 0.95))[:, h, 0]
            line += [f"{mid:.0f}", f"{low:.0f}-{high:.0f}", f"{reported[0, h - 8]:.0f}"]
        text.append("| " + " | ".join(line) + " |")
    text += ["", *_score_table(result)]
    source = "Nanjing's reports of 11-18 February 2020"
    fit_row = cases.loc["fit"]
    rows = [
        Row("Nanjing: WIS of cases against the last value", float(fit_row["relative_wis"]),
            "below 1", 0.0, 1.0, source, draws=1000),
        Row("Nanjing: days inside the 90% interval, cases", float(fit_row["inside_90"]), 0.9, 0.6,
            1.0, source, draws=1000, note="8 days"),
        Row("Nanjing: days inside the 90% interval, in hospital",
            float(care.loc["fit", "inside_90"]), 0.9, 0.6, 1.0, source, draws=1000, note="8 days"),
        Row("Nanjing: WIS of patients in hospital against the last value",
            float(care.loc["fit", "relative_wis"]), "below 1", 0.0, 1.0, source, draws=1000,
            note="discharges slowed from 8 February on; in hospital stayed at 62 to 64 for a week"),
    ]  # fmt: skip
    return rows, "\n".join(text)


def _score_table(result: Backtest) -> list[str]:
    text = ["| target | model | n | WIS | against last value | 50% holds | 90% holds | bias |"]
    text.append("|---|---|---|---|---|---|---|---|")
    for row in result.by_target.to_dict("records"):
        relative = row["relative_wis"]
        text.append(
            f"| {row['target']} | {row['model']} | {row['n']} | {row['wis']:.3f} | "
            f"{'-' if math.isnan(relative) else f'{relative:.2f}'} | "
            f"{100 * row['inside_50']:.0f}% | {100 * row['inside_90']:.0f}% | {row['bias']:+.2f} |"
        )
    return text


def rolling(residents: Residents) -> tuple[list[Row], str]:
    """Forecast from every other day of Nanjing's series with what was known then, and score."""
    result = backtest(residents.city, residents=residents)
    draw_skill(result.by_day, IMAGES / "situation-skill.png")
    wis = result.by_target.pivot(index="target", columns="model", values="wis")
    holds = result.by_target[result.by_target["model"] == "fit"].set_index("target")["inside_90"]
    source = "Nanjing's reports, forecasts of 7 days from every other day"
    rows = [
        Row(f"Nanjing over time: WIS of {target} against {model}",
            float(wis.loc[target, "fit"] / wis.loc[target, model]), "below 1", 0.0, 1.0, source,
            draws=300)
        for target in ("cases", "in_care")
        for model in (LAST_VALUE, RENEWAL)
    ]  # fmt: skip
    rows += [
        Row(f"Nanjing over time: days inside the 90% interval, {target}", float(holds[target]), 0.9,
            0.75, 1.0, source, draws=300)
        for target in ("cases", "in_care", "deaths")
    ]  # fmt: skip
    return rows, "\n".join(_score_table(result))


def run() -> list[Row]:
    """Run everything and write the page."""
    residents = build_residents(load_city("nanjing"))
    rows = [*epiestim(), *endings(), *nowcasts(), *example_scores()]
    parts: dict[str, str] = {}
    made: dict[str, Callable[[], tuple[list[Row], str]]] = {
        "recovery": recovery,
        "calibration": lambda: calibration(residents),
        "nanjing": lambda: nanjing(residents),
        "rolling": lambda: rolling(residents),
    }
    for name, make in made.items():
        new, parts[name] = make()
        rows += new
    write_text(PAGE, page(parts))
    return rows


def page(parts: dict[str, str]) -> str:
    """Return the page of results."""
    return f"""# Situation: results

Made by `python -m validation situation`. How the estimators work: [situation.md](../situation.md).
Reference figures and all rows: [README.md](README.md).

## Recovery of the reproduction number

{N_OUTBREAK} simulated outbreaks of 20 to 90 cases on the mean: true reproduction number uniform in
0.5-1.5, dispersion k and imported share crossed, onset to report 5 d (sd 3 d). Each is looked at on
three days with what was reported by then; delays are estimated, k is not known. Figures are for the
newest day of which four in five cases are reported, 90% intervals. The closed form has its flat
prior Gamma(1, 5) and a window of 7 days that ends on that day. The method was worked on with other
outbreaks than these.

{parts["recovery"]}

## Calibration of the fit

{N_REPLICATE} truths from the prior, reports simulated from each, the whole fit run on them as on
a city's own. Ranks of the truth among the posterior draws, in tenths: even if the intervals are
right, heaped in the middle if they are too wide. The grey band holds 95% of even counts.

![Ranks](../images/situation-ranks.png)

{parts["calibration"]}

## Nanjing

Fitted to the reports up to 10 February 2020, forecast for 11-18 February.

![Forecast](../images/situation-forecast.png)

{parts["nanjing"]}

The fall after 10 February came faster than either baseline says. Patients in hospital are carried
on from those reported, by the city's own discharges so far; discharges slowed from 8 February on,
which little told on the 10th, and the last value happened to be right. Deaths: none came.

## Over time

`twofronts backtest nanjing`: fitted and forecast again from every other day from 30 January on,
each with what was known on it, 7 days ahead. Before 7 February the forecasts of cases fell too
soon; after it they saw the end coming when the baselines did not.

![Skill](../images/situation-skill.png)

{parts["rolling"]}
"""

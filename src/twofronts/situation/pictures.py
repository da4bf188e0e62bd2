"""Pictures of forecasts against what came, and of their skill over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.fonts import lettering, require_drawn
from twofronts.situation.forecast_page import model_name
from twofronts.situation.forecasts import TARGETS, Forecast
from twofronts.situation.reports import CITY, Series
from twofronts.wording import Lang, date_words
from twofronts.writing import whole_file

_BLUE, _ORANGE, _GREY = "#1f5f8b", "#d9822b", "#8a8a8a"
_TITLES: dict[str, dict[Lang, str]] = {
    "cases": {"en": "new confirmed cases a day", "zh": "每日新增确诊（例）"},
    "in_care": {"en": "patients in hospital", "zh": "在院患者（人）"},
    "deaths": {"en": "new deaths a day", "zh": "每日新增死亡（例）"},
}
_WORDS: dict[str, dict[Lang, str]] = {
    "reported": {"en": "reported", "zh": "已报告"},
    "later": {"en": "came later", "zh": "其后实际"},
    "median": {"en": "median", "zh": "中位数"},
    "50": {"en": "50%", "zh": "50%区间"},
    "90": {"en": "90%", "zh": "90%区间"},
    "wis": {
        "en": "mean weighted interval score (lower is better)",
        "zh": "加权区间评分均值（越低越好）",
    },
    "made": {"en": "forecast made on", "zh": "预测起始日"},
}


def save_picture(figure: object, path: Path | str) -> Path:
    """Write a figure as .svg or .png, whole or not at all, and close it."""
    import matplotlib.pyplot as plt

    path = Path(path)
    with whole_file(path) as part:
        figure.savefig(part, format=path.suffix[1:], bbox_inches="tight", dpi=130)  # type: ignore[attr-defined]
    plt.close(figure)  # type: ignore[arg-type]
    return path


def draw_forecast(
    forecast: Forecast, series: Series, path: Path | str, *, lang: Lang = "en"
) -> Path:
    """Draw the city's cases: reports up to the as-of day, the forecast, and what came.

    Parameters
    ----------
    forecast : Forecast
    series : Series
        Reports; days after the as-of date are drawn as hollow points.
    path : Path or str
        Ends in .svg or .png.
    lang : "en" or "zh"

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    FontError
        If it is to be Chinese, and the typeface is not installed or lacks a character.
    """
    with lettering(lang):
        return _forecast_picture(forecast, series, path, lang)


def _date_axis(axis: Any, lang: Lang) -> None:
    """Write the days below a picture as its language has them."""
    if lang == "zh":
        from matplotlib.dates import num2date

        axis.xaxis.set_major_formatter(
            lambda x, _: date_words(num2date(x).date(), lang, year=False)
        )


def _forecast_picture(forecast: Forecast, series: Series, path: Path | str, lang: Lang) -> Path:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    w = {key: words[lang] for key, words in _WORDS.items()}
    figure, axis = plt.subplots(figsize=(7.5, 3.6))
    counts = series.new["new_confirmed"][series.area(CITY)]
    dates = series.dates.to_numpy()
    past = dates <= np.datetime64(forecast.as_of)
    axis.plot(dates[past], counts[past], "o", color="black", ms=4, label=w["reported"])
    axis.plot(dates[~past], counts[~past], "o", mfc="white", mec="black", ms=4, label=w["later"])
    q = forecast.quantiles("cases", (0.05, 0.25, 0.5, 0.75, 0.95))[:, :, 0]
    ahead = np.array([np.datetime64(forecast.date(h + 1)) for h in range(q.shape[1])])
    axis.fill_between(ahead, q[0], q[4], color=_BLUE, alpha=0.18, lw=0, label=w["90"])
    axis.fill_between(ahead, q[1], q[3], color=_BLUE, alpha=0.35, lw=0, label=w["50"])
    axis.plot(ahead, q[2], color=_BLUE, label=w["median"])
    axis.set_ylabel(_TITLES["cases"][lang])
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False, fontsize=8, ncols=5, loc="lower left", bbox_to_anchor=(0, 1))
    axis.spines[["top", "right"]].set_visible(False)
    _date_axis(axis, lang)
    figure.autofmt_xdate()
    require_drawn(figure, lang)
    return save_picture(figure, path)


def draw_skill(
    by_day: pd.DataFrame,
    path: Path | str,
    *,
    targets: tuple[str, ...] = TARGETS,
    lang: Lang = "en",
) -> Path:
    """Draw the mean weighted interval score of each as-of day by model, a panel for each target.

    Parameters
    ----------
    by_day : DataFrame
        Of :class:`twofronts.situation.backtest.Backtest`.
    path : Path or str
        Ends in .svg or .png.
    targets : tuple of str
        Those without a score are left out.
    lang : "en" or "zh"

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    FontError
        If it is to be Chinese, and the typeface is not installed or lacks a character.
    """
    with lettering(lang):
        return _skill_picture(by_day, path, targets, lang)


def _skill_picture(
    by_day: pd.DataFrame, path: Path | str, targets: tuple[str, ...], lang: Lang
) -> Path:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    shown = [t for t in targets if (by_day["target"] == t).any()] or list(targets[:1])
    figure, axes = plt.subplots(
        len(shown), 1, figsize=(7.5, 0.9 + 1.9 * len(shown)), sharex=True, squeeze=False
    )
    models = sorted(by_day["model"].unique())
    colours = dict(zip(models, (_ORANGE, _BLUE, _GREY), strict=False))
    for axis, target in zip(axes[:, 0], shown, strict=True):
        rows = by_day[by_day["target"] == target]
        for model, part in rows.groupby("model"):
            days = pd.to_datetime(part["as_of"])
            name, colour = model_name(str(model), lang), colours.get(model)
            axis.plot(days, part["wis"], marker="o", ms=3, color=colour, label=name)
        title = _TITLES[target][lang] if target in _TITLES else target
        axis.set_title(title, fontsize=9, loc="left")
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
    figure.supylabel(_WORDS["wis"][lang], fontsize=9)
    axes[-1, 0].set_xlabel(_WORDS["made"][lang])
    made = sorted(set(by_day["as_of"]))
    _date_axis(axes[-1, 0], lang)
    axes[-1, 0].set_xticks(pd.to_datetime(made[:: max(1, len(made) // 10)]))
    axes[0, 0].legend(frameon=False, fontsize=8, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    figure.autofmt_xdate()
    require_drawn(figure, lang)
    return save_picture(figure, path)


def draw_ranks(histograms: dict[str, np.ndarray], path: Path | str) -> Path:
    """Draw the ranks of known truths among posterior draws, a panel for each quantity.

    Parameters
    ----------
    histograms : dict of str to int64[bin]
        How many ranks fall into each of equal bins; the grey band holds 95% of even counts.
    path : Path or str
        Ends in .svg or .png.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from scipy.stats import binom

    n = len(histograms)
    figure, axes = plt.subplots(1, n, figsize=(2.1 * n, 2.3), sharey=True, squeeze=False)
    for axis, (name, counts) in zip(axes[0], histograms.items(), strict=True):
        total, bins = int(counts.sum()), counts.size
        low, high = binom.ppf([0.025, 0.975], total, 1 / bins)
        axis.axhspan(low, high, color=_GREY, alpha=0.25, lw=0)
        axis.bar((np.arange(bins) + 0.5) / bins, counts, width=0.9 / bins, color=_BLUE)
        axis.set_title(name.replace("_", " "), fontsize=9)
        axis.set_xlim(0, 1)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("truths")
    figure.supxlabel("rank of the truth among the posterior draws", fontsize=9)
    figure.tight_layout()
    return save_picture(figure, path)

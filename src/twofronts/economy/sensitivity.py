"""What matters most for the result: each assumption moved over its range, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twofronts.economy import prepare as p
from twofronts.economy.city_table import regional_table
from twofronts.economy.production import FUNCTIONS
from twofronts.economy.run import run_draws
from twofronts.economy.scenario import EconomyScenario, scenario_arrays
from twofronts.economy.supplies import start_drivers
from twofronts.fonts import lettering, require_drawn
from twofronts.kernels import economy as k
from twofronts.kernels.supplies import INTENSIVE, PATIENTS, TESTS
from twofronts.parameters import Parameters, load_parameters
from twofronts.wording import Lang
from twofronts.writing import whole_file

PREFIXES = ("labour.", "production.", "freight.", "supplies.", "table.")
FUNCTION = "production function"
FUNCTIONS_ZH = {
    "leontief": "列昂惕夫",
    "strongly-critical": "强关键",
    "half-critical": "半关键",
    "weakly-critical": "弱关键",
    "linear": "线性",
}
_WORDS = {
    "function": {"en": "Production function", "zh": "生产函数"},
    "x": {
        "en": "Value added lost against an ordinary period [%]",
        "zh": "增加值损失占平常同期的比例（%）",
    },
    "title": {
        "en": "One assumption at a time, low end (blue) to high end (orange)",
        "zh": "逐项改变假设：由下限（蓝）到上限（橙）",
    },
}


@dataclass(frozen=True)
class Bar:
    """One assumption's bar of the tornado.

    Parameters
    ----------
    key : str
        The parameter, or ``FUNCTION``.
    low, high : float or str
        Ends of its range.
    at_low, at_high, centre : float
        Value added lost against normal there, and at the central values. [1]
    """

    key: str
    low: float | str
    high: float | str
    at_low: float
    at_high: float
    centre: float

    @property
    def width(self) -> float:
        """Length of the bar, the central value included. [1]."""
        ends = (self.at_low, self.at_high, self.centre)
        return max(ends) - min(ends)


@dataclass(frozen=True)
class Tornado:
    """Bars, the longest first, about the central value."""

    centre: float
    bars: tuple[Bar, ...]


def tornado(city: Any, scenario: EconomyScenario, parameters: Parameters | None = None) -> Tornado:
    """Move each assumption over its range and measure the value added lost.

    Parameters
    ----------
    city : City
    scenario : EconomyScenario
        Its own ``parameters`` are held at the values given.
    parameters : Parameters or None
        The built-in ones where None.

    Returns
    -------
    Tornado
        Shares of a normal run's value added. [1]
    """
    base = load_parameters() if parameters is None else parameters
    if scenario.parameters:
        base = base.with_values(scenario.parameters, source="scenario")
    start = city.as_of if scenario.start is None else scenario.start
    effects, limit = scenario_arrays(scenario, city, start=start)
    drivers = start_drivers(city)
    care = np.array([drivers[PATIENTS], drivers[INTENSIVE], drivers[TESTS]])
    table = regional_table(city, base)

    def lost(values: dict[str, float], function: str) -> float:
        held = base.with_values(values) if values else base
        again = regional_table(city, held) if any(v.startswith("table.") for v in values) else table
        params = p.prepare_economy(
            city,
            None,
            held,
            draws=1,
            seed=scenario.seed,
            start=start,
            function=function,
            central=True,
            normal=scenario.normal,
            table=again,
        )
        given = k.Given(effects, limit, p.no_absence(params), care)
        record = run_draws(params, given, draws=1)
        n = params.staff.shape[0]
        normal = params.production.value_added[:n].sum() * scenario.days
        return float(record["value_added_lost"].sum(dtype=np.float64) / normal)

    centre = lost({}, scenario.function)
    bars = []
    for key, parameter in base.items():
        if parameter.range is None or not key.startswith(PREFIXES):
            continue
        low, high = parameter.range
        at_low, at_high = (lost({key: value}, scenario.function) for value in (low, high))
        bars.append(Bar(key, low, high, at_low, at_high, centre))
    by_function = {name: lost({}, name) for name in FUNCTIONS}
    least, most = (f(by_function, key=by_function.__getitem__) for f in (min, max))
    bars.append(Bar(FUNCTION, least, most, by_function[least], by_function[most], centre))
    bars.sort(key=lambda bar: -bar.width)
    return Tornado(centre, tuple(bars))


def draw_tornado(
    result: Tornado, parameters: Parameters, path: Path, *, most: int = 14, lang: Lang = "en"
) -> None:
    """Draw the longest bars as a picture.

    Parameters
    ----------
    result : Tornado
    parameters : Parameters
        For the names.
    path : Path
        PNG, SVG or PDF by its ending.
    most : int
        Bars to show.
    lang : "en" or "zh"

    Raises
    ------
    OutputError
        If the picture cannot be written.
    FontError
        If it is to be Chinese, and the typeface is not installed or lacks a character.
    """
    with lettering(lang):
        _draw_tornado(result, parameters, path, most, lang)


def _draw_tornado(
    result: Tornado, parameters: Parameters, path: Path, most: int, lang: Lang
) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bars = [bar for bar in result.bars[:most] if bar.width > 0]
    figure = Figure(figsize=(8.0, 0.38 * len(bars) + 1.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for row, bar in enumerate(reversed(bars)):
        low, high = end_words(bar, lang)
        for text, value, side in ((low, bar.at_low, "low"), (high, bar.at_high, "high")):
            colour = "#2b6ca3" if side == "low" else "#d98a2b"
            width = 100 * (value - result.centre)
            axes.barh(row, width, left=100 * result.centre, color=colour, height=0.7)
            outward = value >= result.centre
            axes.annotate(
                text,
                (100 * value, row),
                xytext=(3 if outward else -3, 0),
                textcoords="offset points",
                ha="left" if outward else "right",
                va="center",
                fontsize=7,
            )
    axes.axvline(100 * result.centre, color="black", linewidth=0.8)
    axes.set_yticks(range(len(bars)), [bar_name(bar, parameters, lang) for bar in reversed(bars)])
    axes.tick_params(labelsize=8)
    axes.margins(x=0.12)
    axes.set_xlabel(_WORDS["x"][lang], fontsize=8)
    axes.set_title(_WORDS["title"][lang], fontsize=9)
    require_drawn(figure, lang)
    with whole_file(Path(path)) as part:
        figure.savefig(part, dpi=150)


def bar_name(bar: Bar, parameters: Parameters, lang: Lang = "en") -> str:
    """Return what a bar's assumption is called.

    Parameters
    ----------
    bar : Bar
    parameters : Parameters
    lang : "en" or "zh"
    """
    if bar.key == FUNCTION:
        return _WORDS["function"][lang]
    return parameters[bar.key].name.get(lang, bar.key)


def end_words(bar: Bar, lang: Lang = "en") -> tuple[str, str]:
    """Return both ends of a bar's range as they are printed; a function's by its name."""
    names = FUNCTIONS_ZH if lang == "zh" else {}
    low, high = (names.get(x, x) if isinstance(x, str) else f"{x:.3g}" for x in (bar.low, bar.high))
    return low, high

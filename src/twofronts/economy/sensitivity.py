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
from twofronts.kernels import economy as k
from twofronts.kernels.supplies import INTENSIVE, PATIENTS, TESTS
from twofronts.parameters import Parameters, load_parameters
from twofronts.writing import whole_file

PREFIXES = ("labour.", "production.", "freight.", "supplies.", "table.")
FUNCTION = "production function"


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


def draw_tornado(result: Tornado, parameters: Parameters, path: Path, *, most: int = 14) -> None:
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

    Raises
    ------
    OutputError
        If the picture cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bars = [bar for bar in result.bars[:most] if bar.width > 0]
    figure = Figure(figsize=(8.0, 0.38 * len(bars) + 1.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for row, bar in enumerate(reversed(bars)):
        for end, value, side in ((bar.low, bar.at_low, "low"), (bar.high, bar.at_high, "high")):
            colour = "#2b6ca3" if side == "low" else "#d98a2b"
            width = 100 * (value - result.centre)
            axes.barh(row, width, left=100 * result.centre, color=colour, height=0.7)
            text = end if isinstance(end, str) else f"{end:g}"
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
    axes.set_yticks(range(len(bars)), [_name(bar, parameters) for bar in reversed(bars)])
    axes.tick_params(labelsize=8)
    axes.margins(x=0.12)
    axes.set_xlabel("Value added lost against an ordinary period [%]", fontsize=8)
    axes.set_title("One assumption at a time, low end (blue) to high end (orange)", fontsize=9)
    with whole_file(Path(path)) as part:
        figure.savefig(part, dpi=150)


def _name(bar: Bar, parameters: Parameters) -> str:
    if bar.key == FUNCTION:
        return "Production function"
    return parameters[bar.key].name.get("en", bar.key)

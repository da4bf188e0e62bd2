"""What the calibration found, as a parameter file, as JSON and as a picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from twofronts import __version__
from twofronts.parameters import Parameter, Parameters
from twofronts.situation.calibrating import Calibrated
from twofronts.situation.pictures import save_picture
from twofronts.situation.targets import BY_ORIGIN

_BLUE, _ORANGE, _GREY = "#1f5f8b", "#d9822b", "#c9c9c9"


def summary(found: Calibrated) -> dict[str, Any]:
    """Return the calibration as JSON can carry it: targets, posterior, fit, settings."""

    def band(values: np.ndarray, share: float) -> list[float]:
        ends = [(1 - share) / 2, 0.5, (1 + share) / 2]
        return [float(f"{x:.6g}") for x in np.quantile(values, ends)]

    return {
        "schema": "twofronts.calibration",
        "schema_version": 1,
        "version": __version__,
        "settings": found.settings,
        "n_simulated": found.n_simulated,
        "checked": len(next(iter(found.shown.values()))),
        "targets": {
            target.name: {
                "value": target.value,
                "range_95": None if math.isnan(target.low) else [target.low, target.high],
                "shown_90": band(found.shown[target.name], 0.9),
                "misses": round(_misses(found, target.name), 2),
                "explained": round(found.explained[target.name], 3),
                "source": target.source,
            }
            for target in found.targets
        },
        "parameters": {
            key: {
                "before_95": list(found.priors[key].range or ()),
                "after_95": band(values, 0.95),
            }
            for key, values in found.values.items()
        },
        "correlation": {
            "keys": list(found.values),
            "matrix": np.round(found.correlation().matrix, 2).tolist(),
        },
        "status": {"level": found.status.level, "advice": [a.en for a in found.status.advice]},
    }


def _misses(found: Calibrated, name: str) -> float:
    """Return how many standard errors the middle of what is shown lies from a target.

    Counts by origin: of a Poisson count, whose square root has a standard deviation of a half.
    """
    target = next(t for t in found.targets if t.name == name)
    middle = float(np.median(found.shown[name]))
    if name in BY_ORIGIN:
        return 2.0 * (math.sqrt(middle) - math.sqrt(target.value))
    if name == "serial_interval":
        return (middle - target.value) / ((target.high - target.low) / 3.92)
    return math.log(middle / target.value) / (math.log(target.high / target.low) / 3.92)


def parameter_file(found: Calibrated, parameters: Parameters) -> str:
    """Return the free parameters as a file of ``data/parameters``, graded calibrated.

    Parameters
    ----------
    found : Calibrated
    parameters : Parameters
        For names, units and bounds.

    Returns
    -------
    str
        TOML. The value is the posterior's median, the range its central 95%.
    """
    import tomli_w

    settings = found.settings
    lines = [
        "# Written by `twofronts calibrate`; not set by hand.",
        f"# City {settings['city']} to {settings['as_of']}, seed {settings['seed']}: "
        f"{settings['rounds']} rounds of {settings['particles']} values,",
        f"# {settings['draws']} draws each, {found.n_simulated:,} draws in all.",
        "# Ranges are each parameter's own central 95%; how they go together is told by",
        "# calibrated_correlation.csv.",
        "# target: figure (95%), what the posterior shows (90%)",
    ]
    for target in found.targets:
        low, mid, high = np.quantile(found.shown[target.name], [0.05, 0.5, 0.95])
        figure = f"{target.value:g}"
        if not math.isnan(target.low):
            figure += f" ({target.low:g}-{target.high:g})"
        lines.append(f"#   {target.name}: {figure}, {mid:.3g} ({low:.3g}-{high:.3g})")
    text = ["\n".join(lines) + "\n"]
    for key, values in found.values.items():
        text.append(tomli_w.dumps(_nested(key, _entry(found, values, parameters[key], key))))
    return "\n".join(text)


def _entry(found: Calibrated, values: np.ndarray, old: Parameter, key: str) -> dict[str, Any]:
    low, middle, high = (float(f"{x:.4g}") for x in np.quantile(values, [0.025, 0.5, 0.975]))
    prior = found.priors[key]
    before = "-".join(f"{x:g}" for x in prior.range or ())
    return {
        "value": middle,
        "unit": old.unit,
        "bounds": list(old.bounds),
        "range": [low, high],
        "dist": "lognormal" if prior.dist == "lognormal" else "triangular",
        "grade": "calibrated",
        "source": f"`twofronts calibrate`, seed {found.settings['seed']}: "
        + ", ".join(t.name.replace("_", " ") for t in found.targets),
        "note": f"Before calibration {before} ({prior.dist}).",
        "name": dict(old.name),
    }


def _nested(key: str, entry: dict[str, Any]) -> dict[str, Any]:
    for part in reversed(key.split(".")):
        entry = {part: entry}
    return entry


def page(found: Calibrated) -> str:
    """Return what was found as plain text for the terminal."""
    text = [f"{found.n_simulated:,} draws simulated", ""]
    text.append(f"{'target':<22}{'figure':>10}{'shown (90%)':>24}{'off by':>10}")
    for target in found.targets:
        low, mid, high = np.quantile(found.shown[target.name], [0.05, 0.5, 0.95])
        band = f"{mid:.3g} ({low:.3g}-{high:.3g})"
        off = f"{_misses(found, target.name):+.1f} se"
        text.append(f"{target.name:<22}{target.value:>10g}{band:>24}{off:>10}")
    text += ["", f"{'parameter':<28}{'before (95%)':>18}{'after (95%)':>28}"]
    for key, values in found.values.items():
        low, mid, high = np.quantile(values, [0.025, 0.5, 0.975])
        before = "-".join(f"{x:g}" for x in found.priors[key].range or ())
        text.append(f"{key:<28}{before:>18}{f'{mid:.3g} ({low:.3g}-{high:.3g})':>28}")
    text += [f"Caution: {a.en}" for a in found.status.advice]
    return "\n".join(text)


def draw_calibration(found: Calibrated, path: Path | str) -> Path:
    """Draw each free parameter before and after, and each target beside what is shown.

    Parameters
    ----------
    found : Calibrated
    path : Path or str
        Ends in .svg or .png.

    Returns
    -------
    Path
    """
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    n = max(len(found.values), len(found.targets))
    figure: Figure = plt.figure(figsize=(2.0 * n, 4.8), constrained_layout=True)
    axes = figure.subplots(2, n, squeeze=False)
    luck = np.random.default_rng(0).random(4000)
    for ax in [*axes[0, len(found.values) :], *axes[1, len(found.targets) :]]:
        ax.axis("off")
    for ax, (key, values) in zip(axes[0], found.values.items(), strict=False):
        ax.hist(found.priors[key].draw(luck), 30, density=True, color=_GREY)
        ax.hist(values, 20, density=True, color=_BLUE, alpha=0.75)
        ax.set_title(key.split(".", 1)[1].replace("_", " "), fontsize=8)
    for ax, target in zip(axes[1], found.targets, strict=False):
        ax.hist(found.shown[target.name], 20, density=True, color=_BLUE, alpha=0.75)
        ax.axvline(target.value, color=_ORANGE)
        if not math.isnan(target.low):
            ax.axvspan(target.low, target.high, color=_ORANGE, alpha=0.2)
        ax.set_title(target.name.replace("_", " "), fontsize=8)
    for ax in axes.flat:
        ax.set_yticks([])
        ax.tick_params(labelsize=7)
    axes[0, 0].set_ylabel("free parameters\n(grey: before)", fontsize=8)
    axes[1, 0].set_ylabel("targets\n(orange: published)", fontsize=8)
    return save_picture(figure, path)

"""What the calibration found, as a parameter file, as JSON and as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from twofronts import __version__
from twofronts.fonts import lettering, require_drawn
from twofronts.parameters import Parameter, Parameters, load_parameters
from twofronts.situation.calibrating import Calibrated
from twofronts.situation.pictures import save_picture
from twofronts.situation.targets import BY_ORIGIN, TARGET
from twofronts.wording import Lang, pad

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


_WORDS: dict[str, dict[Lang, str]] = {
    "simulated": {"en": "{0} draws simulated", "zh": "共模拟{0}次"},
    "target": {"en": "target", "zh": "目标"},
    "figure": {"en": "figure", "zh": "目标值"},
    "shown": {"en": "shown (90%)", "zh": "模拟（90%区间）"},
    "off": {"en": "off by", "zh": "偏离"},
    "se": {"en": "{0} se", "zh": "{0}倍标准误"},
    "parameter": {"en": "parameter", "zh": "参数"},
    "before": {"en": "before (95%)", "zh": "校准前（95%区间）"},
    "after": {"en": "after (95%)", "zh": "校准后（95%区间）"},
    "caution": {"en": "Caution: {0}", "zh": "注意：{0}"},
    "where": {
        "en": "Parameters: {0}, {1}; put them in data/parameters to use them",
        "zh": "参数文件：{0}、{1}；放入 data/parameters 即生效",
    },
    "free": {"en": "free parameters\n(grey: before)", "zh": "自由参数\n（灰：校准前）"},
    "targets": {"en": "targets\n(orange: published)", "zh": "目标\n（橙：公布值）"},
}
_ORIGIN_ZH = {"imported": "输入病例数", "local": "本地病例数"}


def target_name(name: str, lang: Lang = "en") -> str:
    """Return what a target is called: its key in English, in Chinese as its parameter is."""
    if lang == "en":
        return name
    return _ORIGIN_ZH[name] if name in _ORIGIN_ZH else load_parameters()[TARGET + name].name["zh"]


def where(out: Path, tied: Path, lang: Lang = "en") -> str:
    """Return the line that says where parameters and correlations were written."""
    return _WORDS["where"][lang].format(out, tied)


def page(found: Calibrated, lang: Lang = "en") -> str:
    """Return what was found as plain text for the terminal.

    Parameters
    ----------
    found : Calibrated
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    w = {key: words[lang] for key, words in _WORDS.items()}
    text = [w["simulated"].format(f"{found.n_simulated:,}"), ""]
    rows = [(w["target"], w["figure"], w["shown"], w["off"])]
    for target in found.targets:
        low, mid, high = np.quantile(found.shown[target.name], [0.05, 0.5, 0.95])
        band = f"{mid:.3g} ({low:.3g}-{high:.3g})"
        off = w["se"].format(f"{_misses(found, target.name):+.1f}")
        rows.append((target_name(target.name, lang), f"{target.value:g}", band, off))
    text += _columns(rows, (22, 10, 24, 10) if lang == "en" else (34, 10, 24, 18))
    rows2 = [(w["parameter"], w["before"], w["after"])]
    for key, values in found.values.items():
        low, mid, high = np.quantile(values, [0.025, 0.5, 0.975])
        before = "-".join(f"{x:g}" for x in found.priors[key].range or ())
        name = key if lang == "en" else load_parameters()[key].name["zh"]
        rows2.append((name, before, f"{mid:.3g} ({low:.3g}-{high:.3g})"))
    text += ["", *_columns(rows2, (28, 18, 28) if lang == "en" else (34, 20, 28))]
    text += [w["caution"].format(getattr(a, lang)) for a in found.status.advice]
    return "\n".join(text)


def _columns(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> list[str]:
    return [
        "".join(pad(c, n, right=i > 0) for i, (c, n) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def draw_calibration(found: Calibrated, path: Path | str, *, lang: Lang = "en") -> Path:
    """Draw each free parameter before and after, and each target beside what is shown.

    Parameters
    ----------
    found : Calibrated
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
        return _picture(found, path, lang)


def _picture(found: Calibrated, path: Path | str, lang: Lang) -> Path:
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
        own = key.split(".", 1)[1].replace("_", " ")
        if lang == "zh":
            own = _two_lines(load_parameters()[key].name["zh"])
        ax.set_title(own, fontsize=8)
    for ax, target in zip(axes[1], found.targets, strict=False):
        ax.hist(found.shown[target.name], 20, density=True, color=_BLUE, alpha=0.75)
        ax.axvline(target.value, color=_ORANGE)
        if not math.isnan(target.low):
            ax.axvspan(target.low, target.high, color=_ORANGE, alpha=0.2)
        own = target.name.replace("_", " ")
        ax.set_title(
            own if lang == "en" else _two_lines(target_name(target.name, lang)), fontsize=8
        )
    for ax in axes.flat:
        ax.set_yticks([])
        ax.tick_params(labelsize=7)
    axes[0, 0].set_ylabel(_WORDS["free"][lang], fontsize=8)
    axes[1, 0].set_ylabel(_WORDS["targets"][lang], fontsize=8)
    require_drawn(figure, lang)
    return save_picture(figure, path)


def _two_lines(title: str, most: int = 12) -> str:
    """Break a long Chinese title in the middle, so that it stays above its own panel."""
    half = -(-len(title) // 2)
    return title if len(title) <= most else f"{title[:half]}\n{title[half:]}"

"""What both built-in cities need: apportionment, household sizes, sidecars, writing tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from scipy.optimize import brentq

from twofronts.city.tables import TABLE


def apportion(total: int, weights: Sequence[float] | np.ndarray) -> list[int]:
    """Whole numbers in proportion to weights that add up to the total (largest remainder)."""
    w = np.asarray(weights, dtype=float)
    exact = total * w / w.sum()
    whole = np.floor(exact).astype(int)
    short = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:short]] += 1
    return [int(x) for x in whole]


def household_sizes(households: int, persons: int, largest: int) -> list[int]:
    """Households of 1..largest, Poisson without zeros, with both totals met exactly."""
    sizes = np.arange(1, largest + 1)

    def weights(rate: float) -> np.ndarray:
        log = sizes * np.log(rate) - np.cumsum(np.log(sizes))
        w = np.exp(log - log.max())
        return w / w.sum()

    mean = persons / households
    rate = brentq(lambda r: weights(r) @ sizes - mean, 1e-6, 50)
    n = np.array(apportion(households, weights(rate)))
    # rounding leaves a few persons over or short: move households between neighbouring sizes
    gap = persons - int(n @ sizes)
    low = int(round(mean)) - 1
    n[low] -= abs(gap)
    n[low + (1 if gap > 0 else -1)] += abs(gap)
    assert n.min() >= 0
    assert n.sum() == households
    assert n @ sizes == persons
    return [int(x) for x in n]


def fit_margins(seed: np.ndarray, rows: Sequence[int], columns: np.ndarray) -> np.ndarray:
    """Whole numbers near ``seed`` whose rows are exact and whose columns are as close as can be."""
    target = np.asarray(columns, dtype=float) * sum(rows) / np.sum(columns)
    x = seed.astype(float)
    for _ in range(500):
        x *= target / x.sum(axis=0)
        x *= (np.asarray(rows) / x.sum(axis=1))[:, None]
    return np.array([apportion(r, line) for r, line in zip(rows, x, strict=True)])


def write_table(
    folder: Path,
    name: str,
    rows: Iterable[Sequence[Any]],
    source: Mapping[str, Any],
) -> None:
    """Write a table, its header as specified, and its sidecar."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(c.name for c in TABLE[name].columns if c.required)
    writer.writerows(rows)
    (folder / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8")
    write_sidecar(folder, name, source)


def write_sidecar(folder: Path, name: str, source: Mapping[str, Any]) -> None:
    """Write the sidecar of a table or of the map."""
    text = tomli_w.dumps(dict(source), multiline_strings=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def source(
    source: str,
    grade: str,
    date: dt.date,
    *,
    unit: str = "as named in each column",
    licence: str = "facts, not subject to copyright; compilation Apache-2.0",
    notes: str = "",
    columns: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return a sidecar."""
    out: dict[str, Any] = {
        "unit": unit,
        "source": source,
        "licence": licence,
        "date": date,
        "grade": grade,
    }
    if notes:
        out["notes"] = notes
    if columns:
        out["columns"] = {k: dict(v) for k, v in columns.items()}
    return out

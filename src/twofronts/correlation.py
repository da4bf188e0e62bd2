"""How calibrated parameters go together: their correlation, kept beside their ranges.

A calibration that holds several parameters against one target leaves them tied: more transmission a
contact goes with less weight of home. Drawing each from its own range would lose that, and spread
results more than the calibration allows. ``calibrated_correlation.csv`` holds the correlation of
the normal scores of the posterior draws; draws come from a normal copula, so that each parameter
keeps its own range.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twofronts.errors import ParameterError, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """The correlation of some parameters.

    ``matrix`` is float64[key, key], symmetric and positive definite. [1]
    """

    keys: tuple[str, ...]
    matrix: np.ndarray

    def tie(self, uniforms: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Make independent uniforms go together.

        Parameters
        ----------
        uniforms : mapping of str to float64[n]
            In (0, 1), one array for each key.

        Returns
        -------
        dict of str to float64[n]
            Uniform each, correlated in their normal scores. Those of the first key stay.
        """
        from scipy.special import ndtr, ndtri

        score = np.array([ndtri(np.asarray(uniforms[key], np.float64)) for key in self.keys])
        tied = ndtr(np.linalg.cholesky(self.matrix) @ score)
        return dict(zip(self.keys, tied, strict=True))


def of_draws(values: Mapping[str, np.ndarray]) -> Correlation:
    """Return the correlation of the normal scores of posterior draws.

    Parameters
    ----------
    values : mapping of str to float64[draw]

    Returns
    -------
    Correlation
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    n = len(next(iter(values.values())))
    score = np.array([ndtri(rankdata(v) / (n + 1)) for v in values.values()])
    return Correlation(tuple(values), np.atleast_2d(np.corrcoef(score)))


def as_text(found: Correlation) -> str:
    """Return a correlation as CSV: a row and a column for each parameter."""
    lines = ["key," + ",".join(found.keys)]
    for key, row in zip(found.keys, found.matrix, strict=True):
        lines.append(",".join([key, *(f"{x:.4f}" for x in row)]))
    return "\n".join(lines) + "\n"


def read_correlation(path: Path, known: Sequence[str]) -> Correlation:
    """Read a correlation.

    Parameters
    ----------
    path : Path
    known : sequence of str
        Keys of the parameters there are.

    Returns
    -------
    Correlation

    Raises
    ------
    ParameterError
        If a key is unknown, or the table is no correlation.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row] or [[]]
    keys = tuple(header[1:])
    wrong = ""
    try:
        matrix = np.array([[float(x) for x in row[1:]] for row in rows], dtype=np.float64)
    except ValueError as error:
        wrong, matrix = str(error), np.zeros((0, 0))
    unknown = [key for key in keys if key not in known]
    if unknown:
        wrong = f"no parameter is called {unknown[0]!r}"
    elif not wrong and [row[0] for row in rows] != list(keys):
        wrong = "rows and columns do not name the same parameters in the same order"
    elif not wrong and not _is_correlation(matrix, len(keys)):
        wrong = "it is not symmetric with 1 on the diagonal and positive definite"
    if wrong:
        raise ParameterError(
            Problem(
                what="not a correlation of parameters",
                why=wrong,
                remedy="take the file that `twofronts calibrate` wrote with the ranges",
                file=path.name,
            )
        )
    return Correlation(keys, matrix)


def _is_correlation(matrix: np.ndarray, n: int) -> bool:
    if matrix.shape != (n, n) or n < 1 or not np.isfinite(matrix).all():
        return False
    one = np.allclose(np.diag(matrix), 1.0) and np.allclose(matrix, matrix.T)
    return bool(one and np.linalg.eigvalsh(matrix).min() > 1e-6)

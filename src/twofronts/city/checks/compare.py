"""Building blocks of the comparisons between tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from twofronts.city.checks.folder import Folder
from twofronts.errors import Problem

# Published figures are rounded: totals agree when they differ by no more than this share.
ROUNDING = 0.005
# A column of shares written with a few decimals adds up to 1 within this.
SHARE_ROUNDING = 0.001


def have(folder: Folder, name: str, *columns: str) -> pd.DataFrame | None:
    """Return the typed table if it has the columns, else None.

    Rows whose number or date could not be understood keep NaN there: comparisons skip them.
    """
    frame = folder.typed.get(name)
    if frame is None or any(c not in frame.columns for c in columns):
        return None
    return frame


def complete(frame: pd.DataFrame, *columns: str) -> bool:
    """Whether every cell of the columns was understood, so that their sum means something."""
    return not any(frame[c].isna().any() for c in columns)


def differ(a: float, b: float) -> bool:
    """Whether two totals differ by more than rounding."""
    return abs(a - b) > ROUNDING * max(abs(a), abs(b))


def rows(
    name: str, frame: pd.DataFrame, bad: pd.Series, column: str, what: str, why: str, remedy: str
) -> list[Problem]:
    """Return one problem for each bad row; ``why`` may name columns in braces."""
    if not bad.any():
        return []
    picked = frame[bad.fillna(False).to_numpy(dtype=bool)]
    used = [c for c in frame.columns if "{" + c + "}" in why]
    out = []
    for _, row in picked.iterrows():
        words = {c: _shown(row[c]) for c in used}
        where = int(row["_line"])
        out.append(Problem(what, why.format(**words), remedy, f"{name}.csv", where, column))
    return out


def _shown(value: object) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return str(value)


def last_line(frame: pd.DataFrame, mask: Iterable[bool] | None = None) -> int:
    """Return the line of the last row (of those picked): where a sum is complete."""
    lines = frame["_line"] if mask is None else frame["_line"][list(mask)]
    return int(lines.max()) if len(lines) else 1

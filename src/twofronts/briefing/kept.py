"""A beginning as a file: the fit behind a day's options, kept so that later runs begin the same.

The file is a NumPy archive without pickles: arrays of the fitted state and of the fitted courses,
and one text of JSON for what is no array.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from twofronts.briefing.evidence import Fitted, ForecastScore
from twofronts.briefing.fitted import Beginning
from twofronts.epidemic.initial import FittedState, Initial
from twofronts.errors import InputError, Problem

VERSION = 1
_ROWS = ("day", "district", "age", "draw", "known")


def keep_beginning(begun: Beginning) -> bytes:
    """Return a beginning as the bytes of a file.

    Parameters
    ----------
    begun : Beginning
        The fit itself is not kept, only what it found.

    Returns
    -------
    bytes
        The same beginning gives the same arrays; ``read_beginning`` gives it back.
    """
    arrays: dict[str, np.ndarray] = {}
    head: dict[str, Any] = {
        "version": VERSION, "reason": begun.reason, "notes": begun.notes, "advice": begun.advice,
    }  # fmt: skip
    if begun.state is not None:
        rows = begun.state.initial
        arrays |= {f"row.{name}": getattr(rows, name) for name in _ROWS}
        arrays |= {f"parameter.{k}": np.asarray(v) for k, v in begun.state.parameters.items()}
        head |= {"state_note": begun.state.note, "rows_note": rows.note}
    if begun.fitted is not None:
        f = begun.fitted
        arrays |= {"fitted.confirmed": f.confirmed, "fitted.hidden": f.hidden}
        head["fitted"] = {
            "first": f.dates[0].isoformat(), "simulated": f.simulated, "different": f.different,
            "score": None if f.score is None else _plain(f.score),
        }  # fmt: skip
    arrays["head"] = np.array(json.dumps(head, ensure_ascii=False))
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def read_beginning(data: bytes) -> Beginning:
    """Return the beginning that a file holds.

    Parameters
    ----------
    data : bytes
        As ``keep_beginning`` gives them.

    Returns
    -------
    Beginning

    Raises
    ------
    InputError
        If the file is damaged or of another version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        head = json.loads(str(arrays.pop("head")))
        if head["version"] != VERSION:
            raise ValueError(f"version {head['version']}")
        return Beginning(
            state=_state(arrays, head),
            fitted=_fitted(arrays, head.get("fitted")),
            reason=head["reason"],
            notes=tuple(head["notes"]),
            advice=tuple((en, zh) for en, zh in head["advice"]),
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            Problem(
                what="the kept fit cannot be read",
                why=f"{type(error).__name__}: {error}",
                remedy="run the situation again; it keeps a new one",
            )
        ) from error


def _state(arrays: dict[str, np.ndarray], head: dict[str, Any]) -> FittedState | None:
    if "row.day" not in arrays:
        return None
    rows = Initial(**{name: arrays[f"row.{name}"] for name in _ROWS}, note=head["rows_note"])
    prefix = "parameter."
    values = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
    return FittedState(rows, values, head["state_note"])


def _fitted(arrays: dict[str, np.ndarray], head: dict[str, Any] | None) -> Fitted | None:
    if head is None:
        return None
    first = dt.date.fromisoformat(head["first"])
    confirmed = arrays["fitted.confirmed"]
    score = head["score"]
    return Fitted(
        dates=tuple(first + dt.timedelta(days=d) for d in range(confirmed.shape[1])),
        confirmed=confirmed,
        hidden=arrays["fitted.hidden"],
        simulated=head["simulated"],
        different=head["different"],
        score=None if score is None else score_of(score),
    )


def _plain(score: ForecastScore) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in asdict(score).items()}


def score_of(plain: dict[str, Any]) -> ForecastScore:
    """Return a score from plain values, as ``dataclasses.asdict`` with dates as text gives them."""
    days = {"as_of", "first", "last"}
    values: dict[str, Any] = {
        f.name: dt.date.fromisoformat(plain[f.name]) if f.name in days else plain[f.name]
        for f in fields(ForecastScore)
    }
    return ForecastScore(**values)

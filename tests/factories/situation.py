"""Reports, line lists and outbreaks made for tests."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
START = dt.date(2020, 1, 20)


def report_table(counts, area="", **columns):
    """A table of daily reports with the new confirmed counts given, and their sum."""
    counts = np.asarray(counts)
    days = [START + dt.timedelta(days=i) for i in range(len(counts))]
    data = {"date": days, "area": area, "new_confirmed": counts}
    data["cum_confirmed"] = np.cumsum(counts)
    return pd.DataFrame(data | columns)


def write_csv(folder, table, name="reports.csv"):
    path = folder / name
    table.to_csv(path, index=False)
    return path


def validate(value, name):
    """Check a JSON value against one of the documented schemas."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    text = json.dumps(value, allow_nan=False)
    problems = Draft202012Validator(schema).iter_errors(json.loads(text))
    found = [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in problems]
    assert not found, found[:5]

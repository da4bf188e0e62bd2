"""Reports, line lists and outbreaks made for tests."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

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

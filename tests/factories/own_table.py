"""A city with sectors and an input-output table of its own, for tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from twofronts.city.template import write_template
from twofronts.economy.city_table import default_table
from twofronts.economy.sectors import built_in_folder
from twofronts.economy.table import IOTable

# Sectors of the built-in table put together, and how attendance limits treat them
GROUPS = {
    "FARM": ("essential", ("A",)),
    "MAKE": ("industry", ("B", "C1", "C2", "C3", "C4", "C5", "C6", "C7")),
    "POWER": ("essential", ("D",)),
    "BUILD": ("industry", ("E",)),
    "TRADE": ("services", ("F", "H")),
    "MOVE": ("essential", ("G",)),
    "OFFICE": ("services", ("I", "J", "K", "LM", "OR")),
    "PUBLIC": ("essential", ("P", "Q", "S")),
}


def merged() -> IOTable:
    """Return the built-in table with its 22 sectors put together into eight."""
    t = default_table()
    m = np.array([[float(s in part) for s in t.sectors] for _, part in GROUPS.values()])
    sums = {
        name: m @ getattr(t, name)
        for name in ("households", "other", "exports", "output", "value_added", "workers")
    }
    return IOTable(tuple(GROUPS), m @ t.domestic @ m.T, m @ t.imported @ m.T, **sums)


def own_city(folder: Path) -> Path:
    """Write a small city of eight sectors with their own table; return its folder."""
    write_template(folder)
    table = merged()
    names = list(table.sectors)
    for part in ("domestic", "imported"):
        frame = pd.DataFrame(getattr(table, part), columns=names)
        frame.insert(0, "sector", names)
        frame.to_csv(folder / f"io_{part}.csv", index=False)
    columns = ("output", "value_added", "households", "other", "exports", "workers")
    accounts = pd.DataFrame({"sector": names, **{c: getattr(table, c) for c in columns}})
    accounts.to_csv(folder / "io_accounts.csv", index=False)
    for part in ("domestic", "imported", "accounts"):
        shutil.copy(built_in_folder() / f"io_{part}.toml", folder / f"io_{part}.toml")
    old = pd.read_csv(folder / "sectors.csv").set_index("sector")["workers"]
    rows = [
        (name, name.title(), name, group, int(old[list(part)].sum()), 20)
        for name, (group, part) in GROUPS.items()
    ]
    columns = ("sector", "name_en", "name_zh", "group", "workers", "mean_size")
    pd.DataFrame(rows, columns=columns).to_csv(folder / "sectors.csv", index=False)
    return folder

"""How long a brief takes: Nanjing whole, its first look, a quick one, and a city of 100,000.

Each runs the command as a user would, in a process of its own, once the kernels are compiled. The
city of 100,000 people in 20 districts is the template of ``twofronts city new`` five times over.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.figures import Figure

ROOT = Path(__file__).parents[1]
TIMES = 5
# columns that name a district or a thing in one, and columns that count
NAMES = ("code", "district", "district_a", "district_b", "area", "id")
PER_CITY = {
    "households": ("n_households",),
    "sectors": ("workers",),
    "stocks": ("stock", "production_per_day", "inbound_per_day", "use_per_day"),
    "arrivals": ("travellers", "risk_travellers", "returning_workers"),
    "resumption": ("value",),
}
PER_DISTRICT = ("districts", "neighbours", "checkpoints", "hospitals", "schools")
RATES = ("away_share",)


def city_of_twenty(path: Path) -> None:
    """Write a city of 20 districts: five of the template's, side by side.

    Parameters
    ----------
    path : Path
        A folder that does not exist yet.
    """
    _run("city", "new", str(path))
    for name in PER_DISTRICT:
        frame = pd.read_csv(path / f"{name}.csv", dtype=str, keep_default_na=False)
        _write(path / f"{name}.csv", pd.concat([_named(frame, i) for i in range(TIMES)]))
    for name, columns in PER_CITY.items():
        frame = pd.read_csv(path / f"{name}.csv", dtype=str, keep_default_na=False)
        _write(path / f"{name}.csv", _times(frame, columns))
    reports = pd.read_csv(path / "reports.csv", dtype=str, keep_default_na=False)
    whole = reports["area"] == ""
    counts = [c for c in reports.columns if c not in ("date", "area", "version")]
    parts = [_named(reports[~whole], i) for i in range(TIMES)]
    both = pd.concat([_times(reports[whole], counts), *parts])
    _write(path / "reports.csv", both.sort_values("date", kind="stable"))
    _shapes(path / "map.geojson")
    _scalars(path / "city.toml")


def _write(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")


def _named(frame: pd.DataFrame, i: int) -> pd.DataFrame:
    """Return one copy of a table, its names apart from those of the others."""
    out = frame.copy()
    for column in set(NAMES) & set(out.columns):
        out[column] = [f"{v}-{i}" if v else v for v in out[column]]
    for column, space in (("name_en", " "), ("name_zh", "")):
        if column in out:
            out[column] = out[column] + f"{space}{i + 1}"
    return out


def _times(frame: pd.DataFrame, columns: tuple[str, ...] | list[str]) -> pd.DataFrame:
    out = frame.copy()
    for column in columns:
        out[column] = [f"{float(v) * TIMES:g}" if v else v for v in out[column]]
    return out


def _shapes(path: Path) -> None:
    shapes = json.loads(path.read_text(encoding="utf-8"))
    made = []
    for i in range(TIMES):
        for feature in json.loads(json.dumps(shapes["features"])):
            feature["properties"]["code"] += f"-{i}"
            rings = feature["geometry"]["coordinates"]
            feature["geometry"]["coordinates"] = [
                [[x + 130 * i, y] for x, y in ring] for ring in rings
            ]
            made.append(feature)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}), encoding="utf-8")


def _scalars(path: Path) -> None:
    """Multiply the counts in ``city.toml``; shares stay."""
    text = path.read_text(encoding="utf-8")

    def more(match: re.Match[str]) -> str:
        key, value = match.group(2), float(match.group(3))
        return f"{match.group(1)}{value if key in RATES else value * TIMES:g}"

    path.write_text(re.sub(r"(\[scalars\.(\w+)\]\nvalue = )([\d.]+)", more, text), encoding="utf-8")


def _run(*arguments: str) -> tuple[float, float]:
    """Run ``twofronts``; return its seconds, and those until it told of a first look."""
    began = time.perf_counter()
    code = "import sys; from twofronts.cli import main; sys.exit(main())"
    job = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert job.stderr is not None
    said, first = [], math.nan
    for line in job.stderr:
        said.append(line)
        if "First look" in line and math.isnan(first):
            first = time.perf_counter() - began
    if job.wait():
        raise RuntimeError(f"twofronts {' '.join(arguments)}: {''.join(said)}")
    return time.perf_counter() - began, first


def run() -> list[Figure]:
    """Return the seconds of each brief."""
    with tempfile.TemporaryDirectory(prefix="twofronts-bench-") as folder:
        work = Path(folder)
        # compiles what a fresh cache lacks, outside the timings
        _run("brief", "town", "--quick", "--out", str(work / "warm"))
        whole, early = _run("brief", "nanjing", "--as-of", "2020-02-18", "--out", str(work / "all"))
        quick, _ = _run("brief", "nanjing", "--quick", "--out", str(work / "quick"))
        city_of_twenty(work / "twenty")
        twenty, _ = _run("brief", str(work / "twenty"), "--quick", "--out", str(work / "20"))
    how = "python -m benchmarks brief; kernels compiled, starting Python included"
    return [
        Figure("Brief of Nanjing: first figures", early, "s", 45.0, how=how),
        Figure("Brief of Nanjing: everything", whole, "s", 180.0, how=how),
        Figure("Brief of Nanjing, --quick", quick, "s", 45.0, how=how),
        Figure("City of 100,000 in 20 districts, --quick", twenty, "s", 30.0, how=how),
    ]

"""Write docs/city-format.md from the specification: python tools/describe_city_format.py [FILE]."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from twofronts.city.checks.compare import ROUNDING, SHARE_ROUNDING  # noqa: E402
from twofronts.city.checks.head import HEAD_KEYS  # noqa: E402
from twofronts.city.checks.sidecars import OPTIONAL, REQUIRED  # noqa: E402
from twofronts.city.scalars import SCALARS  # noqa: E402
from twofronts.city.spec import GRADES, Column, Table  # noqa: E402
from twofronts.city.tables import TABLES  # noqa: E402

INTRO = f"""\
# The format of a city

<!-- Written by tools/describe_city_format.py from twofronts.city: edit that, not this. -->

A city is a folder. It is known up to one date, its as-of date, and holds:

- `city.toml`: its names, the date, and numbers about it as a whole;
- tables, each `<name>.csv` with a sidecar `<name>.toml`;
- `map.geojson` with its sidecar `map.toml`.

`twofronts city new PATH` writes a small sound one to start from, `twofronts city check PATH` names
every problem at once, and `twofronts city show PATH` prints what is known, assumed and missing.

## Rules for every file

- UTF-8 (a byte order mark is accepted), commas, one header line, no comments in tables.
- Dates are `2020-02-18`. Numbers have a point for decimals and nothing between thousands.
- Shares are between 0 and 1, never percent. A column of shares adds to 1 within {SHARE_ROUNDING:g}.
- A blank cell means "not known" where a column allows it. It is never 0.
- The row order of `districts` and `sectors` is the order of every district and sector axis.
- Published totals are rounded: households and jobs agree with their totals within {ROUNDING:.1%}.
  The districts' residents and `population` agree exactly.
- A file that ends in `.csv`, `.toml` or `.geojson` and is not described here is refused: it is
  usually a misspelt name. Other files (a README) are left alone.

## Sidecars

A sidecar carries {", ".join(f"`{k}`" for k in REQUIRED)} and may carry \
{", ".join(f"`{k}`" for k in OPTIONAL)}.
What differs for one column stands under `[columns.NAME]` with the same keys. Grades:

- `measured`: counted or computed from records;
- `published`: printed by somebody who can be named;
- `calibrated`: fitted to data;
- `assumed`: a judgement. Figures from memory are `assumed`, and their notes say so.
"""

MAP = """\
## map.geojson

A GeoJSON FeatureCollection with one Polygon or MultiPolygon for each district, named by the
property `code`. Coordinates may be degrees or a drawing's own units. Polygons must be valid, must
not overlap by more than 1% of the smaller one, and the pairs of `neighbours` must touch (within
0.5% of the map's diagonal).
"""


def cell(column: Column) -> str:
    """Return what a cell may hold."""
    kinds = {
        "code": "code",
        "text": "text",
        "int": "whole number",
        "number": "number",
        "share": "share",
        "flag": "0 or 1",
        "date": "date",
        "choice": ", ".join(f"`{c}`" for c in column.choices),
    }
    words = [kinds[column.kind]]
    if column.refers:
        words.append(f"as in `{column.refers}`")
    low, high = column.bounds
    if column.kind in ("int", "number"):
        if high < float("inf"):
            words.append(f"{low:g} to {high:g}")
        elif low > float("-inf"):
            words.append(f"at least {low:g}")
    if column.blank:
        words.append("may be blank")
    if not column.required:
        words.append("column optional")
    return "; ".join(words)


def section(table: Table) -> str:
    """Return a table's section."""
    marks = [] if table.required else ["is optional"]
    if table.may_be_empty:
        marks.append("may have no rows")
    lines = [f"## {table.name}.csv", "", f"{table.en} {table.zh}。".replace("。。", "。"), ""]
    if marks:
        lines += [f"This table {'; it '.join(marks)}.", ""]
    lines += ["| column | unit | cell | meaning | 含义 |", "|---|---|---|---|---|"]
    lines += [f"| `{c.name}` | {c.unit} | {cell(c)} | {c.en} | {c.zh} |" for c in table.columns]
    if table.square:
        lines.append(
            "| ... | as in its sidecar | number | One for each buying sector. | 各购买部门 |"
        )
    if table.key:
        lines += ["", f"No two rows share {', '.join(f'`{k}`' for k in table.key)}."]
    return "\n".join(lines) + "\n"


def head() -> str:
    """Return the section on city.toml."""
    lines = ["## city.toml", "", "| key | | meaning |", "|---|---|---|"]
    for key, (_, required, meaning) in HEAD_KEYS.items():
        lines.append(f"| `{key}` | {'required' if required else 'optional'} | {meaning} |")
    lines += [
        "",
        f"Each number is a table `[scalars.NAME]` with `value`, `unit`, `source`, `grade` (one of "
        f"{', '.join(GRADES)}) and, if there is more to say, `note`.",
        "",
        "| number | unit | | meaning | 含义 |",
        "|---|---|---|---|---|",
    ]
    for s in SCALARS:
        need = "required" if s.required else "optional"
        lines.append(f"| `{s.name}` | {s.unit} | {need} | {s.en} | {s.zh} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the whole page."""
    return "\n".join([INTRO, head(), *(section(t) for t in TABLES), MAP])


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/city-format.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(), encoding="utf-8")

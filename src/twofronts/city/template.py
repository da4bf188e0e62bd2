"""The folder that ``twofronts city new`` writes: a small sound city, commented throughout.

Tables are CSV and carry no comments; what their columns mean stands in the sidecars and the README,
written from the same specification that the checks read.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from twofronts.city.loader import built_in_folder
from twofronts.city.scalars import SCALAR, SCALARS
from twofronts.city.spec import Column, Table
from twofronts.city.tables import TABLES
from twofronts.errors import CityError, Problem
from twofronts.writing import whole_folder

MODEL = "town"
# Left out so that the first edits do not have to keep them in step; the README says how to add them
LEFT_OUT = ("commuting", "employment", "enterprises", "behaviour")

HEAD_COMMENT = """\
# city.toml: what the city is called, the date it is known up to, and numbers about it as a whole.
#
# Everything in this folder is invented. Replace it table by table; run
#     twofronts city check .
# after each edit. Every number names its unit, its source and a grade:
#     measured    counted or computed from records
#     published   printed by somebody who can be named
#     calibrated  fitted to data
#     assumed     nobody knows; somebody thinks so
# Set invented = false when the last invented table is gone.
"""

README = """\
# A city of your own

This folder is a city for Two Fronts. All of it is invented, small, and sound: it passes
`twofronts city check .` as it is. Replace it table by table with what you know, and grade as
`assumed` what you do not.

- A table is `<name>.csv`: UTF-8, commas, one header line, dates as 2020-02-18. No comments.
- Beside it, `<name>.toml` says unit, source, licence, date and grade, for the table and, under
  `[columns.NAME]`, for columns that differ. The columns are explained there.
- `city.toml` holds the names, the as-of date and numbers about the whole city.
- `map.geojson` holds one polygon for each district, with its code in the property `code`.
- The order of `districts.csv` and of `sectors.csv` is the order of every result.
- A blank cell means "not known". It is never 0.

{tables}
"""


def write_template(path: Path, *, name_en: str = "My City", name_zh: str = "我的城市") -> None:
    """Write a commented city into a folder that does not exist yet, or is empty.

    Raises
    ------
    CityError
        If there is something at ``path`` already: nothing is ever overwritten.
    OutputError
        If the folder cannot be written.
    """
    path = Path(path).expanduser()
    _refuse_what_exists(path)
    with whole_folder(path) as folder:
        model = built_in_folder() / MODEL
        (folder / "city.toml").write_text(_head(model, path, name_en, name_zh), encoding="utf-8")
        (folder / "README.md").write_text(README.format(tables=_list_tables()), encoding="utf-8")
        for table in TABLES:
            source = model / f"{table.name}.csv"
            if table.name in LEFT_OUT or not source.exists():
                continue
            (folder / source.name).write_bytes(source.read_bytes())
            sidecar = table_comment(table) + _sidecar(model / f"{table.name}.toml")
            (folder / f"{table.name}.toml").write_text(sidecar, encoding="utf-8")
        (folder / "map.geojson").write_bytes((model / "map.geojson").read_bytes())
        comment = "# map.geojson: one polygon for each district, named by its property `code`.\n\n"
        sidecar = comment + _sidecar(model / "map.toml")
        (folder / "map.toml").write_text(sidecar, encoding="utf-8")


def _refuse_what_exists(path: Path) -> None:
    try:
        for parent in path.resolve().parents:
            if parent.exists() and not parent.is_dir():
                why, remedy = "a city is a folder inside folders", "choose another path"
                raise CityError(Problem("a file is in the way", why, remedy, str(parent)))
        taken = path.exists() and not (path.is_dir() and not any(path.iterdir()))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        remedy = "choose a folder you may read and write"
        raise CityError(Problem("the folder cannot be read", why, remedy, str(path))) from None
    if taken:
        raise CityError(
            Problem(
                what="there is something here already",
                why="a new city never overwrites",
                remedy="choose another path, or move what is there away",
                file=str(path),
            )
        )


def _head(model: Path, path: Path, name_en: str, name_zh: str) -> str:
    """Return city.toml with a comment above each number."""
    head = tomllib.loads((model / "city.toml").read_text(encoding="utf-8"))
    scalars: dict[str, Any] = head.pop("scalars")
    slug = re.sub(r"[^a-z0-9_-]+", "-", path.resolve().name.lower()).strip("-_")
    head |= {"id": slug or "city", "name_en": name_en, "name_zh": name_zh}
    head["notes"] = "Begun from the template; invented until replaced."
    parts = [HEAD_COMMENT, tomli_w.dumps(head)]
    for key, entry in scalars.items():
        spec = SCALAR[key]
        need = "required" if spec.required else "optional"
        parts.append(f"# {spec.en} {spec.zh} ({need})\n" + tomli_w.dumps({"scalars": {key: entry}}))
    unused = [s for s in SCALARS if s.name not in scalars]
    lines = [f"#   {s.name} [{s.unit}]: {s.en} {s.zh}" for s in unused]
    parts.append("# More that can be given in the same way:\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _sidecar(path: Path) -> str:
    entry = tomllib.loads(path.read_text(encoding="utf-8"))
    entry |= {"source": "invented for the template", "notes": "Replace this table."}
    return tomli_w.dumps(entry)


def table_comment(table: Table) -> str:
    """Return a table's columns as comment lines, in English and Chinese."""
    lines = [f"# {table.name}.csv: {table.en} {table.zh}", "#"]
    lines += [f"#   {c.name}: {describe(c)} {c.zh}" for c in table.columns]
    if table.key:
        lines.append(f"# No two rows share {', '.join(table.key)}.")
    return "\n".join(lines) + "\n\n"


def describe(column: Column) -> str:
    """Return what a cell may hold, in one line of English."""
    unit = f" [{column.unit}]" if column.unit else ""
    words = [f"{column.en}{unit}"]
    if column.choices:
        words.append(f"One of {', '.join(column.choices)}.")
    if column.refers:
        words.append(f"As in {column.refers}.")
    if column.blank:
        words.append("May be blank.")
    return " ".join(words)


def _list_tables() -> str:
    """Return the tables as a list: what is here, and what can be added."""
    here = [t for t in TABLES if t.name not in LEFT_OUT and not t.name.startswith("io_")]
    more = [t for t in TABLES if t.name in LEFT_OUT or t.name.startswith("io_")]
    out = ["## Tables in this folder", ""]
    out += [f"- `{t.name}.csv` {t.en}{'' if t.required else ' Optional.'}" for t in here]
    out += ["", "## Tables you can add", ""]
    out += [f"- `{t.name}.csv` ({', '.join(t.column_names)}) {t.en}" for t in more]
    return "\n".join(out)

"""Write the tables of ACCESS.md from the code: who may do what with each register.

python tools/access_tables.py            # write them
python tools/access_tables.py --check    # fail when the document says something else
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "ACCESS.md"
HEADING = re.compile(r"^## .*\(`(?P<label>\w+\.\w+)`\)$", re.MULTILINE)
TABLE = re.compile(r"\| action \| roles \|\n(?:\|.*\|\n)+")


def table(actions: dict[str, frozenset[str]]) -> str:
    """A register's table: viewing first, then the other actions by name."""
    order = sorted(actions, key=lambda a: (a != "view", a != "add", a))
    rows = [f"| {a} | {', '.join(sorted(actions[a]))} |\n" for a in order if actions[a]]
    return "| action | roles |\n|---|---|\n" + "".join(rows)


def rewritten(text: str, access: dict[str, dict[str, frozenset[str]]]) -> str:
    """The document with every table as the code has it; its sentences stay as they are."""
    marks = list(HEADING.finditer(text))
    ends = [m.start() for m in marks[1:]] + [len(text)]
    parts = [text[: marks[0].start()]]
    for mark, end in zip(marks, ends, strict=True):
        part, actions = text[mark.start() : end], access.get(mark["label"])
        parts.append(TABLE.sub(lambda _m, a=actions: table(a), part, count=1) if actions else part)
    return "".join(parts)


def main() -> int:
    """Write the tables, or say whether they are behind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
    os.environ.setdefault("TWOFRONTS_OFFICE_LOCAL", "1")
    django.setup()
    from twofronts_office.common.access import ACCESS

    held = DOCUMENT.read_text(encoding="utf-8")
    fresh = rewritten(held, ACCESS)
    if "--check" in sys.argv:
        return int(fresh != held)
    DOCUMENT.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

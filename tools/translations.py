"""Collect the office's translatable strings, keep the Chinese catalogue in step, compile it.

    python tools/translations.py            # update django.po and django.mo
    python tools/translations.py --check    # fail when they are behind, or a string is untranslated

Pure Python (Babel), so that no gettext tools are needed. Nothing is matched fuzzily.
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template as django_template

ROOT = Path(__file__).resolve().parent.parent / "src" / "twofronts_office"
FOLDER = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
KEYWORDS = dict.fromkeys(("_", "_l", "gettext", "gettext_lazy", "gettext_noop", "pgettext")) | {
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}


def strings():
    """Yield (place, message) of every translatable string."""
    for path in sorted(ROOT.rglob("*")):
        if "migrations" in path.parts or path.suffix not in (".py", ".html"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = django_template.templatize(text)
            text = "\n".join(_calls(text))
        place = str(path.relative_to(ROOT.parent))
        for line, message, _comments, _context in extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS
        ):
            yield (place, line if path.suffix == ".py" else 0), message


_TEXT = r"(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
_CALL = re.compile(rf"\bn?gettext\((?:[^()\"']|{_TEXT})*\)|(?<!\w)_\({_TEXT}\)")


def _calls(text: str):
    """The gettext calls of a templatized template, without the text around them."""
    for match in _CALL.finditer(text):
        yield match.group()


def catalogue() -> Catalog:
    """The Chinese catalogue, with what is translated already and nothing that is gone."""
    path = FOLDER / "django.po"
    held = Catalog(locale="zh_Hans")
    if path.exists():
        with path.open("rb") as file:
            held = read_po(file, locale="zh_Hans")
    fresh = Catalog(
        locale="zh_Hans", project="twofronts", charset="utf-8", fuzzy=False,
        header_comment="# Chinese (simplified) texts of the office.",
        revision_date=held.revision_date, creation_date=held.creation_date,
    )  # fmt: skip
    for (place, _line), message in strings():
        known = held.get(message if isinstance(message, str) else message[0])
        text = known.string if known else ""
        fresh.add(message, text, locations=[(place, None)])
    return fresh


def missing(found: Catalog) -> list[str]:
    """Strings without a translation, and fuzzy ones."""
    bad = []
    for m in found:
        if not m.id:
            continue
        texts = m.string if isinstance(m.string, tuple | list) else [m.string]
        if m.fuzzy or not texts or not all(texts[:1]):
            bad.append(m.id if isinstance(m.id, str) else m.id[0])
    return bad


def main() -> int:
    """Update the catalogue, or check it."""
    settings.configure(USE_I18N=True)
    django.setup()
    found = catalogue()
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, found, sort_output=True, include_lineno=False, width=100)
    write_mo(mo, found)
    bad = missing(found)
    for text in bad:
        print(f"untranslated: {text!r}", file=sys.stderr)
    if "--check" in sys.argv:
        behind = (FOLDER / "django.mo").read_bytes() != mo.getvalue()
        if behind:
            print("the catalogue is behind: run python tools/translations.py", file=sys.stderr)
        return 1 if bad or behind else 0
    os.makedirs(FOLDER, exist_ok=True)
    (FOLDER / "django.po").write_bytes(po.getvalue())
    (FOLDER / "django.mo").write_bytes(mo.getvalue())
    print(f"{len([m for m in found if m.id])} strings, {len(bad)} untranslated")
    return 0


if __name__ == "__main__":
    sys.exit(main())

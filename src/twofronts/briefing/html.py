"""The brief as one HTML file that needs nothing else: styles, pictures and glyphs inside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, select_autoescape

from twofronts.briefing.document import Document
from twofronts.fonts import font_face_css


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> str:
    return (files("twofronts.briefing") / "templates" / name).read_text(encoding="utf-8")


def render_html(document: Document, pictures: Mapping[str, bytes]) -> str:
    """Return the page.

    Parameters
    ----------
    document : Document
        In one language.
    pictures : mapping of str to bytes
        SVG of each picture by its id.
    """
    data: dict[str, Any] = {
        "d": document,
        "css": _template("brief.css"),
        "fonts": font_face_css(document.all_text()),
        "src": {
            k: "data:image/svg+xml;base64," + base64.b64encode(v).decode()
            for k, v in pictures.items()
        },
    }
    return _environment().from_string(_template("brief.html")).render(data)

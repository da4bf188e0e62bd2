"""Documents: the receipt of a filing and the communique of a meeting, set by Typst."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import segno
from django.conf import settings
from django.utils import timezone

from twofronts_office.common.choices import Line
from twofronts_office.enterprises.choices import CHECKLIST
from twofronts_office.meetings.domain import communique

# found without importing the package, which would bring a plotting library into every web worker
FONTS = Path(find_spec("mpl_font").origin).parent / "fonts" / "noto"
FONT = "Noto Sans CJK SC"
HERE = Path(__file__).parent / "typst"


@cache
def _glyphs() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # only documents need it

    font = TTFont(FONTS / "NotoSansCJKsc-Regular.otf", lazy=True)
    return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """The text with what the font cannot draw replaced, so that no box is printed silently."""
    held = _glyphs()
    return "".join(c if c in "\n\t" or ord(c) in held else "□" for c in str(text))


def _plain(value):
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return printable(value) if isinstance(value, str) else value


def compile_pdf(template: str, data: dict, files: dict[str, bytes] | None = None) -> bytes:
    """Set a document; data goes in as JSON, never as markup, so that no text can act as code."""
    import typst  # only documents need it

    sources = {"main": (HERE / template).read_bytes()}
    sources |= dict((files or {}).items())
    return typst.compile(
        sources,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_plain(data), ensure_ascii=False)},
    )


def verify_link(filing) -> str:
    return f"{settings.SITE_URL}/public/verify/?code={filing.code}"


def receipt_pdf(filing) -> bytes:
    code = io.BytesIO()
    segno.make(verify_link(filing), error="m").save(code, kind="svg", border=1, scale=4)
    day = timezone.localtime(filing.received_at)
    data = {
        "office": str(settings.OFFICE_NAME),
        "demo": settings.DEMO,
        "number": filing.number,
        "code": filing.code,
        "received": f"{day:%Y-%m-%d %H:%M}",
        "name": filing.enterprise.name,
        "uscc": filing.enterprise.uscc,
        "area": str(filing.enterprise.area),
        "resume_on": filing.resume_on.isoformat(),
        "staff": f"{filing.staff_planned:,}",
        "lead": filing.lead_name,
        "checks": [[str(CHECKLIST[k]), bool(filing.checklist.get(k))] for k in CHECKLIST],
        "withdrawn": filing.withdrawn_at is not None,
        "verify": f"{settings.SITE_URL}/public/verify/",
    }
    return compile_pdf("receipt.typ", data, {"code.svg": code.getvalue()})


def communique_pdf(meeting) -> bytes:
    names = dict(Line.choices)
    decided = [
        [str(names[line]), [d.text for d in rows]]
        for line, rows in communique(meeting=meeting).items()
    ]
    held = timezone.localtime(meeting.held_at)
    data = {
        "office": str(settings.OFFICE_NAME),
        "demo": settings.DEMO,
        "title": meeting.title,
        "held": f"{held:%Y-%m-%d %H:%M}",
        "place": meeting.place,
        "chair": meeting.chair,
        "lines": decided,
        "issued": meeting.state == "published",
    }
    return compile_pdf("communique.typ", data)

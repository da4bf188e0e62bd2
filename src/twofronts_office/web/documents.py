"""Documents: the receipt of a filing and the communique of a meeting, set by Typst."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import segno
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

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


def communique_pdf(meeting, language: str) -> bytes:
    """The communique in one language: what the meeting saw, what it decided by line of work."""
    with translation.override(language):
        return compile_pdf("communique.typ", _communique(meeting, language))


def _communique(meeting, language: str) -> dict:
    english = language == "en"
    lines = [
        [str(Line(line).label), [(d.text_en or d.text) if english else d.text for d in rows]]
        for line, rows in communique(meeting=meeting).items()
    ]
    held = timezone.localtime(meeting.held_at)
    at = f"{held:%Y-%m-%d %H:%M}" if english else f"{held.year}年{held.month}月{held.day}日"
    seen = getattr(meeting, "seen", None)
    return {
        "lang": "en" if english else "zh",
        "office": str(settings.OFFICE_NAME),
        "demo": settings.DEMO,
        "title": str(meeting),
        "held": at,
        "place": meeting.place,
        "chair": meeting.chair,
        "opening": opening_words(seen.data["figures"], seen.data["day"]) if seen else "",
        "words": {
            "demo": _("Demonstration data"), "draft": _("Draft"),
            "decided": _("The meeting decided, by line of work:"),
            "none": _("Nothing was decided yet."), "figures": _("What lay before the meeting"),
        },
        "lines": lines,
        "issued": meeting.state == "published",
    }  # fmt: skip


def opening_words(figures: dict, day: str) -> str:
    """The frozen figures as a sentence for each front; a figure that is missing is left out."""
    said = []
    for name, text in (
        ("new_confirmed", _("%s newly confirmed")), ("cum_confirmed", _("%s confirmed in all")),
        ("cum_cured", _("%s cured")), ("in_hospital", _("%s in hospital")),
    ):  # fmt: skip
        if figures.get(name) is not None:
            said.append(text % f"{figures[name]:,}")
    rates = []
    for name, text in (
        ("resumption_rate", _("resumption rate of firms %s")),
        ("staff_return_rate", _("staff return rate %s")), ("capacity_rate", _("capacity rate %s")),
    ):  # fmt: skip
        if figures.get(name) is not None:
            rates.append(text % f"{100 * figures[name]:.1f}%")
    parts = []
    if said:
        parts.append(_("By 24:00 of %(day)s: %(said)s.") % {"day": day, "said": _(", ").join(said)})
    if rates:
        values = {"day": figures.get("rates_day", ""), "said": _(", ").join(rates)}
        parts.append(_("On %(day)s: %(said)s.") % values)
    return " ".join(parts) if _(", ") == ", " else "".join(parts)

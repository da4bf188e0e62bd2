"""The pages: HTML that stands alone and is accessible, PDF with its fonts, pictures with words."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.compose import compose
from twofronts.briefing.html import render_html
from twofronts.briefing.make import draw_pictures
from twofronts.briefing.pdf import render_pdf

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request, evidence, figures):
    document = compose(evidence, figures, request.param)
    drawn = draw_pictures(evidence, Voice(request.param, figures), document)
    svg = {k: v["svg"] for k, v in drawn.items()}
    return document, svg, render_html(document, svg), drawn


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser.seen


def test_the_page_needs_nothing_else(made):
    _, _, page, _ = made
    for tag, attrs in tags(page):
        assert tag not in ("script", "link", "iframe", "object")
        for name in ("src", "href"):
            assert attrs.get(name, "#").startswith(("data:", "#"))
    assert not re.search(r"url\((?!data:)", page)


def test_the_page_is_accessible_on_its_face(made):
    document, svg, page, _ = made
    seen = tags(page)
    html = next(a for t, a in seen if t == "html")
    assert html["lang"] == document.lang
    images = [a for t, a in seen if t == "img"]
    assert len(images) == len(svg)
    assert all(len(a["alt"]) > 15 for a in images)
    assert [t for t, _ in seen if t == "h1"] == ["h1"]
    assert all(a.get("scope") for t, a in seen if t == "th")


def test_every_picture_but_estimates_has_its_table(made):
    document, *_ = made
    bare = {p.id for p in document.pictures() if p.table is None}
    assert bare <= {"reproduction", "more_cases", "two_fronts"}


def test_names_from_the_city_cannot_become_markup(evidence, figures):
    place = replace(evidence.place, name_en='<script>alert("x")</script>', name_zh="<b>镇</b>")
    e = replace(evidence, place=place)
    for lang in ("zh", "en"):
        document = compose(e, figures, lang)
        svg = {p.id: b"<svg/>" for p in document.pictures()}
        page = render_html(document, svg)
        assert not [t for t, _ in tags(page) if t in ("script", "b")]


def test_pictures_are_the_same_bytes_again(made, evidence, figures):
    document, svg, *_ = made
    lang = "zh" if document.lang.startswith("zh") else "en"
    again = draw_pictures(evidence, Voice(lang, figures), document)
    assert {k: v["svg"] for k, v in again.items()} == svg


def test_pictures_are_svg_with_outlines_and_png(made):
    *_, drawn = made
    for kinds in drawn.values():
        assert b"<text" not in kinds["svg"]
        assert kinds["png"].startswith(b"\x89PNG")


def test_the_pdf_has_its_fonts_and_few_pages(made, tmp_path):
    document, svg, *_ = made
    data = render_pdf(document, svg)
    assert data.startswith(b"%PDF-")
    path = tmp_path / "brief.pdf"
    path.write_bytes(data)
    if shutil.which("pdffonts") is None:
        pytest.skip("poppler is not installed")
    run = lambda *a: subprocess.run(a, capture_output=True, text=True, check=True).stdout  # noqa: E731
    fonts = run("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    assert all("NotoSansCJKsc" in line and " yes yes yes " in line for line in fonts)
    text = run("pdftotext", "-layout", str(path), "-")
    assert "".join(document.title.split()) in "".join(text.split())
    assert "\ufffd" not in text
    pages = int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", str(path))).group(1))
    assert 2 <= pages <= 4

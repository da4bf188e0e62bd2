"""The brief as PDF, set by typst from the same document as the HTML."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from twofronts.briefing.document import Document
from twofronts.fonts import font_folder

# A meeting reads so many; what would run over is set smaller, as far as can be read
PAGES = 4
SCALES = (1.0, 0.97, 0.94, 0.91)


def render_pdf(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """Return the PDF: A4, fonts embedded, tagged, alternative texts on the pictures.

    Text that would run over ``PAGES`` pages is set smaller, to the last of ``SCALES``.

    Parameters
    ----------
    document : Document
        In one language.
    pictures : mapping of str to bytes
        SVG of each picture by its id.
    """
    import typst

    template = (files("twofronts.briefing") / "templates" / "brief.typ").read_text("utf-8")
    with tempfile.TemporaryDirectory(prefix="twofronts-brief-") as name:
        work = Path(name)
        (work / "brief.typ").write_text(template, encoding="utf-8")
        data = json.dumps(document.as_data(), ensure_ascii=False)
        (work / "brief.json").write_text(data, encoding="utf-8")
        for key, svg in pictures.items():
            (work / f"{key}.svg").write_bytes(svg)
        for scale in SCALES:
            compiler = typst.Compiler(
                work / "brief.typ",
                root=work,
                font_paths=[font_folder()],
                ignore_system_fonts=True,
                sys_inputs={"scale": str(scale)},
            )
            if int(compiler.query("<pages>", field="value", one=True)) <= PAGES:
                break
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    assert isinstance(made, bytes)
    return made

"""The one typeface of briefs and pictures, Noto Sans CJK SC (OFL); no glyph is missing unseen.

Without a CJK font typst, matplotlib and browsers draw boxes and say nothing; so every text is
checked against the font before it is set, the HTML carries the glyphs it uses, and typst and
matplotlib are handed the font's files.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twofronts.errors import InputError, Problem

FAMILY = "Noto Sans CJK SC"
WEIGHTS = {"Regular": 400, "Bold": 700}
_STEM = "NotoSansCJKsc-{}.otf"
# Characters that lay out text and have no picture of their own
_UNSEEN = frozenset("\n\r\t\u200b\u2060")


class FontError(InputError):
    """The typeface is not installed, or lacks a character that the brief needs."""


def font_folder() -> Path:
    """Return the folder of the font files (of the package ``mpl-font``, which is not imported).

    Raises
    ------
    FontError
        If the package or one of the weights is missing.
    """
    spec = find_spec("mpl_font")
    places = list(spec.submodule_search_locations or []) if spec is not None else []
    for place in places:
        folder = Path(place) / "fonts" / "noto"
        if all((folder / _STEM.format(w)).is_file() for w in WEIGHTS):
            return folder
    raise FontError(
        Problem(
            what=f"the typeface {FAMILY} is not installed",
            why="without it Chinese text would come out as empty boxes",
            remedy="install it with `pip install mpl-font`, or run `make setup` again",
        )
    )


def font_files() -> dict[str, Path]:
    """Return the font file of each weight: {"Regular": path, "Bold": path}."""
    folder = font_folder()
    return {w: folder / _STEM.format(w) for w in WEIGHTS}


@cache
def known_characters() -> frozenset[str]:
    """Return every character that all weights can draw."""
    from fontTools.ttLib import TTFont

    sets = []
    for path in font_files().values():
        with TTFont(path, lazy=True) as font:
            sets.append(frozenset(map(chr, font.getBestCmap())))
    return frozenset.intersection(*sets)


def missing_glyphs(text: str) -> str:
    """Return the characters of ``text`` that the typeface cannot draw, each once, in order."""
    known = known_characters()
    return "".join(c for c in dict.fromkeys(text) if c not in known and c not in _UNSEEN)


def require_glyphs(text: str, *, where: str) -> None:
    """Refuse a text that would show empty boxes.

    Raises
    ------
    FontError
        Naming the characters and the place.
    """
    missing = missing_glyphs(text)
    if missing:
        codes = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:10])
        raise FontError(
            Problem(
                what=f"{where} uses characters that {FAMILY} lacks: {codes}",
                why="they would be printed as empty boxes",
                remedy="replace them, usually in a name of the city's tables",
            )
        )


def subset_woff(text: str, weight: str) -> bytes:
    """Return a WOFF font file with only the glyphs of ``text`` (about 200 bytes a glyph)."""
    from fontTools import subset

    options = subset.Options()
    options.layout_features = ["kern"]
    options.flavor = "woff"
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 13, 14]  # names, and the licence which the OFL asks to keep
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    font = subset.load_font(str(font_files()[weight]), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(set(text))))
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def font_face_css(text: str) -> str:
    """Return ``@font-face`` rules that carry the glyphs of ``text``, for a page on its own."""
    letters = text + "".join(map(chr, range(32, 127)))
    rules = []
    for weight, number in WEIGHTS.items():
        data = base64.b64encode(subset_woff(letters, weight)).decode()
        rules.append(
            f"@font-face{{font-family:'Brief Sans';font-weight:{number};font-style:normal;"
            f"src:url(data:font/woff;base64,{data}) format('woff')}}"
        )
    return "\n".join(rules)


@cache
def use_in_matplotlib() -> None:
    """Hand the font files to matplotlib (once in a process)."""
    from matplotlib import font_manager

    for path in font_files().values():
        font_manager.fontManager.addfont(str(path))


@contextmanager
def lettering(lang: str) -> Iterator[None]:
    """Letter pictures in the typeface while they are made, where they are Chinese.

    Parameters
    ----------
    lang : "en" or "zh"
        English keeps matplotlib's own letters.

    Raises
    ------
    FontError
        If the typeface is not installed.
    """
    if lang != "zh":
        yield
        return
    import matplotlib as mpl

    use_in_matplotlib()
    # the typeface draws the minus of mathematics a full square wide
    with mpl.rc_context({"font.family": [FAMILY], "axes.unicode_minus": False}):
        yield


def check_lettering(lang: str, *pictures: Path | None) -> None:
    """Find out before a long run whether its pictures can be lettered.

    Raises
    ------
    FontError
        If one is asked for in Chinese and the typeface is not installed.
    """
    if lang == "zh" and any(picture is not None for picture in pictures):
        font_folder()


def require_drawn(figure: Any, lang: str) -> None:
    """Refuse a Chinese picture with a character that would be an empty box.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    lang : "en" or "zh"

    Raises
    ------
    FontError
        Naming the characters.
    """
    if lang == "zh":
        from matplotlib.text import Text

        words = "".join(text.get_text() for text in figure.findobj(Text))
        require_glyphs(words, where="the picture")

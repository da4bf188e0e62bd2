from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from twofronts import fonts


def test_rare_names_are_covered():
    assert fonts.missing_glyphs("溧水区 建邺区 邺 ≤ ≥ × · – “” （）％ →") == ""


def test_a_missing_glyph_is_named_with_its_place():
    assert fonts.missing_glyphs("ab\ue000c\ue000") == "\ue000"
    with pytest.raises(fonts.FontError, match=r"the map uses characters .*U\+E000"):
        fonts.require_glyphs("\ue000", where="the map")


def test_layout_characters_need_no_glyph():
    fonts.require_glyphs("a\nb\tc\u200b", where="here")


@pytest.mark.parametrize("weight", list(fonts.WEIGHTS))
def test_the_subset_holds_the_glyphs_and_the_licence(weight):
    data = fonts.subset_woff("溧水 A1", weight)
    font = TTFont(io.BytesIO(data))
    assert set(map(ord, "溧水A1 ")) <= set(font.getBestCmap())
    assert "Open Font License" in font["name"].getDebugName(13)
    assert len(data) < 20_000


def test_without_the_package_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(fonts.FontError, match="pip install mpl-font"):
        fonts.font_folder()

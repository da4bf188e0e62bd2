"""Pictures as they are drawn: no text is cut off at an edge, no name on the map hides another."""

from __future__ import annotations

import itertools

import pytest

from factories import runs
from twofronts.briefing.catalogue import Voice
from twofronts.briefing.measure import build_figures
from twofronts.briefing.pictures import PICTURES
from twofronts.briefing.pictures.maps import part
from twofronts.briefing.pictures.style import canvas, look, save


@pytest.fixture(scope="module")
def nanjing():
    evidence = runs.evidence("nanjing", draws=20, days=60)
    return evidence, build_figures(evidence)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(PICTURES))
def test_no_text_is_cut_off(nanjing, name, lang):
    evidence, figures = nanjing
    with look():
        figure = PICTURES[name](evidence, Voice(lang, figures))
        save(figure, "svg")
        save(figure, "png")
        drawn = figure.get_tightbbox()
    wide, high = figure.get_size_inches()
    room = 0.002
    assert drawn.x0 >= -room
    assert drawn.y0 >= -room
    assert drawn.x1 <= wide + room
    assert drawn.y1 <= high + room


def overlaps(boxes):
    return [
        (a, b)
        for (a, x), (b, y) in itertools.combinations(boxes, 2)
        if min(x.x1, y.x1) - max(x.x0, y.x0) > 1e-3 and min(x.y1, y.y1) - max(x.y0, y.y0) > 1e-3
    ]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_district_hides_another(nanjing, lang):
    evidence, figures = nanjing
    with look():
        figure = PICTURES["grades"](evidence, Voice(lang, figures))
        figure.draw_without_rendering()
        names = [(t.get_text(), t.get_window_extent()) for t in figure.axes[0].texts]
    assert len(names) == len(evidence.place.districts)
    assert overlaps(names) == []


def test_names_that_stand_apart_stay_and_others_move_little():
    with look():
        figure, axes = canvas(3, 3)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.set_axis_off()
        centred = {"ha": "center", "va": "center"}
        labels = [axes.text(x, y, "name", **centred) for x, y in ((20, 20), (50, 50), (50, 51))]
        figure.draw_without_rendering()
        assert overlaps([(t, t.get_window_extent()) for t in labels])
        part(labels, axes)
        boxes = [(t, t.get_window_extent()) for t in labels]
    assert overlaps(boxes) == []
    assert labels[0].get_position() == pytest.approx((20, 20))
    # less is short in height than in width
    assert [t.get_position()[0] for t in labels[1:]] == pytest.approx([50, 50])
    assert labels[2].get_position()[1] > labels[1].get_position()[1]

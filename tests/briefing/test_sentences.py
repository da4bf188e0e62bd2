"""The text follows the results: change a result and the sentence changes, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import GOALS, choose
from twofronts.briefing.compose import compose
from twofronts.briefing.figures import Figure, Figures
from twofronts.briefing.measure import build_figures
from twofronts.briefing.sentences import comparison, front_one_line

MONTHS = "January February March April May June July August September October November December"


def numbers(text: str, lang: str) -> list[float]:
    """Every number that a reader sees, dates taken apart, in order of size."""
    for i, month in enumerate(MONTHS.split(), start=1):
        text = re.sub(rf"\b(\d+) {month}( \d+)?\b", rf" \1 {i} \2 ", text)
    factor = {"billion": 1e9, "million": 1e6, "亿": 1e8, "万": 1e4}
    found = []
    last = None
    for match in re.finditer(r"(\d[\d,]*(?:\.\d+)?)\s?(billion|million|亿|万)?(–)?", text):
        digits, suffix, dash = match.groups()
        found.append([float(digits.replace(",", "").rstrip(",")), suffix])
        if last is not None and suffix and found[last][1] is None:
            found[last][1] = suffix  # "1.5–2.5 million": the suffix is of both
        last = len(found) - 1 if dash else None
    return sorted(float(f"{x * factor.get(s or '', 1.0):.9g}") for x, s in found)


def texts(document):
    data = document.as_data()
    yield "title", document.title + document.subtitle
    for i, line in enumerate(document.lead):
        yield f"lead {i}", line
    for s in data["sections"]:
        for i, block in enumerate(s["blocks"]):
            yield f"{s['id']} {i}", str(sorted_strings(block))


def sorted_strings(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        skip = ("id", "kind", "role")
        return [x for k, v in value.items() if k not in skip for x in sorted_strings(v)]
    if isinstance(value, list | tuple):
        return [x for v in value for x in sorted_strings(v)]
    return []


def test_both_languages_carry_the_same_numbers(evidence, figures):
    en = dict(texts(compose(evidence, figures, "en")))
    zh = dict(texts(compose(evidence, figures, "zh")))
    assert list(en) == list(zh)
    different = {k for k in en if numbers(en[k], "en") != numbers(zh[k], "zh")}
    # names of places and of levels of measures are words of the city and of the catalogue
    assert different <= {"decisions 2"}, {k: (en[k], zh[k]) for k in different}


def changed(figures: Figures, **values: Figure) -> Figures:
    out = Figures()
    for name, figure in figures.items():
        out.put(values.get(name.replace(".", "_"), figure))
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "name",
    ["reports.new_week", "now.staff", "meeting.wave", "meeting.d_staff_mean", "open.infections"],
)
def test_a_changed_result_changes_the_sentence(evidence, figures, lang, name):
    old = figures[name]
    new = replace(old, value=old.number * 1.7 + 0.031, low=None, high=None)
    if old.low is not None:
        new = replace(new, low=float(old.low) * 1.7 + 0.011, high=float(old.high) * 1.7 + 0.052)
    other = changed(figures, **{name.replace(".", "_"): new})
    before, after = (compose(evidence, f, lang).all_text() for f in (figures, other))
    shown = Voice(lang, other).show(name, "v")
    assert before != after
    assert shown in after


def line(**values) -> str:
    f = Figures()
    for name, value in values.items():
        name = name.replace("_week", ".new_week", 1) if name.startswith("reports") else name
        f.put(value if isinstance(value, Figure) else Figure(name, float(value), "case"))
    return front_one_line(f)


@pytest.mark.parametrize(
    ("week", "before", "r", "expected"),
    [
        (6, 40, (0.4, 0.2, 0.7), "receding"),
        (6, 40, (0.9, 0.6, 1.2), "likely"),
        (6, 40, (1.1, 0.8, 1.5), "mixed"),
        (40, 6, (0.9, 0.6, 1.2), "mixed"),
        (40, 6, (1.3, 1.1, 1.5), "growing"),
        (6, 40, (0.9, 0.6, 1.0), "likely"),
    ],
)
def test_front_one(week, before, r, expected):
    f = Figures()
    f.add("reports.new_week", week, "case", origin="reports")
    f.add("reports.new_week_before", before, "case", origin="reports")
    f.add("r", r[0], "ratio", r[1:], origin="estimate")
    assert front_one_line(f) == expected


def test_front_one_without_an_estimate():
    f = Figures()
    f.add("reports.new_week", 1, "case", origin="reports")
    assert front_one_line(f) == "counts"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_comparison_claims_only_what_its_interval_allows(evidence, lang):
    words = {
        "en": ("no clear difference", "more of the staff", "less of the staff"),
        "zh": ("无明显差别", "提高", "降低"),
    }
    unclear, up, down = words[lang]
    base = evidence.options["held"]
    spread = np.linspace(-0.2, 0.3, evidence.draws)
    for shift, expected in ((0.0, unclear), (0.4, up), (-0.5, down)):
        totals = {**base.totals, "staff_mean": base.totals["staff_mean"] + spread + shift}
        meeting = replace(base, key="meeting", totals=totals)
        e = replace(evidence, options={"held": base, "meeting": meeting})
        text = comparison(e, Voice(lang, build_figures(e)), "meeting")
        assert expected in text
        assert sum(w in text for w in (up, down)) == (0 if expected == unclear else 1)


def waves(evidence, **chances):
    """Evidence whose options reach a new wave in a given share of the draws."""
    options = {}
    for i, (key, share) in enumerate(chances.items()):
        base = evidence.options["held"]
        confirmed = np.zeros_like(base.daily["confirmed"])
        confirmed[: round(share * len(confirmed)), 30] = 1e4
        totals = {**base.totals, "staff_mean": base.totals["staff_mean"] + 0.01 * i}
        options[key] = replace(
            base, key=key, daily={**base.daily, "confirmed": confirmed}, totals=totals
        )
    return replace(evidence, options=options)


def test_the_choice_follows_its_rule(evidence):
    for chances, key, reason in (
        ({"held": 0.0, "meeting": 0.025, "open": 0.9}, "meeting", "close"),
        ({"held": 0.2, "meeting": 0.1, "open": 0.9}, "meeting", "least_risk"),
        ({"held": 0.0, "meeting": 0.9, "open": 0.95}, "held", "close"),
    ):
        e = waves(evidence, **chances)
        assert (choose(e, build_figures(e)).key, choose(e, build_figures(e)).reason) == (
            key,
            reason,
        )


def test_many_draws_make_the_choice_certain(evidence):
    base = evidence.options["held"]
    many = {k: np.repeat(v, 5, axis=0) for k, v in base.daily.items()}
    totals = {k: np.repeat(v, 5) for k, v in base.totals.items()}
    many["confirmed"] = np.zeros_like(many["confirmed"])
    e = replace(evidence, draws=200, options={"held": replace(base, daily=many, totals=totals)})
    assert choose(e, build_figures(e)).reason == "within"


def test_the_goal_decides_among_options_within_the_risk(evidence):
    e = waves(evidence, held=0.0, meeting=0.0, open=0.9)
    fewer = {**e.options["held"].totals, "burden": e.options["held"].totals["burden"] * 2}
    e = replace(e, options={**e.options, "held": replace(e.options["held"], totals=fewer)})
    keys = {g: choose(replace(e, goal=g), build_figures(e)).key for g in ("work", "burden")}
    assert keys == {"work": "meeting", "burden": "meeting"}
    totals = {
        **e.options["meeting"].totals,
        "infections": e.options["held"].totals["infections"] + 5,
    }
    e = replace(e, options={**e.options, "meeting": replace(e.options["meeting"], totals=totals)})
    assert choose(replace(e, goal="health"), build_figures(e)).key == "held"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_advice_names_the_goal(evidence, lang):
    e = waves(evidence, held=0.0, meeting=0.0, open=0.9)
    figures = build_figures(e)
    said = {compose(replace(e, goal=g), figures, lang).lead[-1] for g in GOALS}
    assert len(said) == len(GOALS)

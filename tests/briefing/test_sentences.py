"""The text follows the results: change a result and the sentence changes, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from twofronts.briefing.catalogue import Voice
from twofronts.briefing.choice import choose
from twofronts.briefing.compose import compose
from twofronts.briefing.figures import Figure, Figures
from twofronts.briefing.measure import build_figures
from twofronts.briefing.planned import left_of
from twofronts.briefing.sentences import comparison, front_one_line
from twofronts.measures import load_rulebook
from twofronts.measures.words import switch_words
from twofronts.planning.goals import GOALS
from twofronts.planning.rulespace import baselines

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
    for i, line in enumerate((*document.box, *document.lead)):
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
    assert different <= {"decisions 1"}, {k: (en[k], zh[k]) for k in different}


def test_what_each_measure_is_worth_is_the_same_in_both_languages(evidence, figures):
    told = {}
    for lang in ("en", "zh"):
        sections = {s.id: s for s in compose(evidence, figures, lang).sections}
        (table,) = [b for b in sections["decisions"].blocks if b.kind == "table"]
        worth = [f"{r.cells[-1].text} {r.cells[-1].sub}" for r in table.rows if r.cells]
        told[lang] = [numbers(text, lang) for text in worth]
    assert sum(map(len, told["en"])) >= 4 * len(evidence.search.changes)
    assert told["en"] == told["zh"]


def changed(figures: Figures, **values: Figure) -> Figures:
    out = Figures()
    for name, figure in figures.items():
        out.put(values.get(name.replace(".", "_"), figure))
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "reports.new_week",
        "now.staff",
        "meeting.wave",
        "meeting.d_staff_mean",
        "open.infections",
        "plan.evaluated",
        "plan.fresh",
        "open.keeps.resurgence",
        "gain.held.harm",
        "gain.meeting.searched",
        "gain.switching.prob",
        "part.tracing.harm",
        "more.tests",
        "more.tracers",
        "flip.n0.low",
        "factor.health",
        "other.n0.harm",
        "other.n0.measures",
        "change.inner_checkpoints.limit",
        "change.return_transport.harm",
        "change.firm_help.value_lost",
        "plan.alarm",
        "plan.alarm_staff",
        "plan.watch_staff",
        "bottom.goods",
        "price.death",
        "price.resurgence",
        "open.beyond",
        "plan.mask_cover",
    ],
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


def ahead(evidence, **gains):
    """Evidence whose plan is ahead of each baseline by a mean, give or take a tenth of a billion."""
    table = evidence.search.advantage.copy()
    for name, mean in gains.items():
        here = table["baseline"] == name
        table.loc[here, ["mean", "low", "high"]] = [mean, mean - 1e8, mean + 1e8]
    return replace(evidence, search=replace(evidence.search, advantage=table))


def breaking(evidence, *options):
    """Evidence whose options miss the limit on beds."""
    table = evidence.search.limits.copy()
    here = table["option"].isin(options) & (table["constraint"] == "beds")
    table.loc[here, ["prob", "holds"]] = [0.71, False]
    return replace(evidence, search=replace(evidence.search, limits=table))


@pytest.mark.parametrize(
    ("gains", "missing", "expected"),
    [
        ({"held": 9e8, "meeting": 9e8}, (), ("plan", "plan")),
        ({"held": 9e8, "meeting": 5e7}, (), ("meeting", "no_gain")),
        ({"held": -9e8, "meeting": 5e7}, (), ("held", "no_gain")),
        ({"held": 9e8, "meeting": 0.0}, (), ("meeting", "no_gain")),
        # what is as good but misses a limit is no reason to stay
        ({"held": 9e8, "meeting": 5e7}, ("meeting",), ("plan", "plan")),
        ({"held": 9e8, "meeting": 9e8}, ("plan",), ("plan", "infeasible")),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_choice_follows_its_rule_and_the_brief_can_be_written(
    evidence, lang, gains, missing, expected
):
    e = breaking(ahead(evidence, **gains), *missing)
    figures = build_figures(e)
    found = choose(e, figures)
    assert (found.key, found.reason) == expected
    document = compose(e, figures, lang)
    said = (
        Voice(lang, figures)
        .show(
            "plan.keeps.beds" if found.reason == "infeasible" else f"gain.{_told(found)}.harm", "v"
        )
        .lstrip("+-")
    )
    assert said in " ".join(document.box)


def _told(choice) -> str:
    return "meeting" if choice.key == "plan" else choice.key


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_advice_names_the_goal(evidence, lang):
    said = set()
    for goal in GOALS:
        e = replace(evidence, search=replace(evidence.search, goal=goal))
        said.add(" ".join(compose(e, build_figures(e), lang).box))
    assert len(said) == len(GOALS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_that_is_alone_says_so(evidence, lang):
    bare = replace(
        evidence.search, others=(), dropped=(), flips=evidence.search.flips.assign(flips=False)
    )
    e = replace(evidence, search=bare)
    figures = build_figures(e)
    voice = Voice(lang, figures)
    text = compose(e, figures, lang).all_text()
    assert voice("why.other_none") in text
    assert voice.show("flip.n0.middle_high") in text
    assert voice.show("flip.n0.high") not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rule_that_is_taken_as_it_is_has_no_reasons_by_measure(evidence, lang):
    """The switching rule is no vector: nobody has taken its measures back one by one."""
    book = next(b for b in baselines().values() if b.switch is not None)
    rule = {k: switch_words(book.switch, k, sets=False) for k in ("en", "zh")}
    plan = replace(evidence.options["plan"], switch_en=rule["en"], switch_zh=rule["zh"])
    e = replace(
        evidence,
        options={**evidence.options, "plan": plan},
        search=replace(evidence.search, changes=evidence.search.changes.head(0)),
    )
    found = compose(e, build_figures(e), lang)
    (section,) = [s for s in found.sections if s.id == "decisions"]
    (table,) = [b for b in section.blocks if b.kind == "table"]
    assert len(table.header) == 3
    assert any(r.cells for r in table.rows)
    assert rule[lang] in found.all_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_change_that_the_goal_does_not_feel_is_no_cost(evidence, lang):
    changes = evidence.search.changes.copy()
    columns = [c for c in changes.columns if c.startswith("harm")]
    changes.loc[0, columns] = 0.0
    changes.loc[0, "limit"] = ""
    e = replace(evidence, search=replace(evidence.search, changes=changes, goal="health"))
    voice = Voice(lang, build_figures(e))
    assert (
        voice("decisions.even", {"unit": voice("goal_unit.health")})
        in compose(e, build_figures(e), lang).all_text()
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mean_outside_its_range_is_explained(evidence, figures, lang):
    note = Voice(lang, figures)("decisions.pulled")
    assert note not in compose(evidence, figures, lang).all_text()
    # one course with a wave weighs more than all others
    pulled = evidence.search.changes.copy()
    pulled.loc[0, "harm"] = pulled.loc[0, "harm_from"] - 1.0
    e = replace(evidence, search=replace(evidence.search, changes=pulled))
    assert note in compose(e, build_figures(e), lang).all_text()


def test_what_goes_on_as_it_is_was_not_left_out():
    book = load_rulebook("held")  # contacts are tested and go on being; beds are the ordinary ones
    dropped, back = left_of(book, ("testing", "designated_beds"), ("masks",))
    assert dropped == ("designated_beds",)
    assert back == ("masks", "testing")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_courses_that_were_not_counted_to_their_end_are_told(evidence, figures, lang):
    voice = Voice(lang, figures)
    assert voice.show("open.beyond") in compose(evidence, figures, lang).all_text()
    none = {k: np.zeros(evidence.draws, dtype=bool) for k in evidence.search.beyond}
    e = replace(evidence, search=replace(evidence.search, beyond=none))
    other = build_figures(e)
    assert voice.show("plan.counted") not in compose(e, other, lang).all_text()

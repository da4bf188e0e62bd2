"""From a plan to evidence: options on courses the search has not seen, and why the plan is best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from twofronts.briefing import gather
from twofronts.briefing.evidence import PLAN, Option, Other, Search
from twofronts.measures import Rulebook, load_catalogue, load_rulebook, to_toml
from twofronts.measures.words import Difference, diff_rulebooks, switch_words, word
from twofronts.parameters import Parameters
from twofronts.planning import Plan
from twofronts.planning.comparing import Comparison
from twofronts.planning.dials import dials
from twofronts.planning.explain import told_by_draw
from twofronts.planning.outcomes import INDEX
from twofronts.planning.rulespace import GRADING, TODAY
from twofronts.planning.sensitivity import parameter_names
from twofronts.planning.text import nearly_as_good

# Played beside the plan and shown as columns; the plan comes second to last
SHOWN = ("held", "meeting", PLAN, "open")
# What the planner calls its own
_PLANNED = "planned"
MILLION = 1e6
_DAILY = {
    "infections": "infections",
    "confirmed": "confirmed",
    "in_care": "patients",
    "icu": "icu",
    "quarantined": "quarantined",
    "idle_quarantine": "held_uninfected",
    "imported": "arrived_infected",
    "burden": "burden",
    "value_lost": "value_added_lost",
    "firms": "resumption_rate",
    "staff": "staff_return_rate",
    "output": "capacity_rate",
}
_OUTCOMES = ("deaths", "mask_cover", "goods_cover")
# Days of cover that stand for "none is wanted"
_NONE_WANTED = 999.0


def name_of(option: str) -> str:
    """Return what the planner calls an option."""
    return _PLANNED if option == PLAN else option


def book_of(plan: Plan, option: str) -> Rulebook:
    """Return the rulebook of an option."""
    return plan.fresh.rulebooks[name_of(option)]


def option_of(found: Comparison, key: str, *, residents: int) -> Option:
    """Return an option as the courses of a comparison have it, without sectors and districts.

    Parameters
    ----------
    found : Comparison
        A plan's ``fresh``, or a first look.
    key : str
        One of ``SHOWN`` or another baseline.
    residents : int
        Of the run; the burden is told for each of them. [persons]
    """
    book = found.rulebooks[name_of(key)]
    rows = found.data.sel(rulebook=name_of(key))
    daily = {
        name: np.asarray(rows[f"daily_{source}"].values, dtype=np.float64)
        for name, source in _DAILY.items()
    }
    daily["value_lost"] = daily["value_lost"] * MILLION
    daily["burden"] = daily["burden"] / residents
    totals = gather.totals_of(daily)
    for name in _OUTCOMES:
        values = np.asarray(rows[f"outcome_{name}"].values, dtype=np.float64)
        if (values < _NONE_WANTED).all():
            totals[name] = values
    totals["wave"] = np.asarray(rows["outcome_resurgence"].values, dtype=np.float64)
    names = gather.names_of(book)
    return Option(
        key=key,
        name_en=names[0],
        name_zh=names[1],
        daily=daily,
        totals=totals,
        measures=gather.measures_of(book, load_catalogue(), load_rulebook(TODAY)),
        rulebook=to_toml(book),
        graded_above=book.grades.total_above,
        switch_en=switch_words(book.switch, "en", sets=False) if book.switch else "",
        switch_zh=switch_words(book.switch, "zh", sets=False) if book.switch else "",
    )


def with_parts(option: Option, data: xr.Dataset, *, staff: np.ndarray, sites: np.ndarray) -> Option:
    """Return an option with its sectors and districts, from a run of some of its courses.

    Parameters
    ----------
    option : Option
    data : Dataset
        Of ``play``.
    staff, sites : float64[sector, district]
        Weights of the shares. [persons], [firms]
    """
    by_sector, by_district = gather.parts_of(data, staff=staff, sites=sites)
    return replace(option, by_sector=by_sector, by_district=by_district)


def search_of(plan: Plan, options: tuple[str, ...], parameters: Parameters) -> Search:
    """Return what the brief tells of the search.

    Parameters
    ----------
    plan : Plan
    options : tuple of str
        Those shown; the other baselines follow them in the tables of limits.
    parameters : Parameters
        For names.
    """
    front, goal = plan.front, plan.front.goal
    keys = (*options, *(b.name for b in front.baselines if b.name not in options))
    limit = plan.unseen.world.counted[0]
    outcomes = {k: plan.fresh.outcomes(name_of(k)) for k in keys}
    rival = min(front.baselines, key=lambda c: (c.breach, c.harm)).name
    names = {m.key: m.name for m in load_catalogue().measure.values()}
    mine = outcomes[PLAN]
    dropped, back = left_of(plan.book, plan.dropped, plan.back)
    return Search(
        goal=goal.key,
        evaluated=front.evaluated,
        searched=front.stage.draws,
        fresh=plan.unseen.draws,
        explained=plan.explained,
        limits=_limits(plan.fresh, keys),
        advantage=_money(
            plan.advantage, ("searched", "mean", "low", "high", "from", "to", "curse")
        ),
        changes=_money(plan.changes, _columns(plan.changes, ("harm", "value_added_lost"))),
        parts=_money(
            plan.contributions, _columns(plan.contributions, ("harm", "value_added_lost"))
        ),
        means=_money(plan.means, ("gain", "gain_low", "gain_high")),
        flips=_flips(plan.flips, parameters),
        weights={str(r["weight"]): float(r["factor"]) for r in plan.weights.to_dict("records")},
        rival=rival,
        dropped=tuple((names[m]["en"], names[m]["zh"]) for m in dropped),
        back=tuple(
            (word("grades", "en"), word("grades", "zh"))
            if m == GRADING
            else (names[m]["en"], names[m]["zh"])
            for m in back
        ),
        others=_near(plan, mine),
        dials={k: dials(book_of(plan, k)) for k in options},
        prices=_prices(goal),
        counted=int(limit),
        beyond={k: o[:, INDEX["infections"]] >= limit for k, o in outcomes.items()},
        wave=float(plan.unseen.wave),
    )


def left_of(
    book: Rulebook, dropped: tuple[str, ...], back: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was left out of a plan, and what it leaves as it is.

    A measure of which the search had taken more, and which goes on as it is, was not left out.

    Parameters
    ----------
    book : Rulebook
    dropped, back : tuple of str
        Of the plan.
    """
    told = gather.measures_of(book, load_catalogue(), load_rulebook(TODAY))
    stays = set(told["measure"][(told["way"] == "") & ~told["ordinary"].astype(bool)])
    out = tuple(m for m in dropped if m not in stays)
    return out, (*back, *(m for m in dropped if m in stays))


def not_searched(
    found: Comparison, options: tuple[str, ...], *, wave: float, counted: int
) -> Search:
    """Return what is known before the search: which options keep which limits.

    Parameters
    ----------
    found : Comparison
        Of the options.
    options : tuple of str
    wave : float
        Confirmed cases in seven days that are a new wave. [persons]
    counted : int
        Infections after which a course counts no further ones. [persons]
    """
    none, draws = pd.DataFrame(), found.data.sizes["draw"]
    infected = {k: found.outcomes(name_of(k))[:, INDEX["infections"]] for k in options}
    return Search(
        goal=found.goal.key, evaluated=0, searched=0, fresh=draws, explained=0,
        limits=_limits(found, options), advantage=none, changes=none, parts=none, means=none,
        flips=none, weights={}, rival="", dropped=(), back=(), others=(), dials={},
        prices=_prices(found.goal), counted=counted,
        beyond={k: n >= counted for k, n in infected.items()}, wave=wave,
    )  # fmt: skip


def _limits(found: Comparison, keys: tuple[str, ...]) -> pd.DataFrame:
    table = found.constraints()
    parts = [table[table["rulebook"] == name_of(k)].assign(option=k) for k in keys]
    return pd.concat(parts, ignore_index=True)


def _columns(table: pd.DataFrame, stems: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in table.columns if str(c).startswith(stems))


def _money(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a table with its columns of millions in single units of the currency."""
    out = table.copy()
    for c in columns:
        out[c] = out[c].astype(float) * MILLION
    return out


def _prices(goal: Any) -> dict[str, float]:
    w = goal.weights
    names = ("infection", "severe", "death", "burden", "resurgence")
    return {name: getattr(w, name) * MILLION for name in names}


def _near(plan: Plan, mine: np.ndarray) -> tuple[Other, ...]:
    """Return the other plans that are nearly as good on the unseen courses too."""
    goal = plan.front.goal
    return tuple(_other(a, mine, goal, plan.book) for a, _ in nearly_as_good(plan))


def _other(found: Any, mine: np.ndarray, goal: Any, book: Rulebook) -> Other:
    n = len(found.outcomes)
    gap = told_by_draw(goal, found.outcomes) - told_by_draw(goal, mine[:n])
    names = {m.key: m.name for m in load_catalogue().measure.values()}
    apart = [d for d in diff_rulebooks(book, found.candidate.book) if d.measure in names]
    return Other(
        gap=gap * MILLION,
        kept=goal.shortfall(found.outcomes) == 0.0,
        measures=len({d.measure for d in apart}),
        en=_by_way(apart, names, "en"),
        zh=_by_way(apart, names, "zh"),
    )


def _by_way(
    apart: list[Difference], names: Mapping[str, Mapping[str, str]], lang: Literal["en", "zh"]
) -> tuple[str, ...]:
    """Return the names of measures that differ, by the way they do."""
    between, colon = (", ", ": ") if lang == "en" else ("、", "：")
    ways: dict[str, list[str]] = {}
    for d in apart:
        ways.setdefault(d.direction, []).append(names[d.measure][lang])
    return tuple(
        f"{word(way, lang)}{colon}{between.join(dict.fromkeys(found))}"
        for way, found in ways.items()
    )


def _flips(table: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Return what moves the advantage, with names in both languages."""
    money = ("advantage_low", "advantage_high", "swing", "middle_low", "middle_high")
    out = _money(table, money)
    names = parameter_names(parameters)
    said = [names.get(str(key), {}) for key in out["parameter"]]
    both = {
        lang: [name.get(lang, str(key)) for name, key in zip(said, out["parameter"], strict=True)]
        for lang in ("en", "zh")
    }
    return out.assign(**both)

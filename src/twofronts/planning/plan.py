"""The plan: search, choose, check on draws the search has not seen, and say why."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twofronts.manifest import Manifest
from twofronts.measures import Rulebook, load_rulebook
from twofronts.measures.catalogue import LINES, load_catalogue
from twofronts.measures.words import levels_of, levels_words
from twofronts.parameters import Parameters
from twofronts.planning import explain, sensitivity, settling
from twofronts.planning.arguments import check_counts
from twofronts.planning.choosing import Chosen, choose
from twofronts.planning.comparing import Comparison, compare, open_stage, score_books
from twofronts.planning.dials import Dial, dials
from twofronts.planning.goals import Constraint, Goal
from twofronts.planning.rulespace import TODAY, RuleSpace
from twofronts.planning.run import Status
from twofronts.planning.searching import (
    DRAWS,
    Candidate,
    Front,
    Progress,
    search,
)
from twofronts.planning.stage import Stage
from twofronts.wording import Said

# Draws that the search has not seen, on which the plan is checked
FRESH = 1000
# Of them, draws on which measures are taken out and means added
EXPLAIN = 200
# Draws between the two on which the choice is made
SECOND = 1000
# Added to the seed for the second draws, and twice for the fresh ones
_APART = 7_368_787


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan nearly as good as the recommended one, and how it differs from it in words.

    ``outcomes`` are those of the first fresh draws, paired with the recommended plan's.
    """

    candidate: Candidate
    differences: dict[str, tuple[str, ...]]
    dials: tuple[Dial, ...]
    outcomes: np.ndarray


@dataclass(frozen=True, eq=False)
class Plan:
    """The recommended rulebook and the reasons for it.

    Parameters
    ----------
    book : Rulebook
        The recommendation; ``measures.files.write`` or the brief can issue it.
    vector : tuple of int or None
        None if it is a baseline that is no vector.
    front : Front
        What the search found, on the draws of the search.
    fresh : Comparison
        "planned", held, meeting, open, closed and switching on draws that the search has not seen.
    unseen : Stage
        Where those draws were run, to run more on them.
    explained : int
        Of those draws, the ones on which measures were taken out and means added.
    advantage : DataFrame
        Over each baseline, in harm [million]: as the search saw it (``searched``), on fresh draws
        (``mean`` with its 90% interval ``low`` to ``high``, the range ``from`` to ``to`` that holds
        90% of the draws, ``prob`` of being better), and what was too good to be true (``curse``:
        searched less fresh).
    constraints : DataFrame
        On fresh draws, the tightest first.
    feasible : bool
        Whether the plan keeps every constraint at its probability on fresh draws.
    reasons : dict of str to sequence of str
        By language, the constraints it misses; empty if none.
    contributions, means, flips, weights : DataFrame
        See ``explain.contributions``, ``sensitivity.more_means``, ``what_would_flip``,
        ``weights_that_flip``.
    changes : DataFrame
        What the plan changes against today and why, see ``settling.change_table``.
    dropped : tuple of str
        Measures that the search had chosen, that are not in force and that gained nothing.
    back : tuple of str
        Measures that the search had changed against today without clear gain; they stay as today.
    alternatives : tuple of Alternative
    dials : tuple of Dial
    status : Status
    manifest : Manifest
    """

    book: Rulebook
    vector: tuple[int, ...] | None
    front: Front
    fresh: Comparison
    unseen: Stage
    explained: int
    advantage: pd.DataFrame
    constraints: pd.DataFrame
    feasible: bool
    reasons: dict[str, Sequence[str]]
    contributions: pd.DataFrame
    means: pd.DataFrame
    flips: pd.DataFrame
    weights: pd.DataFrame
    changes: pd.DataFrame
    dropped: tuple[str, ...]
    back: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    dials: tuple[Dial, ...]
    status: Status
    manifest: Manifest

    def by_line(self) -> pd.DataFrame:
        """Return what the plan decides by line of work, in words of both languages.

        Returns
        -------
        pandas.DataFrame
            A row for each measure: ``line``, ``line_en``, ``line_zh``, ``measure``, ``en``,
            ``zh``, ``level_en``, ``level_zh``, ``gain`` in harm with it [million, NaN where the
            measure is at the floor] with ``gain_low`` and ``gain_high``; ``needed``, whether
            the constraints would be broken further without it.
        """
        gain = self.contributions.set_index("measure") if len(self.contributions) else None
        rows = []
        for m in load_catalogue().measure.values():
            levels = levels_of(self.book, m)
            row: dict[str, Any] = {
                "line": m.line,
                "line_en": LINES[m.line]["en"],
                "line_zh": LINES[m.line]["zh"],
                "measure": m.key,
                "en": m.name["en"],
                "zh": m.name["zh"],
                "level_en": levels_words(m, levels, "en"),
                "level_zh": levels_words(m, levels, "zh"),
            }
            for name, column in (
                ("gain", "harm"),
                ("gain_low", "harm_low"),
                ("gain_high", "harm_high"),
            ):
                known = gain is not None and m.key in gain.index
                row[name] = float(gain.loc[m.key, column]) if known else float("nan")  # type: ignore[union-attr,arg-type]
            row["needed"] = bool(known and float(gain.loc[m.key, "breach"]) > 0)  # type: ignore[union-attr,arg-type]
            rows.append(row)
        return pd.DataFrame(rows)


Tell = Callable[[str, float], None]


def make_plan(
    city: Any,
    *,
    residents: Any = None,
    goal: str | Goal | None = None,
    seed: int = 0,
    budget: int = 2000,
    draws: int = DRAWS,
    fresh: int = FRESH,
    second: int = SECOND,
    explained: int = EXPLAIN,
    days: int = 60,
    start: dt.date | str | None = None,
    initial: Any = None,
    parameters: Parameters | None = None,
    space: RuleSpace | None = None,
    bottom_lines: Sequence[Constraint] = (),
    progress: Callable[[Progress], None] | None = None,
    tell: Tell | None = None,
    resume: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    stage: Stage | None = None,
) -> Plan:
    """Search for a plan, check it on fresh draws, and say why it is recommended.

    The rule: the best of what the search found are run again on draws that it has not seen; take
    what misses the constraints least there (all kept, with a margin, where that can be), and of
    that what the goal wants least. Then take out every measure that gains nothing, and put back as
    it is today what was changed without clear gain (``settling``). What is in force when the run
    begins is ``rulespace.TODAY``; a change comes once its notice has passed.

    Parameters
    ----------
    city, residents, goal, seed, budget, draws, days, start, initial, parameters, space,
    bottom_lines, progress, resume, workers, cluster, stage :
        As in ``search``.
    fresh : int
        Draws that the search has not seen, on which the plan is checked.
    second : int
        Draws between the two, on which the choice is made; at most ``fresh``.
    explained : int
        Of the fresh draws, those on which measures are taken out and means added.
    tell : callable, optional
        Called with the name of the step and how far it is: "search", "choose", "check", "explain".

    Returns
    -------
    Plan

    Raises
    ------
    ScenarioError
        If an argument is out of range.
    """
    began = time.perf_counter()
    # found before the search, which takes minutes, and not after it
    check_counts(fresh=fresh, second=second, explained=explained)
    say = tell or (lambda step, done: None)
    if stage is None:
        stage = open_stage(
            city, residents=residents, days=days, draws=draws, seed=seed, start=start,
            initial=initial, workers=workers, parameters=parameters, before=load_rulebook(TODAY),
        )  # fmt: skip
    say("search", 0.0)
    found = search(
        city, goal=goal, seed=seed, budget=budget, space=space, bottom_lines=bottom_lines,
        progress=progress, resume=resume, workers=workers, cluster=cluster, stage=stage,
    )  # fmt: skip
    say("search", 1.0)
    say("choose", 0.0)
    n_second = min(second, fresh)
    between, unseen = (
        open_stage(
            stage.city, residents=stage.residents, days=stage.days, draws=n,
            seed=stage.seed + times * _APART, start=stage.start, workers=workers,
            initial=stage.initial if initial is None else initial, first=first,
            parameters=stage.parameters, before=stage.before,
        )
        for times, n, first in (
            (1, n_second, stage.draws),
            (2, fresh, stage.draws + n_second),
        )
    )  # fmt: skip
    stage.rest()
    chosen = choose(found, between, workers)
    best = chosen.best
    between.rest()
    say("check", 0.0)
    base = {c.name: c.book for c in found.baselines}
    done, runs = [0], (1 + len(base)) * unseen.draws

    def count(draws: int) -> None:
        done[0] += draws
        say("check", min(1.0, done[0] / runs))

    checked = compare(
        stage.city, [best.book, *base.values()], base="held", goal=found.goal, workers=workers,
        stage=unseen, progress=count,
    )  # fmt: skip
    say("explain", 0.0)
    plan = _explained(found, chosen, checked, unseen, explained, workers)
    settings = {
        **found.manifest.settings, "fresh_draws": fresh, "second_draws": n_second,
        "evaluated": found.evaluated,
    }  # fmt: skip
    manifest = replace(
        found.manifest,
        what="plan",
        settings=settings,
        wall_time_s=round(time.perf_counter() - began, 3),
    )
    return replace(plan, manifest=manifest)


def _explained(
    front: Front,
    chosen: Chosen,
    checked: Comparison,
    unseen: Stage,
    explained: int,
    workers: int | None,
) -> Plan:
    goal, best, space = front.goal, chosen.best, chosen.space
    outcomes = checked.outcomes("planned")
    seen = score_books(front.stage, [best.book], workers=workers)[0].outcomes
    advantage = _advantage(front, seen, checked)
    constraints = explain.binding(outcomes, goal)
    few = outcomes[:explained]
    parts = pd.DataFrame(columns=["measure", "line", "en", "zh", "harm", "breach"])
    changes = pd.DataFrame(columns=list(settling.COLUMNS))
    if best.vector is not None:
        vector = np.array(best.vector)
        parts = explain.contributions(unseen, space, goal, vector, few, workers=workers)
        changes = settling.change_table(
            unseen, space, goal, vector, chosen.today, few, workers=workers
        )
    rival = min(
        (c for c in front.baselines if c.name != "planned"), key=lambda c: (c.breach, c.harm)
    )
    against = checked.outcomes(rival.name)
    near = chosen.others
    scores = score_books(unseen, [c.book for c in near], workers=workers, draws=len(few))
    others = tuple(
        Alternative(c, explain.differences(best.book, c.book), dials(c.book), s.outcomes)
        for c, s in zip(near, scores, strict=True)
    )
    return Plan(
        book=best.book,
        vector=best.vector,
        front=front,
        fresh=checked,
        unseen=unseen,
        explained=len(few),
        advantage=advantage,
        constraints=constraints,
        feasible=bool(constraints["holds"].all()),
        reasons=explain.reason_infeasible(outcomes, goal),
        contributions=parts,
        means=sensitivity.more_means(unseen, goal, best.book, few, workers=workers),
        flips=sensitivity.what_would_flip(
            sensitivity.drawn_parameters(unseen), outcomes, against, goal
        ),
        weights=sensitivity.weights_that_flip(outcomes, against, goal),
        changes=changes,
        dropped=chosen.dropped,
        back=chosen.back,
        alternatives=others,
        dials=dials(best.book),
        status=_status(front, advantage, constraints),
        manifest=front.manifest,
    )


def _advantage(front: Front, seen: np.ndarray, checked: Comparison) -> pd.DataFrame:
    """Return the plan's advantage as the search's draws have it (``seen``) and as fresh ones do."""
    goal = front.goal
    mine = explain.told_by_draw(goal, checked.outcomes("planned"))
    then = float(explain.told_by_draw(goal, seen).mean())
    rows = []
    for c in front.baselines:
        gap = explain.told_by_draw(goal, checked.outcomes(c.name)) - mine
        searched = float(goal.told(c.objectives)) - then
        a, b = explain.spread(gap)
        rows.append(
            {"baseline": c.name, "searched": searched}
            | explain.paired(gap)
            | {"from": a, "to": b}
            | {
                "prob": float((gap > 0).mean() + (gap == 0).mean() / 2),
                "curse": searched - float(gap.mean()),
            }
        )
    return pd.DataFrame(rows)


def _status(front: Front, advantage: pd.DataFrame, constraints: pd.DataFrame) -> Status:
    """Say what a reader must know before acting on the plan."""
    advice: list[str] = list(front.status.advice)
    missed = constraints[~constraints["holds"]]
    if len(missed):
        rows = list(missed.itertuples())
        advice.append(
            Said(
                "on fresh draws the plan misses: "
                + ", ".join(f"{r.en} ({r.prob:.0%} of {r.required:.0%})" for r in rows),
                "在新抽样中方案未守住："
                + "、".join(f"{r.zh}（{r.prob:.0%}，要求 {r.required:.0%}）" for r in rows),
            )
        )
    low = advantage.set_index("baseline")["low"]
    for name in ("held", "meeting"):
        if float(low[name]) <= 0:
            advice.append(
                Said(
                    f"no clear advantage over {name} on fresh draws",
                    f"在新抽样中与“{load_rulebook(name).title['zh']}”相比无明显优势",
                )
            )
    return Status("caution" if advice else "good", tuple(advice))

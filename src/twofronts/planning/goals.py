"""What is wanted: constraints with their probability, and what is least among what keeps them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.parameters import Parameters
from twofronts.planning.outcomes import BY_NAME, INDEX


@dataclass(frozen=True, slots=True)
class Constraint:
    """An outcome that must stay on one side of a limit with a probability.

    Parameters
    ----------
    key : str
    outcome : str
        One of ``outcomes.OUTCOMES``.
    limit : float
        The draw holds it while the outcome is below the limit if less is better, and at or above
        it if more is better. [unit of the outcome]
    prob : float
        Share of draws that must hold it. [1]
    en, zh : str
    """

    key: str
    outcome: str
    limit: float
    prob: float
    en: str
    zh: str

    def held(self, outcomes: np.ndarray) -> np.ndarray:
        """Say which draws hold it.

        Parameters
        ----------
        outcomes : float64[draw, outcome]

        Returns
        -------
        bool[draw]
        """
        values = outcomes[:, INDEX[self.outcome]]
        return values < self.limit if BY_NAME[self.outcome].better < 0 else values >= self.limit


@dataclass(frozen=True, slots=True)
class Weights:
    """What an infection, a severe course, a death and a restricted person-day weigh. [million].

    And a resurgence: a run ends before a wave does, and one that is out of hand is not counted to
    its end, so what it costs to bring it down again is in no other outcome.
    """

    infection: float
    severe: float
    death: float
    burden: float
    resurgence: float = 0.0


@dataclass(frozen=True)
class Goal:
    """A rule for choosing: the constraints first, then one quantity that should be least.

    Parameters
    ----------
    key : str
        "balanced" (least total harm), "work" (least value added lost and cost of
        measures), "health" (least health harm) or "burden" (least burden).
    weights : Weights
    constraints : tuple of Constraint
    scale : float
        Of the residents: people and their burden count for 1/scale each. [1]
    """

    key: str
    weights: Weights
    constraints: tuple[Constraint, ...] = ()
    scale: float = 1.0
    words: Mapping[str, str] = field(default_factory=dict)

    def objectives(self, outcomes: np.ndarray) -> np.ndarray:
        """Return health harm, value added lost with the cost of measures, and burden of each draw.

        Health harm is infections, severe courses, deaths and a resurgence, each times its weight.

        Parameters
        ----------
        outcomes : float64[draw, outcome]

        Returns
        -------
        float64[draw, 3]
            [million], [million], [person-days], for the full city.
        """
        w = self.weights
        health = (
            w.infection * outcomes[:, INDEX["infections"]]
            + w.severe * outcomes[:, INDEX["severe"]]
            + w.death * outcomes[:, INDEX["deaths"]]
        ) / self.scale + w.resurgence * outcomes[:, INDEX["resurgence"]]
        burden = outcomes[:, INDEX["burden"]] / self.scale
        money = outcomes[:, INDEX["value_added_lost"]] + outcomes[:, INDEX["measures_cost"]]
        return np.column_stack([health, money, burden])

    def harm(self, objectives: np.ndarray) -> np.ndarray:
        """Return what should be least, from objectives.

        Parameters
        ----------
        objectives : float64[..., 3]

        Returns
        -------
        float64[...]
            Total harm for "balanced" [million]; else the one objective, with a ten-thousandth of
            total harm so that ties are decided.
        """
        part = self.told(objectives)
        return part if self.key == "balanced" else np.asarray(part + 1e-4 * self._total(objectives))

    def told(self, objectives: np.ndarray) -> np.ndarray:
        """Return what should be least as it is told, without what only decides ties. [million].

        Parameters
        ----------
        objectives : float64[..., 3]

        Returns
        -------
        float64[...]
        """
        return {
            "balanced": self._total(objectives),
            "health": np.asarray(objectives[..., 0]),
            "work": np.asarray(objectives[..., 1]),
            "burden": np.asarray(self.weights.burden * objectives[..., 2]),
        }[self.key]

    def _total(self, objectives: np.ndarray) -> np.ndarray:
        """Return harm to health, lost value and burden in one currency. [million]."""
        burden = self.weights.burden * objectives[..., 2]
        return np.asarray(objectives[..., 0] + objectives[..., 1] + burden)

    def shortfall(self, outcomes: np.ndarray, margin: float = 0.0) -> float:
        """Return by how much the constraints miss their probabilities, 0 if all hold.

        Parameters
        ----------
        outcomes : float64[draw, outcome]
        margin : float
            Standard errors by which a share of these draws must exceed the probability, so that
            what is chosen on few draws still holds on many. All draws holding is always enough.

        Returns
        -------
        float
            Added up over the constraints. [1]
        """
        missed = 0.0
        for c in self.constraints:
            error = math.sqrt(c.prob * (1.0 - c.prob) / len(outcomes))
            wanted = min(1.0, c.prob + margin * error)
            missed += max(0.0, wanted - float(c.held(outcomes).mean()))
        return missed


GOALS: dict[str, dict[str, str]] = {
    "balanced": {
        "en": "least total harm: health with the chance of a resurgence, value added lost, cost "
        "and burden in one currency",
        "zh": "综合损失最小：健康损失（含反弹风险）、增加值损失、措施成本与居民负担折算合计",
    },
    "work": {
        "en": "least value added lost and cost of measures",
        "zh": "增加值损失与措施成本最小",
    },
    "health": {"en": "least harm to health", "zh": "健康损失最小"},
    "burden": {"en": "least burden on residents", "zh": "居民负担最小"},
}


def default_constraints(parameters: Parameters) -> tuple[Constraint, ...]:
    """Return the constraints every plan is held to.

    Beds, intensive care and quarantine places are never all in use; stocks of masks and daily
    goods last some days; there is no resurgence.
    """
    p = parameters.value("planning.constraint_prob")
    return (
        Constraint("beds", "beds_use", 1.0, p, "Designated beds", "定点床位"),
        Constraint("icu", "icu_use", 1.0, p, "Intensive care", "重症监护"),
        Constraint("places", "places_use", 1.0, p, "Quarantine places", "隔离点"),
        Constraint(
            "masks", "mask_cover", parameters.value("planning.mask_cover_days"), p,
            "Cover of masks", "口罩保障",
        ),
        Constraint(
            "goods", "goods_cover", parameters.value("planning.goods_cover_days"), p,
            "Cover of daily goods", "生活物资保障",
        ),
        Constraint(
            "resurgence", "resurgence", 0.5, 1.0 - parameters.value("briefing.wave_tolerance"),
            "No resurgence", "疫情不反弹",
        ),
    )  # fmt: skip


def make_goal(
    goal: str | Goal | None,
    parameters: Parameters,
    *,
    scale: float = 1.0,
    bottom_lines: Sequence[Constraint] = (),
    daily_value: float = 0.0,
) -> Goal:
    """Return a goal from its name.

    Parameters
    ----------
    goal : str or Goal or None
        "balanced" if None.
    parameters : Parameters
        ``planning.*``.
    scale : float
        Of the residents. [1]
    bottom_lines : sequence of Constraint
        Further constraints that the city sets.
    daily_value : float
        The city's value added on an ordinary day, in which a resurgence is weighed. [million/d]

    Returns
    -------
    Goal

    Raises
    ------
    ScenarioError
        If there is no such goal, or a bottom line names no outcome.
    """
    if isinstance(goal, Goal):
        return goal
    key = goal or "balanced"
    problems = []
    if key not in GOALS:
        problems.append(
            Problem(
                what=f"no goal is called {key!r}",
                why="a goal says what should be least among plans that keep the constraints",
                remedy=f"choose of {', '.join(GOALS)}",
            )
        )
    problems += [
        Problem(
            what=f"bottom line {line.key!r}: no outcome {line.outcome!r}, limit {line.limit}",
            why="a bottom line limits an outcome with a probability between 0 and 1",
            remedy=f"name one of {', '.join(INDEX)}",
        )
        for line in bottom_lines
        if line.outcome not in INDEX or not math.isfinite(line.limit) or not 0 <= line.prob <= 1
    ]
    if problems:
        raise ScenarioError(problems)
    value = parameters.value
    weights = Weights(
        value("planning.infection_cost"),
        value("planning.severe_cost"),
        value("planning.death_cost"),
        value("planning.burden_cost"),
        value("planning.wave_cost_days") * daily_value,
    )
    lines = (*default_constraints(parameters), *bottom_lines)
    return Goal(key, weights, lines, scale, GOALS[key])

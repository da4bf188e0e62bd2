"""What more means would buy under a plan, and what would turn the advice over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twofronts.kernels import types_epidemic
from twofronts.kernels.rng import key, uniform
from twofronts.measures import Rulebook, load_catalogue
from twofronts.parameters import Parameters
from twofronts.planning.comparing import score_books
from twofronts.planning.explain import paired, told_by_draw
from twofronts.planning.goals import Goal
from twofronts.planning.stage import Stage

# What more of a means is tried: name, unit of account, least amount, in both languages
MEANS: tuple[tuple[str, float, str, str], ...] = (
    ("beds", 1.0, "a designated bed", "每增一张定点床位"),
    ("icu_beds", 1.0, "a bed in intensive care", "每增一张重症床位"),
    ("places", 1.0, "a quarantine place", "每增一个隔离点床位"),
    ("tracers", 1.0, "a tracer", "每增一名流调人员"),
    ("tests", 1.0, "a test a day", "每日每增一次检测"),
    ("masks", 1e6, "a million masks", "每增一百万只口罩"),
)


def more_means(
    stage: Stage,
    goal: Goal,
    book: Rulebook,
    outcomes: np.ndarray,
    *,
    share: float = 0.2,
    workers: int | None = None,
) -> pd.DataFrame:
    """Say what more beds, places, tracers, tests and masks buy under a plan, draw by draw.

    One bed more changes next to nothing in any one draw, so a larger amount is tried and the gain
    is given for each unit of it.

    Parameters
    ----------
    stage : Stage
    goal : Goal
    book : Rulebook
    outcomes : float64[draw, outcome]
        Of the plan, on as many of the stage's draws as are to be used.
    share : float
        Amount tried, as a share of what the city has; at least one unit. [1]
    workers : int, optional

    Returns
    -------
    pandas.DataFrame
        ``means``, ``unit`` (of account), ``amount`` tried [units], ``gain`` in harm for each unit
        with 90% interval [million], ``breach`` (change over the whole amount), ``en``, ``zh``.
    """
    names = ("beds", "icu_beds", "places", "tracers", "tests")
    have = dict(zip(names, stage.world.capacity.tolist(), strict=True))
    goods = [str(g) for g in stage.city.stocks["good"]]
    if "masks" in goods:
        have["masks"] = float(stage.economy.supplies.stock[goods.index("masks")])
    rows = []
    for name, unit, en, zh in MEANS:
        if name not in have:
            continue
        amount = max(unit, round(share * have[name] / unit) * unit)
        more = (
            stage.with_means(stock={name: amount})
            if name == "masks"
            else stage.with_means(**{name: amount})
        )
        other = score_books(more, [book], workers=workers, draws=len(outcomes))[0].outcomes
        gap = told_by_draw(goal, outcomes) - told_by_draw(goal, other)
        p = paired(gap * unit / amount)
        rows.append(
            {
                "means": name,
                "unit": unit,
                "amount": amount / unit,
                "gain": p["mean"],
                "gain_low": p["low"],
                "gain_high": p["high"],
                "breach": goal.shortfall(other) - goal.shortfall(outcomes),
                "en": en,
                "zh": zh,
            }
        )
    return pd.DataFrame(rows)


def parameter_names(parameters: Parameters) -> dict[str, dict[str, str]]:
    """Return the names of what ``drawn_parameters`` gives, by key and language.

    Parameters
    ----------
    parameters : Parameters
        Their keys have the names that stand in their files; a measure's strength has the measure's.
    """
    found = {p.key: p.name for p in parameters.values()}
    for m in load_catalogue().measure.values():
        said = {"en": f"effect of: {m.name['en']}", "zh": f"{m.name['zh']}的效果"}
        found[f"measure.{m.key}"] = said
    return found


def drawn_parameters(stage: Stage) -> pd.DataFrame:
    """Return what differs between draws: parameters of both fronts and strength of measures.

    Returns
    -------
    pandas.DataFrame
        A row for each draw; only what really varies.
    """
    from twofronts.economy.labour import RATE_KEYS as LABOUR
    from twofronts.economy.production import RATE_KEYS as PRODUCTION
    from twofronts.economy.supplies import RATE_KEYS as SUPPLIES
    from twofronts.epidemic.draws import KEYS

    columns = {KEYS[f]: np.array(stage.pars[f]) for f in types_epidemic.PAR_FIELDS}
    eco = stage.economy
    for keys, rates in (
        (LABOUR, eco.labour.rates),
        (PRODUCTION, eco.production.rates),
        (SUPPLIES, eco.supplies.rates),
    ):
        columns |= {name: rates[:, i] for i, name in enumerate(keys)}
    draws = range(stage.draws)
    bases = [np.uint64(key(stage.seed, types_epidemic.STREAM_DRAW, w, 0)) for w in draws]
    for m, name in enumerate(load_catalogue().measure):
        columns[f"measure.{name}"] = np.array(
            [uniform(b, types_epidemic.STREAM_MEASURE, m, 0) for b in bases]
        )
    return pd.DataFrame({k: v for k, v in columns.items() if np.ptp(v) > 0})


def what_would_flip(
    parameters: pd.DataFrame, plan: np.ndarray, rival: np.ndarray, goal: Goal, *, most: int = 10
) -> pd.DataFrame:
    """Rank the parameters by how far they move a plan's advantage over its rival.

    Parameters
    ----------
    parameters : DataFrame
        A row for each draw.
    plan, rival : float64[draw, outcome]
        On the same draws.
    goal : Goal
    most : int
        How many to return.

    Returns
    -------
    pandas.DataFrame
        ``parameter``, ``advantage_low`` and ``advantage_high``: mean advantage in harm over the
        draws in its lowest and highest fifth [million]; ``swing``, their difference;
        ``middle_low`` and ``middle_high``, the medians there, which a rare wave does not move;
        ``rank_correlation``, by which they are ranked; ``flips``, whether the mean advantage
        changes sign between them.
    """
    from scipy.stats import spearmanr

    gap = told_by_draw(goal, rival) - told_by_draw(goal, plan)
    rows = []
    for name in parameters:
        x = parameters[name].to_numpy()
        least, greatest = gap[x <= np.quantile(x, 0.2)], gap[x >= np.quantile(x, 0.8)]
        low, high = least.mean(), greatest.mean()
        # no rank to speak of where the two never differ
        rank = 0.0 if np.ptp(gap) == 0 else float(spearmanr(x, gap).statistic)
        rows.append(
            {
                "parameter": str(name),
                "advantage_low": low,
                "advantage_high": high,
                "swing": high - low,
                "middle_low": float(np.median(least)),
                "middle_high": float(np.median(greatest)),
                "rank_correlation": rank,
                "flips": bool(low * high < 0),
            }
        )
    table = pd.DataFrame(rows)
    order = (-table["rank_correlation"].abs()).sort_values(kind="stable").index
    return table.loc[order].head(most).reset_index(drop=True)


def weights_that_flip(plan: np.ndarray, rival: np.ndarray, goal: Goal) -> pd.DataFrame:
    """Return by what factor each weight would have to change for the rival to draw level.

    Parameters
    ----------
    plan, rival : float64[draw, outcome]
    goal : Goal

    Returns
    -------
    pandas.DataFrame
        ``weight`` (health, economy, burden), ``factor``: on that part of total harm at which both
        are equal, NaN if none above 0 does.
    """
    scale = np.array([1.0, 1.0, goal.weights.burden])
    gap = (goal.objectives(rival).mean(axis=0) - goal.objectives(plan).mean(axis=0)) * scale
    rows = []
    for i, name in enumerate(("health", "economy", "burden")):
        rest = gap.sum() - gap[i]
        factor = -rest / gap[i] if gap[i] != 0 else float("nan")
        rows.append({"weight": name, "factor": factor if factor > 0 else float("nan")})
    return pd.DataFrame(rows)

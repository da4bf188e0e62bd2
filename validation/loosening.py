"""What loosening a restriction, or help, does to output in paired draws of Nanjing.

Front one is held as it is. Every effect is loosened from many rulebooks that hold each of the
others tight, loose or between, and each draw is compared with itself.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from twofronts.city import load_city
from twofronts.economy import prepare as p
from twofronts.economy.labour import neutral_effects
from twofronts.economy.run import run_draws
from twofronts.kernels import economy as k
from twofronts.measures.effects import EFFECT_INDEX
from validation.rows import Row

# What tight, what loose
LOOSER = {
    "attend_industry": (0.5, 0.8),
    "attend_services": (0.4, 0.8),
    "resume_pace": (1.0, 2.0),
    "approval_queue": (1.0, 0.0),
    "approval_capacity": (0.02, 0.2),
    "compound_shut": (0.1, 0.0),
    "return_pace": (1.0, 3.0),
    "remote_work": (0.3, 0.8),
    "inspected": (0.05, 0.0),
    "arrivals": (0.6, 1.0),
    "commute": (0.9, 1.0),
    "transit": (0.0, 0.5),
    "transit_staff": (0.1, 1.0),
    "attend_school": (0.0, 1.0),
    "venues_open": (0.0, 1.0),
    "clinics": (0.4, 1.0),
    "arrival_quarantine": (0.5, 0.0),
    "mask_supply": (1.0, 2.0),
    "freight_delay": (1.5, 0.0),
    "freight_border": (0.6, 1.0),
    "freight_inside": (0.8, 1.0),
    "contacts_community": (0.5, 0.9),
}
HELD = {name: tight for name, (tight, _) in LOOSER.items()}
# Patients, patients in intensive care, tests wanted
CARE = np.array([57.0, 3.0, 1500.0])
# A loss of a draw below this is rounding
ROUNDING = 1e-9
# The most that a draw may add to what is lost: firms share short goods with whoever opens
TRACE = 5e-4


def some_rulebook(seed: int) -> dict[str, float]:
    """Return a level of every effect: tight, loose or between."""
    part = np.random.default_rng(seed).choice([0.0, 0.3, 0.6, 1.0], len(LOOSER))
    return {
        name: float(tight + a * (loose - tight))
        for a, (name, (tight, loose)) in zip(part, LOOSER.items(), strict=True)
    }


def value_added_lost(
    params: k.EconomyParams, draws: int, days: int = 60, **level: float
) -> np.ndarray:
    """Return what each draw loses against normal under given levels, float64[draw] [money]."""
    fx = neutral_effects(params.staff.shape[1])
    for name, value in level.items():
        fx[:, EFFECT_INDEX[name]] = value
    given = k.Given(
        np.repeat(fx[None], days, axis=0),
        np.ones((0, *params.staff.shape)),
        p.no_absence(params),
        CARE,
    )
    record = run_draws(params, given, draws=draws)
    return record["value_added_lost"].sum(axis=(1, 2, 3), dtype=np.float64)


def loosened(draws: int, rulebooks: int, masks: float) -> pd.DataFrame:
    """Loosen every effect from the tight rulebook and from others.

    Parameters
    ----------
    draws, rulebooks : int
    masks : float
        Masks asked for per shift.

    Returns
    -------
    DataFrame
        By effect and rulebook: ``most``, the largest change of any draw; ``lose``, the share of
        draws that lose more than rounding; ``mean``. [1]
    """
    params = p.prepare_economy(load_city("nanjing"), draws=draws)
    rows = []
    for book in range(rulebooks):
        start = (some_rulebook(book) if book else HELD) | {"masks_per_shift": masks}
        tight = value_added_lost(params, draws, **start)
        for name, (_, loose) in LOOSER.items():
            if start[name] == loose:
                continue
            change = value_added_lost(params, draws, **(start | {name: loose})) / tight - 1
            rows.append((name, book, change.max(), np.mean(change > ROUNDING), change.mean()))
    return pd.DataFrame(rows, columns=["effect", "rulebook", "most", "lose", "mean"])


def loosening(draws: int = 100, rulebooks: int = 30) -> list[Row]:
    """The most that any paired draw loses, and the least that any effect gains on average."""
    rows = []
    for masks, judged, told in (
        (0.0, True, "no mask asked for"),
        (1.0, False, "a mask a shift, while they last: who opens sooner runs out of them sooner"),
    ):
        table = loosened(draws, rulebooks, masks)
        worst = table.groupby("effect").agg({"most": "max", "lose": "mean"})
        worst = worst[worst["most"] > ROUNDING].sort_values("most", ascending=False)
        losing = ", ".join(f"{e} {r.most:.4%} ({r.lose:.1%} of draws)" for e, r in worst.iterrows())
        about = f"Loosening any of {len(LOOSER)} effects from {rulebooks} rulebooks, {told}"
        source = "rationing shares a short good among all who order it: docs/front-two.md"
        rows += [
            Row(
                f"{about}: most that any paired draw adds to value added lost",
                max(0.0, float(table["most"].max())),
                0.0 if judged else "reported as it is",
                0.0,
                TRACE if judged else float("inf"),
                source,
                draws=draws,
                note=f"{table['lose'].mean():.2%} of all pairs lose: {losing or 'none'}.",
                judged=judged,
            ),
            Row(
                f"{about}: largest mean change",
                float(table["mean"].max()),
                "not above 0",
                float("-inf"),
                ROUNDING,
                source,
                draws=draws,
            ),
        ]
    return rows

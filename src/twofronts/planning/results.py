"""What a run hands out: declared variables of both fronts, and how far to trust them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from twofronts.epidemic import variables as v
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.economy import EconomyParams, EconomyRecord
from twofronts.measures import load_catalogue
from twofronts.planning.joined import economy_advice, economy_arrays, economy_attrs
from twofronts.planning.run import Status, date_axis
from twofronts.variables import dataset
from twofronts.wording import Said

SETTINGS = ["home", "work", "school", "community", "kin"]


def to_dataset(
    out: t.Output,
    city: Any,
    *,
    start: dt.date,
    economy: EconomyParams | None = None,
    record: EconomyRecord | None = None,
) -> Any:
    """Return the declared variables of a run as an xarray Dataset.

    Parameters
    ----------
    out : Output
    city : City
    start : date
    economy : EconomyParams, optional
    record : EconomyRecord, optional
        Front two, if it ran.

    Returns
    -------
    xarray.Dataset
    """
    draws, n_days = out.infections.shape[:2]
    arrays = {
        v.TRUE_INFECTIONS: out.infections,
        v.TRUE_BY_SETTING: out.by_setting,
        v.ARRIVALS_INFECTED: out.arrivals,
        v.TRUE_ONSETS: out.onsets,
        v.TRUE_SUSCEPTIBLE: out.stages[:, :, t.SUSCEPTIBLE],
        v.TRUE_EXPOSED: out.stages[:, :, t.EXPOSED],
        v.TRUE_INFECTIOUS: out.stages[:, :, t.INFECTIOUS],
        v.TRUE_PAST: out.stages[:, :, t.IMMUNE],
        v.TRUE_DEAD: out.stages[:, :, t.DEAD],
        v.OBSERVED_CONFIRMED: out.confirmed,
        v.TRUE_WARD: out.ward,
        v.TRUE_ICU: out.icu,
        v.TRUE_DEATHS: out.deaths,
        v.OBSERVED_DEATHS: out.deaths_reported,
        v.QUARANTINED: out.quarantined,
        v.QUARANTINED_UNINFECTED: out.quarantined_uninfected,
        v.HELD_WORKERS: out.held_workers,
        v.TESTS_DONE: out.tests,
        v.TEST_QUEUE: out.test_queue,
        v.TRACED: out.traced,
        v.GRADE: out.grade,
        v.BURDEN: out.burden,
        v.STAFF_PRESENT: out.staff_present,
        v.FIRMS_OPEN: out.firms_open,
        v.ABSENT_ILL: out.absent_ill,
        v.ABSENT_HELD: out.absent_held,
    }
    coords = {
        "draw": np.arange(draws),
        "day": np.arange(n_days),
        "date": ("day", date_axis(start, n_days).astype("datetime64[ns]")),
        "district": [str(code) for code in city.district_codes],
        "setting": SETTINGS,
        "sector": [str(code) for code in city.sector_codes],
        "measure": list(load_catalogue().measure),
    }
    named = {variable.name: array for variable, array in arrays.items()}
    if economy is None or record is None:
        return dataset(named, coords)
    coords["good"] = [str(good) for good in city.stocks["good"]]
    named |= economy_arrays(record, economy)
    return dataset(named, coords, economy_attrs(economy, city))


def judge(out: t.Output, world: t.World, record: EconomyRecord | None = None) -> Status:
    """Say how far a run can be trusted, and what to do about it.

    Parameters
    ----------
    out : Output
    world : World
    record : EconomyRecord, optional
        Front two, if it ran.

    Returns
    -------
    Status
    """
    advice: list[str] = []
    draws = out.infections.shape[0]
    if draws < 100:
        advice.append(
            Said(
                f"{draws} draws: read the bands as rough, run at least 100 before deciding",
                f"仅 {draws} 次模拟，区间只能粗看；决定前至少运行 100 次",
            )
        )
    beds = world.capacity[t.BEDS]
    full = float((out.ward.max(axis=1) >= max(1.0, 0.95 * beds)).mean())
    if full > 0.05:
        advice.append(
            Said(
                f"designated beds fill up in {full:.0%} of draws: add beds or act earlier",
                f"{full:.0%} 的模拟中定点床位占满：请增加床位或提前采取措施",
            )
        )
    waiting = float((out.test_queue.max(axis=1) > world.capacity[t.TESTS]).mean())
    if waiting > 0.05:
        advice.append(
            Said(
                f"people wait more than a day for a test in {waiting:.0%} of draws",
                f"{waiting:.0%} 的模拟中检测等候超过一天",
            )
        )
    n = world.population.sum()
    large = float((out.stages[:, -1, t.SUSCEPTIBLE] < 0.99 * n).mean())
    if large > 0.05:
        advice.append(
            Said(
                f"more than 1% of residents are infected in {large:.0%} of draws",
                f"{large:.0%} 的模拟中超过 1% 的居民被感染",
            )
        )
    if record is not None:
        advice += economy_advice(record)
    return Status("caution" if advice else "good", tuple(advice))

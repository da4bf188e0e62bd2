"""Front two inside a draw: what each thread holds of it, what is kept of it, what is handed out."""

from __future__ import annotations

from typing import Any

import numpy as np

from twofronts.economy import prepare as p
from twofronts.economy.run import record_arrays
from twofronts.kernels import economy as k
from twofronts.kernels import types_epidemic as t
from twofronts.wording import Said

# From this share of draws on, what ran short is worth saying
_WORTH_SAYING = 0.05


def make_record(params: k.EconomyParams, out: t.Output) -> k.EconomyRecord:
    """Return what is kept of front two over all draws, all zero.

    Parameters
    ----------
    params : EconomyParams
    out : Output
        Of the same draws. Its staff and firms are front two's too: one array serves both.

    Returns
    -------
    EconomyRecord
        With a draw axis in front of each array.
    """
    draws, days = out.infections.shape[:2]
    arrays = {
        name: np.zeros((draws, *array.shape), dtype=array.dtype)
        for name, array in p.economy_record(params, days)._asdict().items()
        if name not in ("firms_open", "staff_present")
    }
    return k.EconomyRecord(firms_open=out.firms_open, staff_present=out.staff_present, **arrays)


def join(
    params: k.EconomyParams, record: k.EconomyRecord, memory: t.Memory
) -> tuple[k.Economy, t.Memory]:
    """Return front two of one thread, and the thread's memory with the same labour in it.

    Parameters
    ----------
    params : EconomyParams
    record : EconomyRecord
        Of all draws.
    memory : Memory
        Of front one.

    Returns
    -------
    tuple of Economy, Memory
    """
    economy = k.Economy(
        params=params,
        state=p.economy_state(params),
        scratch=p.economy_scratch(params),
        out=p.economy_out(params),
        record=record,
        care=np.zeros(3),
    )
    joined = memory._replace(
        labour=economy.state.labour,
        labour_out=economy.out.labour,
        on_site=economy.out.on_site,
        working=economy.out.working,
    )
    return economy, joined


def economy_arrays(record: k.EconomyRecord, params: k.EconomyParams) -> dict[str, np.ndarray]:
    """Return front two's declared variables.

    Parameters
    ----------
    record : EconomyRecord
        Of all draws.
    params : EconomyParams

    Returns
    -------
    dict of str to ndarray
    """
    return record_arrays(record._asdict(), params)


def economy_attrs(params: k.EconomyParams, city: Any) -> dict[str, Any]:
    """Return what a reader needs to weigh sectors: an ordinary day's output and value added.

    Parameters
    ----------
    params : EconomyParams
    city : City

    Returns
    -------
    dict
        ``currency``; ``normal_output`` and ``normal_value_added`` by sector [million/d].
    """
    n = params.staff.shape[0]
    return {
        "currency": city.currency,
        "normal_output": params.production.output[:n].tolist(),
        "normal_value_added": params.production.value_added[:n].tolist(),
    }


def economy_advice(record: k.EconomyRecord) -> list[str]:
    """Say what ran short in more than a few draws.

    Parameters
    ----------
    record : EconomyRecord

    Returns
    -------
    list of str
    """
    advice: list[str] = []
    masks, tests = (record.gate.min(axis=1) < 1.0).mean(axis=0)
    if masks > _WORTH_SAYING:
        advice.append(
            Said(
                f"masks keep staff at home in {masks:.0%} of draws: set more aside for firms",
                f"{masks:.0%} 的模拟中员工因缺口罩不能到岗：请为企业预留更多口罩",
            )
        )
    if tests > _WORTH_SAYING:
        advice.append(
            Said(
                f"reagents run short for tests in {tests:.0%} of draws: bring in more",
                f"{tests:.0%} 的模拟中检测试剂不足：请增加调入",
            )
        )
    return advice

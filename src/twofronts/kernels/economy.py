"""Front two in the day's loop: who attends, then what is produced, supplied and accounted.

A joint run calls ``attend_day`` before infections and ``settle_day`` after care; front two alone
calls the two one after the other (``run_days``). Neither allocates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twofronts.kernels.attendance import labour_after_absence, masks_wanted
from twofronts.kernels.jit import kernel
from twofronts.kernels.labour import labour_day, labour_reset
from twofronts.kernels.production import produce_day, production_reset
from twofronts.kernels.supplies import (
    RESIDENTS,
    STAFF,
    SuppliesOut,
    SuppliesParams,
    SuppliesState,
    supplies_day,
    supplies_reset,
)
from twofronts.kernels.types_labour import LabourOut, LabourParams, LabourState
from twofronts.kernels.types_production import (
    ProductionOut,
    ProductionParams,
    ProductionScratch,
    ProductionState,
)

# Rows of every [absent] axis
ILL, HELD = 0, 1


class EconomyParams(NamedTuple):
    """Everything about front two that does not change over a run."""

    labour: LabourParams
    production: ProductionParams
    supplies: SuppliesParams
    staff: np.ndarray  # float64[s, d] ordinary staff [persons]
    wages: np.ndarray  # float64[s, d] wages of a normal day [money/d]
    people: np.ndarray  # float64[2] residents; migrants away at the start [persons]


class EconomyState(NamedTuple):
    """What one draw carries from day to day."""

    labour: LabourState
    production: ProductionState
    supplies: SuppliesState


class EconomyScratch(NamedTuple):
    """Room to work in."""

    production: ProductionScratch
    drivers: np.ndarray  # float64[N_DRIVER]
    made: np.ndarray  # float64[s]


class EconomyOut(NamedTuple):
    """One day of front two."""

    labour: LabourOut
    production: ProductionOut
    supplies: SuppliesOut
    on_site: np.ndarray  # float64[s, d] share of staff on site, the ill and held taken off
    working: np.ndarray  # float64[s, d] and with those who work from home


class EconomyRecord(NamedTuple):
    """What is kept of every day of one draw. All shares are against an ordinary day."""

    firms_open: np.ndarray  # float32[day, s, d] resumption rate
    staff_present: np.ndarray  # float32[day, s, d] staff return rate
    working: np.ndarray  # float32[day, s, d] on site or from home
    value_added_lost: np.ndarray  # float32[day, s, d]
    capacity: np.ndarray  # float32[day, s] capacity rate: output against normal
    binding: np.ndarray  # int8[day, s]
    binding_input: np.ndarray  # int8[day, s]
    days_to_stop: np.ndarray  # float32[day, s]
    stop_input: np.ndarray  # int8[day, s]
    rest_output: np.ndarray  # float32[day]
    returned: np.ndarray  # float32[day] share of the away who may work again
    gate: np.ndarray  # float32[day, 2] share of staff with masks, of tests with reagents
    stock: np.ndarray  # float32[day, g]
    used: np.ndarray  # float32[day, g]
    short: np.ndarray  # float32[day, g]
    cover: np.ndarray  # float32[day, g]


class Economy(NamedTuple):
    """Front two of one thread beside front one: what draws share, and what the current one is."""

    params: EconomyParams
    state: EconomyState
    scratch: EconomyScratch
    out: EconomyOut
    record: EconomyRecord  # with a draw axis in front of each array; shared by all threads
    care: np.ndarray  # float64[3] inpatients, intensive care, tests wanted


class Given(NamedTuple):
    """What front two is given from outside when it runs alone."""

    effects: np.ndarray  # float64[day, d, N_EFFECT]
    limit: np.ndarray  # float64[day, s, d] most of ordinary staff at work; no days: no limit
    absent: np.ndarray  # float64[2, s, d] share of staff ill; held but well; the same every day
    care: np.ndarray  # float64[3] inpatients, intensive care, tests wanted; the same every day


@kernel
def economy_reset(params, draw, state):
    """Put a draw of front two at its starting point.

    Parameters
    ----------
    params : EconomyParams
    draw : int
    state : EconomyState
        Overwritten.
    """
    labour_reset(params.labour, draw, state.labour)
    production_reset(params.production, draw, state.production)
    supplies_reset(params.supplies, draw, state.supplies)


@kernel
def attend_day(params, state, effects, day, out):
    """Say who may be at work today: step 4 of the day, before infections.

    Parameters
    ----------
    params : EconomyParams
    state : EconomyState
        Labour is moved on by one day.
    effects : float64[d, N_EFFECT]
    day : int
        Since the run began. [d]
    out : EconomyOut
        ``labour`` is overwritten.
    """
    gate = state.supplies.gate[0]
    labour_day(params.labour, state.labour, effects, day, gate, out.labour)


@kernel
def settle_day(params, state, scratch, effects, absent, care, day, out):
    """Produce, supply and account: step 8 of the day, after infections and care.

    Parameters
    ----------
    params : EconomyParams
    state : EconomyState
        Production and supplies are moved on by one day.
    scratch : EconomyScratch
    effects : float64[d, N_EFFECT]
    absent : float64[2, s, d]
        Share of ordinary staff ill; isolated or in quarantine but well. [1]
    care : float64[3]
        Inpatients, patients in intensive care, tests wanted today. [persons, tests/d]
    day : int
        Since the run began. [d]
    out : EconomyOut
        Overwritten, but for ``labour``.
    """
    gate = state.supplies.gate[0]
    labour_after_absence(out.labour, absent[ILL], absent[HELD], out.on_site, out.working)
    produce_day(
        params.production,
        state.production,
        scratch.production,
        out.working,
        effects,
        day,
        gate,
        out.production,
    )
    scratch.drivers[STAFF] = masks_wanted(params.labour, out.labour, params.staff)
    scratch.drivers[1] = care[0]
    scratch.drivers[2] = care[1]
    scratch.drivers[3] = care[2]
    away = params.people[1] * (1.0 - out.labour.returned[0])
    scratch.drivers[RESIDENTS] = max(0.0, params.people[0] - away)
    for s in range(scratch.made.shape[0]):
        normal = params.production.output[s]
        scratch.made[s] = out.production.output[s] / normal if normal > 0.0 else 1.0
    through = scratch.production.through
    inbound = through[through.shape[0] - 1, 0]
    supplies_day(
        params.supplies,
        state.supplies,
        scratch.drivers,
        inbound,
        scratch.made,
        effects,
        day,
        out.supplies,
    )


@kernel
def record_staff(out, day, record):
    """Keep a day's firms and staff on site, which front one keeps itself in a joint run.

    Parameters
    ----------
    out : EconomyOut
    day : int
        Row of the record. [d]
    record : EconomyRecord
        ``firms_open`` and ``staff_present`` are overwritten in row ``day``.
    """
    for s in range(out.on_site.shape[0]):
        for d in range(out.on_site.shape[1]):
            record.firms_open[day, s, d] = out.labour.firms_open[s, d]
        for d in range(out.on_site.shape[1]):
            record.staff_present[day, s, d] = out.on_site[s, d]


@kernel
def record_day(params, state, out, day, record):
    """Keep a day in the record of its draw, but for what ``record_staff`` keeps.

    Parameters
    ----------
    params : EconomyParams
    state : EconomyState
    out : EconomyOut
    day : int
        Row of the record. [d]
    record : EconomyRecord
        Row ``day`` is overwritten.
    """
    made = out.production
    n = params.staff.shape[0]
    for s in range(n):
        normal = params.production.output[s]
        record.capacity[day, s] = made.output[s] / normal if normal > 0.0 else 1.0
        record.binding[day, s] = made.binding[s]
        record.binding_input[day, s] = made.binding_input[s]
        record.days_to_stop[day, s] = made.days_to_stop[s]
        record.stop_input[day, s] = made.stop_input[s]
        for d in range(params.staff.shape[1]):
            here = params.production.value_added[s] * params.production.district_share[s, d]
            lost = here - made.value_added[s, d]
            record.value_added_lost[day, s, d] = lost if lost > 0.0 else 0.0
        for d in range(params.staff.shape[1]):
            record.working[day, s, d] = out.working[s, d]
    normal = 0.0
    rest = 0.0
    for k in range(n, made.output.shape[0]):
        normal += params.production.output[k]
        rest += made.output[k]
    record.rest_output[day] = rest / normal if normal > 0.0 else 1.0
    record.returned[day] = out.labour.returned[0]
    record.gate[day, 0] = state.supplies.gate[0]
    record.gate[day, 1] = state.supplies.gate[1]
    record.stock[day] = state.supplies.stock
    record.used[day] = out.supplies.used
    record.short[day] = out.supplies.short
    record.cover[day] = out.supplies.cover


@kernel
def record_of(record, draw):
    """Return the part of a record that is one draw's.

    Parameters
    ----------
    record : EconomyRecord
        With a draw axis in front of each array.
    draw : int

    Returns
    -------
    EconomyRecord
        Views.
    """
    return EconomyRecord(
        record.firms_open[draw],
        record.staff_present[draw],
        record.working[draw],
        record.value_added_lost[draw],
        record.capacity[draw],
        record.binding[draw],
        record.binding_input[draw],
        record.days_to_stop[draw],
        record.stop_input[draw],
        record.rest_output[draw],
        record.returned[draw],
        record.gate[draw],
        record.stock[draw],
        record.used[draw],
        record.short[draw],
        record.cover[draw],
    )


@kernel
def limit_day(limit, out):
    """Hold attendance to what a scenario gives, whatever the measures allow.

    Parameters
    ----------
    limit : float64[s, d]
        Most of ordinary staff at work, on site or from home. [1]
    out : EconomyOut
        ``labour`` is lowered.
    """
    labour = out.labour
    for s in range(limit.shape[0]):
        for d in range(limit.shape[1]):
            most = limit[s, d]
            labour.permitted[s, d] = min(labour.permitted[s, d], most)
            labour.unmasked[s, d] = min(labour.unmasked[s, d], most)
            labour.present[s, d] = min(labour.present[s, d], most)
            labour.working[s, d] = min(labour.working[s, d], most)
            labour.remote[s, d] = max(0.0, labour.working[s, d] - labour.present[s, d])


@kernel
def run_days(params, state, scratch, given, out, record):
    """Run front two alone over all days of a draw that ``economy_reset`` has set up.

    Parameters
    ----------
    params : EconomyParams
    state : EconomyState
    scratch : EconomyScratch
    given : Given
    out : EconomyOut
    record : EconomyRecord
        Overwritten.
    """
    for day in range(given.effects.shape[0]):
        effects = given.effects[day]
        attend_day(params, state, effects, day, out)
        if given.limit.shape[0] > 0:
            limit_day(given.limit[day], out)
        settle_day(params, state, scratch, effects, given.absent, given.care, day, out)
        record_staff(out, day, record)
        record_day(params, state, out, day, record)

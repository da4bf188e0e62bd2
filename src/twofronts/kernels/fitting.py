"""Draws of the city for a fit: parameters by period, cases by origin, who is infected at the end.

The days are those of ``kernels/day.py``, in the same order; only the parameters may change with
the period, and a draw that has strayed too far from the reports is given up. One row of output
serves draw after draw: what the fit needs is copied out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twofronts.kernels.day import begin, live, produce, record_day, report
from twofronts.kernels.jit import kernel
from twofronts.kernels.types_epidemic import (
    BURIED,
    CONFIRMED,
    DEAD,
    ICU,
    IMPORTED,
    N_PEOPLE,
    STAGE_BITS,
    SUSCEPTIBLE,
    WARD,
)

# Columns of a state row: days since infection, age, 1 if confirmed and in hospital
N_STATE = 3


class FitOutput(NamedTuple):
    """What the fit keeps of its draws. w: draws, t: days, d: districts, m: rows of a state."""

    confirmed: np.ndarray  # int32[w, t] by day of report
    in_care: np.ndarray  # int32[w, t] in wards and intensive care
    deaths: np.ndarray  # int32[w, t] by day of report
    grade: np.ndarray  # uint8[w, t, d]
    origin: np.ndarray  # int64[w, 2] confirmed by the day of ``until``: infected here, elsewhere
    until: np.ndarray  # int64[1] last day of the reports. [d]
    done: np.ndarray  # uint8[w] 1 if the draw ran to its end
    n_state: np.ndarray  # int64[w]
    state: np.ndarray  # int16[w, m, 3] who is infected at the end of ``until``


@kernel
def count_origin(people, n, until, counts):
    """Count confirmed cases by origin.

    Parameters
    ----------
    people : PERSON[records]
    n : int
        Records in use.
    until : int
        Last day of confirmation that counts. [d]
    counts : int64[2]
        Written: infected in the city, elsewhere. [persons]
    """
    counts[:] = 0
    for i in range(n):
        if people[i].marks & CONFIRMED and people[i].confirmed <= until:
            counts[1 if people[i].marks & IMPORTED else 0] += 1


@kernel
def collect_state(people, n, day, rows):
    """Write who is infected and not yet through at the end of a day; return how many.

    Parameters
    ----------
    people : PERSON[records]
    n : int
        Records in use.
    day : int
        The day. [d]
    rows : int16[m, 3]
        Written, as far as there is room: days since infection, age, 1 if confirmed and in
        hospital.

    Returns
    -------
    int
    """
    found = 0
    for i in range(n):
        p = people[i]
        stage = p.stage & STAGE_BITS
        if stage in (SUSCEPTIBLE, DEAD) or p.place == BURIED:
            continue
        confirmed = p.marks & CONFIRMED != 0
        patient = p.place >= WARD and p.place <= ICU and confirmed
        hidden = not confirmed and day <= p.last
        if (patient or hidden) and found < rows.shape[0]:
            rows[found, 0] = day - p.infected
            rows[found, 1] = p.age
            rows[found, 2] = 1 if patient else 0
            found += 1
    return found


@kernel
def one_day(city, memory, par, out, day):
    """Run one day of a draw, in the order of a real day.

    Parameters
    ----------
    city : City
    memory : Memory
    par : record of PAR
    out : Output
        Row 0 is written.
    day : int
    """
    live(city, memory, par, out, 0, day)
    produce(city, memory)
    report(city, memory, out, 0, day)
    record_day(city, memory, out, 0, day)


@kernel
def wipe_output(out):
    """Set the counted arrays of row 0 to 0: the next draw adds to them.

    Parameters
    ----------
    out : Output
    """
    out.infections[0] = 0
    out.by_setting[0] = 0
    out.onsets[0] = 0
    out.confirmed[0] = 0
    out.deaths[0] = 0
    out.deaths_reported[0] = 0


@kernel
def run_fit_draw(city, memory, pars, periods, out, fit, w, luck):
    """Run one draw and keep what the fit needs.

    Parameters
    ----------
    city : City
    memory : Memory
    pars : PAR[draw, period]
    periods : int64[2, day]
        Period of each day; cases in all beyond which the draw is given up on that day.
    out : Output
        One row, written over.
    fit : FitOutput
        Row ``w`` is written.
    w : int
    luck : int64[draw, 2]
        Seed and number of the draw, which together fix its luck.
    """
    begin(city, memory, pars[w, periods[0, 0]], luck[w, 1], luck[w, 0])
    wipe_output(out)
    sc = memory.scratch
    total = 0
    fit.done[w] = 0
    for day in range(periods.shape[1]):
        one_day(city, memory, pars[w, periods[0, day]], out, day)
        today = 0
        for d in range(out.confirmed.shape[2]):
            today += out.confirmed[0, day, d]
            fit.grade[w, day, d] = memory.grade[d]
        total += today
        fit.confirmed[w, day] = today
        fit.in_care[w, day] = out.ward[0, day] + out.icu[0, day]
        fit.deaths[w, day] = out.deaths_reported[0, day]
        if total > periods[1, day]:
            return
        if day == fit.until[0]:
            n = sc.n[N_PEOPLE]
            count_origin(sc.people, n, day, fit.origin[w])
            fit.n_state[w] = collect_state(sc.people, n, day, fit.state[w])
    fit.done[w] = 1


@kernel
def run_fit_draws(city, memory, pars, periods, out, fit, span, luck):
    """Run several draws one after the other on one thread.

    Parameters
    ----------
    city : City
    memory : Memory
    pars : PAR[draw, period]
    periods : int64[2, day]
    out : Output
    fit : FitOutput
    span : tuple of 2 int
        Draws ``span[0]`` to ``span[1] - 1``.
    luck : int64[draw, 2]
    """
    for w in range(span[0], span[1]):
        run_fit_draw(city, memory, pars, periods, out, fit, w, luck)

"""Memory for draws: one for each thread, and the arrays that all of them write."""

from __future__ import annotations

import numpy as np

from twofronts.kernels import types_epidemic as t
from twofronts.kernels.types import N_MET
from twofronts.kernels.types_labour import labour_out, labour_state
from twofronts.kernels.types_measures import N_GROUP
from twofronts.measures.compiling import decision_state, grade_state
from twofronts.measures.effects import N_EFFECT


def make_memory(city: t.City, n_days: int) -> t.Memory:
    """Return what one thread needs to run draws.

    The large arrays are as long as the city has residents, but the machine gives memory only to
    the parts that are written: cost follows the people touched.

    Parameters
    ----------
    city : kernels.types_epidemic.City
    n_days : int
        Length of a run. [d]

    Returns
    -------
    Memory
    """
    n = city.residents.age.shape[0]  # type: ignore[attr-defined]
    n_measure = city.rules.level.shape[2]  # type: ignore[attr-defined]
    n_district = city.world.population.shape[0]
    cell = city.world.staff.shape
    rows = n_district + city.world.row_place.shape[0]
    records = n + 1
    scratch = t.Scratch(
        state=np.zeros(n, dtype=np.uint8),
        index=np.zeros(n, dtype=np.int32),
        people=np.empty(records, dtype=t.PERSON).view(np.recarray),
        head=np.zeros((t.N_KIND, n_days), dtype=np.int32),
        node_next=np.empty(6 * records, dtype=np.int32),
        node_who=np.empty(6 * records, dtype=np.int32),
        infectious=np.empty(records, dtype=np.int32),
        fresh=np.empty(records, dtype=np.int32),
        events=np.zeros(t.N_TOGETHER, dtype=t.EVENT).view(np.recarray),
        left=np.zeros(t.N_TOGETHER, dtype=np.int32),
        waiting=np.empty(2 * records, dtype=np.uint64),
        queue=np.empty(2 * records, dtype=np.uint64),
        cohort=np.zeros(2, dtype=np.int64),
        n=np.zeros(t.N_COUNTER, dtype=np.int64),
        stages=np.zeros(t.N_STAGE, dtype=np.int64),
        places=np.zeros(t.N_PLACE, dtype=np.int64),
        profile=np.zeros(t.N_PROFILE),
        tail=np.zeros(t.N_PROFILE + 1),
        susceptibility=np.zeros(t.N_AGE),
        top=np.zeros(1),
        absent=np.zeros((2, *cell), dtype=np.int32),
        absent_share=np.zeros((2, *cell)),
        effects=np.zeros((rows, N_EFFECT)),
        cautious=np.ones(1),
        contacts=np.zeros((rows, N_MET + 1)),
        levels=np.zeros(n_measure, dtype=np.int8),
        shares=np.zeros(city.rules.burden.shape),  # type: ignore[attr-defined]
        own_attendance=np.zeros(rows - n_district, dtype=np.uint8),
        returned=np.zeros(1),
        permitted=np.zeros(cell),
        strength=np.zeros(n_measure),
        held_travellers=np.zeros(n_days + 64),
        found_travellers=np.zeros(n_days + 64),
        loose=np.zeros(n_days),
        workers=np.zeros(2),
        new_today=np.zeros(n_district, dtype=np.int64),
        cluster_today=np.zeros(n_district, dtype=np.int64),
        burdened=np.zeros(N_GROUP),
        burden=np.zeros(n_measure),
        gate=np.ones(2),
        tests_wanted=np.zeros(1),
    )
    return t.Memory(
        scratch=scratch,
        seed=np.zeros(1, dtype=np.uint64),
        grades=grade_state(n_district),
        grade=np.zeros(n_district, dtype=np.uint8),
        decisions=decision_state(city.rules, n_days),  # type: ignore[arg-type]
        labour=labour_state(city.labour),  # type: ignore[arg-type]
        labour_out=labour_out(city.labour),  # type: ignore[arg-type]
        on_site=np.zeros(cell),
        working=np.zeros(cell),
    )


def make_output(draws: int, n_days: int, cell: tuple[int, int], n_measure: int) -> t.Output:
    """Return the arrays that draws write, all zero.

    Parameters
    ----------
    draws, n_days : int
    cell : tuple of int
        Number of sectors, of districts.
    n_measure : int

    Returns
    -------
    Output
    """
    n_district = cell[1]

    def zeros(*shape: int, dtype: type = np.int32) -> np.ndarray:
        return np.zeros((draws, n_days, *shape), dtype=dtype)

    return t.Output(
        infections=zeros(n_district),
        by_setting=zeros(N_MET),
        arrivals=zeros(),
        onsets=zeros(n_district),
        confirmed=zeros(n_district),
        deaths=zeros(),
        deaths_reported=zeros(),
        stages=zeros(t.N_STAGE),
        ward=zeros(),
        icu=zeros(),
        quarantined=zeros(),
        quarantined_uninfected=zeros(),
        held_workers=zeros(),
        tests=zeros(),
        test_queue=zeros(),
        traced=zeros(),
        grade=zeros(n_district, dtype=np.uint8),
        burden=zeros(n_measure, dtype=np.float32),
        staff_present=zeros(*cell, dtype=np.float32),
        firms_open=zeros(*cell, dtype=np.float32),
        absent_ill=zeros(*cell),
        absent_held=zeros(*cell),
    )

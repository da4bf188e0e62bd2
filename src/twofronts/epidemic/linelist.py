"""Who infected whom in a draw: the simulator's own line list, with the truth in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from twofronts.epidemic.memory import make_memory, make_output
from twofronts.kernels import types_epidemic as t
from twofronts.kernels.fitting import N_STATE, FitOutput, run_fit_draws
from twofronts.kernels.structs import pack

SETTINGS = ("home", "work", "school", "community", "kin")
"""Names of settings, in the order of the kernels' codes."""

ORIGINS = {t.FROM_START: "start", t.FROM_ARRIVAL: "arrival"}
"""Where an infection came from if no resident infected: there at the start, or from elsewhere."""


class Recorder:
    """Memory for one thread that runs draws of front one alone and keeps who they touched.

    Parameters
    ----------
    city : kernels.types_epidemic.City
    n_days : int
        [d]
    most : int
        A draw with more reported cases stops on that day. [persons]
    """

    def __init__(self, city: t.City, n_days: int, *, most: int = 10**9):
        cell = city.world.staff.shape
        n_measure = city.rules.level.shape[2]  # type: ignore[attr-defined]
        self._memory = make_memory(city, n_days)
        out = make_output(1, n_days, (cell[0], cell[1]), n_measure)
        self._packed = pack(city), pack(self._memory), pack(out)
        self._fit = _unused(n_days, cell[1])
        limits = [np.zeros(n_days), np.full(n_days, most)]
        self._periods = np.vstack(limits).astype(np.int64)

    def run(self, par: np.ndarray, *, seed: int, draw: int) -> np.ndarray:
        """Run a draw and return a copy of its records, PERSON[n].

        Parameters
        ----------
        par : PAR[1]
        seed, draw : int
            They fix its luck, and the initial infections it has.
        """
        city, memory, out = self._packed
        mine = np.ascontiguousarray(np.asarray(par).reshape(1, 1)).view(np.recarray)
        luck = np.array([[seed, draw]], dtype=np.int64)
        run_fit_draws(city, memory, mine, self._periods, out, self._fit, (0, 1), luck)
        scratch = self._memory.scratch
        return np.array(scratch.people[: int(scratch.n[t.N_PEOPLE])])


def records(
    city: t.City, pars: np.ndarray, *, n_days: int, seed: int, draws: Iterable[int] | None = None
) -> Iterator[np.ndarray]:
    """Run draws of front one alone, one by one, and give the records of whom each touched.

    A draw is the one that ``play(..., production=False)`` runs under that seed and number.

    Parameters
    ----------
    city : kernels.types_epidemic.City
    pars : PAR[draw]
    n_days : int
        [d]
    seed : int
    draws : iterable of int, optional
        Numbers of the draws; all if left out.

    Yields
    ------
    PERSON[n]
        A copy; infected people and contacts held, in the order they were touched.
    """
    recorder = Recorder(city, n_days)
    for draw in range(len(pars)) if draws is None else draws:
        yield recorder.run(pars[draw : draw + 1], seed=seed, draw=draw)


def _unused(n_days: int, n_district: int) -> FitOutput:
    """Return the output that a fit keeps, for one draw; a line list has no use for it."""
    return FitOutput(
        confirmed=np.zeros((1, n_days), dtype=np.int32),
        in_care=np.zeros((1, n_days), dtype=np.int32),
        deaths=np.zeros((1, n_days), dtype=np.int32),
        grade=np.zeros((1, n_days, n_district), dtype=np.uint8),
        origin=np.zeros((1, 2), dtype=np.int64),
        until=np.array([n_days - 1], dtype=np.int64),
        done=np.zeros(1, dtype=np.uint8),
        n_state=np.zeros(1, dtype=np.int64),
        state=np.zeros((1, 0, N_STATE), dtype=np.int16),
    )


def line_list(
    people: Mapping[int, np.ndarray],
    residents: Any,
    district_codes: Sequence[str],
    *,
    n_days: int,
) -> pd.DataFrame:
    """Return the infected of draws, one row each, in order of draw and day of infection.

    Parameters
    ----------
    people : mapping of int to PERSON[n]
        Records by draw.
    residents : ResidentArrays
    district_codes : sequence of str
    n_days : int
        Length of the run; what would come later has not happened. [d]

    Returns
    -------
    pandas.DataFrame
        ``draw``; ``person``; ``infector`` (a person, NA if none); ``origin`` (resident, start,
        arrival); ``setting`` (home, work, school, community, kin of another household;
        "" without infector); ``imported``;
        ``district`` (code), ``age`` [years], ``household``, ``site`` (workplace or school, NA if
        none); ``cluster`` (the person from whom the chain of infections began); the days
        ``infected``, ``onset``, ``isolation``, ``confirmation`` (of the run, NA if never);
        ``asymptomatic``, ``severe``, ``found`` (as a contact), ``died``.
    """
    parts = [_one_draw(draw, rows, residents, n_days) for draw, rows in people.items()]
    empty = np.zeros(0, dtype=t.PERSON)
    table = pd.concat(parts or [_one_draw(0, empty, residents, n_days)], ignore_index=True)
    codes = np.array([*district_codes], dtype=object)
    table["district"] = codes[table["district"].to_numpy(dtype=np.int64)]
    return table


def _one_draw(draw: int, people: np.ndarray, residents: Any, n_days: int) -> pd.DataFrame:
    people = people[people["stage"] != t.SUSCEPTIBLE]
    people = people[np.lexsort((people["person"], people["infected"]))]
    infected = people["source"] >= 0
    setting = np.array([*SETTINGS, ""], dtype=object)
    asymptomatic = people["traits"] & t.ASYMPTOMATIC > 0
    table = pd.DataFrame(
        {
            "draw": np.full(len(people), draw),
            "person": people["person"].astype(np.int64),
            "infector": _or_none(people["source"], infected),
            "origin": [ORIGINS.get(int(s), "resident") for s in people["source"]],
            "setting": setting[np.where(infected, people["setting"], len(SETTINGS))],
            "imported": people["marks"] & t.IMPORTED > 0,
            "district": people["district"].astype(np.int64),
            "age": people["age"].astype(np.int64),
            "household": residents.household[people["person"]].astype(np.int64),
            "site": _or_none(people["site"], people["site"] >= 0),
            "cluster": chains(people["person"], people["source"]),
            "asymptomatic": asymptomatic,
            "severe": people["traits"] & t.SEVERE > 0,
            "found": people["marks"] & t.FOUND > 0,
            "died": people["stage"] == t.DEAD,
        }
    )
    days = {"infected": "infected", "onset": "onset"}
    days |= {"isolated": "isolation", "confirmed": "confirmation"}
    for field, name in days.items():
        known = people[field] < n_days
        if field == "onset":
            known &= ~asymptomatic
        table[name] = _or_none(people[field], known)
    return table


def _or_none(values: np.ndarray, known: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(values.astype(np.int64), ~known)


def chains(person: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Return for each infected person the one from whom their chain of infections began.

    Parameters
    ----------
    person, source : int[n]
        Different persons; who infected each, negative where nobody in the table did.

    Returns
    -------
    int64[n]
        Persons.
    """
    person = np.asarray(person, dtype=np.int64)
    order = np.argsort(person)
    place = np.searchsorted(person[order], source).clip(0, max(len(person) - 1, 0))
    at = order[place] if len(person) else place
    within = np.asarray(source) >= 0
    within &= person[at] == source if len(person) else within
    root = np.where(within, at, np.arange(len(person)))
    while (root[root] != root).any():
        root = root[root]
    return person[root]

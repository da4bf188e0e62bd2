"""Which sectors to open when: the problem of DAEDALUS behind the search of this room.

Haw and others (2022) ask how far each of the UK's 63 sectors may open in each of three periods so
that value added is greatest, patients never exceed the beds, the reproduction number ends below 1
and final demand is still served. The problem is deterministic. It is here to check the search
against a published optimum; nothing of it enters a city's plan.

References
----------
Haw, D. J., Forchini, G., Doohan, P. and others (2022), Nature Computational Science 2, 223-233,
doi:10.1038/s43588-022-00233-0; the model also as published in its authors' scripts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from twofronts.planning.evolution import Rung, Space, evolve
from twofronts.planning.openings_files import ADULT, OpeningCase

# Steps of a day in which the epidemic is integrated (Runge-Kutta of fourth order)
_STEPS = 2
# Rows of the state by group: susceptible, exposed, without symptoms, mild, severe, in hospital
_S, _E, _A, _M, _I, _H = range(6)


@dataclass(frozen=True)
class Outcome:
    """What openings come to.

    Parameters
    ----------
    value : float64[n]
        Value added over all periods. [money]
    peak : float64[n]
        Most patients in hospital at once while measures apply. [persons]
    reproduction : float64[n]
        At the end. [1]
    unmet : float64[n]
        Final demand that is owed and not served, against value added of a normal run. [1]
    """

    value: np.ndarray
    peak: np.ndarray
    reproduction: np.ndarray
    unmet: np.ndarray


class Openings:
    """The epidemic and the accounts of a case, for many openings at a time."""

    def __init__(self, case: OpeningCase):
        self.case = case
        self.n_sector = case.workers.size
        self.people = np.concatenate([case.workers, case.population])
        self.people[self.n_sector + ADULT] -= case.workers.sum()

    @cached_property
    def _severe(self) -> np.ndarray:
        """Share of symptomatic infections that are severe, by group, float64[g]."""
        ages = np.asarray(self.case.severe_share)
        return np.concatenate([np.full(self.n_sector, ages[ADULT]), ages])

    @cached_property
    def _hospital(self) -> np.ndarray:
        """Share of severe infections that go to hospital, by group, float64[g]."""
        ages = np.asarray(self.case.hospital_share)
        return np.concatenate([np.full(self.n_sector, ages[ADULT]), ages])

    @cached_property
    def _infectious_days(self) -> np.ndarray:
        """Infectious days of an infection, those without symptoms weighted, float64[g]. [d]."""
        c = self.case
        ill = c.symptomatic_share
        mild = ill * (1 - self._severe) * c.infectious_days
        return (
            c.silent_infectivity * (1 - ill) * c.infectious_days
            + mild
            + ill * self._severe * c.severe_days
        )

    @cached_property
    def transmission(self) -> float:
        """Infections a contact with somebody infectious, so that R is R0 before the outbreak."""
        open_all = np.ones((1, self.n_sector))
        full = self.people[None]
        return self.case.basic_reproduction / float(
            self._reproduction(self.contacts(open_all, home=0.0), full, full)[0]
        )

    def present(self, openings: np.ndarray) -> np.ndarray:
        """Return people by group when sectors are open so far; the others are adults at home.

        Parameters
        ----------
        openings : float64[n, sector]

        Returns
        -------
        float64[n, group]
            [persons]
        """
        at_work = self.case.workers * np.minimum(openings, 1.0) ** (1.0 / self.case.returns)
        out = np.repeat(self.people[None], len(openings), axis=0)
        out[:, : self.n_sector] = at_work
        out[:, self.n_sector + ADULT] += (self.case.workers - at_work).sum(axis=1)
        return out

    def contacts(self, openings: np.ndarray, *, home: float = 1.0) -> np.ndarray:
        """Return daily contacts of each group with each group.

        Parameters
        ----------
        openings : float64[n, sector]
        home : float
            How far those who can do so work from home. [1]

        Returns
        -------
        float64[n, group, group]
            [persons/d]
        """
        c, s = self.case, self.n_sector
        people = self.present(openings)
        n, g = people.shape
        out = np.zeros((n, g, g))
        out[:, s:, s:] = c.community
        out[:, :s, s:] = c.community[ADULT]
        # contacts with adults are spread over those at work and those at home
        adults = np.concatenate([np.arange(s), [s + ADULT]])
        part = people[:, adults] / people[:, adults].sum(axis=1, keepdims=True)
        out[:, :, adults] = out[:, :, [s + ADULT]] * part[:, None, :]
        there = np.minimum(openings, 1.0) * (1 - home * c.home_share)
        diagonal = np.arange(s)
        out[:, diagonal, diagonal] += there * c.contacts_staff
        of_all = people / people.sum(axis=1, keepdims=True)
        out[:, :s] += (there * c.contacts_customers)[:, :, None] * of_all[:, None, :]
        if c.school >= 0:
            for age, meet in ((0, c.school_contacts[0]), (1, c.school_contacts[1])):
                out[:, s + age, s + age] += meet * np.minimum(openings[:, c.school], 1.0)
        if c.hospitality.any():
            weight = c.workers * c.hospitality
            level = np.minimum(openings, 1.0) @ weight / weight.sum()
            out += level[:, None, None] * c.hospitality_contacts * of_all[:, None, :]
        ride = 1 - home * c.home_share
        out[:, :s, :s] += (
            c.travel_contacts * (ride[:, None] * ride[None, :])[None] * of_all[:, None, :s]
        )
        return out

    def _reproduction(
        self, contacts: np.ndarray, people: np.ndarray, susceptible: np.ndarray
    ) -> np.ndarray:
        """Return the largest eigenvalue of the next generation, for a transmission of 1."""
        there = np.maximum(people, 1e-9)
        kernel = susceptible[:, :, None] * contacts * (self._infectious_days / there)[:, None, :]
        x = np.ones(people.shape)
        size = np.ones(len(people))
        for _ in range(60):
            x = np.einsum("nij,nj->ni", kernel, x)
            size = x.sum(axis=1)
            x /= size[:, None]
        return size

    def run(self, openings: np.ndarray) -> Outcome:
        """Run the epidemic and the accounts under openings.

        Parameters
        ----------
        openings : float64[n, period, sector]
            Output of each sector against normal. [1]
        """
        c = self.case
        n = len(openings)
        value = c.months * (openings * c.value_added).sum(axis=(1, 2))
        people = self.present(openings[:, 0])
        state = np.zeros((6, *people.shape))
        for row, share in zip((_E, _A, _M, _I, _H), c.start, strict=True):
            state[row] = share * people
        state[_S] = people - state[1:].sum(axis=0) - c.immune * people
        peak, contacts = np.zeros(n), np.zeros((n, people.shape[1], people.shape[1]))
        for period in range(openings.shape[1]):
            new = self.present(openings[:, period])
            state = self._move(state, people, new)
            people, contacts = new, self.contacts(openings[:, period])
            for _ in range(round(c.months * 365 / 12)):
                for _ in range(_STEPS):
                    state = self._step(state, contacts, people, 1.0 / _STEPS)
                peak = np.maximum(peak, state[_H].sum(axis=1))
        scale = self.transmission * c.contact_factor
        end = scale * self._reproduction(contacts, people, state[_S])
        owed = np.maximum(c.net_output @ (c.months * len(c.periods) * c.owed), 0.0)
        made = c.months * openings.sum(axis=1) @ c.net_output.T
        normal = c.months * len(c.periods) * c.value_added.sum()
        unmet = np.maximum(owed - made - 1e-9 * normal, 0.0).sum(axis=1) / normal
        return Outcome(value, peak, end, unmet)

    def _move(self, state: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
        """Move people between work and home as openings change, whatever their state."""
        s, home = self.n_sector, self.n_sector + ADULT
        change = new[:, :s] - old[:, :s]
        out = np.maximum(-change, 0.0) / np.maximum(old[:, :s], 1e-9)
        back = np.maximum(change, 0.0) / np.maximum(old[:, [home]], 1e-9)
        leave, come = state[:, :, :s] * out, state[:, :, [home]] * back
        moved = state.copy()
        moved[:, :, :s] += come - leave
        moved[:, :, home] += (leave - come).sum(axis=2)
        return moved

    def _step(
        self, state: np.ndarray, contacts: np.ndarray, people: np.ndarray, dt: float
    ) -> np.ndarray:
        """Move the epidemic on by a part of a day."""

        def slope(x: np.ndarray) -> np.ndarray:
            return self._slope(x, contacts, people)

        a = slope(state)
        b = slope(state + 0.5 * dt * a)
        c = slope(state + 0.5 * dt * b)
        d = slope(state + dt * c)
        return state + dt / 6 * (a + 2 * b + 2 * c + d)

    def _slope(self, x: np.ndarray, contacts: np.ndarray, people: np.ndarray) -> np.ndarray:
        c = self.case
        infectious = c.silent_infectivity * x[_A] + x[_M] + x[_I]
        risk = np.einsum("nij,nj->ni", contacts, infectious / np.maximum(people, 1e-9))
        infected = self.transmission * c.contact_factor * x[_S] * risk
        ill = c.symptomatic_share
        begun = x[_E] / c.latent_days
        to_hospital = self._hospital * x[_I] / c.severe_days
        out = np.empty_like(x)
        out[_S] = -infected
        out[_E] = infected - begun
        out[_A] = (1 - ill) * begun - x[_A] / c.infectious_days
        out[_M] = ill * (1 - self._severe) * begun - x[_M] / c.infectious_days
        out[_I] = ill * self._severe * begun - x[_I] / c.severe_days
        out[_H] = to_hospital - x[_H] / c.hospital_days
        return out


@dataclass(frozen=True)
class OpeningPlan:
    """The best openings that a search found, float64[period, sector], and what they come to.

    ``feasible`` says whether all constraints hold; ``evaluated`` counts the openings tried.
    """

    openings: np.ndarray
    value: float
    peak: float
    reproduction: float
    feasible: bool
    evaluated: int


def search_openings(
    case: OpeningCase,
    *,
    levels: int = 5,
    budget: int = 4000,
    seed: int = 0,
    population: int = 48,
    after: Callable[[int, float], None] | None = None,
) -> OpeningPlan:
    """Search for the openings of most value added that keep the constraints.

    NSGA-II over value added and peak of patients, then steps from the best: one entry up, or one
    up and another down, as long as value added grows.

    Parameters
    ----------
    case : OpeningCase
    levels : int
        Steps between the least and the most opening of a sector, both counted; at least 2.
    budget : int
        Openings to try by evolution; the steps use up to as many again.
    seed : int
    population : int
        Of a generation.
    after : callable, optional
        Told how many were tried and the best value so far. [money]

    Returns
    -------
    OpeningPlan
    """
    model, shape = Openings(case), (len(case.periods), case.workers.size)
    size = shape[0] * shape[1]
    span = case.most - case.least
    known: dict[tuple[int, ...], tuple[float, float, float, float]] = {}

    def openings(vectors: np.ndarray) -> np.ndarray:
        share = np.asarray(vectors).reshape(-1, *shape) / (levels - 1)
        return case.least + span * share

    def table(vectors: np.ndarray) -> np.ndarray:
        """Return value, breach, peak and reproduction of vectors, float64[n, 4]."""
        keys = [tuple(int(x) for x in v) for v in vectors]
        new = list(dict.fromkeys(k for k in keys if k not in known))
        for i in range(0, len(new), population):
            part = new[i : i + population]
            o = model.run(openings(np.array(part)))
            breach = (
                np.maximum(o.peak / case.beds - 1, 0)
                + np.maximum(o.reproduction / case.end_reproduction - 1, 0)
                + o.unmet
            )
            known.update(
                zip(part, zip(o.value, breach, o.peak, o.reproduction, strict=True), strict=True)
            )
        return np.array([known[k] for k in keys])

    def best(rows: np.ndarray) -> int:
        return int(np.lexsort((-rows[:, 0], np.round(rows[:, 1], 9)))[0])

    space = Space(
        np.zeros(size, dtype=np.int64),
        np.full(size, levels - 1),
        lambda v: v,
        np.repeat(np.arange(shape[0]), shape[1]),
    )
    ends = np.array([np.zeros(size), np.full(size, levels - 1)], dtype=np.int64)
    found = evolve(
        lambda v, _: (table(v)[:, [0, 2]] * [-1, 1], table(v)[:, 1]),
        space, ends, rungs=[Rung(1, budget)], seed=seed, n_objective=2, population=population,
    )  # fmt: skip
    here = found[best(table(found))]
    limit = len(known) + budget
    while len(known) < limit:
        moves = _moves(here, levels)
        np.random.default_rng([seed, len(known)]).shuffle(moves)
        pool = np.concatenate([here[None], moves[: limit - len(known)]])
        rows = table(pool)
        i = best(rows)
        if after is not None:
            after(len(known), float(rows[i, 0]))
        if i == 0:
            break
        here = pool[i]
    value, breach, peak, end = table(here[None])[0]
    return OpeningPlan(
        openings(here)[0], float(value), float(peak), float(end), bool(breach <= 1e-9), len(known)
    )


def _moves(here: np.ndarray, levels: int) -> np.ndarray:
    """Return vectors with one entry moved, or one up and another down, int64[m, variable]."""
    up = [int(i) for i in np.flatnonzero(here < levels - 1)]
    down = [int(i) for i in np.flatnonzero(here > 0)]
    moves = [(i, 1, -1, 0) for i in up] + [(i, -1, -1, 0) for i in down]
    moves += [(i, 1, j, -1) for i in up for j in down if i != j]
    out = np.repeat(here[None], len(moves), axis=0)
    for row, (i, a, j, b) in zip(out, moves, strict=True):
        row[i] += a
        if j >= 0:
            row[j] += b
    return out

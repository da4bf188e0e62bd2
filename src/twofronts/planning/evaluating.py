"""Evaluating many rulebooks: each draw of each once, on threads or on a Dask cluster."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from twofronts.errors import Problem, ScenarioError
from twofronts.kernels.types_epidemic import PAR_FIELDS
from twofronts.manifest import digest
from twofronts.measures import Rulebook
from twofronts.planning.goals import Goal
from twofronts.planning.rulespace import RuleSpace
from twofronts.planning.stage import Stage, score_all
from twofronts.writing import whole_file

Key = tuple[int, ...]
# (rulebook, first draw, one past the last draw) -> outcomes float64[draw, outcome]
Job = tuple[Rulebook, int, int]
Runner = Callable[[Sequence[Job]], list[np.ndarray]]

# Draws after which a vector that broke a constraint in each of them is given up
PROBE = 2
# Standard errors by which constraints must be kept on the draws of the search
MARGIN = 1.0


def on_threads(stage: Stage, workers: int | None = None) -> Runner:
    """Return a runner that uses threads of this process."""

    def run(jobs: Sequence[Job]) -> list[np.ndarray]:
        return [scores.outcomes for scores in score_all(stage, jobs, workers=workers)]

    return run


@dataclass
class Ledger:
    """What has been found out so far: for each vector, the outcomes of its first draws."""

    rows: dict[Key, np.ndarray] = field(default_factory=dict)

    def known(self, key: Key) -> int:
        """Return how many draws of a vector are known."""
        return len(self.rows[key]) if key in self.rows else 0

    def add(self, key: Key, outcomes: np.ndarray) -> None:
        """Put further draws of a vector behind those known."""
        old = self.rows.get(key)
        self.rows[key] = outcomes if old is None else np.concatenate([old, outcomes])

    def save(self, path: Path, fingerprint: str) -> None:
        """Write everything as one file, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        keys = list(self.rows)
        counts = np.array([len(self.rows[k]) for k in keys], dtype=np.int64)
        table = np.concatenate([self.rows[k] for k in keys]) if keys else np.zeros((0, 1))
        store = io.BytesIO()
        np.savez_compressed(
            store, fingerprint=np.array(fingerprint), keys=np.array(keys, dtype=np.int64),
            counts=counts, outcomes=table,
        )  # fmt: skip
        with whole_file(path) as part:
            part.write_bytes(store.getvalue())

    @classmethod
    def load(cls, path: Path, fingerprint: str) -> Ledger:
        """Read what ``save`` wrote.

        Raises
        ------
        ScenarioError
            If the file is no such record, or one of another search.
        """
        try:
            with np.load(path, allow_pickle=False) as store:
                found = str(store["fingerprint"])
                keys, counts = store["keys"], store["counts"]
                table = store["outcomes"]
        except (OSError, ValueError, KeyError) as error:
            raise ScenarioError(
                Problem(
                    what="the search cannot be resumed",
                    why=f"not a record of a search ({type(error).__name__}: {error})",
                    remedy="give the file that the search wrote, or begin anew without it",
                    file=str(path),
                )
            ) from None
        if found != fingerprint:
            raise ScenarioError(
                Problem(
                    what="the search cannot be resumed",
                    why="the record is of another city, goal, seed, budget or parameters",
                    remedy="give the same arguments as then, or begin anew with another file",
                    file=str(path),
                )
            )
        ends = np.cumsum(counts)
        return cls(
            {
                tuple(int(x) for x in key): table[end - n : end]
                for key, n, end in zip(keys, counts, ends, strict=True)
            }
        )


@dataclass
class Evaluator:
    """Turns vectors into objectives and breaches, running only draws that are not known yet.

    Parameters
    ----------
    space : RuleSpace
    goal : Goal
    run : callable
        A runner.
    ledger : Ledger
    margin : float
        Standard errors by which constraints must be kept.
    """

    space: RuleSpace
    goal: Goal
    run: Runner
    ledger: Ledger = field(default_factory=Ledger)
    margin: float = MARGIN

    def outcomes(self, vectors: Iterable[Any], draws: int, *, probe: bool = False) -> None:
        """See to it that the ledger holds the first ``draws`` draws of each vector.

        Parameters
        ----------
        vectors : iterable of int64[variable]
        draws : int
        probe : bool
            Give up after a few draws on those that break one constraint in each of them.
        """
        keys = list(dict.fromkeys(tuple(int(x) for x in v) for v in vectors))
        steps = [min(PROBE, draws), draws] if probe else [draws]
        for step in steps:
            wanted = [
                k for k in keys if self.ledger.known(k) < step and not self._hopeless(k, probe)
            ]
            jobs = [(self.space.book(k), self.ledger.known(k), step) for k in wanted]
            for key, rows in zip(wanted, self.run(jobs) if jobs else [], strict=True):
                self.ledger.add(key, rows)

    def _hopeless(self, key: Key, probe: bool) -> bool:
        """Say whether the first draws all break one constraint that must nearly always hold."""
        if not probe or self.ledger.known(key) < PROBE:
            return False
        rows = self.ledger.rows[key][:PROBE]
        return any(c.prob >= 0.5 and not c.held(rows).any() for c in self.goal.constraints)

    def __call__(self, vectors: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
        """Return mean objectives and breach with the first ``draws`` draws.

        Parameters
        ----------
        vectors : int64[n, variable]
        draws : int

        Returns
        -------
        tuple of float64[n, 3], float64[n]
            The breach is with the margin.
        """
        self.outcomes(vectors, draws, probe=True)
        objectives, breach = np.empty((len(vectors), 3)), np.empty(len(vectors))
        for i, vector in enumerate(vectors):
            # a vector may be known better than asked for, but is judged on the same draws
            rows = self.ledger.rows[tuple(int(x) for x in vector)][:draws]
            objectives[i] = self.goal.objectives(rows).mean(axis=0)
            breach[i] = self.goal.shortfall(rows, self.margin)
        return objectives, breach


def fingerprint(stage: Stage, goal: Goal, space: RuleSpace, search: Sequence[Any]) -> str:
    """Return a hash of everything that the outcome of a search depends on.

    ``search`` holds its own settings: seed, budget, and how that is divided.
    """
    return digest(
        {
            "city": stage.city.digest(),
            "residents": stage.residents.digest(),
            "parameters": stage.parameters.digest(),
            "means": stage.world.capacity.tolist(),
            "stock": stage.economy.supplies.stock.tolist(),
            "begin": [stage.world.start_day.tolist(), stage.world.start_row.tolist()],
            "pars": float(np.sum([stage.pars[n].sum() for n in PAR_FIELDS])),
            "run": [stage.start.isoformat(), stage.days, stage.draws, stage.seed],
            "goal": [goal.key, asdict(goal.weights), [asdict(c) for c in goal.constraints]],
            "space": space.record(),
            "before": stage.before.digest() if stage.before is not None else "",
            "search": list(search),
        }
    )

"""Errors a user can act on: what is wrong, where, why, and what to do.

Anything raised from here reaches the terminal as plain sentences and exit status 2, never as a
traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what the user gave.

    Parameters
    ----------
    what : str
        What is wrong, in one clause: "share above 1".
    why : str
        Why it cannot stand: "a share of residents lies between 0 and 1; this is 1.4".
    remedy : str
        What to do: "write 0.14 if you meant 14%".
    file, line, column : str, int, str or int or None
        Where. ``line`` counts from 1 and includes the header; ``column`` is a column's name or a
        character position.
    zh : tuple of str
        What, why and remedy in Chinese, for problems that pages show too; empty otherwise.
    """

    what: str
    why: str
    remedy: str
    file: str = ""
    line: int | None = None
    column: str | int | None = None
    zh: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The place in the usual form, ``file:line:column``, as far as it is known."""
        parts = [str(p) for p in (self.file, self.line, self.column) if p not in (None, "")]
        return ":".join(parts)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}. {self.why}. To mend it: {self.remedy}."


class TwoFrontsError(Exception):
    """Base of every error that is the input's or the surroundings' fault, not the program's."""

    exit_status = 2


class InputError(TwoFrontsError):
    """One or more problems with an input, all named at once.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        At least one.
    """

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        if not self.problems:
            raise ValueError("an InputError needs at least one problem")
        super().__init__("\n".join(str(p) for p in self.problems))


class CityError(InputError):
    """The city's folder has problems."""


class RulebookError(InputError):
    """The rulebook has problems."""


class ScenarioError(InputError):
    """A scenario, or the arguments of a run, have problems."""


class ParameterError(InputError):
    """A parameter file, or a value given for a parameter, has problems."""


class ReportError(InputError):
    """Reports or a line list have problems."""


class TableError(InputError):
    """An input-output table has problems."""


class OutputError(TwoFrontsError):
    """The result could not be written; nothing half-written is left."""

"""Rulebooks as the office handles them: TOML text in, checked by the core, plain values out."""

from __future__ import annotations

from collections.abc import Iterable

from twofronts.errors import RulebookError, TwoFrontsError
from twofronts.measures import Rulebook, load_rulebook, to_toml
from twofronts.measures.files import parse_rulebook

BUILTIN = ("held", "meeting", "open", "closed")


class BadRulebook(Exception):
    """A rulebook that the core refuses; ``problems`` say what, where, why and what to do."""

    def __init__(self, problems: list[dict[str, str]]):
        self.problems = problems
        super().__init__("\n".join(p["what"] for p in problems))


def read(text: str, name: str = "") -> Rulebook:
    """Return the rulebook of a TOML text, checked.

    Raises
    ------
    BadRulebook
        With every fault found.
    """
    try:
        return parse_rulebook(text, file=name)
    except RulebookError as error:
        raise BadRulebook(
            [
                {"what": p.what, "where": p.where, "why": p.why, "remedy": p.remedy}
                for p in error.problems
            ]
        ) from error
    except TwoFrontsError as error:
        raise BadRulebook([{"what": str(error), "where": name, "why": "", "remedy": ""}]) from error


def digest(text: str) -> str:
    """Return the short hash of all that a rulebook decides; names do not count."""
    return read(text).digest()


def builtin(name: str) -> str:
    """Return a built-in rulebook as TOML."""
    return to_toml(load_rulebook(name))


def with_measures_of(text: str, other: str, measures: Iterable[str]) -> str:
    """Return a rulebook in which some measures stand as they do in another one."""
    book, source, gone = read(text), read(other), set(measures)
    entries = {k: v for k, v in book.measures.items() if k not in gone}
    entries |= {k: v for k, v in source.measures.items() if k in gone}
    return to_toml(
        book.model_copy(
            update={
                "measures": entries,
                "changes": tuple(c for c in book.changes if c.measure not in gone),
                "overrides": tuple(o for o in book.overrides if o.measure not in gone),
            }
        )
    )

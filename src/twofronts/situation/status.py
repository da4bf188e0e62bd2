"""What a result says of itself: can it be trusted, and what should the reader do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "caution", "none"]
_ORDER: tuple[Level, ...] = ("good", "caution", "none")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One plain sentence in both languages.

    Parameters
    ----------
    en, zh : str
        The same thing said twice; neither is empty.
    """

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a result stands, with advice.

    Parameters
    ----------
    level : {"good", "caution", "none"}
        ``good``: take it as it is. ``caution``: read the advice first. ``none``: there is no
        finding here, and the advice says why.
    advice : tuple of Sentence
        What to know or to do; empty only if ``level`` is ``good``.
    """

    level: Level = "good"
    advice: tuple[Sentence, ...] = ()

    def __post_init__(self) -> None:
        if self.level != "good" and not self.advice:
            raise ValueError("a status that is not good must say why")

    @property
    def ok(self) -> bool:
        """Whether there is a finding at all."""
        return self.level != "none"

    def also(self, level: Level, en: str, zh: str) -> Status:
        """Return this status with one more sentence, at the worse of the two levels."""
        worse = max(self.level, level, key=_ORDER.index)
        return Status(worse, (*self.advice, Sentence(en, zh)))


def put_together(parts: Iterable[Status]) -> Status:
    """Return one status: the worst level but ``none`` only if every part has nothing to say.

    Parameters
    ----------
    parts : iterable of Status

    Returns
    -------
    Status
        Advice in order, each sentence once.
    """
    parts = list(parts)
    seen: dict[str, Sentence] = {}
    for part in parts:
        for sentence in part.advice:
            seen.setdefault(sentence.en, sentence)
    if not parts or all(p.level == "good" for p in parts):
        return Status("good", tuple(seen.values()))
    level: Level = "none" if all(p.level == "none" for p in parts) else "caution"
    return Status(level, tuple(seen.values()))

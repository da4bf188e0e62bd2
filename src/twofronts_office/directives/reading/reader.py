"""From a pasted text to proposed items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from twofronts_office.directives.reading.clean import clean
from twofronts_office.directives.reading.lines import judge
from twofronts_office.directives.reading.marks import Mark, due_of, marks
from twofronts_office.directives.reading.split import clauses, split

SURE = 3.0  # clauses that are told apart by less than this stay one item


@dataclass(frozen=True, slots=True)
class ReadItem:
    """A proposed item: its line of work ("" for none), its text, what is marked in it."""

    line: str
    text: str
    marks: tuple[Mark, ...]
    due: date | None
    lead: float


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it was read."""

    text: str
    language: str
    title: str
    repaired: dict[str, int]
    items: tuple[ReadItem, ...]


def read(text: str, *, on: date, places: Iterable[str] = ()) -> Read:
    """Read a directive or communique.

    Parameters
    ----------
    text : str
        As it was pasted: Chinese in either script or English, with what a web page leaves in it.
    on : date
        Day of the directive.
    places : iterable of str
        Names of areas to be marked as bodies.

    Returns
    -------
    Read
        Items in the order of the text; those without a line of work are ceremony or report.
    """
    cleaned = clean(text)
    names = tuple(places)
    items: list[ReadItem] = []
    context, title = "", ""
    for piece in split(cleaned.text, chinese=cleaned.chinese):
        if piece.heading:
            title = title or piece.text
            context = judge(piece.text, chinese=cleaned.chinese).line
            continue
        for part in _parts(piece.text, chinese=cleaned.chinese, context=context):
            judged = judge(part, chinese=cleaned.chinese, context=context)
            found = marks(part, chinese=cleaned.chinese, on=on, places=names)
            due = due_of(found, part, chinese=cleaned.chinese)
            items.append(ReadItem(judged.line, part, tuple(found), due, judged.lead))
    language = "zh" if cleaned.chinese else "en"
    title = title or (items[0].text[:80] if items else "")
    return Read(cleaned.text, language, title[:200], cleaned.repaired, tuple(items))


def _parts(sentence: str, *, chinese: bool, context: str) -> list[str]:
    """A sentence, or its clauses where they belong to different lines of work."""
    parts = clauses(sentence)
    if len(parts) < 2:
        return [sentence]
    judged = [judge(p, chinese=chinese, context=context) for p in parts]
    first = judged[0].line
    apart = all(j.line and j.lead >= SURE for j in judged) and any(j.line != first for j in judged)
    return parts if apart else [sentence]

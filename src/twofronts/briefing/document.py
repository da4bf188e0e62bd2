"""The brief before it is set: sentences, pictures and tables, the same for HTML and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, a second smaller line, and whether it stands out."""

    text: str
    sub: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its head, its cells, or a heading across the table when there are no cells."""

    head: str
    cells: tuple[Cell, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption. ``numeric`` tables align to the right."""

    id: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    numeric: bool = True
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its caption, how to read it (note), what it shows in words (alt), its table.

    ``half`` pictures are drawn for half the width of the page.
    """

    id: str
    caption: str
    alt: str
    half: bool = False
    table: Table | None = None
    note: str = ""
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``role`` is "body", "lead" or "note"."""

    text: str
    role: str = "body"
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Card:
    """One number to read at a glance."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """A row of cards under a common name."""

    label: str
    cards: tuple[Card, ...]
    kind: str = "cards"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points, each with a bold beginning or none."""

    points: tuple[tuple[str, str], ...]
    ordered: bool = False
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns of blocks side by side; ``wider`` gives the left one more room."""

    left: tuple[Table | Picture | Paragraph | Points, ...]
    right: tuple[Table | Picture | Paragraph | Points, ...]
    wider: bool = False
    kind: str = "columns"


Block = Table | Picture | Paragraph | Cards | Points | Columns


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. ``annex`` sections are set smaller."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """The whole brief in one language.

    ``box`` is the advice, before everything else, its first line the advice itself.
    """

    lang: str
    title: str
    subtitle: str
    lead: tuple[str, ...]
    box: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    labels: dict[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield every block in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Columns):
                    yield from block.left
                    yield from block.right
                else:
                    yield block

    def pictures(self) -> list[Picture]:
        """Return the pictures in order."""
        return [b for b in self.blocks() if isinstance(b, Picture)]

    def as_data(self) -> dict[str, Any]:
        """Return plain lists and dicts, for templates."""
        return asdict(self)

    def all_text(self) -> str:
        """Return every character that will be set, for the check of glyphs."""
        return "\n".join(_strings(self.as_data()))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings(item)

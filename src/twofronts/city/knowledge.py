"""What is known about a city, what is assumed, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from twofronts.city.scalars import SCALARS
from twofronts.city.schema import City, Source
from twofronts.city.tables import TABLES

State = Literal["known", "assumed", "missing"]


@dataclass(frozen=True, slots=True)
class Item:
    """One table, column or number of a city, and how far it can be trusted.

    Parameters
    ----------
    kind : str
        "table", "column" or "number".
    name : str
        "households", "sectors.mean_size", "migrants".
    state : State
        ``known`` is measured, published or calibrated; ``assumed`` is somebody's judgement.
    grade : str
        "" where it is missing.
    value : str
        Rows of a table, or the number with its unit.
    source, notes : str
    en, zh : str
        What it is.
    """

    kind: str
    name: str
    state: State
    grade: str
    value: str
    source: str
    notes: str
    en: str
    zh: str


def _state(grade: str) -> State:
    return "assumed" if grade == "assumed" else "known"


def what_is_known(city: City) -> list[Item]:
    """Return every table, every column that differs from its table, and every number.

    Parameters
    ----------
    city : City

    Returns
    -------
    list of Item
        Tables in the order of the specification, then the numbers.
    """
    items: list[Item] = []
    for table in TABLES:
        frame = city.table(table.name)
        source = city.sources.get(table.name)
        if frame is None or source is None:
            items.append(Item("table", table.name, "missing", "", "", "", "", table.en, table.zh))
            continue
        value = f"{len(frame)} rows"
        items.append(_of_source("table", table.name, source, value, table.en, table.zh))
        for column in source.columns:
            own = source.of(column)
            if own.grade != source.grade or own.source != source.source:
                name = f"{table.name}.{column}"
                items.append(_of_source("column", name, own, "", table.en, table.zh))
    value = f"{len(city.map['features'])} polygons"
    items.append(_of_source("table", "map", city.sources["map"], value, "The map.", "地图"))
    for spec in SCALARS:
        number = city.scalars.get(spec.name)
        if number is None:
            items.append(Item("number", spec.name, "missing", "", "", "", "", spec.en, spec.zh))
        else:
            shown = f"{number.value:,.15g} {number.unit}" if number.unit != "1" else f"{number:g}"
            marks = (_state(number.grade), number.grade, shown, number.source, number.note)
            items.append(Item("number", spec.name, *marks, spec.en, spec.zh))
    return items


def _of_source(kind: str, name: str, source: Source, value: str, en: str, zh: str) -> Item:
    marks = (_state(source.grade), source.grade, value, source.source, source.notes)
    return Item(kind, name, *marks, en, zh)

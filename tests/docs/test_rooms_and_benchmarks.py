"""Every room of the validation and every benchmark gives rows that the commands can write."""

import importlib
import typing

import pytest
from benchmarks.__main__ import names
from benchmarks.figures import Figure
from validation.__main__ import page, rooms
from validation.rows import Row


@pytest.mark.parametrize("room", rooms())
def test_a_room_of_the_validation_gives_rows(room: str) -> None:
    run = importlib.import_module(f"validation.{room}").run
    assert typing.get_type_hints(run)["return"] == list[Row]


@pytest.mark.parametrize("name", names())
def test_a_benchmark_gives_figures(name: str) -> None:
    run = getattr(importlib.import_module(f"benchmarks.{name}"), "run", None)
    if run is not None:
        assert typing.get_type_hints(run)["return"] == list[Figure]


def test_a_miss_is_told_on_the_page() -> None:
    rows = [
        Row("kept", 1.0, 1.0, 0.9, 1.1, "a source"),
        Row("missed", 2.0, 1.0, 0.9, 1.1, "a source", draws=7, note="why"),
    ]
    text = page({"a_room": [row.to_dict() for row in rows]})
    assert "**1 of 2 rows hold.**" in text
    assert "| missed [1]. why | 2 | 1 | 0.9 to 1.1 | 7 | **no** | a source |" in text

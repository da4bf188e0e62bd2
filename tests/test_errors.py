import pytest

from twofronts.errors import InputError, Problem


def test_a_problem_says_what_where_why_and_what_to_do():
    problem = Problem(
        what="share above 1",
        why="a share lies between 0 and 1",
        remedy="write 0.14 if you meant 14%",
        file="ages.csv",
        line=7,
        column="share",
    )
    assert str(problem) == (
        "ages.csv:7:share: share above 1. a share lies between 0 and 1. "
        "To mend it: write 0.14 if you meant 14%."
    )


def test_a_place_known_in_part_is_shown_in_part():
    assert Problem("w", "y", "r", file="a.csv").where == "a.csv"
    assert Problem("w", "y", "r").where == ""


def test_all_problems_are_named_at_once():
    error = InputError([Problem("one", "y", "r"), Problem("two", "y", "r")])
    assert [p.what for p in error.problems] == ["one", "two"]
    assert "one" in str(error)
    assert "two" in str(error)


def test_an_error_without_a_problem_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="at least one"):
        InputError([])

import subprocess
import sys

import pytest
import typer

from twofronts import __version__, cli


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"twofronts {__version__}"


def test_an_unknown_command_ends_with_2(capsys):
    assert cli.main(["nonsense"]) == 2


def test_the_help_names_what_it_is_for(capsys):
    assert cli.main(["--help"]) == 0
    assert "outbreak" in capsys.readouterr().out


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, twofronts; print([m for m in ('numba','pandas','xarray') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("option", "name", "words"),
    [
        ("--out", "run.xlsx", "NetCDF file; name it run.nc"),
        ("--out", "run", "NetCDF file; name it run.nc"),
        ("--line-list", "who.xlsx", "CSV file; name it who.csv"),
        ("--out", "", "a folder is there"),
    ],
)
def test_a_name_that_promises_another_file_is_refused_at_once(
    option, name, words, tmp_path, capsys
):
    path = str(tmp_path / name) if name else ""
    assert cli.main(["play", "town", option, path]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


# Commands that print no result: they write a beginning, or name what is wrong with an input
NO_RESULT = {"city new", "city check", "rulebook new", "rulebook check"}


def commands(group, before=()):
    """Return every command of the core by the words that call it."""
    found = {}
    for name, command in group.commands.items():
        words = (*before, name)
        if hasattr(command, "commands"):
            found |= {} if name == "office" else commands(command, words)
        else:
            found[" ".join(words)] = command
    return found


def test_every_command_that_prints_results_takes_a_language():
    known = commands(typer.main.get_command(cli.build()))
    assert len(known) > 15
    without = {
        name
        for name, command in known.items()
        if not any("--lang" in parameter.opts for parameter in command.params)
    }
    assert without == NO_RESULT
    # English unless asked for, as ever; a brief is made in both
    for name in set(known) - NO_RESULT:
        (option,) = [p for p in known[name].params if "--lang" in p.opts]
        assert option.default == ("both" if name == "brief" else "en"), name

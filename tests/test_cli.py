import subprocess
import sys

import pytest

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

import subprocess
import sys

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

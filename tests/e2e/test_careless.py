"""A careless user: what a command refuses, it refuses at once, in sentences, with exit status 2."""

from __future__ import annotations

import pytest

from twofronts.cli import main

SLIPS = [
    ("play town --days -3", "days is -3"),
    ("play town --draws 0 --seed -1", "draws is 0"),
    ("play town --workers 0", "workers is 0"),
    ("play town --start 2020-02-30", "day is out of range"),
    ("play town --start 1999-01-01", "city's data begin"),
    ("play town --scale 0", "scale = 0"),
    ("play town --scale -1", "scale = -1"),
    ("play town --scale 2000", "scale = 2000"),
    ("play town --scale nan", "scale = nan"),
    ("play town --rulebook nix", "no rulebook is called 'nix'"),
    ("play town --rulebook {there}/junk.toml", "UTF-8"),
    ("play town --rulebook {there}/empty.toml", "the file is empty"),
    ("play town --days ten", "days"),
    ("play town --out {there}", "a folder is there"),
    ("play town --out {there}/junk.toml/run.nc", "not a folder"),
    ("play town --line-list {there}", "a folder is there"),
    ("play nix", "there is no city 'nix'"),
    ("compare town held --lang xx", "'xx' is no language"),
    ("compare town held --out {there}", "a folder is there"),
    ("plan town --lang xx", "'xx' is no language"),
    ("plan town --out {there}", "a folder is there"),
    ("situation town --as-of 2020-02-30", "is not a date"),
    ("situation town --json {there}", "a folder is there"),
    ("situation town --reports {there}/nix.csv", "cannot be read"),
    ("situation town --reports {there}/junk.toml", "cannot be read"),
    ("forecast town --days 0", "a forecast of 0 days"),
    ("forecast town --csv {there}", "a folder is there"),
    ("forecast town --draws 0", "draws is 0"),
    ("forecast town --seed -1", "seed is -1"),
    ("backtest town --days 99", "a forecast of 99 days"),
    ("brief nix", "there is no city 'nix'"),
    ("brief town --as-of junk", "is not a day"),
    ("economy town --days 0", "days"),
    ("rulebook check {there}/junk.toml", "UTF-8"),
    ("rulebook show nix", "no rulebook is called 'nix'"),
    ("city check nix", "there is no city 'nix'"),
    ("measures --lang xx", "'xx' is no language"),
    ("residents town --scale 0", "scale = 0"),
]


@pytest.fixture
def there(tmp_path):
    (tmp_path / "junk.toml").write_bytes(bytes(range(255, 0, -1)))
    (tmp_path / "empty.toml").write_text("")
    return tmp_path


@pytest.mark.parametrize(("line", "words"), SLIPS, ids=[line for line, _ in SLIPS])
def test_a_slip_is_refused_with_a_reason(line, words, there, capsys):
    before = sorted(there.iterdir())
    assert main(line.format(there=there).split()) == 2
    said = capsys.readouterr()
    assert words in said.err + said.out
    assert "Traceback" not in said.err + said.out
    assert sorted(there.iterdir()) == before

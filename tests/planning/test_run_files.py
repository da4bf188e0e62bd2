"""A run's file is whole or not there: a full disk or Ctrl-C leaves what was there before."""

from __future__ import annotations

import errno

import pytest
import xarray as xr

from factories.runs import run_dataset
from twofronts.city import load_city
from twofronts.errors import OutputError, ScenarioError
from twofronts.manifest import Manifest
from twofronts.planning.run import Run, Status, read_run


@pytest.fixture(scope="module")
def run():
    data = run_dataset(load_city("town"), "held", draws=2, days=5)
    manifest = Manifest(what="play", seed=1, inputs={}, notes=(), settings={}, wall_time_s=0.0)
    return Run(data, Status("good"), manifest)


STOPS = [(OSError(errno.ENOSPC, "No space left on device"), OutputError)]
STOPS += [(KeyboardInterrupt(), KeyboardInterrupt)]


@pytest.mark.parametrize(("stop", "seen"), STOPS, ids=["full disk", "Ctrl-C"])
def test_what_stops_in_the_middle_leaves_the_earlier_file(run, tmp_path, monkeypatch, stop, seen):
    path = run.to_netcdf(tmp_path / "run.nc")
    before = path.read_bytes()

    def half(data, target, **_):
        target.write_bytes(before[: len(before) // 2])
        raise stop

    monkeypatch.setattr(xr.Dataset, "to_netcdf", half)
    with pytest.raises(seen):
        run.to_netcdf(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run.nc"]


def test_half_a_file_is_refused_with_its_name(run, tmp_path):
    path = run.to_netcdf(tmp_path / "run.nc")
    assert read_run(path).data.equals(xr.load_dataset(path, engine="h5netcdf"))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ScenarioError, match=r"run\.nc"):
        read_run(path)

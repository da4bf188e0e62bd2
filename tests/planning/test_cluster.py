import pytest

from factories.planning import SMALL
from twofronts.errors import OutputError
from twofronts.planning.cluster import on_cluster
from twofronts.planning.searching import search


@pytest.mark.slow
def test_a_cluster_of_two_processes_finds_what_threads_find(town, stage):
    distributed = pytest.importorskip("distributed")
    kind = {"space": SMALL, "budget": 16, "population": 8, "seed": 1, "stage": stage}
    here = search(town, **kind)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        there = search(town, cluster=cluster.scheduler_address, **kind)
    assert [(c.vector, c.harm) for c in there.members] == [(c.vector, c.harm) for c in here.members]


def test_a_missing_scheduler_is_named(stage):
    pytest.importorskip("distributed")
    with pytest.raises(OutputError, match="no Dask scheduler answers"):
        on_cluster(stage, "tcp://127.0.0.1:9", timeout=0.2)

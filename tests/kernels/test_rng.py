import numpy as np
import pytest
from scipy import stats

from twofronts.kernels import rng
from twofronts.kernels.jit import kernel


@kernel
def fill(out, seed, stream, b):
    for i in range(out.size):
        out[i] = rng.uniform(seed, stream, i, b)


@kernel
def fill_gamma(out, shape):
    for i in range(out.size):
        out[i] = rng.gamma(shape, rng.uniform(5, 1, i, 0), rng.uniform(5, 2, i, 0))


@pytest.mark.parametrize(("seed", "stream", "b"), [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_uniforms_are_uniform(seed, stream, b):
    u = np.empty(200_000)
    fill(u, seed, stream, b)
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert 0 < u.min() < u.max() < 1
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 0.01


@pytest.mark.parametrize("other", [(8, 1, 0), (7, 2, 0), (7, 1, 1)])
def test_streams_seeds_and_events_share_nothing(other):
    a, b = np.empty(100_000), np.empty(100_000)
    fill(a, 7, 1, 0)
    fill(b, *other)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.015
    assert not np.any(a == b)


def test_compiled_and_interpreted_agree():
    interpreted = getattr(rng.uniform, "py_func", rng.uniform)
    with np.errstate(over="ignore"):
        for i in range(50):
            assert interpreted(3, 4, i, 2) == rng.uniform(3, 4, i, 2)


@pytest.mark.parametrize("mean", [0.01, 0.7, 3.0, 40.0, 499.0])
def test_poisson_is_the_quantile_function(mean):
    u = np.linspace(0.0005, 0.9995, 1000)
    ours = np.array([rng.poisson(mean, x) for x in u])
    assert np.mean(ours == stats.poisson.ppf(u, mean)) > 0.995


def test_poisson_of_large_means_keeps_mean_and_variance():
    u = (np.arange(20_000) + 0.5) / 20_000
    x = np.array([rng.poisson(900.0, v) for v in u])
    assert x.mean() == pytest.approx(900, rel=1e-3)
    assert x.var() == pytest.approx(900, rel=1e-2)
    assert rng.poisson(0.0, 0.99) == 0


def test_poisson_never_falls_as_the_mean_rises():
    for u in (0.1, 0.5, 0.93, 0.999):
        counts = [rng.poisson(m, u) for m in np.linspace(0, 60, 400)]
        assert counts == sorted(counts)


def test_normal_quantiles():
    u = np.array([1e-9, 1e-4, 0.02, 0.3, 0.5, 0.8, 0.99, 1 - 1e-7])
    assert [rng.normal(x) for x in u] == pytest.approx(stats.norm.ppf(u), rel=2e-9, abs=2e-9)


@pytest.mark.parametrize("shape", [0.1, 0.5, 1.0, 3.0])
def test_gamma_has_its_mean_and_variance(shape):
    x = np.empty(400_000)
    fill_gamma(x, shape)
    assert x.mean() == pytest.approx(shape, rel=0.02)
    assert x.var() == pytest.approx(shape, rel=0.04)
    assert stats.kstest(x, stats.gamma(shape).cdf).statistic < 0.012

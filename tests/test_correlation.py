"""How calibrated parameters go together: read, refused, and drawn as read."""

from __future__ import annotations

import numpy as np
import pytest

from twofronts.correlation import Correlation, as_text, of_draws, read_correlation
from twofronts.epidemic.draws import draw_epidemic
from twofronts.errors import ParameterError
from twofronts.parameters import Parameters, load_parameters

KEYS = ("transmission.per_contact", "transmission.home_weight", "care.delay_scale")
MATRIX = np.array([[1.0, -0.8, 0.3], [-0.8, 1.0, 0.0], [0.3, 0.0, 1.0]])


def scores(u):
    from scipy.special import ndtri

    return np.array([ndtri(u[key]) for key in KEYS])


def test_uniforms_stay_uniform_and_go_together():
    rng = np.random.default_rng(1)
    tied = Correlation(KEYS, MATRIX).tie({key: rng.random(40_000) for key in KEYS})
    for u in tied.values():
        assert np.quantile(u, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    assert np.corrcoef(scores(tied)) == pytest.approx(MATRIX, abs=0.02)


def test_draws_give_back_the_correlation_they_were_made_with():
    rng = np.random.default_rng(2)
    z = rng.multivariate_normal(np.zeros(3), MATRIX, size=20_000)
    # ranges bend the values, not how they go together
    found = of_draws({KEYS[0]: np.exp(z[:, 0]), KEYS[1]: z[:, 1] ** 3, KEYS[2]: 5 + z[:, 2]})
    assert found.keys == KEYS
    assert found.matrix == pytest.approx(MATRIX, abs=0.02)


def test_a_file_is_read_back(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(as_text(Correlation(KEYS, MATRIX)), encoding="utf-8")
    back = read_correlation(path, KEYS)
    assert back.keys == KEYS
    np.testing.assert_allclose(back.matrix, MATRIX)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key,a,b\na,1,0.2\nb,0.3,1\n", "not symmetric"),
        ("key,a,b\na,1,2\nb,2,1\n", "not symmetric"),
        ("key,a,b\nb,1,0\na,0,1\n", "the same order"),
        ("key,a,b\na,1,0\n", "the same order"),
        ("key,a,b\na,1,x\nb,0,1\n", "could not convert"),
        ("key,a,c\na,1,0\nc,0,1\n", "no parameter is called 'c'"),
        ("", "not symmetric"),
    ],
)
def test_what_is_no_correlation_is_refused(tmp_path, text, words):
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=words):
        read_correlation(path, ["a", "b"])


def test_front_one_draws_what_was_calibrated_together_as_it_goes():
    own = load_parameters()
    assert own.correlation is not None
    tied = draw_epidemic(own, draws=1500, seed=5, population=1e6)
    alone = draw_epidemic(Parameters(own.values()), draws=1500, seed=5, population=1e6)
    i, j = (own.correlation.keys.index(key) for key in KEYS[:2])
    known = own.correlation.matrix[i, j]
    assert known < -0.5

    def together(table):
        return np.corrcoef(np.log(table["transmission"]), np.log(table["home_weight"]))[0, 1]

    assert together(tied) == pytest.approx(known, abs=0.05)
    assert together(alone) == pytest.approx(0.0, abs=0.08)
    # each keeps its own range, and the others their own luck
    for field in ("transmission", "home_weight"):
        assert np.median(tied[field]) == pytest.approx(np.median(alone[field]), rel=0.06)
    np.testing.assert_array_equal(tied["k"], alone["k"])
    held = own.with_values({"transmission.per_contact": 0.2})
    one = draw_epidemic(held, draws=1500, seed=5, population=1e6)
    np.testing.assert_array_equal(one["home_weight"], tied["home_weight"])
    assert held.digest() != own.digest() != Parameters(own.values()).digest()

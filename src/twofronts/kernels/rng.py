"""Counter-based randomness: a uniform is a function of (seed, stream, a, b), and of nothing else.

So the numbers are the same on any number of threads and in any order of evaluation, and two
rulebooks under one seed share their luck until they differ. The mixer is SplitMix64's finaliser
(Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195), applied once for each part of the key.

The functions work on Python integers too, so that kernels can run interpreted.
"""

from __future__ import annotations

import math

import numpy as np

from twofronts.kernels.jit import kernel

_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_GOLD = np.uint64(0x9E3779B97F4A7C15)
_S30 = np.uint64(30)
_S27 = np.uint64(27)
_S31 = np.uint64(31)
_S11 = np.uint64(11)
_MASK21 = np.uint64(0x1FFFFF)
_TO_UNIT21 = 1.0 / 2097152.0  # 2**-21
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53


@kernel
def mix(z):
    """Scramble 64 bits.

    Parameters
    ----------
    z : uint64

    Returns
    -------
    uint64
    """
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@kernel
def prefix(seed, stream):
    """Return what ``key`` makes of its first two parts, for loops over the other two.

    Parameters
    ----------
    seed, stream : int or uint64

    Returns
    -------
    uint64
        ``join(prefix(seed, stream), a, b)`` is ``key(seed, stream, a, b)``.
    """
    z = mix(np.uint64(seed) + _GOLD)
    return mix(z ^ (np.uint64(stream) * _GOLD + _M1))


@kernel
def join(first, a, b):
    """Return the key of two more integers under a prefix.

    Parameters
    ----------
    first : uint64
        From ``prefix``.
    a, b : int or uint64

    Returns
    -------
    uint64
    """
    z = mix(first + np.uint64(a) * _M2 + _GOLD)
    return mix(z ^ (np.uint64(b) * _GOLD + _M2))


@kernel
def key(seed, stream, a, b):
    """Return 64 random bits that depend on all four integers.

    Parameters
    ----------
    seed, stream, a, b : int or uint64
        ``seed`` of the draw, ``stream`` of the purpose, ``a`` and ``b`` person, day or event.

    Returns
    -------
    uint64
    """
    return join(prefix(seed, stream), a, b)


@kernel
def uniform(seed, stream, a, b):
    """Return a uniform in (0, 1), never 0 and never 1.

    Parameters
    ----------
    seed, stream, a, b : int or uint64

    Returns
    -------
    float64
    """
    return (float(key(seed, stream, a, b) >> _S11) + 0.5) * _TO_UNIT


@kernel
def third(bits, part):
    """Return one of three uniforms in (0, 1), of 21 bits each, out of 64 random bits.

    Parameters
    ----------
    bits : uint64
    part : int
        0, 1 or 2.

    Returns
    -------
    float64
    """
    return (float((bits >> np.uint64(21 * part)) & _MASK21) + 0.5) * _TO_UNIT21


@kernel
def split(parent, i):
    """Return 64 further random bits from 64 random bits: the ``i``-th child of a key.

    Cheaper than a new key where one event needs several numbers.

    Parameters
    ----------
    parent : uint64
        From ``key`` or ``split``.
    i : int
        Which child.

    Returns
    -------
    uint64
    """
    return mix(parent + (np.uint64(i) + np.uint64(1)) * _GOLD)


@kernel
def unit(bits):
    """Return the uniform in (0, 1) that 64 random bits stand for.

    Parameters
    ----------
    bits : uint64

    Returns
    -------
    float64
    """
    return (float(bits >> _S11) + 0.5) * _TO_UNIT


@kernel
def poisson(mean, u):
    """Return the Poisson count at quantile ``u``: inversion, so it never falls as ``mean`` rises.

    Parameters
    ----------
    mean : float64
        At least 0; above 500 a rounded normal with the same mean and variance.
    u : float64
        In (0, 1).

    Returns
    -------
    int
    """
    if mean <= 0.0:
        return 0
    if mean > 500.0:
        return max(0, int(math.floor(mean + math.sqrt(mean) * normal(u) + 0.5)))
    p = math.exp(-mean)
    total = p
    n = 0
    while u > total and n < 2000:
        n += 1
        p *= mean / n
        total += p
    return n


@kernel
def normal(u):
    """Return the standard normal quantile (Acklam's approximation, relative error below 1.2e-9).

    Parameters
    ----------
    u : float64
        In (0, 1).

    Returns
    -------
    float64
    """
    if u < 0.02425:
        q = math.sqrt(-2.0 * math.log(u))
        return _tail(q)
    if u > 0.97575:
        q = math.sqrt(-2.0 * math.log(1.0 - u))
        return -_tail(q)
    q = u - 0.5
    r = q * q
    a = ((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
    a = ((a + 1.383577518672690e02) * r - 3.066479806614716e01) * r + 2.506628277459239e00
    b = ((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
    b = ((b + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0
    return a * q / b


@kernel
def _tail(q):
    c = ((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e00) * q
    c = ((c - 2.549732539343734e00) * q + 4.374664141464968e00) * q + 2.938163982698783e00
    d = ((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00) * q
    d = (d + 3.754408661907416e00) * q + 1.0
    return c / d


@kernel
def gamma(shape, u1, u2):
    """Return a Gamma(shape, 1) variate by Wilson-Hilferty, which is good from shape 2 up.

    Below shape 2 it is boosted (Marsaglia and Tsang 2000): Gamma(shape + 1) x u2 ** (1 / shape).

    Parameters
    ----------
    shape : float64
        Above 0.
    u1, u2 : float64
        In (0, 1).

    Returns
    -------
    float64
    """
    s = shape + 1.0 if shape < 2.0 else shape
    x = 1.0 - 1.0 / (9.0 * s) + normal(u1) / (3.0 * math.sqrt(s))
    g = s * max(x, 0.0) ** 3
    if shape < 2.0:
        g *= u2 ** (1.0 / shape)
    return g

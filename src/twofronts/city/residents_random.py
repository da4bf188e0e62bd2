"""The purposes for which building residents draws random numbers, one sequence each."""

from __future__ import annotations

from enum import IntEnum


class Stream(IntEnum):
    """Streams of the counter (``kernels.rng``); nothing else of the program uses 7000 to 7099."""

    LAYOUT = 7001
    DRAW = 7002
    MAP = 7003
    PUPILS = 7004
    SHUFFLE = 7005
    WORKERS = 7006
    SALT = 7007
    MIGRANTS = 7008
    AWAY = 7009
    COMPOUNDS = 7010
    RANK = 7011
    SIZES = 7012

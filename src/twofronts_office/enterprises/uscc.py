"""The unified social credit code (GB 32100-2015) and its check character."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = [pow(3, i, 31) for i in range(17)]


def check_character(first17: str) -> str:
    """The eighteenth character that belongs to the first seventeen.

    Raises
    ------
    ValueError
        If there are not seventeen characters of the code's alphabet.
    """
    if len(first17) != 17 or any(c not in ALPHABET for c in first17):
        raise ValueError("seventeen characters of 0-9 and A-Y without I, O, S, V are needed")
    total = sum(w * ALPHABET.index(c) for w, c in zip(WEIGHTS, first17, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    try:
        return len(code) == 18 and check_character(code[:17]) == code[17]
    except ValueError:
        return False

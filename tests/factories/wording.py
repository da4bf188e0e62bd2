"""What is English in a Chinese text, and whether two texts tell the same numbers."""

from __future__ import annotations

import re

# an author, a year and where to find it; what a program, a file or a key is called
CITED = re.compile(
    r"(\w[\w/]* (et al\. )?\(?\d{4}\)?(, )?)?doi:\S+|https?://\S+|`[^`]*`|\S+\.(csv|toml|nc|png|svg|json)\b|--\w+"
)
WORD = re.compile(r"(?<![A-Za-z])[A-Za-z][A-Za-z'-]{2,}")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")


def english(text: str, *allowed: str) -> list[str]:
    """Return the words of three letters or more of a Chinese text that are no name."""
    plain = CITED.sub(" ", text)
    return [w for w in WORD.findall(plain) if w not in allowed]


def numbers(text: str) -> list[str]:
    """Return every number of a text in order of size; dates as month and day."""

    def date(m: re.Match[str]) -> str:
        month, day = (m[2], m[3]) if m[1] else (m[5], m[6])
        return f" {int(month)} {int(day)} "

    found = NUMBER.findall(DATE.sub(date, text))
    return sorted(n.replace(",", "").rstrip(".") for n in found)

"""The catalogue of sentences: one file a language, names of figures in braces, never digits.

A sentence is asked for by key. In it, ``{held.infections:i}`` is a figure with its interval,
``{$rb.infections}`` a figure whose first part is bound by the caller, ``{=district}`` a word
(a name of the city or of the catalogue). Both files hold the same keys and, key by key, the same
placeholders; the tests hold them to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from twofronts.briefing.figures import Figures
from twofronts.briefing.words import written

PLACEHOLDER = re.compile(r"\{(=|\$)?([a-z0-9_.]+)(?::([a-z]+))?\}")


@cache
def sentences(lang: str) -> Mapping[str, str]:
    """Return every sentence of a language by dotted key."""
    path = files("twofronts.briefing") / "messages" / f"{lang}.toml"
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def placeholders(text: str) -> list[tuple[str, str, str]]:
    """Return the placeholders of a sentence as (kind, name, spec), sorted."""
    return sorted((k or "", n, s or "") for k, n, s in PLACEHOLDER.findall(text))


class Voice:
    """One language speaking about one set of figures.

    Parameters
    ----------
    lang : str
        "zh" or "en".
    figures : Figures
        What the numbers are taken from.
    """

    def __init__(self, lang: str, figures: Figures):
        self.lang = lang
        self.figures = figures
        self.text = sentences(lang)
        self.units = {k[5:]: v for k, v in self.text.items() if k.startswith("unit.")}
        self.used: set[str] = set()

    def __call__(
        self,
        key: str,
        words: Mapping[str, str] | None = None,
        bind: Mapping[str, str] | None = None,
    ) -> str:
        """Return a sentence with its figures and words in place.

        Raises
        ------
        KeyError
            If the sentence, a figure or a word in it is missing: nothing is left blank.
        """
        if key not in self.text:
            raise KeyError(f"the catalogue {self.lang} has no sentence {key!r}")
        self.used.add(key)

        def fill(match: re.Match[str]) -> str:
            kind, name, spec = match.groups()
            if kind == "=":
                return (words or {})[name]
            if kind == "$":
                head, _, tail = name.partition(".")
                name = f"{(bind or {})[head]}.{tail}" if tail else (bind or {})[head]
            return self.show(name, spec or "")

        return PLACEHOLDER.sub(fill, self.text[key])

    def show(self, name: str, spec: str = "") -> str:
        """Return one figure in words."""
        return written(self.figures[name], spec, self.lang, self.units)

    def has(self, key: str) -> bool:
        """Whether the catalogue has this sentence."""
        return key in self.text

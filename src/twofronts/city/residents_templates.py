"""Who lives together: the templates of family households, read from data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from twofronts.kernels.residents import Templates


class _Template(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    size: int = Field(ge=1)
    weight: float = Field(gt=0)
    name: str
    ref: tuple[float, float]
    members: tuple[tuple[int, float, float], ...]


class _Ages(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    ref: tuple[float, float]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str
    grade: str
    template: tuple[_Template, ...]
    further: _Ages
    dormitory: _Ages
    campus: _Ages


@cache
def load_templates() -> Templates:
    """Return the built-in templates (``data/households/templates.toml``) as arrays."""
    path = Path(str(files("twofronts"))) / "data" / "households" / "templates.toml"
    content = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    items = sorted(content.template, key=lambda t: t.size)
    sizes = np.array([t.size for t in items])
    for t in items:
        if len(t.members) != t.size or any(m[0] >= j for j, m in enumerate(t.members)):
            raise ValueError(f"template {t.name!r}: one entry a member, each of an earlier one")
    largest = int(sizes.max())
    if set(sizes) != set(range(1, largest + 1)):
        raise ValueError("templates must cover every size up to the largest")
    cumulative = np.concatenate(
        [
            np.cumsum([t.weight for t in items if t.size == k])
            / sum(t.weight for t in items if t.size == k)
            for k in range(1, largest + 1)
        ]
    )
    last = np.searchsorted(sizes, np.arange(1, largest + 1), side="right") - 1
    cumulative[last] = 1.0
    members = [m for t in items for m in t.members]
    return Templates(
        size_start=np.searchsorted(sizes, np.arange(largest + 2)).astype(np.int64),
        cumulative=cumulative,
        ref_low=np.array([t.ref[0] for t in items], float),
        ref_high=np.array([t.ref[1] for t in items], float),
        member_start=np.concatenate([[0], np.cumsum([t.size for t in items])]).astype(np.int64),
        member_of=np.array([m[0] for m in members], np.int64),
        offset=np.array([m[1] for m in members], float),
        spread=np.array([m[2] for m in members], float),
        other=np.array([content.further.ref, content.dormitory.ref, content.campus.ref], float),
    )

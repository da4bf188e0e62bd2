"""Random small cities whose tables hold together, for tests that must hold for any city."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from twofronts.city.scalars import SCALAR
from twofronts.city.schema import City, Scalar

STAGES = {"kindergarten": (3, 6), "primary": (6, 12), "secondary": (12, 18), "tertiary": (18, 25)}


def random_city(seed: int, *, districts: int | None = None, people: int | None = None) -> City:
    """Return a city of 1-6 districts and 300-6,000 residents; the same for the same seed."""
    rng = np.random.default_rng(seed)
    n = districts or int(rng.integers(1, 7))
    people = people or int(rng.integers(300, 6000))
    codes = [f"d{i}" for i in range(n)]
    households, people = _households(rng, people)
    population = 40 + rng.multinomial(people - 40 * n, rng.dirichlet(np.full(n, 2.0)))
    ages = _ages(rng, codes)
    sectors, employment = _work(rng, codes, people)
    empty = pd.DataFrame()
    city = City.model_construct(
        id=f"random{seed}",
        name_en=f"Random city {seed}",
        name_zh="随机城",
        as_of=dt.date(2020, 2, 18),
        path=Path("."),
        scalars={
            "migrants": _scalar("migrants", float(rng.integers(0, people // 2))),
            "away_share": _scalar("away_share", float(rng.uniform(0, 1))),
        },
        sources={},
        map={},
        districts=pd.DataFrame(
            {
                "code": codes,
                "name_en": codes,
                "name_zh": codes,
                "area_km2": rng.uniform(5, 500, n),
                "lon": 118 + rng.uniform(0, 1, n),
                "lat": 32 + rng.uniform(0, 1, n),
                "population": population,
            }
        ),
        neighbours=pd.DataFrame(
            {"district_a": codes[:-1], "district_b": codes[1:], "distance_km": 9.0}
        ),
        ages=ages,
        households=households,
        sectors=sectors,
        employment=employment,
        schools=_schools(rng, codes, people),
        hospitals=_hospitals(rng, codes),
        commuting=_commuting(rng, codes),
        enterprises=_register(rng, employment) if rng.random() < 0.5 else None,
        checkpoints=empty,
        stocks=empty,
        reports=empty,
        arrivals=empty,
        policies=empty,
        resumption=empty,
        behaviour=_caution(seed),
    )
    return city


def _caution(seed: int) -> pd.DataFrame | None:
    # luck of its own: what is drawn of the city before stays as it was
    rng = np.random.default_rng([seed, 5])
    if rng.random() < 0.5:
        return None
    dates = pd.to_datetime(["2020-02-10", "2020-02-20"])
    return pd.DataFrame({"date": dates, "caution": rng.uniform(0, 1, 2)})


def _scalar(key: str, value: float) -> Scalar:
    unit = SCALAR[key].unit if key in SCALAR else "1"
    return Scalar(value, unit=unit, source="invented", grade="assumed")


def _households(rng: np.random.Generator, people: int) -> tuple[pd.DataFrame, int]:
    rows = []
    left = people
    for kind, most, share in (("family", 8, 0.85), ("collective", 10, 0.15)):
        sizes = np.arange(1, most + 1)
        weight = rng.dirichlet(np.full(most, 1.5))
        count = np.floor(share * people * weight / sizes).astype(int)
        left -= int(count @ sizes)
        rows += [("", kind, int(s), int(c)) for s, c in zip(sizes, count, strict=True) if c]
    frame = pd.DataFrame(rows, columns=["district", "kind", "size", "n_households"])
    single = frame["kind"].eq("family") & frame["size"].eq(1)
    if single.any():
        frame.loc[single, "n_households"] += left
    else:
        frame.loc[len(frame)] = ["", "family", 1, left]
    return frame, int((frame["size"] * frame["n_households"]).sum())


def _ages(rng: np.random.Generator, codes: list[str]) -> pd.DataFrame:
    base = np.exp(-np.arange(86) / 60.0) * rng.uniform(0.5, 1.5, 86)
    names = codes if rng.random() < 0.3 else [""]
    frames = []
    for name in names:
        share = base * rng.uniform(0.8, 1.2, 86)
        frames.append(
            pd.DataFrame({"district": name, "age": np.arange(86), "share": share / share.sum()})
        )
    return pd.concat(frames, ignore_index=True)


def _work(
    rng: np.random.Generator, codes: list[str], people: int
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    names = ["A", "C4", "E", "F", "Q"]
    groups = ["essential", "industry", "industry", "services", "essential"]
    table = rng.multinomial(int(0.4 * people), rng.dirichlet(np.ones(5 * len(codes))))
    table = table.reshape(5, len(codes))
    sectors = pd.DataFrame(
        {
            "sector": names,
            "name_en": names,
            "name_zh": names,
            "group": groups,
            "workers": table.sum(1),
            "mean_size": rng.uniform(1, 60, 5),
        }
    )
    if rng.random() < 0.2:
        return sectors, None
    rows = [(s, d, int(table[i, j])) for i, s in enumerate(names) for j, d in enumerate(codes)]
    return sectors, pd.DataFrame(rows, columns=["sector", "district", "workers"])


def _schools(rng: np.random.Generator, codes: list[str], people: int) -> pd.DataFrame:
    rows = []
    for code in codes:
        for stage, (low, high) in STAGES.items():
            pupils = int(people / len(codes) * (high - low) / 80 * rng.uniform(0.3, 1.2))
            if pupils:
                rows.append((code, stage, 1 + pupils // 300, pupils, int(rng.integers(20, 50))))
    return pd.DataFrame(rows, columns=["district", "stage", "n_sites", "pupils", "class_size"])


def _hospitals(rng: np.random.Generator, codes: list[str]) -> pd.DataFrame:
    rows = [(f"h{i}", code, int(rng.integers(1, 40))) for i, code in enumerate(codes)]
    return pd.DataFrame(rows, columns=["id", "district", "beds"])


def _commuting(rng: np.random.Generator, codes: list[str]) -> pd.DataFrame | None:
    if rng.random() < 0.5:
        return None
    rows = []
    for home in codes:
        share = rng.dirichlet(np.ones(len(codes)))
        rows += [(home, w, float(s)) for w, s in zip(codes, share, strict=True)]
    return pd.DataFrame(rows, columns=["home", "work", "share"])


def _register(rng: np.random.Generator, employment: pd.DataFrame | None) -> pd.DataFrame | None:
    if employment is None:
        return None
    rows = []
    for sector, district, workers in employment.itertuples(index=False):
        if workers > 4:
            staff = int(rng.integers(1, workers + 3))
            rows.append((f"e{len(rows)}", "x", sector, district, staff))
    return pd.DataFrame(rows, columns=["id", "name", "sector", "district", "staff"])

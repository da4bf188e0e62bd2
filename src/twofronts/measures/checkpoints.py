"""A level of its own for one checkpoint: by its share of the traffic, between its place's levels.

A checkpoint is one of the n places at which its tier's measure works: inside the city those of its
district, at the borders of city and province those of the whole city. Whether it stands at the
as-of date does not matter: a rulebook says what stands. Where some have levels of their own, each
effect of the measure, its burden and its price is the mean over the traffic, ``x(L) + sum of
s_c (x(l_c) - x(L))``, with L the level of the district or border, l_c that of checkpoint c and s_c
its share. This mean is one effect of the measure; it multiplies with, or is held against, those of
other measures as always. The share is the checkpoint's own traffic where the city's table has it
for all of them, else all count alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from twofronts.errors import Problem, RulebookError
from twofronts.measures.catalogue import Catalogue, nearest
from twofronts.measures.rulebook import Rulebook
from twofronts.wording import Said

_TIERS_ZH = {"province": "省", "city": "市"}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a checkpoint counts, and for how much.

    ``tier`` as in the city's table; ``district`` its code, "" at a border, which is the city's;
    ``share`` of the traffic of that district or border [1]; ``counted``: from traffic, not alike.
    """

    tier: str
    district: str
    share: float
    counted: bool


def sites_of(city: Any) -> dict[str, Site]:
    """Return a city's checkpoints by id.

    Parameters
    ----------
    city : City
        Its table ``checkpoints`` is read; without one there are none.

    Returns
    -------
    dict of str to Site
        The shares of each district's, and of each border's, come to 1.
    """
    table = getattr(city, "checkpoints", None)
    if table is None or table.empty:
        return {}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        tier = str(row["tier"])
        district = "" if tier in ("province", "city") else str(row["district"])
        groups.setdefault((tier, district), []).append(row)
    found = {}
    for (tier, district), rows in groups.items():
        traffic = np.array([row.get("traffic", np.nan) for row in rows], dtype=np.float64)
        counted = bool(np.isfinite(traffic).all() and traffic.sum() > 0)
        share = traffic / traffic.sum() if counted else np.full(len(rows), 1.0 / len(rows))
        for row, s in zip(rows, share.tolist(), strict=True):
            found[str(row["id"])] = Site(tier, district, s, counted)
    return found


def check_checkpoints(rulebook: Rulebook, book: Catalogue, sites: dict[str, Site]) -> None:
    """Refuse checkpoints that the city does not have, and measures of another tier.

    Parameters
    ----------
    rulebook : Rulebook
    book : Catalogue
    sites : dict of str to Site

    Raises
    ------
    RulebookError
        Naming each of them.
    """
    problems = []
    for i, item in enumerate(rulebook.overrides):
        if item.checkpoint is None:
            continue
        site = sites.get(item.checkpoint)
        if site is None:
            what = f"unknown checkpoint {item.checkpoint!r}"
            why = "an override names a checkpoint by its id in checkpoints.csv"
            remedy = nearest(item.checkpoint, sites) if sites else "give the city its checkpoints"
        elif site.tier != book.measure[item.measure].tier:
            what = f"{item.measure} does not work at checkpoint {item.checkpoint}"
            why = f"its tier in checkpoints.csv is {site.tier}"
            own = [k for k, m in book.measure.items() if m.tier == site.tier]
            remedy = "choose " + own[0] if own else "set community, of its compound or district"
        else:
            continue
        file, where = f"rulebook {rulebook.name}", f"overrides.{i}.checkpoint"
        problems.append(Problem(what, why, remedy, file=file, column=where))
    if problems:
        raise RulebookError(problems)


def traffic_notes(rulebook: Rulebook, city: Any) -> tuple[str, ...]:
    """Say which checkpoints with a level of their own count as much as any other.

    Parameters
    ----------
    rulebook : Rulebook
    city : City

    Returns
    -------
    tuple of str
        One note for each district or border whose traffic is not known.
    """
    sites, notes = sites_of(city), {}
    for item in rulebook.overrides:
        site = sites.get(item.checkpoint or "")
        if site is not None and not site.counted:
            n = sum(s.tier == site.tier and s.district == site.district for s in sites.values())
            where = f"inside district {site.district}" if site.district else f"{site.tier} border"
            tier = _TIERS_ZH.get(site.tier, site.tier)
            place = f"{site.district} 区内" if site.district else f"{tier}边界"
            notes[where] = Said(
                f"assumed: each of the {n} checkpoints ({where}) lets through 1/{n} of the traffic;"
                " the city's table has no traffic for all of them",
                f"假定：{place}的 {n} 个卡口各通过 1/{n} 的车流；城市数据表未列全部卡口的流量",
            )
    return tuple(notes.values())


def _groups(sites: dict[str, Site]) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for name, site in sites.items():
        groups.setdefault((site.tier, site.district), []).append(name)
    return groups


def _orders(
    rulebook: Rulebook, book: Catalogue, spans: list[tuple[int, int]], day: int
) -> Iterator[tuple[str, int]]:
    """Yield the checkpoints with a level of their own on a day, and its place."""
    for item, (first, last) in zip(rulebook.overrides, spans, strict=True):
        if item.checkpoint is not None and first <= day <= last:
            yield item.checkpoint, book.measure[item.measure].index(item.level)


def blend_levels(
    rulebook: Rulebook,
    book: Catalogue,
    codes: list[str],
    sites: dict[str, Site],
    spans: list[tuple[int, int]],
    period_day: list[int],
    district_level: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of the traffic that pass checkpoints with levels of their own.

    Where all checkpoints of a place have one, what the place itself is asked for no longer counts:
    the level with the largest share becomes that of the district, and the others stand beside it.
    So all at one level are exactly the district, or the border, at that level.

    Parameters
    ----------
    rulebook : Rulebook
    book : Catalogue
    codes : list of str
        Of the districts.
    sites : dict of str to Site
    spans : list of tuple of int
        First and last day of each override. [d]
    period_day : list of int
        First day of each period. [d]
    district_level : int8[period, district, measure]
        Set where all checkpoints of a place have levels of their own.

    Returns
    -------
    tuple of int16[blend], float64[period, district, blend, level]
        The measures of which some checkpoint has a level of its own; the share of the traffic at
        each level that is not the place's. [1]
    """
    named = {item.measure for item in rulebook.overrides if item.checkpoint is not None}
    measures = [key for key in book.keys if key in named]
    share = np.zeros((len(period_day), len(codes), len(measures), book.n_level))
    groups = _groups(sites) if measures else {}
    for p, day in enumerate(period_day if measures else ()):
        own = dict(_orders(rulebook, book, spans, day))
        for b, key in enumerate(measures):
            for (tier, district), members in groups.items():
                if tier != book.measure[key].tier or not any(name in own for name in members):
                    continue
                at = np.zeros(book.n_level)
                for name in members:
                    if name in own:
                        at[own[name]] += sites[name].share
                where = codes.index(district) if district else slice(None)
                if all(name in own for name in members):
                    main = int(np.argmax(at))
                    at[main] = 0.0
                    district_level[p, where, book.index[key]] = main
                share[p, where, b] = at
    return np.array([book.index[key] for key in measures], dtype=np.int16), share

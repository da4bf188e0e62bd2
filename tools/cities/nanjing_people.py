"""Nanjing's residents, households, jobs and schools."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from . import nanjing_figures as fig
from .common import apportion, fit_margins, household_sizes, source, write_table
from .nanjing_figures import (
    BY_NAME,
    CENSUS,
    CODES,
    COLLECTIVES,
    FAMILIES,
    IN_COLLECTIVES,
    IN_FAMILIES,
    OWN,
    PEOPLE,
    POPULATION,
)


def age_counts() -> np.ndarray:
    """Persons of the sample by age 0..85; the open last group of 84 and over is split in two.

    Age 84 goes on falling as ages 80-83 do; what is left is 85 and over.
    """
    n = np.array(fig.AGES, dtype=float)
    ratio = (n[83] / n[80]) ** (1 / 3)
    at84 = round(n[83] * ratio)
    return np.array([*n[:84], at84, n[84] - at84])


def districts(folder: Path) -> None:
    rows = [d[:7] for d in fig.DISTRICTS]
    write_table(
        folder,
        "districts",
        rows,
        source(
            "Seventh National Population Census, bulletin of Nanjing; areas and central points "
            "measured on district polygons",
            "published",
            CENSUS,
            notes="The population of Xuanwu was retrieved (tjgb.hongheiku.com/15420). Those of the "
            "other ten districts are recalled, not retrieved; they pass every published sum (the "
            "city's 9,314,685 among them), so the column is graded assumed. Codes are GB/T 2260. "
            "Jiangbei New Area is not a district: it lies in Pukou and Luhe.",
            columns={
                "population": {"grade": "assumed", "notes": "ten of eleven recalled, sums checked"},
                "area_km2": {"date": dt.date(2020, 1, 1), "notes": "polygon area, approximate"},
            },
        ),
    )
    rows2 = []
    for line in fig.NEIGHBOURS.split():
        a, b, border, distance = line.split(",")
        rows2.append((BY_NAME[a], BY_NAME[b], border, distance))
    write_table(
        folder,
        "neighbours",
        rows2,
        source(
            "computed from district polygons and central points",
            "measured",
            dt.date(2020, 1, 1),
            unit="km",
            notes="Borders along the Yangtze count as borders; lengths are approximate.",
        ),
    )


def ages(folder: Path) -> None:
    n = age_counts()
    share = [f"{x:.9f}" for x in n / n.sum()]
    share[-1] = f"{1 - sum(float(s) for s in share[:-1]):.9f}"
    write_table(
        folder,
        "ages",
        [("", age, s) for age, s in enumerate(share)],
        source(
            "Jiangsu persons by single year of age, 2010 basis, as used with the contact matrices "
            "of Mistry 2021 (mixing-patterns)",
            "published",
            dt.date(2010, 11, 1),
            unit="share of residents",
            notes="The province in 2010, not the city in 2020: Nanjing in 2020 is older (Xuanwu "
            "2020: 11.15% aged 0-14, 68.56% 15-59, 20.28% 60 and over, 14.67% 65 and over, "
            "tjgb.hongheiku.com/15420; here 12.5%, 71.4%, 16.1% and 11.0%). The table is kept as "
            "it is because the contact matrices were built on it. The source ends at 84 and over; "
            "84 is assumed to go on falling as 80-83 do and the rest is 85 and over.",
        ),
    )


def households(folder: Path) -> None:
    rows: list[tuple[Any, ...]] = []
    for kind, count, people, largest in (
        ("family", FAMILIES, IN_FAMILIES, 10),
        ("collective", COLLECTIVES, IN_COLLECTIVES, 12),
    ):
        sizes = household_sizes(count, people, largest)
        rows += [("", kind, size, n) for size, n in enumerate(sizes, 1)]
    write_table(
        folder,
        "households",
        rows,
        source(
            "totals: Seventh National Population Census, bulletin of Nanjing, via askci; sizes: "
            + OWN,
            "assumed",
            CENSUS,
            notes="Published, rounded to 100: 3,138,800 family households with 7,795,000 persons "
            "(mean 2.48) and 461,300 collective households with 1,519,700. Their sum is 15 over "
            "the exact 9,314,685 residents; the 15 are taken from the family households, which "
            "stays inside the rounding. Sizes follow a Poisson law without zeros, fitted to the "
            "mean and rounded so that both totals hold exactly. Xuanwu's own mean family size is "
            "2.41; the districts are not told apart here.",
        ),
    )


def sector_workers() -> list[int]:
    workers = dict.fromkeys((s[0] for s in fig.SECTORS), 0)
    tertiary = tuple(k for k in workers if k not in (*fig.PRIMARY, *fig.SECONDARY))
    groups = {"primary": fig.PRIMARY, "secondary": fig.SECONDARY, "tertiary": tertiary}
    national = {s[0]: s[4] for s in fig.SECTORS}
    for name, members in groups.items():
        split = apportion(fig.EMPLOYED[name], [national[m] for m in members])
        workers |= dict(zip(members, split, strict=True))
    return [workers[s[0]] for s in fig.SECTORS]


def employment_matrix() -> np.ndarray:
    rural = np.array([d[7] for d in fig.DISTRICTS])
    seed = np.zeros((len(fig.SECTORS), len(CODES)))
    for i, sector in enumerate(fig.SECTORS):
        for j, code in enumerate(CODES):
            own = fig.SPECIAL[code]
            ordinary = own.get("_industry", 1.0) if sector[0] in fig.SECONDARY else 1.0
            seed[i, j] = PEOPLE[j] * fig.JOB_DENSITY[j] * own.get(sector[0], ordinary)
        if sector[0] == "A":
            seed[i] = np.maximum(PEOPLE * rural, 1.0)
    return fit_margins(seed, sector_workers(), PEOPLE * np.array(fig.JOB_DENSITY))


def economy(folder: Path) -> None:
    write_table(
        folder,
        "sectors",
        [
            (s[0], s[1], s[2], s[3], n, s[5])
            for s, n in zip(fig.SECTORS, sector_workers(), strict=True)
        ],
        source(
            "Nanjing Bureau of Statistics, end 2021, by primary, secondary and tertiary; split by "
            "China's workers by sector about 2018 (daedalus.data)",
            "assumed",
            dt.date(2021, 12, 31),
            unit="persons",
            licence="facts; national split from daedalus.data (MIT)",
            notes="4,850,600 employed at the end of 2021: primary 361,600, secondary 1,523,000, "
            "tertiary 2,966,000 (via app.myzaker.com 62ebb48f1bc8e02f310000f0; derived end of "
            "2020: 4,843,900). Only the three totals are Nanjing's own. The groups and the mean "
            "sizes of workplaces are assumptions of this project.",
            columns={
                "mean_size": {"source": OWN, "grade": "assumed"},
                "group": {"unit": "name", "source": OWN, "grade": "assumed"},
            },
        ),
    )
    matrix = employment_matrix()
    write_table(
        folder,
        "employment",
        [
            (s[0], code, matrix[i, j])
            for i, s in enumerate(fig.SECTORS)
            for j, code in enumerate(CODES)
        ],
        source(
            OWN,
            "assumed",
            fig.AS_OF,
            unit="persons",
            notes="Sector totals are those of sectors.csv, exactly. Districts by residents times "
            "an assumed job density (1.30 Jianye to 0.80 Pukou and Luhe) and an assumed "
            "specialisation (finance in Jianye, software in Yuhuatai, petrochemicals in Luhe and "
            "Qixia, vehicles in Jiangning and Lishui, ...), then fitted to both margins; "
            "agriculture starts from the rural residents of 2019. Every weight stands in "
            "tools/cities/nanjing_figures.py.",
        ),
    )


def schools(folder: Path) -> None:
    share = age_counts() / age_counts().sum()
    rows = []
    for stage, (span, attend, per_site, class_size) in fig.STAGES.items():
        pupils = int(round(POPULATION * share[list(span)].sum() * attend))
        weights = PEOPLE * (fig.CAMPUS if stage == "tertiary" else 1)
        for code, n in zip(CODES, apportion(pupils, weights), strict=True):
            rows.append((code, stage, max(1, round(n / per_site)), n, class_size))
    rows.sort(key=lambda r: CODES.index(r[0]))
    write_table(
        folder,
        "schools",
        rows,
        source(
            OWN + ", from the age shares",
            "assumed",
            fig.AS_OF,
            notes="Residents of ages 3-5, 6-11, 12-17 and 18-21 times 90%, 100%, 95% and 75%, by "
            "residents of the district; higher education by an assumed weight of the campuses "
            "(Qixia, Jiangning, Gulou, Pukou, Xuanwu). Nanjing's own enrolment in higher "
            "education is larger than the province's age shares allow.",
        ),
    )

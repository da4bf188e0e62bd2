"""The town: invented from end to end, small enough for tests and tutorials."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from . import nanjing_figures as fig
from .common import apportion, fit_margins, household_sizes, source, write_sidecar, write_table
from .maps import draw, write_map
from .nanjing_people import age_counts

AS_OF = dt.date(2020, 2, 18)
POPULATION = 20000
FAMILIES, IN_FAMILIES = 7040, 17600
COLLECTIVES, IN_COLLECTIVES = 600, 2400
# code, English, Chinese, area, lon, lat, residents, jobs per resident, cumulative confirmed
DISTRICTS = [
    ("old", "Old Town", "老城区", 4.0, 119.000, 32.000, 7000, 1.3, 4),
    ("river", "Riverside", "滨江区", 9.0, 118.970, 32.010, 5600, 0.8, 2),
    ("mill", "Mill End", "工坊区", 12.0, 119.010, 31.970, 4400, 1.2, 2),
    ("orchard", "Orchard", "果园区", 30.0, 119.040, 32.010, 3000, 0.6, 0),
]
NEIGHBOURS = [
    ("old", "river", 3.1, 3.0),
    ("old", "mill", 2.4, 3.5),
    ("old", "orchard", 2.8, 3.9),
    ("river", "mill", 2.2, 5.8),
    ("mill", "orchard", 4.0, 5.3),
]
CODES = [d[0] for d in DISTRICTS]
PEOPLE = np.array([d[6] for d in DISTRICTS], dtype=float)
EMPLOYED = 10400
# Weight of the sectors in the town, in the order of the national list
SECTOR_WEIGHTS = [8, 0.3, 5, 7, 3, 4, 4, 6, 3, 1.5, 9, 13, 4, 6, 3, 2, 2.5, 4, 5, 5, 4, 4.7]
INDUSTRY_IN = [0.4, 0.8, 2.2, 0.7]
FARMING_IN = [0.05, 0.5, 1.0, 4.0]
# new confirmed by day from 28 January, with the district of each case
CASES = {
    "2020-01-28": ["old"],
    "2020-01-30": ["old", "river"],
    "2020-02-02": ["old"],
    "2020-02-05": ["mill"],
    "2020-02-08": ["river", "mill"],
    "2020-02-12": ["old"],
}
CURED = {"2020-02-10": ["old"], "2020-02-13": ["river"], "2020-02-16": ["old"]}

ARCS = {
    "old-river": [(40, 70), (36, 58), (34, 46), (36, 34)],
    "old-mill": [(36, 34), (48, 28), (62, 32)],
    "old-orchard": [(62, 32), (68, 50), (64, 72)],
    "river-mill": [(36, 34), (26, 22), (10, 18)],
    "mill-orchard": [(62, 32), (76, 24), (92, 20)],
    "edge-old": [(64, 72), (52, 78), (40, 70)],
    "edge-river": [(40, 70), (22, 80), (2, 64), (0, 36), (10, 18)],
    "edge-mill": [(10, 18), (22, 0), (52, -6), (82, 2), (92, 20)],
    "edge-orchard": [(92, 20), (106, 46), (94, 78), (64, 72)],
}
RINGS = {
    "old": "old-river old-mill old-orchard edge-old",
    "river": "old-river river-mill -edge-river",
    "mill": "-river-mill old-mill mill-orchard -edge-mill",
    "orchard": "old-orchard -edge-orchard -mill-orchard",
}


def invented(unit: str, notes: str = "") -> dict[str, Any]:
    return source(
        "invented for tests and tutorials",
        "assumed",
        AS_OF,
        unit=unit,
        licence="Apache-2.0",
        notes=("The town does not exist. " + notes).strip(),
    )


def people(folder: Path) -> None:
    write_table(
        folder,
        "districts",
        [d[:7] for d in DISTRICTS],
        invented("as named in each column"),
    )
    write_table(
        folder,
        "neighbours",
        NEIGHBOURS,
        invented("km"),
    )
    n = age_counts()
    share = [f"{x:.6f}" for x in n / n.sum()]
    share[-1] = f"{1 - sum(float(s) for s in share[:-1]):.6f}"
    write_table(
        folder,
        "ages",
        [("", age, s) for age, s in enumerate(share)],
        invented("share of residents", "Ages as in Jiangsu, 2010 basis."),
    )
    rows = []
    for kind, count, inside, largest in (
        ("family", FAMILIES, IN_FAMILIES, 8),
        ("collective", COLLECTIVES, IN_COLLECTIVES, 10),
    ):
        sizes = household_sizes(count, inside, largest)
        rows += [("", kind, size, k) for size, k in enumerate(sizes, 1)]
    write_table(
        folder,
        "households",
        rows,
        invented("households"),
    )


def jobs() -> tuple[list[int], np.ndarray]:
    workers = apportion(EMPLOYED, SECTOR_WEIGHTS)
    density = PEOPLE * [d[7] for d in DISTRICTS]
    seed = np.tile(density, (len(fig.SECTORS), 1))
    for i, sector in enumerate(fig.SECTORS):
        if sector[0] == "A":
            seed[i] *= FARMING_IN
        elif sector[0] in fig.SECONDARY:
            seed[i] *= INDUSTRY_IN
    return workers, fit_margins(seed, workers, density)


def economy(folder: Path) -> None:
    workers, matrix = jobs()
    mean = [max(2, min(s[5], 30)) for s in fig.SECTORS]
    write_table(
        folder,
        "sectors",
        [(*s[:4], n, m) for s, n, m in zip(fig.SECTORS, workers, mean, strict=True)],
        invented("persons"),
    )
    write_table(
        folder,
        "employment",
        [(s[0], c, matrix[i, j]) for i, s in enumerate(fig.SECTORS) for j, c in enumerate(CODES)],
        invented("persons"),
    )
    rows: list[tuple[Any, ...]] = []
    for i, sector in enumerate(fig.SECTORS):
        for j, code in enumerate(CODES):
            staff = int(matrix[i, j])
            sites = max(1, round(staff / mean[i])) if staff else 0
            sizes = apportion(staff - sites, 1 / (np.arange(sites) + 2.0)) if sites else []
            for k, size in enumerate(sizes, 1):
                name = f"{DISTRICTS[j][1]} {sector[0]}-{k}"
                rows.append((f"e-{sector[0]}-{code}-{k:03d}", name, sector[0], code, size + 1))
    write_table(
        folder,
        "enterprises",
        rows,
        invented("persons", "Staff add up to employment.csv in every sector and district."),
    )
    dist = {(a, b): km for a, b, _, km in NEIGHBOURS}
    pull = np.empty((len(CODES), len(CODES)))
    for i, home in enumerate(CODES):
        for j, work in enumerate(CODES):
            km = 1.5 if home == work else dist.get((home, work), dist.get((work, home), 6.5))
            pull[i, j] = 1 / (km + 1.0) ** 1.5
    jobs_in = matrix.sum(axis=0)
    for _ in range(200):  # as many come to a district as it has jobs
        pull *= jobs_in / pull.sum(axis=0)
        pull *= (EMPLOYED * PEOPLE / PEOPLE.sum() / pull.sum(axis=1))[:, None]
    commuting = [
        (home, work, f"{n / 1000:.3f}")
        for home, line in zip(CODES, pull, strict=True)
        for work, n in zip(CODES, apportion(1000, line), strict=True)
    ]
    write_table(folder, "commuting", commuting, invented("share of workers"))


def services(folder: Path) -> None:
    share = age_counts() / age_counts().sum()
    rows = []
    for stage, (span, attend, _, class_size) in fig.STAGES.items():
        pupils = int(round(POPULATION * share[list(span)].sum() * attend))
        per_site = {"kindergarten": 160, "primary": 420, "secondary": 600}.get(stage, 900)
        weights = np.where(np.arange(4) == 1, 1.0, 0.0) if stage == "tertiary" else PEOPLE
        for code, n in zip(CODES, apportion(pupils, weights), strict=True):
            if n:
                rows.append((code, stage, max(1, round(n / per_site)), n, min(class_size, 30)))
    rows.sort(key=lambda r: CODES.index(r[0]))
    write_table(
        folder,
        "schools",
        rows,
        invented("as named in each column"),
    )
    write_table(
        folder,
        "hospitals",
        [
            ("h-1", "Town Hospital", "镇医院", "old", 90, 24, 4, 1, 1),
            ("h-2", "Riverside Clinic", "滨江卫生院", "river", 20, 0, 0, 1, 1),
            ("h-3", "Mill End Clinic", "工坊卫生院", "mill", 12, 0, 0, 0, 0),
        ],
        invented("beds"),
    )
    write_table(
        folder,
        "checkpoints",
        [
            ("province-mill", "province", "mill", "South road", "南路省界卡口", 2, 1),
            ("city-river", "city", "river", "River bridge", "大桥市界卡口", 2, 1),
            ("city-old", "city", "old", "Railway station", "火车站", 2, 1),
            ("inner-old-mill", "inner", "old", "Mill Lane", "工坊路检查点", 1, 1),
            *(
                (
                    f"community-{d[0]}",
                    "community",
                    d[0],
                    f"Gates of {d[1]}",
                    f"{d[2]}小区出入口",
                    k,
                    1,
                )
                for d, k in zip(DISTRICTS, (4, 3, 2, 2), strict=True)
            ),
        ],
        invented("lanes"),
    )
    use = 18800
    write_table(
        folder,
        "stocks",
        [
            (
                "masks",
                "Surgical masks",
                "医用外科口罩",
                "protective",
                "pieces",
                26000,
                0,
                2400,
                2600,
            ),
            ("respirators", "N95 respirators", "N95口罩", "protective", "pieces", 1500, 0, 80, 90),
            ("suits", "Protective suits", "防护服", "protective", "pieces", 500, 0, 30, 40),
            (
                "reagents",
                "Nucleic acid test kits",
                "核酸检测试剂",
                "protective",
                "tests",
                600,
                0,
                60,
                40,
            ),
            ("disinfectant", "Disinfectant", "消毒液", "protective", "t", 4, 0, 0.3, 0.3),
            ("grain", "Grain", "粮食", "daily", "t", 225, 2, 5.5, round(use * 0.0004, 2)),
            ("vegetables", "Vegetables", "蔬菜", "daily", "t", 34, 4, 4.5, round(use * 0.00045, 2)),
            ("meat", "Meat", "肉类", "daily", "t", 28, 0.5, 1.4, round(use * 0.0001, 2)),
            ("eggs", "Eggs", "禽蛋", "daily", "t", 4.5, 0.3, 0.45, round(use * 0.00004, 2)),
            ("gloves", "Examination gloves", "检查手套", "protective", "pieces", 5200, 0, 300, 400),
            ("fuel", "Motor fuel", "成品油", "daily", "t", 180, 0, 17, round(use * 0.0009, 2)),
        ],
        invented("as in the column unit"),
    )


def outbreak(folder: Path) -> None:
    rows: list[tuple[Any, ...]] = []
    total = dict.fromkeys(["", *CODES], 0)
    cured = dict.fromkeys(["", *CODES], 0)
    day = dt.date(2020, 1, 26)
    while day <= AS_OF:
        new, out = CASES.get(str(day), []), CURED.get(str(day), [])
        for area in ["", *CODES]:
            fresh = len(new) if not area else new.count(area)
            left = len(out) if not area else out.count(area)
            total[area] += fresh
            cured[area] += left
            traced: tuple[Any, ...] = ("", "", "")
            if not area:
                known = 16 * total[area]
                released = 16 * sum(len(v) for d, v in CASES.items() if d <= str(day - 14 * DAY))
                traced = (known, released, known - released)
            inside = total[area] - cured[area]
            rows.append(
                (day, area, fresh, left, 0, total[area], cured[area], 0, inside, "", "", *traced, 1)
            )
        day += DAY
    assert [total[d[0]] for d in DISTRICTS] == [d[8] for d in DISTRICTS]
    write_table(
        folder,
        "reports",
        rows,
        invented("persons"),
    )
    rows = []
    for d in range(40):
        date = dt.date(2020, 1, 10) + d * DAY
        before = date < dt.date(2020, 1, 24)
        workers = 0 if date <= dt.date(2020, 1, 31) else 25
        risk = 12 if before else 4
        rows.append((date, "risk", risk, risk, 0))
        rows.append((date, "other", (600 if before else 120) + workers, 0, workers))
    write_table(
        folder,
        "arrivals",
        rows,
        invented("persons/d"),
    )
    write_table(
        folder,
        "policies",
        # its firms never shut altogether: they follow the scheme of resumption alone; schools and
        # fever clinics go by its first report
        [
            (*p[:4], "invented")
            for p in fig.POLICIES
            if p[3] == "" and not p[1].startswith(("attendance", "fever_clinics", "schools"))
        ],
        invented("names", "Dates borrowed from Nanjing."),
    )
    write_table(
        folder,
        "resumption",
        [
            ("2020-02-17", "", "firms_resumed", 160, "firms", "invented"),
            ("2020-02-17", "", "staff_on_duty", 2300, "persons", "invented"),
        ],
        invented("as in the column unit"),
    )


DAY = dt.timedelta(days=1)


def head(folder: Path) -> None:
    values: dict[str, tuple[float, str]] = {
        "population": (POPULATION, "persons"),
        "family_households": (FAMILIES, "households"),
        "collective_households": (COLLECTIVES, "households"),
        "persons_in_family_households": (IN_FAMILIES, "persons"),
        "persons_in_collective_households": (IN_COLLECTIVES, "persons"),
        "migrants": (3000, "persons"),
        "away_share": (0.4, "1"),
        "employed": (EMPLOYED, "persons"),
        "quarantine_places": (120, "places"),
        "tracers": (6, "persons"),
        "tests_per_day": (40, "tests/d"),
        "gdp": (20.0, "100M CNY"),
        "health_technicians": (140, "persons"),
        "physicians": (48, "persons"),
        "firms_resumed": (160, "firms"),
        "staff_on_duty": (2300, "persons"),
    }
    scalars = {
        k: {"value": v, "unit": u, "source": "invented", "grade": "assumed"}
        for k, (v, u) in values.items()
    }
    text = tomli_w.dumps(
        {
            "id": "town",
            "name_en": "The Town (invented)",
            "name_zh": "小镇(虚构)",
            "as_of": AS_OF,
            "admin_code": "",
            "currency": "CNY",
            "invented": True,
            "notes": "Invented for tests and tutorials; no such place.",
            "scalars": scalars,
        }
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")


def make(folder: Path) -> None:
    """Write the town's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in (head, people, economy, services, outbreak):
        step(folder)
    names = {d[0]: (d[1], d[2]) for d in DISTRICTS}
    write_map(folder / "map.geojson", draw(ARCS, RINGS, names))
    write_sidecar(folder, "map", invented("abstract units, y to the north"))

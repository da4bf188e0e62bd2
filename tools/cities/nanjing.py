"""Nanjing as of 18 February 2020, from its primary figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from . import nanjing_figures as fig
from .common import apportion, fit_margins, household_sizes, source, write_sidecar, write_table
from .maps import draw, write_map
from .nanjing_map import ARCS, LENS, RINGS

CENSUS = dt.date(2020, 11, 1)
POPULATION = 9314685
FAMILIES, COLLECTIVES = 3138800, 461300
IN_FAMILIES, IN_COLLECTIVES = 7794985, 1519700
MIGRANTS, AWAY_FESTIVAL, AWAY_NOW = 3214000, 0.60, 0.45
OWN = "assumption of this project"
CODES = [d[0] for d in fig.DISTRICTS]
BY_NAME = {d[1]: d[0] for d in fig.DISTRICTS}
PEOPLE = np.array([d[6] for d in fig.DISTRICTS], dtype=float)
# Medical weight of a district against its residents (assumed: the big hospitals are central)
MEDICAL = np.array([1.5, 1.3, 1.1, 2.6, 0.8, 0.8, 0.9, 0.9, 0.8, 0.8, 0.8])


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
        ["code", "name_en", "name_zh", "area_km2", "lon", "lat", "population"],
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
        ["district_a", "district_b", "border_km", "distance_km"],
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
        ["district", "age", "share"],
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
        ["district", "kind", "size", "n_households"],
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
        ["sector", "name_en", "name_zh", "group", "workers", "mean_size"],
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
        ["sector", "district", "workers"],
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
        ["district", "stage", "n_sites", "pupils", "class_size"],
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


def hospitals(folder: Path) -> None:
    n, beds = 271, 57455
    per_district = apportion(n, PEOPLE * MEDICAL)
    owners = [j for j, k in enumerate(per_district) for _ in range(k)]
    rank = [i for k in per_district for i in range(k)]
    weights = [MEDICAL[j] ** 0.5 / (r + 1.5) ** 0.9 for j, r in zip(owners, rank, strict=True)]
    size = np.array(apportion(beds - 20 * n, weights)) + 20
    rows = []
    for j, r, b in zip(owners, rank, size, strict=True):
        code, en, zh = fig.DISTRICTS[j][:3]
        short = zh.removesuffix("区")
        designated = en == "Jiangning" and r == 1
        names = (
            ("Nanjing Public Health Medical Centre", "南京市公共卫生医疗中心")
            if designated
            else (f"{en} hospital {r + 1}", f"{short}医疗机构{r + 1}")
        )
        icu = 40 if designated else (round(0.02 * b) if b >= 300 else 0)
        fever = int(designated or b >= 300)
        is_open = int(b >= 100 or r % 2 == 0)
        taken = 500 if designated else 0
        rows.append((f"h-{code}-{r + 1:02d}", *names, code, b, taken, icu, fever, is_open))
    write_table(
        folder,
        "hospitals",
        [
            "id",
            "name_en",
            "name_zh",
            "district",
            "beds",
            "designated_beds",
            "icu_beds",
            "fever_clinic",
            "open",
        ],
        rows,
        source(
            "totals: Nanjing Statistical Yearbook 2021 (tjj.nanjing.gov.cn/material/njnj_2021/"
            "wenhua/14-17); the split: " + OWN,
            "assumed",
            dt.date(2020, 12, 31),
            unit="beds",
            notes="271 institutions and 57,455 beds are published. No list by institution was "
            "retrieved: rows are numbered, with beds by rank in their district. The designated "
            "hospital is named from recall; its size, its 500 designated beds (64 patients at the "
            "peak), intensive care at 2% of the beds of large hospitals, fever clinics where there "
            "are 300 beds and every second small institution suspended are assumptions.",
        ),
    )


def checkpoints(folder: Path) -> None:
    english = {d[0]: d[1] for d in fig.DISTRICTS}
    chinese = {d[0]: d[2].removesuffix("区") for d in fig.DISTRICTS}
    rows: list[tuple[Any, ...]] = []
    for tier, table, word, word_zh in (
        ("province", fig.PROVINCE_BORDER, "province border towards", "省界卡口"),
        ("city", fig.CITY_BORDER, "city border towards", "市界卡口"),
    ):
        for code, (to, to_zh, lanes) in table.items():
            rows.append(
                (
                    f"{tier}-{code}",
                    tier,
                    code,
                    f"{english[code]}, {word} {to}",
                    f"{chinese[code]}{word_zh}({to_zh})",
                    lanes,
                    1,
                )
            )
    rows += [
        (f"city-{key}", "city", code, en, zh, lanes, 1)
        for key, code, en, zh, lanes in fig.TERMINALS
    ]
    for line in fig.NEIGHBOURS.split():
        a, b = (BY_NAME[x] for x in line.split(",")[:2])
        border = float(line.split(",")[2])
        rows.append(
            (
                f"inner-{a}-{b}",
                "inner",
                a,
                f"Roads between {english[a]} and {english[b]}",
                f"{chinese[a]}—{chinese[b]}市域内检查点",
                max(2, round(border / 5)),
                1,
            )
        )
    for code, people in zip(CODES, PEOPLE, strict=True):
        rows.append(
            (
                f"community-{code}",
                "community",
                code,
                f"Gates of the compounds of {english[code]}",
                f"{chinese[code]}小区出入口",
                round(people / 2250),
                1,
            )
        )
    write_table(
        folder,
        "checkpoints",
        ["id", "tier", "district", "name_en", "name_zh", "lanes", "open"],
        rows,
        source(
            OWN,
            "assumed",
            fig.AS_OF,
            unit="lanes",
            notes="No list of checkpoints was found: a known gap. One row for each district's "
            "border with Anhui and with other cities of Jiangsu, the stations and the airport, "
            "one for the roads between each pair of neighbours, and one for the gates of each "
            "district's compounds (one gate to 2,250 residents). All stand at the as-of date; the "
            "meeting of 18 February removes those inside the city.",
        ),
    )


def stocks(folder: Path) -> None:
    present = POPULATION - round(MIGRANTS * AWAY_NOW)
    carers = 69786
    on_duty = 400000
    masks = round(3 * carers * 0.6 + on_duty + 0.05 * present)
    n95 = round(0.1 * carers + 15 * 57)
    gloves = round(2 * carers + 8.6 * 57 + 2 * 1500)
    suits = 57 * 8 + 50 * 12
    rows = [
        (
            "masks",
            "Surgical masks",
            "医用外科口罩",
            "protective",
            "pieces",
            masks * 12,
            500000,
            350000,
            masks,
        ),
        (
            "respirators",
            "N95 respirators",
            "N95口罩",
            "protective",
            "pieces",
            n95 * 15,
            3000,
            4000,
            n95,
        ),
        (
            "suits",
            "Protective suits",
            "防护服",
            "protective",
            "pieces",
            suits * 14,
            500,
            500,
            suits,
        ),
        (
            "reagents",
            "Nucleic acid test kits",
            "核酸检测试剂",
            "protective",
            "tests",
            30000,
            2000,
            1000,
            1500,
        ),
        ("disinfectant", "Disinfectant", "消毒液", "protective", "t", 900, 120, 20, 110),
        (
            "gloves",
            "Examination gloves",
            "检查手套",
            "protective",
            "pieces",
            gloves * 15,
            60000,
            80000,
            gloves,
        ),
        *(
            (
                good,
                en,
                zh,
                "daily",
                "t",
                round(days * use),
                round(own * use),
                round(bring * use),
                use,
            )
            for good, en, zh, kg, days, own, bring in (
                ("grain", "Grain", "粮食", 0.40, 45, 0.35, 0.65),
                ("vegetables", "Vegetables", "蔬菜", 0.45, 4, 0.45, 0.55),
                ("meat", "Meat", "肉类", 0.10, 20, 0.30, 0.65),
                ("eggs", "Eggs", "禽蛋", 0.04, 6, 0.40, 0.60),
                ("fuel", "Motor fuel", "成品油", 0.90, 12, 0.80, 0.20),
            )
            for use in (round(kg * present / 1000),)
        ),
    ]
    write_table(
        folder,
        "stocks",
        [
            "good",
            "name_en",
            "name_zh",
            "kind",
            "unit",
            "stock",
            "production_per_day",
            "inbound_per_day",
            "use_per_day",
        ],
        rows,
        source(
            OWN,
            "assumed",
            fig.AS_OF,
            unit="as in the column unit",
            notes="No stock figures were found. Masks: 3 a day for 60% of the 69,786 health "
            "technicians, 1 for each of the 400,000 staff on duty, and 5% of those present buy one "
            "a day; 12 days in store. Respirators: 10% of the technicians one a day and 15 for "
            "each of 57 inpatients. Suits: 8 a day for an inpatient (15 units of protective "
            "equipment for a hospitalised patient, PMC8593845 table 4, among all kinds) and 12 a "
            "day in each of 50 fever clinics. Gloves: a pair for each technician, 8.6 for an "
            "inpatient, two for a test. Kg a day and person: grain 0.40, vegetables 0.45, meat "
            "0.10, eggs 0.04, motor fuel 0.90, for residents present.",
        ),
    )


def reports(folder: Path) -> None:
    rows: list[tuple[Any, ...]] = []
    last = (0, 0, 0)
    for entry in fig.DAILY.replace("\n", "|").split("|"):
        if not entry.strip():
            continue
        day, *numbers = entry.split()
        now = tuple(int(x) for x in numbers)
        date = f"2020-{day}"
        new = [b - a for a, b in zip(last, now, strict=True)]
        traced = fig.CONTACTS.get(date, ("", "", ""))
        severe = fig.SEVERE.get(date, "")
        rows.append((date, "", *new, *now, now[0] - now[1] - now[2], "", severe, *traced, 1))
        if date == "2020-02-05":
            rows += [
                (date, d[0], "", "", "", d[8], "", "", "", "", "", "", "", "", 1)
                for d in fig.DISTRICTS
            ]
        last = now
    write_table(
        folder,
        "reports",
        [
            "date",
            "area",
            "new_confirmed",
            "new_cured",
            "new_deaths",
            "cum_confirmed",
            "cum_cured",
            "cum_deaths",
            "in_hospital",
            "suspected",
            "severe",
            "contacts_traced",
            "contacts_released",
            "contacts_observed",
            "version",
        ],
        rows,
        source(
            "Nanjing Health Commission bulletins: daily series from two independent collections "
            "that agree on the totals, corrected for a known one-day shift from 7 February; by "
            "district and contacts 6 Feb 2020 (m.takefoto.cn/viewnews-2039023); contacts and "
            "severity 18 Feb 2020 (m.nj.bendibao.com/mip/80022)",
            "published",
            fig.AS_OF,
            unit="persons",
            notes="The bulletin of 18 February counts 32 discharged by the end of 17 February; the "
            "daily series has 35 (32 a day before): the series is kept. Districts are known only "
            "for 5 February, by managing area: 5 cases of Jiangbei New Area, which is no district, "
            "are put into Pukou (3: four of its seven streets) and Luhe (2: three), an assumption. "
            "Severe is one severe and one critical patient on 17 February. Nothing is known of "
            "suspected cases by day.",
        ),
    )


def arrivals(folder: Path) -> None:
    start = dt.date(2020, 1, 10)
    days = (fig.AS_OF - start).days + 1
    dates = [start + dt.timedelta(d) for d in range(days)]
    back = round(MIGRANTS * AWAY_FESTIVAL) - round(MIGRANTS * AWAY_NOW)
    ramp = [
        max(0.0, (d - dt.date(2020, 1, 30)).days) * (2.0 if d >= dt.date(2020, 2, 10) else 1.0)
        for d in dates
    ]
    returning = apportion(back, ramp)
    rows: list[tuple[Any, ...]] = []
    for date, workers in zip(dates, returning, strict=True):
        before = date < dt.date(2020, 1, 24)
        since = (date - dt.date(2020, 1, 23)).days
        hubei = 2400 + 140 * (date - start).days if since < 0 else round(2600 * 0.25**since)
        risk_workers = round(0.12 * workers)
        risky = (
            0
            if date < dt.date(2020, 1, 18)
            else (2600 if date < dt.date(2020, 1, 29) else 1500 + risk_workers)
        )
        other = 180000 if before else round(45000 + 1.15 * (workers - risk_workers))
        rows += [
            (date, "hubei", hubei, hubei, 0),
            (date, "other_risk", risky, risky, min(risky, risk_workers)),
            (date, "other", other, 0, workers - min(risky, risk_workers)),
        ]
    write_table(
        folder,
        "arrivals",
        ["date", "origin", "travellers", "risk_travellers", "returning_workers"],
        rows,
        source(
            OWN,
            "assumed",
            fig.AS_OF,
            unit="persons/d",
            notes="No daily counts were found. Hubei: some 45,000 travellers from 10 January until "
            "travel stopped on 23 January, so that the 37 cases with Hubei history are 0.08% of "
            "them. Other risk areas: some 100,000, so that the 16 cases with other travel are "
            "0.02%. Returning workers: 60% of the migrants away at the festival, 45% at the as-of "
            "date; the difference of 482,100 came back from 31 January, faster from 10 February, "
            "12% of them from risk areas.",
        ),
    )


def decisions(folder: Path) -> None:
    write_table(
        folder,
        "policies",
        ["date", "measure", "level", "area", "source_note"],
        fig.POLICIES,
        source(
            "Tian 2020 (10.1126/science.abb6105) and city notices, each named in its row",
            "published",
            fig.AS_OF,
            unit="names",
            notes="Dates and orders are recorded; reading them as levels of the catalogue is this "
            "project's own. The provincial emergency is a declaration that no measure of the "
            "catalogue stands for. Wuhan's outbound travel stopped on 23 January 2020 (Tian 2020): "
            "see arrivals.",
            columns={"level": {"grade": "assumed", "notes": "read from the text of the order"}},
        ),
    )
    write_table(
        folder,
        "resumption",
        ["date", "area", "indicator", "value", "unit", "source"],
        fig.RESUMPTION,
        source(
            "news reports, each named in its row",
            "published",
            fig.AS_OF,
            unit="as in the column unit",
            notes="'Resumed' is not 'at capacity'. Firms and staff are lower bounds ('more than'). "
            "Not known: firms by industry and size, filing counts.",
        ),
    )


def head(folder: Path) -> None:
    def number(value: float, unit: str, src: str, grade: str, note: str = "") -> dict[str, Any]:
        out: dict[str, Any] = {"value": value, "unit": unit, "source": src, "grade": grade}
        return out | ({"note": note} if note else {})

    census = "census bulletin of Nanjing via askci"
    register = "police register end 2019, Xinhua Daily via The Paper 2020-03-23"
    bulletin = "Nanjing Health Commission 18 Feb 2020 via m.nj.bendibao.com/mip/80022"
    yearbook = "Nanjing Statistical Yearbook 2021, 14-17"
    people, households = "persons", "households"
    scalars = {
        "population": number(
            POPULATION,
            people,
            "census 2020; 2022.csamcs.org/venue, 931.47万 via askci",
            "published",
        ),
        "family_households": number(FAMILIES, households, census, "published"),
        "collective_households": number(COLLECTIVES, households, census, "published"),
        "persons_in_family_households": number(
            IN_FAMILIES,
            people,
            census,
            "published",
            "779.5万 rounded; 15 fewer than 7,795,000 so that the exact population adds up",
        ),
        "persons_in_collective_households": number(IN_COLLECTIVES, people, census, "published"),
        "migrants": number(
            MIGRANTS, people, register, "published", "of 10.3122 million by the same register"
        ),
        "migrants_census": number(2651800, people, "census 2020, floating population", "published"),
        "population_register": number(10312200, people, register, "published"),
        "population_registered": number(7098200, people, register, "published", "end of 2019"),
        "population_2019": number(
            9281600,
            people,
            "Nanjing statistics via maigoo.com/news/688384",
            "published",
            "revised after the census; 8,500,000 as first published in April 2020",
        ),
        "away_share": number(
            AWAY_NOW, "1", OWN, "assumed", "60% at the festival; 482,100 came back since"
        ),
        "employed": number(
            4850600,
            people,
            "Nanjing Bureau of Statistics, end 2021, via app.myzaker.com 62ebb48f1bc8e02f310000f0",
            "published",
        ),
        **{
            f"employed_{kind}": number(
                people_in,
                people,
                "Nanjing Bureau of Statistics, end 2021, via app.myzaker.com "
                "62ebb48f1bc8e02f310000f0",
                "published",
            )
            for kind, people_in in fig.EMPLOYED.items()
        },
        "quarantine_places": number(
            3000, "places", OWN, "assumed", "876 contacts were under observation on 5 February"
        ),
        "tracers": number(930, people, OWN, "assumed", "one to 10,000 residents"),
        "tests_per_day": number(2000, "tests/d", OWN, "assumed", "early 2020, city laboratories"),
        "gdp": number(
            14030.15,
            "100M CNY",
            "statistical communique 2019",
            "assumed",
            "recalled, not retrieved",
        ),
        "gdp_q1_q3": number(
            10267.12, "100M CNY", "2019 Q1-Q3, People.cn via gmfzsk.com/xqxz/143", "published"
        ),
        "health_technicians": number(69786, people, yearbook, "published"),
        "physicians": number(23804, people, yearbook, "published"),
        "bed_use_share": number(
            0.861, "1", "Nanjing Statistical Yearbook 2015, 14-19", "published"
        ),
        "stay_days": number(10.4, "d", "Nanjing Statistical Yearbook 2015, 14-19", "published"),
        "firms_resumed": number(
            8600, "firms", "Nanjing Daily 2020-02-18 via js.cri.cn", "published", "more than"
        ),
        "staff_on_duty": number(
            400000, people, "Nanjing Daily 2020-02-18 via js.cri.cn", "published", "more than"
        ),
    }
    for key, value in {
        "cases_hubei": 37,
        "cases_other_travel": 16,
        "cases_contact": 39,
        "cases_in_clusters": 60,
        "cases_male": 51,
        "cases_female": 41,
        "cases_mild": 4,
        "cases_moderate": 54,
        "cases_severe": 1,
        "cases_critical": 1,
        "cases_discharged": 32,
        "fever_patients_screened": 2940,
    }.items():
        scalars[key] = number(value, people, bulletin, "published", "of the 92 cases of 17 Feb")
    scalars["fever_patients_screened"]["note"] = "since 22 January, with epidemiological history"
    text = tomli_w.dumps(
        {
            "id": "nanjing",
            "name_en": "Nanjing",
            "name_zh": "南京市",
            "as_of": fig.AS_OF,
            "admin_code": "320100",
            "currency": "CNY",
            "invented": False,
            "notes": "Known gaps: onset dates of the cases, firms by industry and size, filing "
            "counts, the list of checkpoints, stocks, daily arrivals, intensive care. Where the "
            "city needs one, a stated assumption stands in, graded assumed.",
            "scalars": scalars,
        }
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")


def schematic(folder: Path) -> None:
    names = {d[0]: (d[1], d[2]) for d in fig.DISTRICTS}
    write_map(folder / "map.geojson", draw(ARCS, RINGS, names, LENS))
    write_sidecar(
        folder,
        "map",
        source(
            "drawn for this project (tools/cities/nanjing_map.py)",
            "assumed",
            fig.AS_OF,
            unit="abstract units, y to the north; not longitude and latitude",
            licence="Apache-2.0",
            notes="Schematic: who touches whom is true; shapes and sizes are for reading, and the "
            "five central districts are drawn several times too large.",
        ),
    )


def make(folder: Path) -> None:
    """Write the city's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in (
        head,
        districts,
        ages,
        households,
        economy,
        schools,
        hospitals,
        checkpoints,
        stocks,
        reports,
        arrivals,
        decisions,
        schematic,
    ):
        step(folder)

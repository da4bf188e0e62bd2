"""Nanjing's hospitals, checkpoints and stocks: mostly assumed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from . import nanjing_figures as fig
from .common import apportion, source, write_table
from .nanjing_figures import AWAY_NOW, BY_NAME, CODES, MIGRANTS, OWN, PEOPLE, POPULATION

# Medical weight of a district against its residents (assumed: the big hospitals are central)
MEDICAL = np.array([1.5, 1.3, 1.1, 2.6, 0.8, 0.8, 0.9, 0.9, 0.8, 0.8, 0.8])


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

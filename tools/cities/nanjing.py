"""Nanjing as of 18 February 2020, from its primary figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from . import nanjing_figures as fig
from .common import source, write_sidecar
from .maps import draw, write_map
from .nanjing_events import arrivals, decisions, reports
from .nanjing_figures import (
    AWAY_NOW,
    COLLECTIVES,
    FAMILIES,
    IN_COLLECTIVES,
    IN_FAMILIES,
    MIGRANTS,
    OWN,
    POPULATION,
)
from .nanjing_map import ARCS, LENS, RINGS
from .nanjing_people import ages, districts, economy, households, schools
from .nanjing_services import checkpoints, hospitals, stocks


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

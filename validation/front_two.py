"""Front two against what was reported and published.

The United Kingdom's second quarter of 2020 needs its input-output table, which is not shipped: put
the case (docs/front-two.md, "A published shock") into a folder and name it in TWOFRONTS_UK_CASE.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path

import numpy as np

from twofronts.city import load_city
from twofronts.economy import prepare as p
from twofronts.economy.city_table import regional_table
from twofronts.economy.labour import neutral_effects
from twofronts.economy.resumption import ABOVE_SCALE, FIRMS, STAFF, fit_resumption
from twofronts.economy.shock import run_shock
from twofronts.kernels import economy as k
from twofronts.parameters import load_parameters
from validation.loosening import loosening
from validation.rows import Row
from validation.uk_case import draw

UK_CASE = "TWOFRONTS_UK_CASE"
UK_TOTAL = "United Kingdom, value added, 2020 Q2 against 2019 Q4"
UK_SECTIONS = "United Kingdom, mean absolute error by section"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "uk-2020.png"


def resumption() -> list[Row]:
    """Firms and staff back, as the built-in pace of return gives them."""
    city, parameters = load_city("nanjing"), load_parameters()
    fit = fit_resumption(city, parameters, draws=2)
    sources = {
        ABOVE_SCALE: ("Jiangsu MIIT 29 Feb 2020", "above-scale industrial firms back, 10 Feb 2020"),
        FIRMS: ("Nanjing Daily 18 Feb 2020", "firms back in Nanjing, 17 Feb 2020"),
        STAFF: ("Nanjing Daily 18 Feb 2020", "staff on duty in Nanjing, 17 Feb 2020"),
    }
    note = "Fitted to this report: it shows that the fit holds, not that it predicts."
    rows = [
        Row(
            what,
            fit.modelled[name],
            fit.reported[name],
            0.95 * fit.reported[name],
            1.05 * fit.reported[name],
            source,
            note=note,
        )
        for name, (source, what) in sources.items()
    ]
    pace = parameters.value("labour.firm_pace_large")
    rows.append(
        Row(
            "above-scale industrial firms back, Jiangsu, 29 Feb 2020",
            float(-np.expm1(-20 * pace)),
            0.99,
            0.97,
            1.0,
            "Jiangsu MIIT 29 Feb 2020",
            note="Not fitted: the pace of the first day, carried on.",
        )
    )
    return rows


def steady() -> list[Row]:
    """Nanjing in an ordinary period: nothing may move."""
    city = load_city("nanjing")
    params = p.prepare_economy(city, normal=True)
    state, scratch, out = p.economy_state(params), p.economy_scratch(params), p.economy_out(params)
    k.economy_reset(params, 0, state)
    fx, absent = neutral_effects(len(city.district_codes)), p.no_absence(params)
    worst = 0.0
    for day in range(400):
        k.attend_day(params, state, fx, day, out)
        k.settle_day(params, state, scratch, fx, absent, np.zeros(3), day, out)
        worst = max(
            worst, float(np.abs(out.production.output / params.production.output - 1).max())
        )
    table = regional_table(city, load_parameters())
    return [
        Row("largest drift in 400 days without a shock", worst, 0.0, 0.0, 1e-12, "identity"),
        Row("largest imbalance of the table", table.residual(), 0.0, 0.0, 1e-12, "identity"),
        Row(
            "product of Nanjing, 2019",
            float(table.value_added[: len(table.sectors)].sum() * 3.65),
            14030.15,
            13960.0,
            14100.0,
            "statistical communique 2019 (recalled)",
            unit="100M CNY",
            note="The table is scaled to it.",
        ),
    ]


def united_kingdom() -> list[Row]:
    """The second quarter of 2020 against the fourth of 2019, where the table is at hand."""
    folder = os.environ.get(UK_CASE)
    if not folder:
        print(f"  the United Kingdom's table is not shipped; name a case in {UK_CASE} to run it")
        return _last_time()
    result = run_shock(Path(folder))
    note = f"Run on a case outside the project: {result.title}; see docs/front-two.md."
    rows = [
        Row(
            UK_TOTAL,
            result.change,
            -21.5,
            -23.5,
            -19.5,
            "Pichler 2022, doi:10.1016/j.jedc.2022.104527 (forecast); actual -22.1 (ONS)",
            unit="%",
            note=note,
        )
    ]
    known = result.sections.dropna()
    if len(known):
        told = [f"{s} {r.modelled:.1f} of {r.published:.1f}" for s, r in known.iterrows()]
        rows.append(
            Row(
                UK_SECTIONS,
                result.section_error,
                "reported as it is",
                0.0,
                float("inf"),
                "monthly GDP of March to June 2020 (House of Commons Library SN02787)",
                unit="percentage points",
                note="; ".join(told) + " [%].",
                judged=False,
            )
        )
        draw(result, PICTURE)
    return rows


def _last_time() -> list[Row]:
    """Return the rows of the last run that had the table: figures, no data of it."""
    path = Path(__file__).parents[1] / "docs" / "validation" / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")).get("front_two", [])
    names = {f.name for f in fields(Row)}
    return [
        Row(**{k: v for k, v in row.items() if k in names})
        for row in kept
        if row["name"] in (UK_TOTAL, UK_SECTIONS)
    ]


def run() -> list[Row]:
    """Return the rows of front two."""
    return [*resumption(), *steady(), *loosening(), *united_kingdom()]

"""The situation of a day as one job: situation, forecast, scores, fit, and where front two stands.

What comes out is plain values and two files, the city as it was and the fit: a what-if, a plan or a
brief of the same day begins from these, and the job can be run again from them.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from twofronts_office.bridge.case_lines import LINES_FILE, Register, judged, read_lines

AHEAD = 14  # days forecast
FULL = 200  # from so many fitted draws on the fit is a full one and its past forecast is scored
FRONT_TWO_DRAWS = 40
CITY_FILE, FIT_FILE, EARLIER_FILE = "city.zip", "fit.npz", "earlier.json"
STEPS = {"situation": 8, "residents": 12, "fit": 75, "forecast": 85, "front two": 95}


def run_situation(path: str, wish: Any, progress: Callable[[int], None]) -> tuple[dict, dict]:
    """Work out the situation of the city in a folder.

    Parameters
    ----------
    path : str
        The city's folder.
    wish : core.Wish
        ``draws`` are those of the fit; ``books`` may hold the rulebook that is in force from the
        next day on; ``inputs`` the forecasts made earlier.
    progress : callable

    Returns
    -------
    dict
        ``as_of``, ``situation``, ``forecast``, ``scores``, ``quality``, ``register`` (what the
        register of cases held), ``grades_by_onset``, ``front_two``, ``manifest``.
    dict of str to bytes
        The city and the fit.
    """
    from twofronts.briefing.fitted import QUICK, USUAL, begin
    from twofronts.briefing.kept import keep_beginning
    from twofronts.city import build_residents, load_city
    from twofronts.parameters import load_parameters
    from twofronts.situation import situation
    from twofronts.situation.page import as_json, page
    from twofronts_office.bridge.city_bytes import pack_city
    from twofronts_office.bridge.quality import quality_of, register_row

    city, parameters = load_city(path), load_parameters()
    lines, register = _lines(city, wish)
    found = situation(city, line_list=lines, parameters=parameters)
    progress(STEPS["situation"])
    residents = build_residents(city, seed=wish.seed)
    progress(STEPS["residents"])
    effort = USUAL if wish.draws >= FULL else QUICK
    share = STEPS["fit"] - STEPS["residents"]
    begun = begin(
        city, residents, found.series, parameters, draws=wish.draws, seed=wish.seed, effort=effort,
        progress=lambda done: progress(int(STEPS["residents"] + share * done)),
    )  # fmt: skip
    book = _in_force(wish)
    forecast = _forecast(begun, book)
    progress(STEPS["forecast"])
    earlier = json.loads(wish.inputs.get(EARLIER_FILE, b"[]"))
    two, two_manifest = front_two(city, residents, begun, book, found.as_of, parameters, wish.seed)
    progress(STEPS["front two"])
    said = as_json(found)
    # the grade in force is the one by day of confirmation; that by onset stands beside it
    by_onset = [g for g in said["grades"] if g["basis"] == "onset"]
    said["grades"] = [g for g in said["grades"] if g["basis"] == "confirmation"]
    result = {
        "as_of": found.as_of.isoformat(),
        "situation": said,
        "forecast": forecast,
        "scores": _scores(begun, earlier, found.series),
        "quality": quality_of(found, begun, wish.today, more=register_row(register)),
        "register": asdict(register),
        "grades_by_onset": by_onset,
        "front_two": two,
        "status": {"situation": found.status.level},
        "texts": {"zh": page(found, "zh"), "en": page(found)},
        "manifest": {
            "situation": _plain(found.manifest), "front_two": two_manifest,
            "settings": {"days_ahead": AHEAD, "fitted": wish.draws, "effort": asdict(effort),
                         "seed": wish.seed, "rulebook": book.name, "today": _iso(wish.today),
                         "rulebook_digest": book.digest()},
            "notes": list(dict.fromkeys((*residents.notes, *begun.notes))),
        },
    }  # fmt: skip
    files = {CITY_FILE: pack_city(Path(path)), FIT_FILE: keep_beginning(begun)}
    for name in (EARLIER_FILE, LINES_FILE):
        if wish.inputs.get(name):
            files[name] = wish.inputs[name]
    return result, files


def _lines(city: Any, wish: Any) -> tuple[Any | None, Register]:
    """Return the register's line list where it holds enough of the reported cases, and what it is.

    ``wish.inputs`` brings it as it was when the situation was asked for.
    """
    from twofronts.situation.reports import CITY, confirmed_total, reports_of, series_of

    data = wish.inputs.get(LINES_FILE, b"")
    with tempfile.TemporaryDirectory(prefix="twofronts-cases-") as folder:
        lines = read_lines(data, Path(folder), list(city.district_codes))
    series = series_of(
        reports_of(city.reports, areas=list(city.district_codes), file="reports.csv"), city.as_of
    )
    reported = float(confirmed_total(series)[0][series.area(CITY)])
    register = judged(lines, reported, city.as_of, wish.suspected)
    return (lines if register.used else None), register


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(manifest: Any) -> dict[str, Any]:
    return json.loads(manifest.to_json())


def _in_force(wish: Any) -> Any:
    """Return the rulebook from the next day on: the one adopted, else what is held."""
    from twofronts.measures import load_rulebook
    from twofronts.measures.files import parse_rulebook

    if wish.books:
        return parse_rulebook(wish.books[0][1], file=wish.books[0][0])
    return load_rulebook("held")


def _forecast(begun: Any, book: Any) -> dict[str, Any] | None:
    from twofronts.situation.forecast_page import forecast_json
    from twofronts.situation.forecasting import forecast

    if begun.fit is None:
        return None
    then = None if book.name == "held" else book
    return forecast_json(forecast(begun.fit, ahead=AHEAD, rulebook=then), begun.fit)


def _scores(begun: Any, earlier: list[dict], series: Any) -> dict[str, Any]:
    """Scores of the forecasts that earlier jobs kept, and of one that the fit makes of the past."""
    from twofronts.situation.kept_scores import score_kept

    past = None if begun.fitted is None or begun.fitted.score is None else begun.fitted.score
    plain = None
    if past is not None:
        plain = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in asdict(past).items()}
    return {"kept": score_kept(earlier, series), "past": plain}


def front_two(
    city: Any, residents: Any, begun: Any, book: Any, as_of: dt.date, parameters: Any, seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Say where front two stands on the day after the last report, by sector.

    Returns
    -------
    dict
        ``date``; for each sector ``capacity`` as median and 90% interval [1], what ``binds`` it in
        most draws and in what share of them; for freight the sectors that it binds; for supplies
        the days of cover of each good.
    dict
        The manifest of the run.
    """
    from twofronts.planning import play
    from twofronts.planning.beginning import begin_draws

    start = as_of + dt.timedelta(days=1)
    run = play(
        city, book, residents=residents, days=2, draws=FRONT_TWO_DRAWS, seed=seed, start=start,
        initial=begin_draws(begun.state, FRONT_TWO_DRAWS), parameters=parameters,
    )  # fmt: skip
    sectors, code = sectors_of(city, run, day=0)
    cover = run.data["supply_cover_days"].transpose("draw", "day", "good")[:, 0].values
    goods = city.stocks.set_index("good")
    bound = [s["sector"] for s in sectors if s["binds"] == "freight"]
    return {
        "date": start.isoformat(),
        "rulebook": book.name,
        "sectors": sectors,
        "freight": {
            "sectors_bound": bound,
            "share_bound": round(float((code == _code("freight")).any(axis=1).mean()), 4),
            "draws": FRONT_TWO_DRAWS,
        },
        "supplies": [
            {
                "good": str(g), "name_zh": goods.loc[g, "name_zh"],
                "name_en": goods.loc[g, "name_en"],
                "cover_days": round(float(np.median(cover[:, i])), 1),
            }
            for i, g in enumerate(run.data["good"].values)
        ],
    }, _plain(run.manifest)  # fmt: skip


def _code(name: str) -> int:
    from twofronts.economy.variables import BINDING

    return BINDING.index(name)


def sectors_of(city: Any, run: Any, *, day: int) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Return the capacity of each sector on a day of a run and what binds it.

    Parameters
    ----------
    city : City
    run : Run
    day : int
        0 is the first, -1 the last.

    Returns
    -------
    list of dict
        By sector: output against an ordinary day's as middle and 90% range, what limits it most
        often, and in which share of the draws.
    int8[draw, sector]
        What limits each sector in each draw.
    """
    from twofronts.economy.variables import BINDING, BINDING_ZH

    capacity, code = (
        run.data[name].transpose("draw", "day", "sector")[:, day].values
        for name in ("capacity_rate", "binding_code")
    )
    found = []
    low, middle, high = np.quantile(capacity, [0.05, 0.5, 0.95], axis=0)
    for i, s in enumerate(city.sectors.itertuples(index=False)):
        count = np.bincount(code[:, i].astype(np.int64), minlength=len(BINDING))
        most = int(count.argmax())
        found.append(
            {
                "sector": str(s.sector), "name_zh": s.name_zh, "name_en": s.name_en,
                "group": s.group, "capacity": round(float(middle[i]), 4),
                "capacity_low": round(float(low[i]), 4), "capacity_high": round(float(high[i]), 4),
                "binds": BINDING[most], "binds_zh": BINDING_ZH[most],
                "share_bound": round(float(count[most] / count.sum()), 4),
            }
        )  # fmt: skip
    return found, code

"""Nanjing's reports, arrivals, orders and resumption of work."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from . import nanjing_figures as fig
from .common import apportion, source, write_table
from .nanjing_figures import AWAY_FESTIVAL, AWAY_NOW, MIGRANTS, OWN


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
        "behaviour",
        fig.BEHAVIOUR,
        source(
            "Dates: Tian 2020 (10.1126/science.abb6105), Nanjing's reports, js.people.com.cn "
            "2020-01-26; how far caution had come is assumed",
            "assumed",
            fig.AS_OF,
            unit="1",
            notes="No survey was made in Nanjing. Contacts fell from 18.8 to 2.3 a day in Shanghai "
            "and from 14.6 to 2.0 in Wuhan by early February 2020, orders and caution together "
            "(Zhang 2020, 10.1126/science.abb8001): see the parameter behaviour.caution.",
        ),
    )
    write_table(
        folder,
        "resumption",
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

"""A run of front two in words and tables, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr

from twofronts.economy.run import EconomyRun
from twofronts.economy.sensitivity import FUNCTION, Tornado
from twofronts.economy.variables import BINDING
from twofronts.parameters import Parameters


def report(run: EconomyRun, city: Any) -> str:
    """Return the accounts of a run: totals, sectors, districts, supplies.

    Parameters
    ----------
    run : EconomyRun
    city : City

    Returns
    -------
    str
        Plain text, 100 columns at most.
    """
    data = run.data
    first, last = (str(data["date"].values[i])[:10] for i in (0, -1))
    draws = data.sizes["draw"]
    parts = [
        f"Front two of {city.name_en}, {first} to {last}, {draws} draws",
        "",
        *_totals(data),
        "",
        *_sectors(data, city),
        "",
        *_districts(data, city),
        "",
        *_supplies(data),
        "",
        run.status,
        *(f"Note: {note}." for note in run.manifest.notes),
    ]
    return "\n".join(parts)


def _totals(data: xr.Dataset) -> list[str]:
    currency = data.attrs["currency"]
    normal = sum(data.attrs["normal_value_added"]) * data.sizes["day"]
    lost = data["value_added_lost"].sum(("day", "sector", "district"), dtype=np.float64)
    low, middle, high = np.quantile(lost, [0.05, 0.5, 0.95])
    jobs = data["jobs_at_risk"].isel(day=-1).sum(("sector", "district")).mean().item()
    wages = data["wages_at_risk"].sum(("day", "sector", "district"), dtype=np.float64).mean().item()
    return [
        f"Value added lost: {middle / 100:,.1f} hundred million {currency} "
        f"({low / 100:,.1f} to {high / 100:,.1f}), {middle / normal:.1%} of an ordinary period",
        f"On the last day {jobs:,.0f} jobs are at risk; wages at risk over the period: "
        f"{wages / 100:,.1f} hundred million {currency}",
    ]


def _weighted(share: xr.DataArray, weights: np.ndarray) -> np.ndarray:
    """Return a sector's mean over its districts, float64[draw, day, sector]."""
    values = share.to_numpy().astype(np.float64)
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.einsum("tdsk,sk->tds", values, weights) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, mean, 1.0)


def _sectors(data: xr.Dataset, city: Any) -> list[str]:
    names = dict(zip(city.sectors["sector"], city.sectors["name_en"], strict=True))
    even = np.ones((data.sizes["sector"], data.sizes["district"]))
    firms = _weighted(data["resumption_rate"], even)
    staff = _weighted(data["staff_return_rate"], even)
    made = data["capacity_rate"].to_numpy()
    lines = [
        f"{'':32}{'resumption':>16}{'staff return':>16}{'capacity':>16}  binds most     stops in",
        f"{'sector':32}" + f"{'first':>9}{'last':>7}" * 3,
    ]
    for index, code in enumerate(data["sector"].values):
        rates = [
            f"{x[:, 0, index].mean():9.0%}{x[:, -1, index].mean():7.0%}"
            for x in (firms, staff, made)
        ]
        label = f"{code} {names[code]}"[:31]
        binds, stops = _what_binds(data, index)
        lines.append(f"{label:32}{''.join(rates)}  {binds:15}{stops}")
    return lines


def _what_binds(data: xr.Dataset, index: int) -> tuple[str, str]:
    codes = data["binding_code"].to_numpy()[:, :, index].ravel()
    most = int(np.bincount(codes.clip(0), minlength=len(BINDING)).argmax())
    text = BINDING[most]
    sectors = data["sector"].values
    if text in ("input", "freight"):
        inputs = data["binding_input"].to_numpy()[:, :, index].ravel()
        inputs = inputs[(codes == most) & (inputs >= 0)]
        if inputs.size:
            text += f" {sectors[np.bincount(inputs).argmax()]}"
    days = np.median(data["days_to_stop"].to_numpy()[:, :, index], axis=0)
    worst = int(np.argmin(days))
    if days[worst] >= 60:
        return text, "-"
    which = data["stop_input"].to_numpy()[:, worst, index]
    which = which[which >= 0]
    missing = f" ({sectors[np.bincount(which).argmax()]})" if which.size else ""
    return text, f"{days[worst]:.0f} d{missing}, day {worst}"


def _districts(data: xr.Dataset, city: Any) -> list[str]:
    names = dict(zip(city.districts["code"].astype(str), city.districts["name_en"], strict=True))
    lost = data["value_added_lost"].sum(("day", "sector"), dtype=np.float64).mean("draw")
    jobs = data["jobs_at_risk"].mean(("draw", "day")).sum("sector")
    lines = [f"{'district':20}{'lost, hundred million':>22}{'jobs at risk, mean':>20}"]
    for code in data["district"].values:
        money = lost.sel(district=code).item() / 100
        lines.append(f"{names[str(code)]:20}{money:22,.2f}{jobs.sel(district=code).item():20,.0f}")
    return lines


def _supplies(data: xr.Dataset) -> list[str]:
    lines = [f"{'good':16}{'cover, first day':>18}{'last day':>10}{'lowest':>9}  short from"]
    for good in data["good"].values:
        cover = data["supply_cover_days"].sel(good=good).mean("draw").to_numpy()
        short = data["supply_short"].sel(good=good).to_numpy().mean(axis=0)
        wish = short + data["supply_used"].sel(good=good).to_numpy().mean(axis=0)
        days = np.flatnonzero(short > 1e-6 * np.maximum(wish, 1e-12))
        since = str(data["date"].values[days[0]])[:10] if days.size else "-"
        lines.append(
            f"{good!s:16}{_days(cover[0]):>18}{_days(cover[-1]):>10}"
            f"{_days(cover.min()):>9}  {since}"
        )
    return [*lines, *_gates(data)]


def _gates(data: xr.Dataset) -> list[str]:
    """Say what a shortage kept from happening: staff without a mask, tests without a reagent."""
    lines = []
    for name, whom in (
        ("mask_gate", "Masks: of staff that need one, had one"),
        ("test_gate", "Reagents: of tests wanted, were run"),
    ):
        share = data[name].to_numpy().astype(np.float64)
        worst = int(share.mean(axis=0).argmin())
        days = (share < 1.0).mean(axis=0).sum()
        if days > 0:
            date = str(data["date"].values[worst])[:10]
            lines.append(
                f"{whom} {share.mean(axis=0)[worst]:.0%} on {date}, the worst day; "
                f"short on {days:.0f} of {share.shape[1]} days"
            )
    return lines


def _days(value: float) -> str:
    return "ample" if value >= 365 else f"{value:.1f} d"


def tornado_lines(result: Tornado, parameters: Parameters, *, most: int = 10) -> Iterable[str]:
    """Return what matters most, one line for each assumption.

    Parameters
    ----------
    result : Tornado
    parameters : Parameters
    most : int
        Lines at most.

    Returns
    -------
    iterable of str
    """
    yield f"What matters most (value added lost, {result.centre:.1%} at the central values)"
    for bar in result.bars[:most]:
        name = "Production function" if bar.key == FUNCTION else parameters[bar.key].name["en"]
        low, high = (x if isinstance(x, str) else f"{x:g}" for x in (bar.low, bar.high))
        yield f"  {name[:48]:48} {low} -> {bar.at_low:.1%}, {high} -> {bar.at_high:.1%}"

"""Build the United Kingdom's case of 2020 from a public table of 2019.

    python -m validation.uk_case SOURCE FOLDER
    TWOFRONTS_UK_CASE=FOLDER python -m validation front_two

SOURCE holds ``test_load_data.csv`` and ``test_load_data_2d.csv`` of the public repository
UCL/Supergrassi.jl (folder ``data``): the analytical tables of the Office for National Statistics
for 2019, product by product, put together to sixteen industries. They give input coefficients, the
part of each input that is made at home, output, and how each final use is spread over products;
what they lack is how large each final use is in all, which is fitted here to the rows of the table
(they close to within 4% of output; what is left goes to the uses in proportion).

The shocks are those of Pichler and others (2022), doi:10.1016/j.jedc.2022.104527: of its Table 5
the remote labour index and the essential score of each division (typed below), from which the share
of labour lost is (1 - remote) x (1 - essential); household demand by section after del Rio-Chanona
and others (2020), doi:10.1093/oxrep/graa033 (recalled; health is taken as unchanged); other final
demand as printed with that paper's data; target stocks in days of the same. Divisions inside an
industry count equally. What differs from the paper: sixteen industries for fifty-five, 2019 for
2014, this project's own rules for which input is critical for the survey of analysts, and one shock
that lasts from 23 March to the end of June, where the paper eases it from 13 May.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from twofronts.economy.sectors import ratings
from twofronts.economy.shock import ShockResult
from twofronts.parameters import load_parameters

# Millions of pounds for one unit of the source
UNIT = 239_027.0
INDUSTRIES = (
    "A", "D", "C", "F", "G", "H", "I", "J", "KL", "M", "N", "O", "P", "Q", "RS", "RENT",
)  # fmt: skip
# Codes of the case: others than those of the built-in city, whose sectors they are not
NAMES = tuple(f"UK {key}" for key in INDUSTRIES)
# Remote labour index and essential score of the divisions of each industry, Table 5 [%]
TABLE_5 = {
    "A": [(14, 100), (15, 0), (36, 100)],
    "D": [(31, 51), (42, 100), (33, 100), (30, 100)],
    "C": [
        (22, 99), (31, 47), (27, 18), (31, 89), (39, 90), (36, 71), (37, 96), (40, 98), (29, 60),
        (36, 20), (27, 20), (34, 18), (57, 10), (37, 46), (38, 20), (30, 65), (40, 17), (35, 43),
        (39, 95),
    ],
    "F": [(28, 51)],
    "G": [(45, 41), (50, 54), (50, 37)],
    "H": [(31, 83), (35, 81), (29, 100), (30, 99), (36, 100)],
    "I": [(35, 6)],
    "J": [(70, 48), (56, 34), (55, 99), (71, 99)],
    "KL": [(71, 100), (71, 100), (72, 100), (49, 6)],
    "M": [(64, 94), (54, 100), (59, 100), (60, 36), (61, 94)],
    "N": [(36, 42)],
    "O": [(45, 97)],
    "P": [(54, 100)],
    "Q": [(36, 100)],
    "RS": [(39, 47)],
    # nobody works to earn imputed rents
    "RENT": [(100, 100)],
}  # fmt: skip
# Change of household demand, of other final demand, and target stocks [d]
DEMAND = {
    "A": (-0.10, -0.14, 48.3), "D": (0.0, -0.13, 11.8), "C": (-0.10, -0.14, 40.5),
    "F": (-0.10, -0.15, 64.4), "G": (-0.10, -0.15, 31.3), "H": (-0.67, -0.15, 6.5),
    "I": (-0.80, -0.15, 7.4), "J": (0.0, -0.13, 7.7), "KL": (0.0, -0.15, 15.7),
    "M": (0.0, -0.15, 11.3), "N": (0.0, -0.14, 3.4), "O": (0.0, -0.01, 28.0),
    "P": (0.0, -0.02, 28.0), "Q": (0.0, 0.0, 3.0), "RS": (-0.80, -0.09, 2.3),
    "RENT": (0.0, 0.0, 34.2),
}  # fmt: skip
# What the government buys for all; the rest of consumption is households'
PUBLIC = ("O", "P", "Q")
# Monthly growth of March to June 2020 [%] (House of Commons Library, SN02787, September 2020), from
# which the mean of the second quarter against February follows
MONTHS = {
    "manufacturing": (-5.2, -24.6, 8.3, 11.0),
    "construction": (-5.4, -40.2, 7.6, 23.5),
    "services": (-7.5, -18.5, 1.5, 7.7),
}
SECTIONS = {"C": "manufacturing", "F": "construction"} | dict.fromkeys(INDUSTRIES[4:], "services")

# As in economy.sectors: critical for all; goods; makers of goods, builders and caterers
FOR_ALL, GOODS, CHAIN = ("D", "H"), ("A", "C"), ("A", "C", "F", "I")

CASE = """\
title = "United Kingdom, second quarter of 2020, table of 2019 in sixteen industries"
# days from 1 January: the shock from 23 March, the quarter from 1 April to 30 June
days = 182
shock_from = 82
shock_to = 182
window_from = 91
window_to = 182
function = "{function}"
"""


def table(folder: Path) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Return flows made at home, imported flows and accounts of sixteen industries.

    Parameters
    ----------
    folder : Path
        With the two files of the source.

    Returns
    -------
    tuple of float64[16, 16], float64[16, 16], DataFrame
        [million GBP/year]
    """
    one = pd.read_csv(folder / "test_load_data.csv")
    two = pd.read_csv(folder / "test_load_data_2d.csv")
    shape = (len(INDUSTRIES), len(INDUSTRIES))
    inputs = two["mValue"].to_numpy().reshape(shape)
    at_home = two["mValueUK"].to_numpy().reshape(shape)
    output = one["yValue"].to_numpy() * UNIT
    flows = inputs * output
    domestic, imported = flows * at_home, flows * (1 - at_home)
    left = np.maximum(0.0, output - domestic.sum(axis=1))
    use = np.stack(
        [
            (one[name] * one[f"{name}UK"]).to_numpy()
            for name in ("fValue", "IValue", "x1Value", "x2Value")
        ],
        axis=1,
    )
    total = _totals(use, left)
    parts = np.maximum(use * total, 0.0)
    parts *= (left / np.maximum(parts.sum(axis=1), 1e-12))[:, None]
    public = np.isin(INDUSTRIES, PUBLIC)
    # what the rounding of the source leaves of an industry's output is value added too
    accounts = pd.DataFrame(
        {
            "sector": NAMES,
            "output": output,
            "value_added": output - flows.sum(axis=0),
            "households": np.where(public, 0.0, parts[:, 0]),
            "government": np.where(public, parts[:, 0], 0.0),
            "investment": parts[:, 1],
            "exports": parts[:, 2] + parts[:, 3],
            "wages": output * one["hValue"].to_numpy(),
        }
    )
    # the rows close exactly
    accounts["households"] += output - domestic.sum(axis=1) - left
    return domestic, imported, accounts


def _totals(use: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return the size of each final use that fits the rows best, none below 0."""
    from scipy.optimize import nnls

    return nnls(use, left)[0]


def critical(domestic: np.ndarray, imported: np.ndarray, output: np.ndarray) -> pd.DataFrame:
    """Rate every input of every industry by the project's own rules: 1 critical, 0.5 important."""
    flags = pd.DataFrame(
        {
            "hauled": np.isin(INDUSTRIES, GOODS),
            "for_all": np.isin(INDUSTRIES, FOR_ALL),
            "chain": np.isin(INDUSTRIES, CHAIN),
        },
        index=list(INDUSTRIES),
    ).astype(float)
    share = load_parameters().value("production.chain_share")
    rated = ratings(list(INDUSTRIES), (domestic + imported) / output, flags, chain_share=share)
    return pd.DataFrame(rated / 2, index=list(NAMES), columns=list(NAMES))


def shocks() -> pd.DataFrame:
    """Return the shock to each industry, and what was published of its section. [1], [%]"""
    rows = []
    for key in INDUSTRIES:
        lost = np.mean([(1 - r / 100) * (1 - e / 100) for r, e in TABLE_5[key]])
        household, other, stock = DEMAND[key]
        section = SECTIONS.get(key, "")
        known = quarter(MONTHS[section]) if section else ""
        rows.append((f"UK {key}", lost, household, other, stock, section, known))
    names = ("sector", "labour", "household", "other", "stock_days", "section", "published")
    return pd.DataFrame(rows, columns=list(names))


def quarter(growth: tuple[float, ...]) -> float:
    """Return the mean of April to June against February, from monthly growth since March. [%]"""
    level = np.cumprod(1 + np.array(growth) / 100)
    return round(100 * float(level[1:].mean() - 1), 1)


def build(source: Path, folder: Path, *, function: str = "half-critical") -> None:
    """Write a case that ``twofronts economy-shock`` and the validation read.

    Parameters
    ----------
    source, folder : Path
        Where the table is; where the case goes.
    function : str
        Production function.
    """
    folder.mkdir(parents=True, exist_ok=True)
    domestic, imported, accounts = table(source)
    for name, flows in (("domestic", domestic), ("imported", imported)):
        frame = pd.DataFrame(flows, columns=list(NAMES))
        frame.insert(0, "sector", NAMES)
        frame.to_csv(folder / f"io_{name}.csv", index=False)
    accounts.to_csv(folder / "io_accounts.csv", index=False)
    critical(domestic, imported, accounts["output"].to_numpy()).to_csv(folder / "ratings.csv")
    shocks().to_csv(folder / "shocks.csv", index=False)
    (folder / "case.toml").write_text(CASE.format(function=function), encoding="utf-8")


def draw(result: ShockResult, path: Path) -> None:
    """Draw value added day by day, and the fall by section beside what was published."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    left.plot(100 * (result.path - 1), color="#205080")
    left.axhspan(-22.1, -21.5, color="#c05030", alpha=0.4, lw=0)
    left.set(xlabel="days from 1 January 2020", ylabel="value added against normal [%]")
    left.set_title(f"Quarter {result.change:.1f}%; published -21.5, then -22.1", fontsize=9)
    known = result.sections.dropna()
    place = np.arange(len(known))
    right.barh(place - 0.2, known["modelled"], 0.4, color="#205080", label="model")
    right.barh(place + 0.2, known["published"], 0.4, color="#c05030", label="published")
    right.set_yticks(place, known.index)
    right.set(xlabel="second quarter of 2020 [%]")
    right.legend(fontsize=8)
    figure.savefig(path, dpi=130)
    plt.close(figure)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))

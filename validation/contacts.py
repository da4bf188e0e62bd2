"""Contacts of the built residents of Nanjing against Jiangsu's, by setting and age.

``python -m validation.contacts`` redoes the picture and the tables of ``docs/residents.md``, and
prints the least-squares contacts of those who have a setting, which the parameters carry.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from twofronts.city import load_city
from twofronts.city.residents import Residents, build_residents
from twofronts.city.residents_contacts import AGE_GROUPS, SETTINGS, contact_table
from twofronts.writing import whole_file, write_text
from validation.rows import Row

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(str(files("twofronts"))) / "data" / "contacts"
SETTING_TOLERANCE = 0.20
TOTAL_TOLERANCE = 0.10
SMALLEST = 0.5  # contacts a day; smaller entries are in the table of docs/residents.md only
JIANGSU = "Jiangsu (Mistry 2021)"


def jiangsu() -> pd.DataFrame:
    """Return Jiangsu's contacts by age group and setting; "all" is weighted by its ages. [1/d]"""
    long = pd.read_csv(DATA / "jiangsu.csv")
    sums = long.drop(columns=["setting", "age"]).sum(axis=1)
    table = sums.groupby([long["age"], long["setting"]]).sum().unstack()
    table = table.loc[list(AGE_GROUPS), list(SETTINGS)]
    people = pd.read_csv(DATA / "jiangsu_ages.csv")
    group = np.minimum(people["age"] // 5, len(AGE_GROUPS) - 1)
    weight = np.bincount(group, people["persons"])
    table.loc["all"] = weight @ table.to_numpy() / weight.sum()
    table["total"] = table.sum(axis=1)
    return table


def run(residents: Residents | None = None) -> list[Row]:
    """Compare; build all residents of Nanjing unless some are given."""
    r = residents or build_residents(load_city("nanjing"))
    built, target = contact_table(r), jiangsu()
    tolerances = dict.fromkeys(SETTINGS, SETTING_TOLERANCE) | {"total": TOTAL_TOLERANCE}
    rows = [
        _row(
            f"contacts a day, {what}",
            built.loc["all", what],
            target.loc["all", what],
            tolerance,
            note="Fitted to, or taken from, the same figures: agreement is by construction.",
        )
        for what, tolerance in tolerances.items()
    ]
    for g in AGE_GROUPS:
        for what in (*SETTINGS, "total"):
            if target.loc[g, what] >= SMALLEST:
                name = f"contacts a day, {what}, age {g}"
                rows.append(_row(name, built.loc[g, what], target.loc[g, what], SETTING_TOLERANCE))
    return rows


def _row(name: str, value: float, target: float, tolerance: float, note: str = "") -> Row:
    return Row(
        name,
        float(value),
        float(target),
        (1 - tolerance) * float(target),
        (1 + tolerance) * float(target),
        JIANGSU,
        draws=1,
        unit="1/d",
        note=note,
    )


def fitted(residents: Residents) -> dict[str, float]:
    """Return the contacts of those who have a setting that come nearest to Jiangsu's by age."""
    ties, target = residents.ties.astype(float), jiangsu().loc[list(AGE_GROUPS)]
    group = np.minimum(np.arange(ties.shape[1]) // 5, len(AGE_GROUPS) - 1)
    by_group = np.array([np.bincount(group, row) for row in ties])
    people = by_group[0] + by_group[2]
    share, root = by_group / people, np.sqrt(people / people.sum())
    work, _ = nnls((share[4] * root)[:, None], target["work"].to_numpy() * root)
    school, _ = nnls((share[5:] * root).T, target["school"].to_numpy() * root)
    inside = float((by_group[1] + by_group[3]).sum() / people.sum())
    stages = ("kindergarten", "primary", "secondary", "tertiary")
    out = {f"contacts.school_{s}": float(x) for s, x in zip(stages, school, strict=True)}
    kin = float(jiangsu().loc["all", "home"]) - inside
    return {"contacts.work": float(work[0]), "contacts.kin": kin} | out


def picture(built: pd.DataFrame, target: pd.DataFrame, path: Path) -> None:
    """Draw contacts by age for every setting, built beside published."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 3, figsize=(13, 6.4), sharex=True, layout="constrained")
    x = np.arange(len(AGE_GROUPS))
    for axis, what in zip(axes.flat, (*SETTINGS, "total"), strict=False):
        axis.bar(x, built[what].iloc[:-1], 0.75, color="#9dbfd6", label="residents built")
        axis.plot(x, target[what].iloc[:-1], "o-", color="#b5432a", ms=4, label=JIANGSU)
        axis.set_title(
            f"{what}: {built.loc['all', what]:.2f} built, {target.loc['all', what]:.2f} published"
        )
        axis.set_xticks(x, [g.split("-")[0].rstrip("+") for g in AGE_GROUPS])
        axis.set_ylabel("contacts a day [1/d]")
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[1]:
        axis.set_xlabel("age, from")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    axes.flat[-1].axis("off")
    axes.flat[-1].legend(handles, labels, loc="center", frameon=False, fontsize=12)
    figure.suptitle("Contacts on an ordinary day, all residents of Nanjing")
    with whole_file(path) as part:
        figure.savefig(part, dpi=110, format="png")
    plt.close(figure)


def _markdown(built: pd.DataFrame, target: pd.DataFrame) -> str:
    lines = ["| age | " + " | ".join([*SETTINGS, "total"]) + " | total against Jiangsu |"]
    lines.append("|---" * 7 + "|")
    for g in built.index:
        cells = [f"{built.loc[g, s]:.2f} / {target.loc[g, s]:.2f}" for s in [*SETTINGS, "total"]]
        off = built.loc[g, "total"] / target.loc[g, "total"] - 1
        lines.append(f"| {g} | " + " | ".join(cells) + f" | {off:+.0%} |")
    return "\n".join(lines)


def main() -> None:
    r = build_residents(load_city("nanjing"))
    built, target = contact_table(r), jiangsu()
    picture(built, target, ROOT / "docs" / "images" / "contacts.png")
    page = ROOT / "docs" / "residents.md"
    text = page.read_text(encoding="utf-8")
    begin, end = "<!-- contacts -->\n", "\n<!-- end of contacts -->"
    head, rest = text.split(begin)
    write_text(page, head + begin + _markdown(built, target) + end + rest.split(end)[1])
    for row in run(r):
        print(f"{'ok  ' if row.ok else 'MISS'} {row.name}: {row.value:.3f} / {row.target:.3f}")
    for key, value in fitted(r).items():
        print(f"{key} = {value:.3f}")


if __name__ == "__main__":
    main()

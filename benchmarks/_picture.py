"""The picture of what a draw costs, from the figures of ``play`` and ``peers``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "cost-of-a-draw.png"
BLUE, BROWN = "#1f4e79", "#8a5a00"


def draw(figures: dict[str, list[dict[str, Any]]]) -> None:
    """Draw what a draw costs against residents and against infections, if both parts have run."""
    if not {"play", "peers"} <= set(figures):
        return
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    value = {f["name"]: float(f["value"]) for part in ("play", "peers") for f in figures[part]}
    small = {
        100_000: "Contained draw of 100,000", 1_000_000: "Contained draw of a million",
        9_314_685: "Contained draw of all residents",
    }  # fmt: skip
    cost = {n: value[f"{name}, one thread"] for n, name in small.items()}
    points = [
        (value["Contained draw of 100,000: infections"], cost[100_000]),
        (value["Contained draw of a million: infections"], cost[1_000_000]),
        (value["Contained draw: infections"], cost[9_314_685]),
    ]
    for name in ("Large outbreak of a million", "Large outbreak of all residents"):
        points.append((value[f"{name}: infections"], value[f"{name}, one thread"]))
    points.sort()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    left.loglog(list(cost), list(cost.values()), "o-", color=BLUE)
    left.annotate("Two Fronts", (1e6, cost[1_000_000]), xytext=(0, 8),
                  textcoords="offset points", color=BLUE)  # fmt: skip
    right.loglog(*zip(*points, strict=True), "o-", color=BLUE)
    right.annotate("Two Fronts", points[-1], xytext=(-70, -4), textcoords="offset points",
                   color=BLUE)  # fmt: skip
    for name, above in (("contained draw", 6), ("large outbreak", 8)):
        seconds = value.get(f"Covasim, {name} of a million")
        if seconds is None:
            continue
        at = value[f"Covasim, {name} of a million: infections"]
        if name == "contained draw":
            left.loglog(1e6, 1e3 * seconds, "s", color=BROWN)
            left.annotate("Covasim", (1e6, 1e3 * seconds), xytext=(8, -4),
                          textcoords="offset points", color=BROWN)  # fmt: skip
        right.loglog(at, 1e3 * seconds, "s", color=BROWN)
        side = 8 if name == "contained draw" else -60
        right.annotate("Covasim, 1 million", (at, 1e3 * seconds), xytext=(side, above),
                       textcoords="offset points", color=BROWN)  # fmt: skip
    left.set(xlabel="residents", ylabel="milliseconds a draw", title="Contained outbreak, 90 days")
    right.set(xlabel="infections in the draw", ylabel="milliseconds a draw", title="Any outbreak")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    low, high = left.get_ylim()
    left.set_ylim(min(low, 0.1), high * 3)
    right.set_ylim(top=4 * right.get_ylim()[1])
    figure.savefig(PICTURE, dpi=130)
    plt.close(figure)

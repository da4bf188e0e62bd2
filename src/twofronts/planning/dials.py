"""The four balances of the meeting as dials between 0 and 1, each with a stated definition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twofronts.measures import Rulebook, load_catalogue
from twofronts.measures.catalogue import Measure
from twofronts.measures.words import levels_of

# Measures by which the city lets people, vehicles and firms through, or not
GATES = (
    "province_border", "city_border", "inner_checkpoints", "arrivals_quarantine", "community",
    "clinics", "resumption_scheme", "inspection",
)  # fmt: skip
# Measures that hold work back
WORK = ("resumption_scheme", "attendance_essential", "attendance_industry", "attendance_services")


@dataclass(frozen=True, slots=True)
class Dial:
    """One balance: where a plan stands between its two ends, and how that was read.

    ``value`` is 0 at the end named first in ``ends_en``, 1 at the other.
    """

    key: str
    value: float
    en: str
    zh: str
    ends_en: tuple[str, str]
    ends_zh: tuple[str, str]
    definition_en: str
    definition_zh: str


def _shares(book: Rulebook, measure: Measure) -> np.ndarray:
    """Return a measure's level in each grade against its highest, float64[3]. [1]."""
    levels = levels_of(book, measure).by_grade()
    top = len(measure.level) - 1
    return np.array([measure.index(key) / top for key in levels])


def dials(book: Rulebook) -> tuple[Dial, ...]:
    """Read the four balances off a rulebook's starting levels; all grades count alike.

    Parameters
    ----------
    book : Rulebook

    Returns
    -------
    tuple of Dial
        Control and growth, one chessboard and differentiation, managing and letting go, strict
        and moderate.
    """
    known = load_catalogue().measure
    share = {key: _shares(book, m) for key, m in known.items()}
    tight = [share[k].mean() for k, m in known.items() if m.kind != "support"]
    helped = [
        share[k].mean()
        for k, m in known.items()
        if m.kind == "support" and m.line in ("traffic", "economy", "resumption")
    ]
    free = [1.0 - share[k].mean() for k in WORK]
    control, growth = float(np.mean(tight)), float(np.mean(helped + free))
    graded = [np.ptp(share[k]) for k, m in known.items() if m.scope == "graded"]
    gates = float(np.mean([share[k].mean() for k in GATES]))
    asked = sum(_burden(book, m) for m in known.values() if m.kind == "restriction")
    most = sum(m.level[-1].burden.weight for m in known.values() if m.kind == "restriction")
    return (
        Dial(
            "control_growth", growth / (control + growth) if control + growth > 0 else 0.5,
            "Control and growth", "防控与发展", ("control", "growth"), ("防控", "发展"),
            "mean level of help to work and of freedom to work, against that plus the mean level "
            "of restrictions and protections; levels as shares of the highest",
            "复工支持与放开程度均值，占其与限制、防护等级均值之和的比例；等级按最高级折算",
        ),
        Dial(
            "uniform_graded", float(np.mean(graded)),
            "One chessboard and differentiation", "一盘棋与分类施策",
            ("the same everywhere", "by grade"), ("一盘棋", "分类施策"),
            "mean over graded measures of the gap between the highest and the lowest level of any "
            "two grades, as a share of the measure's highest level",
            "各分级措施在三级风险区之间最高与最低等级之差的均值，按最高级折算",
        ),
        Dial(
            "manage_release", 1.0 - gates,
            "Managing and letting go", "管与放", ("managing", "letting go"), ("管", "放"),
            "1 less the mean level of checkpoints, quarantine of arrivals, compounds, clinics, "
            "the scheme of resumption and inspection, as shares of the highest",
            "1 减去卡口、外来人员隔离、小区、门诊、复工方式与检查等级的均值，按最高级折算",
        ),
        Dial(
            "strict_moderate", 1.0 - asked / most,
            "Strict and moderate", "从严与适度", ("strict", "moderate"), ("从严", "适度"),
            "1 less the burden weights of the restrictions, meaned over grades, as a share of "
            "their highest",
            "1 减去各项限制的负担权重（三级均值）占最高值的比例",
        ),
    )  # fmt: skip


def _burden(book: Rulebook, measure: Measure) -> float:
    keys = levels_of(book, measure).by_grade()
    return float(np.mean([measure.level[measure.index(k)].burden.weight for k in keys]))

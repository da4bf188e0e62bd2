"""The arrays that leave this room, declared once."""

from __future__ import annotations

from twofronts.variables import DIMS, declare

DIMS.setdefault("area", "the whole city, then its districts")

_A = ("area", "day")
_Q = ("quantile", "area", "day")

declare(
    "observed_new_confirmed", _A, "float64", "persons/d", "sum", "sum",
    "New confirmed cases by day of report; NaN where not reported.", "新增确诊",
)  # fmt: skip
declare(
    "observed_cum_confirmed", _A, "float64", "persons", "last", "sum",
    "Confirmed cases in all by the end of the day; NaN where not reported.", "累计确诊",
)  # fmt: skip
declare(
    "observed_cum_cured", _A, "float64", "persons", "last", "sum",
    "Cured patients in all by the end of the day; NaN where not reported.", "累计治愈",
)  # fmt: skip
declare(
    "observed_cum_deaths", _A, "float64", "persons", "last", "sum",
    "Deaths in all by the end of the day; NaN where not reported.", "累计死亡",
)  # fmt: skip
declare(
    "observed_in_hospital", _A, "float64", "persons", "last", "sum",
    "Patients in hospital at the end of the day; NaN where not reported.", "在院",
)  # fmt: skip
declare(
    "estimated_local", _A, "float64", "persons/d", "sum", "sum",
    "New confirmed cases reckoned to be infected in the city.", "本地病例",
)  # fmt: skip
declare(
    "estimated_imported", _A, "float64", "persons/d", "sum", "sum",
    "New confirmed cases reckoned to be infected elsewhere.", "输入病例",
)  # fmt: skip
declare(
    "estimated_r", _Q, "float64", "1", "none", "none",
    "Smoothed reproduction number of each day; NaN where there is no finding.", "平滑再生数",
)  # fmt: skip
declare(
    "estimated_r_mean", _A, "float64", "1", "none", "none",
    "Mean of the smoothed reproduction number.", "平滑再生数均值",
)  # fmt: skip
declare(
    "estimated_r_above_one_prob", _A, "float64", "1", "none", "none",
    "Probability that the smoothed reproduction number exceeds 1.", "再生数大于 1 的概率",
)  # fmt: skip
declare(
    "estimated_r_informed", _A, "float64", "1", "none", "none",
    "How much the data narrowed the prior: 0 not at all, 1 to a point.", "数据信息量",
)  # fmt: skip
declare(
    "estimated_r_closed", _Q, "float64", "1", "none", "none",
    "Closed-form reproduction number of the window that ends on the day.", "闭式再生数",
)  # fmt: skip
declare(
    "estimated_pressure", _A, "float64", "persons/d", "sum", "sum",
    "Cases of the days before, weighted by the serial interval.", "传染压力",
)  # fmt: skip
declare(
    "estimated_grade", ("area",), "int8", "1", "none", "none",
    "Grade of the area on the last day: 0 low, 1 medium, 2 high.", "风险等级",
)  # fmt: skip
declare(
    "estimated_onsets", ("quantile", "day"), "float64", "persons/d", "sum", "sum",
    "Onsets of the city's cases by day, those not reported yet reckoned in; NaN without a line "
    "list.", "发病人数（含未报告）",
)  # fmt: skip
declare(
    "estimated_reported_share", ("day",), "float64", "1", "none", "none",
    "Chance that a case with onset on the day has been reported by now; NaN without a line list.",
    "已报告比例",
)  # fmt: skip

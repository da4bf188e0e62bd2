"""What the columns of the brief's tables mean, with units, in both languages (columns.csv)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# Of each daily series, and of what a measure changes: its unit
SERIES = {
    "infections": "persons",
    "confirmed": "persons",
    "in_care": "persons",
    "icu": "persons",
    "quarantined": "persons",
    "idle_quarantine": "persons",
    "imported": "persons",
    "burden": "d/resident",
    "value_lost": "CNY",
    "firms": "1",
    "staff": "1",
    "output": "1",
}
_RANGE = {
    "low": ("low end of the 90% interval of the mean", "均值90%区间下限"),
    "high": ("high end of the 90% interval of the mean", "均值90%区间上限"),
    "from": ("low end of the range that holds 90% of the courses", "含90%模拟的范围下限"),
    "to": ("high end of the range that holds 90% of the courses", "含90%模拟的范围上限"),
}
_PARTS = {
    "harm": ("CNY", "change of total harm", "综合损失变化"),
    "infections": ("persons", "change of infections", "感染人数变化"),
    "deaths": ("persons", "change of deaths", "死亡人数变化"),
    "value_added_lost": ("CNY", "change of value added lost", "增加值损失变化"),
    "burden": ("person-days", "change of burden on residents", "居民负担变化"),
}
_ANY = {
    "date": ("date", "day", "日期"),
    "option": ("", "set of measures: key", "方案代码"),
    "option_en": ("", "set of measures, in English", "方案英文名"),
    "option_zh": ("", "set of measures, in Chinese", "方案中文名"),
    "en": ("", "name in English", "英文名"),
    "zh": ("", "name in Chinese", "中文名"),
    "name_en": ("", "name in English", "英文名"),
    "name_zh": ("", "name in Chinese", "中文名"),
    "line": ("", "line of work", "条线"),
    "measure": ("", "measure: key", "措施代码"),
    "unit": ("", "unit of the row", "本行单位"),
    "mean": ("as unit", "mean over the courses", "模拟均值"),
    "limit": ("", "limit that fewer courses keep without it", "取消后受影响最大的底线"),
    "limit_prob": ("1", "share of courses that still keep that limit", "仍守住该底线的比例"),
    "breach": ("1", "by how much limits are missed further, added up", "底线差距增加合计"),
    "median": ("1", "middle of the courses", "中位数"),
    "prob": ("1", "probability", "概率"),
    "low": ("as unit", "low end of the 90% interval", "90%区间下限"),
    "high": ("as unit", "high end of the 90% interval", "90%区间上限"),
} | {
    f"q{n:02d}": ("as unit", f"{n}% of the courses lie below", f"{n}%的模拟低于此值")
    for n in (5, 25, 50, 75, 95)
}
# Of one table; goes before what a column means in any
_OWN = {
    "figures.name": ("", "name by which the text asks for it", "文中引用名"),
    "figures.value": ("as unit", "value", "数值"),
    "figures.level": ("1", "coverage of the interval", "区间覆盖率"),
    "figures.origin": ("", "where it comes from", "来源"),
    "course.series": ("", "daily series", "逐日序列"),
    "rates_by_sector.sector": ("", "sector", "行业代码"),
    "rates_by_district.district": ("", "district", "区代码"),
    "limits.constraint": ("", "limit: key", "底线代码"),
    "limits.outcome": ("", "outcome that it limits", "所限结果"),
    "limits.limit": ("of the outcome", "where it lies", "底线值"),
    "limits.required": ("1", "share of courses asked to keep it", "要求守住的比例"),
    "limits.holds": ("yes/no", "whether that share is reached", "是否达到要求"),
    "limits.prob": ("1", "share of courses that keep it", "守住的模拟比例"),
    "limits.low": ("1", "low end of its 90% interval", "其90%区间下限"),
    "limits.high": ("1", "high end of its 90% interval", "其90%区间上限"),
    "limits.rulebook": ("", "rulebook: name", "方案文件名"),
    "advantage.baseline": ("", "compared with", "比较对象"),
    "advantage.searched": ("CNY", "less harm, as the search saw it", "搜索时所见的损失减少"),
    "advantage.mean": ("CNY", "less harm, mean on unseen courses", "未用过的模拟中损失减少均值"),
    "advantage.prob": ("1", "share of courses in which the plan is better", "方案更优的比例"),
    "advantage.curse": ("CNY", "searched less unseen: luck of the search", "搜索中的偶然成分"),
    "changes.way": ("", "which way it moves from today", "调整方向"),
    "changes.day": ("d", "first day, counted from the first of the run", "自模拟首日起第几天执行"),
    "means.means": ("", "means: key", "资源代码"),
    "means.unit": ("pieces", "of how many the gain is told", "每份数量"),
    "means.amount": ("pieces", "how many more were tried", "试增数量"),
    "means.gain": ("CNY", "less harm for one unit more", "每增一份减少的损失"),
    "turns.parameter": ("", "what was varied: key", "参数代码"),
    "turns.advantage_low": ("CNY", "mean advantage in its lowest fifth", "最低五分之一的平均领先"),
    "turns.advantage_high": (
        "CNY",
        "mean advantage in its highest fifth",
        "最高五分之一的平均领先",
    ),
    "turns.swing": ("CNY", "highest less lowest", "两者之差"),
    "turns.middle_low": ("CNY", "middle advantage in its lowest fifth", "最低五分之一的中位领先"),
    "turns.middle_high": ("CNY", "middle advantage in its highest fifth", "最高五分之一的中位领先"),
    "turns.rank_correlation": ("1", "rank correlation with the advantage", "与领先的秩相关"),
    "turns.flips": ("yes/no", "whether the mean advantage changes sign", "平均领先是否变号"),
    "assumptions.key": ("", "parameter", "参数代码"),
    "assumptions.value": ("as unit", "value", "取值"),
    "assumptions.low": ("as unit", "low end of its range", "取值范围下限"),
    "assumptions.high": ("as unit", "high end of its range", "取值范围上限"),
    "assumptions.grade": ("", "measured, published, calibrated or assumed", "等级"),
    "assumptions.source": ("", "source in English", "英文来源"),
    "assumptions.source_zh": ("", "source in Chinese", "中文来源"),
    "fit.reported": ("persons", "confirmed that day, as reported", "报告确诊数"),
    "grades.code": ("", "district", "区代码"),
    "grades.grade": ("", "0 low, 1 medium, 2 high", "0低 1中 2高"),
    "grades.certain": ("yes/no", "whether no doubt is left", "是否确定"),
    "grades.reason_en": ("", "why, in English", "英文理由"),
    "grades.reason_zh": ("", "why, in Chinese", "中文理由"),
    "grades.changes_on": ("date", "day on which it changes if nothing comes", "无新增时的变更日"),
    "reproduction.value": ("1", "infected by one case", "每名病例再传染人数"),
    "more_cases.prob": ("1", "chance of further cases, as now", "仍有后续病例的概率（维持措施）"),
    "more_cases.prob_lifted": ("1", "the same, measures lifted", "同上（取消措施）"),
    "reports.new_confirmed": ("persons/d", "confirmed that day", "当日新增确诊"),
    "reports.cum_confirmed": ("persons", "confirmed so far", "累计确诊"),
    "reports.cum_cured": ("persons", "cured so far", "累计治愈"),
    "reports.cum_deaths": ("persons", "died so far", "累计死亡"),
    "reports.in_hospital": ("persons", "in hospital", "在院"),
    "reports.severe": ("persons", "of these severe or critical", "其中重症、危重症"),
    "reports.contacts_traced": ("persons", "contacts traced so far", "累计追踪密接"),
    "reports.contacts_observed": ("persons", "contacts under observation", "在医学观察密接"),
}
# Tables whose unnamed unit is one
_UNIT = {"fit": "persons", "advantage": "CNY", "means": "CNY", "reproduction": "1"}
_SHARES = ("rates_by_sector", "rates_by_district")


def meaning(table: str, column: str) -> tuple[str, str, str]:
    """Return unit, English and Chinese meaning of a column.

    Raises
    ------
    KeyError
        If nobody has written what it means.
    """
    own = _OWN.get(f"{table}.{column}")
    if own is not None:
        return own
    stem, _, end = column.rpartition("_")
    if column in _PARTS:
        return _PARTS[column]
    if stem in _PARTS or (stem == "gain" and table == "means"):
        unit = _PARTS[stem][0] if stem in _PARTS else "CNY"
        return (unit, *_RANGE[end])
    if column in _RANGE and table == "advantage":
        return ("CNY", *_RANGE[column])
    if column == "rate" and table in _SHARES:
        return ("", "rate and when: first or last day", "比率及时点（首日、末日）")
    unit, en, zh = _ANY[column]
    if unit == "as unit":
        unit = "1" if table in _SHARES else _UNIT.get(table, "see column unit")
    return unit, en, zh


def columns_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what every column of every table means.

    Parameters
    ----------
    tables : mapping of str to DataFrame

    Returns
    -------
    pandas.DataFrame
        ``table``, ``column``, ``unit``, ``en``, ``zh``.
    """
    rows = [
        (name, str(column), *meaning(name, str(column)))
        for name, table in tables.items()
        for column in table.columns
    ]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "en", "zh"])

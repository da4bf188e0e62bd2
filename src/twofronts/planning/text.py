"""A plan in plain text, Chinese or English: decisions by line of work, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from twofronts.measures.catalogue import LINES, load_catalogue
from twofronts.planning.explain import told_by_draw
from twofronts.planning.sensitivity import parameter_names
from twofronts.wording import Lang, said_in

if TYPE_CHECKING:
    from twofronts.measures.rulebook import Rulebook
    from twofronts.planning.plan import Alternative, Plan

# A plan is nearly as good if it does at most this much more harm, as a share of the plan's
NEAR = 0.1

_WORDS: dict[str, dict[str, str]] = {
    "goal": {"en": "Goal", "zh": "目标"},
    "evaluated": {"en": "Rulebooks evaluated", "zh": "已评估方案数"},
    "without": {"en": "without it, harm {0} million", "zh": "取消后损失{0}百万元"},
    "needed": {"en": "the constraints need it", "zh": "满足约束所需"},
    "constraints": {"en": "Constraints on fresh draws", "zh": "约束条件（新抽样）"},
    "held": {"en": "held in {0} of draws, {1} wanted", "zh": "{0} 的抽样满足，要求 {1}"},
    "advantage": {
        "en": "Advantage in harm on fresh draws, million (90% interval)",
        "zh": "新抽样下的损失减少，百万元（90%区间）",
    },
    "curse": {"en": "the search had seen {0}", "zh": "搜索时为 {0}"},
    "balances": {"en": "The four balances", "zh": "四个平衡"},
    "means": {"en": "What more would buy, million", "zh": "增加资源的收益，百万元"},
    "flips": {"en": "What goes with the advantage most closely", "zh": "与领先关联最大的参数"},
    "flip": {
        "en": "ahead by {0} in the middle draw of its lowest fifth, by {1} in that of its highest",
        "zh": "最低五分之一领先的中位数为 {0}，最高五分之一为 {1}",
    },
    "others": {"en": "Nearly as good, and different", "zh": "接近最优的不同方案"},
    "other": {"en": "{0} million of harm on unseen draws", "zh": "新抽样下损失{0}百万元"},
    "no_other": {
        "en": "none was found that does at most a tenth more harm",
        "zh": "未找到损失多出不超过一成的其他方案",
    },
    "not": {"en": "Not every constraint is kept", "zh": "未满足全部约束"},
    "dropped": {"en": "Left out, since they gain nothing", "zh": "无增益而取消"},
}  # fmt: skip

# Between name and value, and around a range: Chinese has marks of full width
_MARKS: dict[str, dict[str, str]] = {
    "en": {":": ": ", ";": "; ", ",": ", ", "(": " (", "far": "  (", ")": ")"},
    "zh": {":": "：", ";": "；", ",": "，", "(": "（", "far": "（", ")": "）"},
}


def plan_text(plan: Plan, lang: Lang) -> str:
    """Return a plan in words.

    Parameters
    ----------
    plan : Plan
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    w = {key: value[lang] for key, value in _WORDS.items()} | _MARKS[lang]
    lines = [
        f"{w['goal']}{w[':']}{plan.front.goal.words[lang]}",
        f"{w['evaluated']}{w[':']}{plan.front.evaluated:,}",
    ]
    if not plan.feasible:
        lines += ["", w["not"], *(f"  {text}" for text in plan.reasons[lang])]
    lines += _decisions(plan, lang, w)
    lines += ["", w["constraints"]]
    for c in plan.constraints.to_dict("records"):
        text = w["held"].format(f"{c['prob']:.1%}", f"{c['required']:.0%}")
        lines.append(f"  {c[lang]}{w[':']}{text}")
    lines += ["", w["advantage"]]
    names = titles({c.name: c.book for c in plan.front.baselines}, lang)
    for a in plan.advantage.to_dict("records"):
        seen = w["curse"].format(f"{a['searched']:,.1f}")
        name, mean = names[a["baseline"]], f"{a['mean']:,.1f}"
        band = f"{w['(']}{a['low']:,.1f} – {a['high']:,.1f}{w[')']}"
        lines.append(f"  {name}{w[':']}{mean}{band}{w[';']}{seen}")
    lines += ["", w["balances"]]
    for dial in plan.dials:
        name, ends = getattr(dial, lang), getattr(dial, f"ends_{lang}")
        scale = f"{w['far']}0 {ends[0]}{w[',']}1 {ends[1]}{w[')']}"
        lines.append(f"  {name}{w[':']}{dial.value:.2f}{scale}")
    lines += _reasons(plan, lang, w)
    return "\n".join([*lines, *(f"* {said_in(text, lang)}" for text in plan.status.advice)])


def titles(books: Mapping[str, Rulebook], lang: Lang) -> dict[str, str]:
    """Return what to call rulebooks: by name in English, in Chinese by title, told apart.

    Parameters
    ----------
    books : mapping of str to Rulebook
    lang : "en" or "zh"

    Returns
    -------
    dict of str to str
        By name. One without a Chinese title, or that shares it with another, keeps its name.
    """
    own = {n: b.title.get("zh", "") if lang == "zh" else "" for n, b in books.items()}
    words = list(own.values())
    return {n: t if t and words.count(t) == 1 else n for n, t in own.items()}


def _decisions(plan: Plan, lang: Lang, w: dict[str, str]) -> list[str]:
    lines: list[str] = []
    table = plan.by_line()
    for line in LINES:
        lines += ["", LINES[line][lang]]
        for row in table[table["line"] == line].to_dict("records"):
            why = [w["without"].format(f"{row['gain']:+,.1f}")] if np.isfinite(row["gain"]) else []
            why += [w["needed"]] if row["needed"] else []
            reason = f"{w['far']}{w[';'].join(why)}{w[')']}" if why else ""
            lines.append(f"  {row[lang]}{w[':']}{row[f'level_{lang}']}{reason}")
    return lines


def _reasons(plan: Plan, lang: Lang, w: dict[str, str]) -> list[str]:
    lines: list[str] = ["", w["means"]]
    rows: list[dict[str, Any]] = plan.means.to_dict("records")  # type: ignore[assignment]
    for m in rows:
        band = f"{w['(']}{m['gain_low']:.3g} – {m['gain_high']:.3g}{w[')']}"
        lines.append(f"  {m[lang]}{w[':']}{m['gain']:.3g}{band}")
    lines += ["", w["flips"]]
    names = parameter_names(plan.unseen.parameters)
    for f in plan.flips.head(5).to_dict("records"):
        low, high = f"{f['middle_low']:,.1f}", f"{f['middle_high']:,.1f}"
        key = str(f["parameter"])
        name = names.get(key, {}).get(lang, key)
        lines.append(f"  {name}{w[':']}{w['flip'].format(low, high)}")
    lines += ["", w["others"]]
    near = nearly_as_good(plan)
    lines += [] if near else [f"  {w['no_other']}"]
    for a, gap in near:
        lines.append(f"  - {w['other'].format(f'{gap:+,.1f}')}")
        lines += [f"    {text}" for text in a.differences[lang]]
    if plan.dropped:
        known = load_catalogue().measure
        left = (", " if lang == "en" else "、").join(known[m].name[lang] for m in plan.dropped)
        lines += ["", f"{w['dropped']}{w[':']}{left}"]
    return lines


def nearly_as_good(plan: Plan) -> list[tuple[Alternative, float]]:
    """Return the alternatives that do at most a tenth more harm on the same unseen draws.

    Where the plan keeps every constraint, they do too.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of (Alternative, float)
        With the mean of the paired difference. [million]
    """
    goal, mine = plan.front.goal, plan.fresh.outcomes("planned")
    most = NEAR * abs(float(told_by_draw(goal, mine).mean()))
    found = []
    for a in plan.alternatives:
        if plan.feasible and goal.shortfall(a.outcomes) > 0.0:
            continue
        own = told_by_draw(goal, mine[: len(a.outcomes)])
        gap = float((told_by_draw(goal, a.outcomes) - own).mean())
        if gap <= most:
            found.append((a, gap))
    return found

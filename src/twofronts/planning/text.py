"""A plan in plain text, Chinese or English: decisions by line of work, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from twofronts.measures.catalogue import LINES

if TYPE_CHECKING:
    from twofronts.planning.plan import Plan

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
    "flips": {"en": "What moves the advantage most", "zh": "最影响结论的参数"},
    "flip": {
        "en": "{0} in its lowest fifth, {1} in its highest",
        "zh": "最低五分之一 {0}，最高 {1}",
    },
    "others": {"en": "Nearly as good, and different", "zh": "接近最优的不同方案"},
    "not": {"en": "Not every constraint is kept", "zh": "未满足全部约束"},
    "dropped": {"en": "Left out, since they gain nothing", "zh": "无增益而取消"},
}  # fmt: skip


def plan_text(plan: Plan, lang: str) -> str:
    """Return a plan in words.

    Parameters
    ----------
    plan : Plan
    lang : "en" or "zh"

    Returns
    -------
    str
    """
    w = {key: value[lang] for key, value in _WORDS.items()}
    lines = [
        f"{w['goal']}: {plan.front.goal.words[lang]}",
        f"{w['evaluated']}: {plan.front.evaluated:,}",
    ]
    if not plan.feasible:
        lines += ["", w["not"], *(f"  {text}" for text in plan.reasons[lang])]
    lines += _decisions(plan, lang, w)
    lines += ["", w["constraints"]]
    for c in plan.constraints.to_dict("records"):
        text = w["held"].format(f"{c['prob']:.1%}", f"{c['required']:.0%}")
        lines.append(f"  {c[lang]}: {text}")
    lines += ["", w["advantage"]]
    for a in plan.advantage.to_dict("records"):
        seen = w["curse"].format(f"{a['searched']:,.1f}")
        lines.append(
            f"  {a['baseline']}: {a['mean']:,.1f} ({a['low']:,.1f} – {a['high']:,.1f}); {seen}"
        )
    lines += ["", w["balances"]]
    for dial in plan.dials:
        name, ends = getattr(dial, lang), getattr(dial, f"ends_{lang}")
        lines.append(f"  {name}: {dial.value:.2f}  (0 {ends[0]}, 1 {ends[1]})")
    lines += _reasons(plan, lang, w)
    return "\n".join([*lines, *(f"* {text}" for text in plan.status.advice)])


def _decisions(plan: Plan, lang: str, w: dict[str, str]) -> list[str]:
    lines: list[str] = []
    table = plan.by_line()
    for line in LINES:
        lines += ["", LINES[line][lang]]
        for row in table[table["line"] == line].to_dict("records"):
            why = [w["without"].format(f"{row['gain']:+,.1f}")] if np.isfinite(row["gain"]) else []
            why += [w["needed"]] if row["needed"] else []
            reason = f"  ({'; '.join(why)})" if why else ""
            lines.append(f"  {row[lang]}: {row[f'level_{lang}']}{reason}")
    return lines


def _reasons(plan: Plan, lang: str, w: dict[str, str]) -> list[str]:
    lines: list[str] = ["", w["means"]]
    rows: list[dict[str, Any]] = plan.means.to_dict("records")  # type: ignore[assignment]
    for m in rows:
        lines.append(f"  {m[lang]}: {m['gain']:.3g} ({m['gain_low']:.3g} – {m['gain_high']:.3g})")
    lines += ["", w["flips"]]
    for f in plan.flips.head(5).to_dict("records"):
        low, high = f"{f['advantage_low']:,.1f}", f"{f['advantage_high']:,.1f}"
        lines.append(f"  {f['parameter']}: {w['flip'].format(low, high)}")
    if plan.alternatives:
        lines += ["", w["others"]]
        for a in plan.alternatives:
            lines.append(f"  - {a.candidate.harm - plan.front.best.harm:+,.1f}")
            lines += [f"    {text}" for text in a.differences[lang]]
    if plan.dropped:
        lines += ["", f"{w['dropped']}: {', '.join(plan.dropped)}"]
    return lines

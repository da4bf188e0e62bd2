"""What the core says of a bad rulebook, in Chinese for Chinese readers.

The core speaks English. Each of its sentences about a rulebook has one here, with the names and
numbers that stand in it; a sentence that has none is shown as the core wrote it.
"""

from __future__ import annotations

import re

_Q = r"['\"]?(.+?)['\"]?"
_SAID = (
    # what
    (r"no rulebook is called (.+)", "没有名为 {0} 的规则册"),
    (r"the file is empty", "文件为空"),
    (r"not UTF-8 text", "不是 UTF-8 文本"),
    (r"not a TOML file", "不是有效的 TOML"),
    (r"a date that does not exist", "日期不存在"),
    (rf"unknown measure {_Q}", "未知措施 {0}"),
    (rf"unknown key {_Q}", "未知键 {0}"),
    (r"(\S+) is missing", "缺少 {0}"),
    (r"(\S+) is (\S+), above (\S+)", "{0} 为 {1}，高于 {2}"),
    (r"(\S+) is (\S+), below (\S+)", "{0} 为 {1}，低于 {2}"),
    (rf"(\S+) has no level {_Q}", "{0} 没有等级 {1}"),
    (r"(\S+) is lower in a higher grade", "{0} 在较高风险等级反而较松"),
    (r"(\S+) has no basis", "{0} 没有依据"),
    (r"(\S+) has no end", "{0} 没有期限"),
    (r"changes are out of order: (.+) stands after a later one",
     "变更次序有误：{0} 排在更晚的变更之后"),
    (r"(\S+) changes twice at once \((.+)\)", "{0} 同日变更两次（{1}）"),
    (r"it ends on (\S+), before it begins on (\S+)", "{0} 结束，早于开始日 {1}"),
    (r"(\S+) does not work at checkpoints", "{0} 不在卡口执行"),
    (r"(\S+) holds for the whole city", "{0} 适用于全市"),
    (r"(\S+) is not told by sector", "{0} 不分行业"),
    (r"overrides (\d+) and (\d+) overlap", "单独规定 {0} 与 {1} 重叠"),
    # why
    (r"it is neither a built-in one nor a file", "既不是内置规则册，也不是文件"),
    (r"a rulebook has at least a name", "规则册至少要有名称"),
    (r"a rulebook sets measures of the catalogue", "规则册只能设置目录中的措施"),
    (r"a key that nobody reads would be lost in silence", "无人读取的键会被悄悄忽略"),
    (r"it cannot be left out", "此项不可缺省"),
    (r"it lies above what can be", "超出可能的上限"),
    (r"it lies below what can be", "低于可能的下限"),
    (r"a rulebook's entries have a fixed form", "规则册各项有固定格式"),
    (r"its levels are (.+)", "可选等级：{0}"),
    (r"a district with more cases cannot be asked for less: (.+)", "病例较多的区要求不能更低：{0}"),
    (r"it restricts people, and a restriction rests on a law or a decision that can be named",
     "此措施限制人员，限制须有可指明的法律或决定作依据"),
    (r"a restriction on people ends on a date unless it is renewed",
     "对人员的限制须有期限，除非续期"),
    (r"changes are listed in the order in which they happen", "变更须按发生次序列出"),
    (r"change (\d+) already sets it then", "变更 {0} 已在当日作出规定"),
    (r"an order is in force from its first to its last day", "命令自首日至末日有效"),
    (r"a checkpoint has a level of the measure of its tier only", "卡口只有其所属层级措施的等级"),
    (r"it cannot have a level of its own in one district, compound, enterprise or sector",
     "不能为单个区、小区、企业或行业另定等级"),
    (r"only attendance at work is: other measures hold where people live or meet",
     "只有到岗上限分行业：其他措施按居住或聚集场所执行"),
    (r"both set (.+) of (.+) on the same days", "两者在相同日期规定 {1} 的 {0}"),
    # what to do
    (rf"write {_Q} if you meant that(?:; `twofronts measures` lists them)?",
     "如果是指 {0}，请改写"),
    (r"choose of (.+?)(?:; `twofronts measures` lists them)?", "请从以下选择：{0}"),
    (r"write a value not (above|below) (\S+)", "请改为允许范围内的值（界限 {1}）"),
    (r"add (\S+) = \.\.\.", "请补上 {0} = ..."),
    (r"add basis = (.+) here, or a basis for all under \[orders\]",
     "请在此补上 basis = {0}，或在 [orders] 下统一规定依据"),
    (r"add until = (\S+) or days = (\d+) here, or an end for all under \[orders\]",
     "请在此补上 until = {0} 或 days = {1}，或在 [orders] 下统一规定期限"),
    (r"order the three levels from low to high, or give one level for all",
     "请将三个等级由低到高排列，或统一为一个等级"),
    (r"move it up, or correct the date", "请前移，或更正日期"),
    (r"keep one of the two", "请保留其中一项"),
    (r"put the two dates in order", "请调整两个日期的先后"),
    (r"set it under \[measures\] or \[\[changes\]\]", "请在 [measures] 或 [[changes]] 下设置"),
    (r"end the first before the second begins, or keep one", "请先结束前一项，或只保留一项"),
    (r"write a day of the calendar, as (\S+)", "请写日历中的日期，如 {0}"),
    (r"correct the line it names; `twofronts rulebook new PATH` writes one that is right",
     "请改正所指的行；`twofronts rulebook new PATH` 可生成正确的样例"),
    (r"correct the value; see (\S+)", "请改正此值；参见 {0}"),
    (r"save the file as UTF-8 .+", "请将文件另存为 UTF-8"),
    (r"write one with `twofronts rulebook new PATH`", "可用 `twofronts rulebook new PATH` 生成"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.S), said) for pattern, said in _SAID)


def in_chinese(text: str) -> str:
    """A sentence of the core about a rulebook in Chinese; itself where there is none."""
    for pattern, said in _PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            return said.format(*match.groups())
    return text

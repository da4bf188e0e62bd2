"""Every array that front two hands out."""

from __future__ import annotations

from twofronts.variables import declare

_CELL = ("draw", "day", "sector", "district")
_SECTOR = ("draw", "day", "sector")
_GOOD = ("draw", "day", "good")

# What limits a sector, in the order of the kernel's BOUND_ codes
BINDING = ("nothing", "labour", "masks", "input", "freight", "demand")
BINDING_ZH = ("无", "用工", "口罩", "原材料", "物流", "需求")

declare(
    "resumption_rate",
    _CELL,
    "float32",
    "1",
    "mean",
    "mean",
    "Firms at work against all firms.",
    "复工率",
)
declare(
    "staff_return_rate",
    _CELL,
    "float32",
    "1",
    "mean",
    "mean",
    "Staff on site against ordinary staff.",
    "返岗率",
)
declare(
    "working_share",
    _CELL,
    "float32",
    "1",
    "mean",
    "mean",
    "Staff at work on site or from home against ordinary staff.",
    "在岗及远程办公比例",
)
declare(
    "capacity_rate",
    _SECTOR,
    "float32",
    "1",
    "mean",
    "mean",
    "Output against an ordinary day's.",
    "达产率",
)
declare(
    "value_added_lost",
    _CELL,
    "float32",
    "million/d",
    "sum",
    "sum",
    "Value added missing against an ordinary day, in the city's currency.",
    "增加值损失",
)
declare(
    "jobs_at_risk",
    _CELL,
    "float32",
    "persons",
    "mean",
    "sum",
    "Ordinary staff whose output is missing today, in full-time equivalents.",
    "受影响岗位",
)
declare(
    "wages_at_risk",
    _CELL,
    "float32",
    "million/d",
    "sum",
    "sum",
    "Wages of the jobs at risk, in the city's currency.",
    "受影响工资",
)
declare(
    "binding_code",
    _SECTOR,
    "int8",
    "code",
    "none",
    "none",
    "What limits output: 0 nothing, 1 labour, 2 masks, 3 input, 4 freight, 5 demand.",
    "制约因素",
)
declare(
    "binding_input",
    _SECTOR,
    "int8",
    "sector index",
    "none",
    "none",
    "The input that limits output where inputs or freight do, else -1.",
    "制约投入品",
)
declare(
    "days_to_stop",
    _SECTOR,
    "float32",
    "d",
    "none",
    "none",
    "Days until a critical stock is gone at today's pace; 999 if none is falling.",
    "断供倒计时",
)
declare(
    "stop_input",
    _SECTOR,
    "int8",
    "sector index",
    "none",
    "none",
    "The input that is gone first, -1 if none is falling.",
    "最先断供投入品",
)
declare(
    "rest_output_share",
    ("draw", "day"),
    "float32",
    "1",
    "mean",
    "none",
    "Output of the rest of the country against an ordinary day's.",
    "全国其他地区产出比例",
)
declare(
    "returned_share",
    ("draw", "day"),
    "float32",
    "1",
    "last",
    "none",
    "Migrants away at the start who are back and may work.",
    "外来务工返岗比例",
)
declare(
    "mask_gate",
    ("draw", "day"),
    "float32",
    "1",
    "mean",
    "none",
    "Staff on site for whom there is a mask tomorrow.",
    "口罩保障比例",
)
declare(
    "test_gate",
    ("draw", "day"),
    "float32",
    "1",
    "mean",
    "none",
    "Tests wanted for which there is a reagent tomorrow.",
    "试剂保障比例",
)
declare(
    "supply_stock",
    _GOOD,
    "float32",
    "unit of the good",
    "last",
    "sum",
    "In store at the end of the day.",
    "库存",
)
declare(
    "supply_used",
    _GOOD,
    "float32",
    "unit of the good/d",
    "sum",
    "sum",
    "Used in the day.",
    "消耗",
)
declare(
    "supply_short",
    _GOOD,
    "float32",
    "unit of the good/d",
    "sum",
    "sum",
    "Wanted in the day and not there, what gates kept from being used included.",
    "缺口",
)
declare(
    "supply_cover_days",
    _GOOD,
    "float32",
    "d",
    "last",
    "none",
    "Days that the stock lasts at the day's wish; 999 if none is wanted.",
    "可保障天数",
)

# From the record of the kernel to the declared name
RECORD = {
    "firms_open": "resumption_rate",
    "staff_present": "staff_return_rate",
    "working": "working_share",
    "capacity": "capacity_rate",
    "value_added_lost": "value_added_lost",
    "binding": "binding_code",
    "binding_input": "binding_input",
    "days_to_stop": "days_to_stop",
    "stop_input": "stop_input",
    "rest_output": "rest_output_share",
    "returned": "returned_share",
    "stock": "supply_stock",
    "used": "supply_used",
    "short": "supply_short",
    "cover": "supply_cover_days",
}

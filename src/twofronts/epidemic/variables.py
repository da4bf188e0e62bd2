"""Front one's arrays, declared."""

from __future__ import annotations

from twofronts.variables import declare

_DDD = ("draw", "day", "district")
_DD = ("draw", "day")

TRUE_INFECTIONS = declare(
    "true_infections", _DDD, "int32", "persons/d", "sum", "sum",
    "People infected that day, by home, those who came infected included on the day they came.",
    "真实新增感染",
)  # fmt: skip
TRUE_BY_SETTING = declare(
    "true_infections_by_setting", ("draw", "day", "setting"), "int32", "persons/d", "sum", "sum",
    "People infected in the city that day, by where it happened; kin are of other households.",
    "真实新增感染(按场所)",
)  # fmt: skip
ARRIVALS_INFECTED = declare(
    "arrivals_infected", _DD, "int32", "persons/d", "sum", "sum",
    "People who came into the city infected that day.", "输入感染者",
)  # fmt: skip
TRUE_ONSETS = declare(
    "true_onsets", _DDD, "int32", "persons/d", "sum", "sum",
    "People whose symptoms began that day, by home.", "真实发病",
)  # fmt: skip
TRUE_SUSCEPTIBLE = declare(
    "true_susceptible", _DD, "int32", "persons", "last", "sum",
    "Residents never infected, at the end of the day.", "真实易感者",
)  # fmt: skip
TRUE_EXPOSED = declare(
    "true_exposed", _DD, "int32", "persons", "last", "sum",
    "Residents infected and not yet infectious, at the end of the day.", "真实潜伏者",
)  # fmt: skip
TRUE_INFECTIOUS = declare(
    "true_infectious", _DD, "int32", "persons", "last", "sum",
    "Residents infectious, kept apart or not, at the end of the day.", "真实传染期人数",
)  # fmt: skip
TRUE_PAST = declare(
    "true_past_infectious", _DD, "int32", "persons", "last", "sum",
    "Residents no longer infectious and alive, at the end of the day.", "真实传染期已过人数",
)  # fmt: skip
TRUE_DEAD = declare(
    "true_dead", _DD, "int32", "persons", "last", "sum",
    "Residents who have died of the infection, at the end of the day.", "真实累计死亡",
)  # fmt: skip
OBSERVED_CONFIRMED = declare(
    "observed_confirmed", _DDD, "int32", "persons/d", "sum", "sum",
    "Cases reported that day, by home.", "报告新增确诊",
)  # fmt: skip
TRUE_WARD = declare(
    "true_ward", _DD, "int32", "persons", "last", "sum",
    "Patients in designated beds, at the end of the day.", "在院人数",
)  # fmt: skip
TRUE_ICU = declare(
    "true_icu", _DD, "int32", "persons", "last", "sum",
    "Patients in intensive care, at the end of the day.", "重症监护人数",
)  # fmt: skip
TRUE_DEATHS = declare(
    "true_deaths", _DD, "int32", "persons/d", "sum", "sum",
    "People who died that day.", "真实新增死亡",
)  # fmt: skip
OBSERVED_DEATHS = declare(
    "observed_deaths", _DD, "int32", "persons/d", "sum", "sum",
    "Deaths of confirmed cases reported that day.", "报告新增死亡",
)  # fmt: skip
QUARANTINED = declare(
    "quarantined", _DD, "int32", "persons", "last", "sum",
    "People held as contacts or arrivals, at the end of the day.", "隔离观察人数",
)  # fmt: skip
QUARANTINED_UNINFECTED = declare(
    "quarantined_uninfected", _DD, "int32", "persons", "last", "sum",
    "Of those held, people who never were infected.", "隔离观察中未感染人数",
)  # fmt: skip
HELD_WORKERS = declare(
    "held_workers", _DD, "int32", "persons", "last", "sum",
    "Of those held, returning workers held on arrival, in quarters of their firms or at home.",
    "返岗隔离观察人数",
)  # fmt: skip
TESTS_DONE = declare(
    "tests", _DD, "int32", "tests/d", "sum", "sum",
    "Tests done that day, those of patients without the infection included.", "检测数",
)  # fmt: skip
TEST_QUEUE = declare(
    "test_queue", _DD, "int32", "persons", "last", "sum",
    "People waiting for a test, at the end of the day.", "待检人数",
)  # fmt: skip
TRACED = declare(
    "traced", _DD, "int32", "persons/d", "sum", "sum",
    "Contacts newly found and held that day.", "新追踪密切接触者",
)  # fmt: skip
GRADE = declare(
    "grade", _DDD, "uint8", "1", "last", "none",
    "Grade of each district that day: 0 low, 1 medium, 2 high.", "风险等级",
)  # fmt: skip
BURDEN = declare(
    "burden", ("draw", "day", "measure"), "float32", "person-days/d", "sum", "sum",
    "Weighted person-days of restriction that each measure asked for that day.", "限制负担",
)  # fmt: skip
_DDSD = ("draw", "day", "sector", "district")
STAFF_PRESENT = declare(
    "staff_present", _DDSD, "float32", "1", "mean", "mean",
    "Share of ordinary staff on site, those ill and held taken off, by district of work.",
    "返岗率",
)  # fmt: skip
FIRMS_OPEN = declare(
    "firms_open_share", _DDSD, "float32", "1", "mean", "mean",
    "Share of firms open, by district of work.", "复工率",
)  # fmt: skip
ABSENT_ILL = declare(
    "absent_ill", _DDSD, "int32", "persons", "last", "sum",
    "Staff isolated, in hospital or dead, by district of work.", "因病缺勤",
)  # fmt: skip
ABSENT_HELD = declare(
    "absent_held", _DDSD, "int32", "persons", "last", "sum",
    "Staff held in quarantine, by district of work.", "隔离缺勤",
)  # fmt: skip

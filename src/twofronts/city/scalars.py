"""The numbers about a city as a whole: ``[scalars]`` of ``city.toml``."""

from __future__ import annotations

from twofronts.city.spec import ScalarSpec

S = ScalarSpec
_P = "persons"

SCALARS: tuple[ScalarSpec, ...] = (
    S("population", _P, "Residents.", "常住人口", low=1, required=True, whole=True),
    S("family_households", "households", "Family households.", "家庭户数", whole=True),
    S("collective_households", "households", "Collective households.", "集体户数", whole=True),
    S("persons_in_family_households", _P, "Persons in them.", "家庭户人口", whole=True),
    S("persons_in_collective_households", _P, "Persons in them.", "集体户人口", whole=True),
    S("migrants", _P, "Migrants among the residents.", "流动人口", required=True, whole=True),
    S("away_share", "1", "Share of the migrants away at the as-of date.", "在外比例", 0, 1, True),
    S("employed", _P, "Employed persons.", "从业人员", whole=True),
    S("employed_primary", _P, "Employed in the primary sector.", "第一产业从业", whole=True),
    S("employed_secondary", _P, "Employed in the secondary sector.", "第二产业从业", whole=True),
    S("employed_tertiary", _P, "Employed in the tertiary sector.", "第三产业从业", whole=True),
    S(
        "quarantine_places",
        "places",
        "Places in quarantine.",
        "集中隔离点容量",
        required=True,
        whole=True,
    ),
    S("tracers", _P, "People who trace contacts.", "流调人员", required=True, whole=True),
    S("tests_per_day", "tests/d", "Most tests a day.", "日检测能力", required=True),
    S("gdp", "100M CNY", "Gross domestic product of the last full year.", "地区生产总值"),
    S("gdp_q1_q3", "100M CNY", "The same, first three quarters.", "前三季度生产总值"),
    S("migrants_census", _P, "Migrants by the census definition.", "普查流动人口", whole=True),
    S("population_register", _P, "Actual population, police register.", "实有人口", whole=True),
    S("population_registered", _P, "Registered population.", "户籍人口", whole=True),
    S("population_2019", _P, "Residents at the end of 2019.", "2019年末常住人口", whole=True),
    S("health_technicians", _P, "Health technicians.", "卫生技术人员", whole=True),
    S("physicians", _P, "Physicians.", "执业医师", whole=True),
    S("bed_use_share", "1", "Share of beds in use in an ordinary year.", "病床使用率", 0, 1),
    S("stay_days", "d", "Mean stay in hospital in an ordinary year.", "平均住院日"),
    S("cases_hubei", _P, "Cases who lived in or had been to Hubei.", "湖北旅居史病例", whole=True),
    S("cases_other_travel", _P, "Cases with other travel.", "其他旅居史病例", whole=True),
    S("cases_contact", _P, "Cases who met a case.", "病例接触史病例", whole=True),
    S("cases_in_clusters", _P, "Cases in clusters.", "聚集性病例", whole=True),
    S("cases_male", _P, "Male cases.", "男性病例", whole=True),
    S("cases_female", _P, "Female cases.", "女性病例", whole=True),
    S("cases_mild", _P, "Mild cases in hospital.", "轻型", whole=True),
    S("cases_moderate", _P, "Moderate cases in hospital.", "普通型", whole=True),
    S("cases_severe", _P, "Severe cases in hospital.", "重型", whole=True),
    S("cases_critical", _P, "Critical cases in hospital.", "危重型", whole=True),
    S("cases_discharged", _P, "Discharged by that bulletin.", "出院(该通报)", whole=True),
    S(
        "fever_patients_screened",
        _P,
        "Fever patients with a history, screened.",
        "发热筛查",
        whole=True,
    ),
    S("firms_resumed", "firms", "Firms reported back at work.", "已复工企业", whole=True),
    S("staff_on_duty", _P, "Staff reported on duty.", "到岗人员", whole=True),
)

SCALAR: dict[str, ScalarSpec] = {s.name: s for s in SCALARS}

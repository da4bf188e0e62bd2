"""The tables and scalars of a city, column by column. Row order is index order everywhere."""

from __future__ import annotations

from twofronts.city.spec import Column, Table

DISTRICT = "districts.code"
SECTOR = "sectors.sector"
C = Column


def _names(what_en: str, what_zh: str, *, blank: bool = False) -> tuple[Column, Column]:
    """Return the two name columns that most tables have."""
    return (
        C("name_en", "text", f"{what_en}, in English.", f"{what_zh}英文名", blank=blank),
        C("name_zh", "text", f"{what_en}, in Chinese.", f"{what_zh}中文名", blank=blank),
    )


def _people(name: str, en: str, zh: str, *, blank: bool = False) -> Column:
    return C(name, "int", en, zh, unit="persons", low=0, blank=blank)


_DISTRICT_HERE = C("district", "code", "District code.", "区代码", refers=DISTRICT)
_DISTRICT_OR_ALL = C(
    "district",
    "code",
    "District code; blank for the whole city.",
    "区代码;空白表示全市",
    blank=True,
    refers=DISTRICT,
)
_DAY = C("date", "date", "Calendar date; the day ends at 24:00.", "日期(截至24时)")
_PER_DAY = "unit/d"
_MONEY = "as in its sidecar"
FINAL_USES = (
    ("households", "Households.", "居民消费"),
    ("npish", "Non-profit institutions.", "非营利机构"),
    ("government", "Government.", "政府消费"),
    ("investment", "Fixed investment.", "固定资本形成"),
    ("inventories", "Change of inventories.", "存货变动"),
    ("other", "Other final uses together.", "其他最终使用"),
    ("exports", "Exports and deliveries outside.", "出口与调出"),
    ("exports_intermediate", "Of these, to producers.", "其中供生产"),
    ("exports_final", "Of these, to final users.", "其中供最终使用"),
)


def _final(name: str, en: str, zh: str) -> Column:
    """Return a column of final use: any may be left out, and stocks may fall."""
    low = float("-inf") if name in ("inventories", "other") else None
    return C(name, "number", en, zh, unit=_MONEY, low=low, required=False)


TABLES: tuple[Table, ...] = (
    Table(
        "districts",
        "Districts. Their order is the order of every district axis.",
        "各区;行序即各区编号",
        (
            C("code", "code", "Code, unique in the city.", "区代码"),
            *_names("District", "区"),
            C("area_km2", "number", "Area.", "面积", unit="km2", low=0.001),
            C("lon", "number", "Longitude of a central point.", "经度", "deg", -180, 180),
            C("lat", "number", "Latitude of a central point.", "纬度", "deg", -90, 90),
            C("population", "int", "Residents.", "常住人口", unit="persons", low=1),
        ),
        key=("code",),
    ),
    Table(
        "neighbours",
        "Pairs of districts that share a border, each pair once.",
        "相邻区(每对一次)",
        (
            C("district_a", "code", "One district.", "区甲", refers=DISTRICT),
            C("district_b", "code", "The other.", "区乙", refers=DISTRICT),
            C("border_km", "number", "Length of the border.", "边界长度", unit="km", low=0.001),
            C("distance_km", "number", "Between central points.", "中心距离", "km", 0.001),
        ),
        key=("district_a", "district_b"),
        may_be_empty=True,
    ),
    Table(
        "commuting",
        "Where the workers of a district work. Without it a gravity law is assumed.",
        "通勤去向;缺省用重力模型",
        (
            C("home", "code", "District of residence.", "居住区", refers=DISTRICT),
            C("work", "code", "District of the workplace.", "工作区", refers=DISTRICT),
            C("share", "share", "Share of the home district's workers.", "占比", unit="1"),
        ),
        key=("home", "work"),
        required=False,
    ),
    Table(
        "ages",
        "Shares of single years of age; 85 stands for 85 and over.",
        "单岁年龄构成(85岁及以上合并)",
        (
            _DISTRICT_OR_ALL,
            C("age", "int", "Age in years; 85 is 85 and over.", "年龄", "years", 0, 85),
            C("share", "share", "Share of the residents.", "占比", unit="1"),
        ),
        key=("district", "age"),
    ),
    Table(
        "households",
        "Number of households by kind and size.",
        "家庭户与集体户(按规模)",
        (
            _DISTRICT_OR_ALL,
            C(
                "kind",
                "choice",
                "Family, or collective: a dormitory room, a building site.",
                "家庭户或集体户",
                choices=("family", "collective"),
            ),
            C("size", "int", "Persons in the household.", "户规模", "persons", 1, 1000),
            C("n_households", "int", "Households of that size.", "户数", "households", 0),
        ),
        key=("district", "kind", "size"),
    ),
    Table(
        "sectors",
        "Sectors of the economy. Their order is the order of every sector axis.",
        "行业;行序即行业编号",
        (
            C("sector", "code", "Sector code.", "行业代码"),
            *_names("Sector", "行业"),
            C(
                "group",
                "choice",
                "How attendance limits treat it.",
                "复工分组",
                choices=("essential", "industry", "services"),
            ),
            _people("workers", "Employed persons.", "从业人员"),
            C("mean_size", "number", "Mean staff of a workplace.", "平均用工", "persons", 1),
        ),
        key=("sector",),
    ),
    Table(
        "employment",
        "Jobs by sector and district of the workplace. Without it, by population.",
        "分行业分区从业人员(按工作地)",
        (
            C("sector", "code", "Sector code.", "行业代码", refers=SECTOR),
            C("district", "code", "District of the workplace.", "工作区", refers=DISTRICT),
            _people("workers", "Jobs.", "从业人员"),
        ),
        key=("sector", "district"),
        required=False,
    ),
    Table(
        "enterprises",
        "Register of workplaces. Without it they are drawn by sector, district and size.",
        "企业名录(可无)",
        (
            C("id", "code", "Identifier, unique.", "编号"),
            C("name", "text", "Name; may be blank.", "名称", blank=True),
            C("sector", "code", "Sector code.", "行业代码", refers=SECTOR),
            C("district", "code", "District code.", "区代码", refers=DISTRICT),
            C("staff", "int", "Staff on the books.", "员工数", "persons", 1),
        ),
        key=("id",),
        required=False,
    ),
    Table(
        "schools",
        "Schools: kindergarten from 3 years, primary 6, secondary 12, tertiary 18.",
        "学校(按区、学段)",
        (
            _DISTRICT_HERE,
            C(
                "stage",
                "choice",
                "Stage of schooling.",
                "学段",
                choices=("kindergarten", "primary", "secondary", "tertiary"),
            ),
            C("n_sites", "int", "Number of schools.", "校数", unit="sites", low=0),
            _people("pupils", "Pupils and students.", "在校学生"),
            C("class_size", "number", "Mean size of a class.", "班额", "persons", 1),
        ),
        key=("district", "stage"),
    ),
    Table(
        "hospitals",
        "Hospitals, and which take patients of the outbreak.",
        "医院",
        (
            C("id", "code", "Identifier, unique.", "编号"),
            *_names("Hospital", "医院"),
            _DISTRICT_HERE,
            C("beds", "int", "All beds.", "床位", unit="beds", low=0),
            C("designated_beds", "int", "Of these for the outbreak.", "定点床位", "beds", 0),
            C("icu_beds", "int", "Intensive care beds.", "重症床位", unit="beds", low=0),
            C("fever_clinic", "flag", "1 with a fever clinic.", "有发热门诊为1"),
            C("open", "flag", "1 if ordinary care is open.", "普通诊疗开放为1"),
        ),
        key=("id",),
    ),
    Table(
        "checkpoints",
        "Checkpoints by tier.",
        "检查卡口",
        (
            C("id", "code", "Identifier, unique.", "编号"),
            C(
                "tier",
                "choice",
                "Province border, city border, inside the city, gates of compounds.",
                "层级",
                choices=("province", "city", "inner", "community"),
            ),
            _DISTRICT_HERE,
            *_names("Checkpoint", "卡口"),
            C("lanes", "int", "Lanes or gates that are staffed.", "通道数", "lanes", 1),
            C("open", "flag", "1 if it stands at the as-of date.", "截止日在用为1"),
            C(
                "traffic",
                "number",
                "Persons or vehicles a day, in one unit within a tier; a checkpoint "
                "counts by its share. Where one of a district or border is blank, all count alike.",
                "日通行量(同一层级用同一单位);卡口按其占比计;同区或同一边界有空白时各卡口等权",
                "persons/d or vehicles/d",
                0,
                blank=True,
                required=False,
            ),
        ),
        key=("id",),
        may_be_empty=True,
    ),
    Table(
        "stocks",
        "Protective and daily goods.",
        "防疫物资与生活物资",
        (
            C("good", "code", "Key of the good.", "物资代码"),
            *_names("Good", "物资"),
            C("kind", "choice", "Kind of good.", "类别", choices=("protective", "daily")),
            C("unit", "text", "Unit of the quantities in its row.", "计量单位"),
            C("stock", "number", "In store at the as-of date.", "库存", unit="unit"),
            C("production_per_day", "number", "Made in the city.", "日产量", _PER_DAY),
            C("inbound_per_day", "number", "Brought in.", "日调入", _PER_DAY),
            C("use_per_day", "number", "Used at the as-of date.", "日消耗", _PER_DAY),
        ),
        key=("good",),
    ),
    Table(
        "reports",
        "What was reported by day, for the city and, where known, by district.",
        "疫情日报(全市;有则分区)",
        (
            _DAY,
            C(
                "area",
                "code",
                "Blank for the city, else a district code.",
                "空白为全市,否则区代码",
                blank=True,
                refers=DISTRICT,
            ),
            _people("new_confirmed", "Confirmed that day.", "新增确诊", blank=True),
            _people("new_cured", "Discharged that day.", "新增出院", blank=True),
            _people("new_deaths", "Died that day.", "新增死亡", blank=True),
            _people("cum_confirmed", "Confirmed so far.", "累计确诊", blank=True),
            _people("cum_cured", "Discharged so far.", "累计出院", blank=True),
            _people("cum_deaths", "Died so far.", "累计死亡", blank=True),
            _people("in_hospital", "In hospital.", "在院治疗", blank=True),
            _people("suspected", "Suspected.", "现有疑似", blank=True),
            _people("severe", "Severe or critical.", "重症与危重", blank=True),
            _people("contacts_traced", "Close contacts traced so far.", "累计追踪", blank=True),
            _people("contacts_released", "Released so far.", "累计解除", blank=True),
            _people("contacts_observed", "Under observation.", "正在观察", blank=True),
            C(
                "version",
                "int",
                "1 as first published, 2 a correction; the highest counts.",
                "版本",
                low=1,
            ),
        ),
        key=("date", "area", "version"),
        may_be_empty=True,
    ),
    Table(
        "arrivals",
        "People coming into the city a day, by origin; the last date's rows hold from then on.",
        "每日抵达人数(按来源地);末日数值顺延",
        (
            C("date", "date", "Calendar date.", "日期"),
            C("origin", "code", "Key of the origin.", "来源地"),
            _people("travellers", "All travellers of the day.", "抵达人数"),
            _people("risk_travellers", "Of these from risk areas.", "其中来自风险地区"),
            _people("returning_workers", "Of these returning workers.", "其中返岗人员"),
        ),
        key=("date", "origin"),
    ),
    Table(
        "policies",
        "What was ordered, when and where.",
        "政策时间线",
        (
            C("date", "date", "Date it took effect.", "生效日期"),
            C("measure", "code", "Key of the measure in the catalogue.", "措施代码"),
            C("level", "code", "Key of its level.", "措施级别"),
            C("area", "text", "Blank for the city; else where.", "空白为全市", blank=True),
            C("source_note", "text", "What was ordered, and where it is recorded.", "内容与出处"),
        ),
        key=("date", "measure", "area"),
        required=False,
        may_be_empty=True,
    ),
    Table(
        "resumption",
        "Reports on work resumed: firms, staff, output. Three measures, never one.",
        "复工复产报告(复工率、返岗率、达产率不可混用)",
        (
            C("date", "date", "Date of the report.", "日期"),
            C("area", "text", "Blank for the city; else where.", "空白为全市", blank=True),
            C("indicator", "code", "Key of the indicator.", "指标"),
            C("value", "number", "Its value.", "数值", unit="unit"),
            C("unit", "text", "Unit of the value.", "单位"),
            C("source", "text", "Where it is recorded.", "出处"),
        ),
        key=("date", "area", "indicator"),
        required=False,
        may_be_empty=True,
    ),
    Table(
        "behaviour",
        "How far people keep away from others of their own accord, besides what is ordered.",
        "市民自发减少接触的程度(措施之外);日期之间按直线变化",
        (
            C("date", "date", "Date; between two dates it changes evenly.", "日期"),
            C(
                "caution",
                "share",
                "0: ordinary life; 1: as cautious as they get.",
                "谨慎程度",
                "1",
            ),
            C("source_note", "text", "What people knew, and where it is recorded.", "依据与出处"),
        ),
        key=("date",),
        required=False,
    ),
    Table(
        "io_domestic",
        "Flows between sectors in a year, inputs from inside; columns are the buying sectors.",
        "部门间流量(区内);列为购买部门",
        (C("sector", "code", "Selling sector.", "卖出部门", refers=SECTOR),),
        key=("sector",),
        required=False,
        square=True,
    ),
    Table(
        "io_imported",
        "The same for inputs from outside.",
        "部门间流量(调入与进口)",
        (C("sector", "code", "Selling sector.", "卖出部门", refers=SECTOR),),
        key=("sector",),
        required=False,
        square=True,
    ),
    Table(
        "io_accounts",
        "Accounts of the sectors in a year, in the unit of the flows.",
        "部门账户(与流量同单位)",
        (
            C("sector", "code", "Sector.", "部门", refers=SECTOR),
            C("output", "number", "Gross output.", "总产出", _MONEY),
            C("value_added", "number", "Value added, taxes and margins.", "增加值", _MONEY),
            *(_final(name, en, zh) for name, en, zh in FINAL_USES),
            C(
                "wages",
                "number",
                "Compensation of employees.",
                "劳动者报酬",
                _MONEY,
                required=False,
            ),
            C("workers", "number", "Employed.", "从业人员", "persons", required=False),
        ),
        key=("sector",),
        required=False,
    ),
    Table(
        "io_sectors",
        "How production and freight treat a sector. Without it, as in Nanjing.",
        "部门生产与运输参数",
        (
            C("sector", "code", "Sector.", "部门", refers=SECTOR),
            C("target_stock_days", "number", "Stock of inputs aimed at.", "目标库存天数", "d"),
            C("remote_work_share", "share", "Work that can be done at home.", "可远程比例", "1"),
            C("hauled", "flag", "1 if its goods travel by lorry.", "货车运输为1"),
            C("for_all", "flag", "1 if it is critical to every user.", "对所有部门关键为1"),
            C("chain", "flag", "1 if goods of its chain are critical to it.", "链内投入关键为1"),
            C("contact_sensitivity", "share", "Demand lost without contacts.", "接触敏感度", "1"),
            *(
                C(f"staff_in_{key}", "share", f"Staff in {en}.", zh, "1", required=False)
                for key, en, zh in (
                    ("venues", "dining rooms, culture and entertainment", "堂食文娱员工占比"),
                    ("clinics", "clinics that may be suspended", "可停诊门诊员工占比"),
                    ("schools", "schools", "学校员工占比"),
                    ("transit", "buses and metro", "公交地铁员工占比"),
                )
            ),
        ),
        key=("sector",),
        required=False,
    ),
    Table(
        "io_goods",
        "What the use of a good follows. Without it, as in Nanjing.",
        "物资消耗驱动",
        (
            C("good", "code", "Key of the good.", "物资代码"),
            C("per_patient", "number", "For an inpatient.", "每住院病人", "unit/d"),
            C("per_intensive", "number", "More in intensive care.", "每重症病人", "unit/d"),
            C("per_test", "number", "For a test.", "每次检测", "unit"),
            C("per_resident", "number", "For a resident in the city.", "每在城居民", "unit/d"),
            C("maker", "code", "Sector its making follows.", "生产部门", blank=True, refers=SECTOR),
        ),
        key=("good",),
        required=False,
    ),
)

TABLE: dict[str, Table] = {t.name: t for t in TABLES}

"""Primary figures for Nanjing as of 18 February 2020; where each comes from is in the sidecars."""

from __future__ import annotations

import datetime as dt

import numpy as np

AS_OF = dt.date(2020, 2, 18)

# code, English, Chinese, area km2, lon, lat, residents (census 2020), rural share 2019,
# cumulative confirmed 5 Feb with Jiangbei New Area's five put into Pukou (3) and Luhe (2)
DISTRICTS = [
    ("320102", "Xuanwu", "玄武区", 75.2, 118.8431, 32.0655, 537825, 0.0, 6),
    ("320104", "Qinhuai", "秦淮区", 49.0, 118.8173, 32.0130, 740809, 0.0, 0),
    ("320105", "Jianye", "建邺区", 81.0, 118.7103, 32.0104, 534257, 0.0, 4),
    ("320106", "Gulou", "鼓楼区", 53.9, 118.7614, 32.0823, 940387, 0.0, 11),
    ("320111", "Pukou", "浦口区", 901.7, 118.5629, 32.0535, 1171603, 0.2408, 3),
    ("320113", "Qixia", "栖霞区", 390.0, 118.9598, 32.1597, 987835, 0.1638, 4),
    ("320114", "Yuhuatai", "雨花台区", 133.2, 118.6933, 31.9382, 608780, 0.0449, 4),
    ("320115", "Jiangning", "江宁区", 1564.1, 118.8313, 31.8551, 1926117, 0.2568, 14),
    ("320116", "Luhe", "六合区", 1482.6, 118.8418, 32.3934, 946563, 0.3618, 4),
    ("320117", "Lishui", "溧水区", 1069.9, 119.0329, 31.5912, 491336, 0.3765, 1),
    ("320118", "Gaochun", "高淳区", 792.2, 118.9683, 31.3312, 429173, 0.3878, 1),
]

CENSUS = dt.date(2020, 11, 1)
POPULATION = 9314685
FAMILIES, COLLECTIVES = 3138800, 461300
IN_FAMILIES, IN_COLLECTIVES = 7794985, 1519700
MIGRANTS, AWAY_FESTIVAL, AWAY_NOW = 3214000, 0.60, 0.45
OWN = "assumption of this project"
CODES = [d[0] for d in DISTRICTS]
BY_NAME = {d[1]: d[0] for d in DISTRICTS}
PEOPLE = np.array([d[6] for d in DISTRICTS], dtype=float)

NEIGHBOURS = """
Gaochun,Lishui,78.7,29.5
Gulou,Jianye,14.2,9.3
Gulou,Pukou,6.4,19.0
Gulou,Qinhuai,2.2,9.3
Gulou,Qixia,11.8,20.6
Gulou,Xuanwu,9.2,7.9
Jiangning,Lishui,49.4,35.0
Jiangning,Pukou,14.2,33.6
Jiangning,Qinhuai,9.9,17.6
Jiangning,Qixia,40.3,35.9
Jiangning,Xuanwu,2.8,23.4
Jiangning,Yuhuatai,69.6,16.0
Jianye,Pukou,15.4,14.7
Jianye,Qinhuai,3.7,10.1
Jianye,Yuhuatai,17.3,8.2
Luhe,Pukou,27.3,46.0
Luhe,Qixia,41.7,28.2
Pukou,Qixia,4.5,39.3
Pukou,Yuhuatai,8.1,17.8
Qinhuai,Xuanwu,15.0,6.3
Qinhuai,Yuhuatai,8.4,14.4
Qixia,Xuanwu,39.3,15.2
"""

# Persons by single year of age, Jiangsu, 2010 basis; the last entry is 84 and over
# fmt: off
AGES = [
    4128, 5674, 6818, 5871, 5010, 4731, 4566, 4316, 4352, 4269, 4274, 4187, 4284, 5001, 5850,
    6651, 7356, 8595, 8910, 9747, 10391, 11485, 12272, 11644, 10641, 9653, 9135, 8219, 8255,
    8118, 8294, 8030, 8280, 8309, 8517, 8905, 9256, 9321, 10310, 10944, 11520, 11965, 12602,
    12109, 11896, 11274, 10731, 9907, 9243, 8644, 8123, 7533, 7216, 7430, 7685, 7949, 8290,
    8392, 7842, 7602, 6875, 6477, 6112, 5528, 5225, 4828, 4456, 4294, 3919, 3749, 3704, 3529,
    3437, 3139, 2840, 2757, 2689, 2657, 2413, 2197, 1951, 1824, 1689, 1455, 6846,
]
# fmt: on

# code, English, Chinese, group, national workers (about 2018), mean staff of a workplace (assumed)
SECTORS = [
    ("A", "Agriculture", "农林牧渔业", "essential", 195988751, 6),
    ("B", "Mining", "采矿业", "industry", 6503130, 120),
    ("C1", "Food and beverages", "食品饮料制造", "essential", 10851641, 40),
    ("C2", "Textiles, paper and light industry", "轻工纺织", "industry", 32587863, 35),
    ("C3", "Petrochemicals and plastics", "石化化工", "industry", 16351377, 60),
    ("C4", "Metals and minerals", "冶金建材", "industry", 22691310, 45),
    ("C5", "Machinery", "装备机械", "industry", 14319080, 40),
    ("C6", "Electronics and electrical", "电子电气", "industry", 23509009, 110),
    ("C7", "Transport equipment", "汽车交通装备", "industry", 8790520, 90),
    ("D", "Utilities", "电力燃气水", "essential", 6132243, 70),
    ("E", "Construction", "建筑业", "industry", 72741604, 60),
    ("F", "Wholesale and retail", "批发零售业", "services", 113772097, 6),
    ("G", "Transport and storage", "交通运输仓储", "essential", 23063803, 18),
    ("H", "Accommodation and catering", "住宿餐饮业", "services", 31762229, 7),
    ("I", "Information, telecom and post", "信息通信与邮政", "essential", 15508569, 18),
    ("J", "Finance", "金融业", "services", 12825588, 40),
    ("K", "Real estate", "房地产业", "services", 15650377, 20),
    ("LM", "Business and technical services", "租赁商务与科研", "services", 46054494, 14),
    ("OR", "Resident, cultural and other services", "居民服务与文体娱乐", "services", 29252890, 6),
    ("P", "Education", "教育", "services", 26836851, 60),
    ("Q", "Health and social work", "卫生社会工作", "essential", 14528074, 50),
    ("S", "Public administration", "公共管理", "essential", 21355392, 40),
]
PRIMARY = ("A",)
SECONDARY = ("B", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "D", "E")
EMPLOYED = {"primary": 361600, "secondary": 1523000, "tertiary": 2966000}  # end 2021

# Jobs per resident against the city's mean, and how much more (or less) of a sector a district has.
# Both assumed; agriculture follows the rural residents instead.
JOB_DENSITY = [1.15, 1.25, 1.30, 1.25, 0.80, 1.00, 1.15, 1.05, 0.80, 0.95, 0.90]
SPECIAL = {
    "320102": {"S": 1.8, "P": 1.4, "LM": 1.4, "I": 1.3, "_industry": 0.3},
    "320104": {"F": 1.6, "H": 1.6, "OR": 1.4, "J": 1.3, "_industry": 0.4},
    "320105": {"J": 2.5, "LM": 1.6, "H": 1.2, "_industry": 0.4},
    "320106": {"P": 1.5, "LM": 1.6, "Q": 1.7, "J": 1.4, "F": 1.3, "_industry": 0.25},
    "320111": {"C7": 1.5, "C5": 1.4, "Q": 0.8, "_industry": 1.2},
    "320113": {"C3": 2.2, "C6": 2.0, "P": 1.4, "G": 1.4, "_industry": 1.2},
    "320114": {"I": 3.0, "C4": 1.6, "LM": 1.2, "_industry": 0.8},
    "320115": {"C6": 1.7, "C7": 1.8, "C5": 1.5, "P": 1.5, "G": 1.3, "_industry": 1.4},
    "320116": {"C3": 2.5, "C4": 1.6, "B": 3.0, "_industry": 1.3},
    "320117": {"C7": 2.0, "C1": 1.6, "C5": 1.6, "_industry": 1.6},
    "320118": {"E": 1.8, "C2": 1.6, "C4": 1.3, "_industry": 1.4},
}

# date, cumulative confirmed, cured, dead (Nanjing; the day ends at 24:00)
DAILY = """
01-20 0 0 0|01-21 0 0 0|01-22 0 0 0|01-23 3 0 0|01-24 4 0 0|01-25 7 0 0|01-26 7 0 0|01-27 10 0 0
01-28 14 0 0|01-29 19 0 0|01-30 25 0 0|01-31 28 2 0|02-01 35 2 0|02-02 40 2 0|02-03 44 2 0
02-04 47 4 0|02-05 52 11 0|02-06 57 13 0|02-07 65 20 0|02-08 71 22 0|02-09 78 22 0|02-10 84 22 0
02-11 87 24 0|02-12 90 26 0|02-13 91 27 0|02-14 91 27 0|02-15 92 30 0|02-16 92 32 0|02-17 92 35 0
02-18 93 38 0
"""

# date: traced, released, under observation
CONTACTS = {"2020-02-05": (1105, 229, 876), "2020-02-17": (1823, 1545, 278)}
SEVERE = {"2020-02-17": 2}  # one severe, one critical

# Shares of the schools' ages that attend, pupils to a school, size of a class (assumed)
STAGES = {
    "kindergarten": (range(3, 6), 0.90, 250, 28),
    "primary": (range(6, 12), 1.00, 1200, 42),
    "secondary": (range(12, 18), 0.95, 1200, 44),
    "tertiary": (range(18, 22), 0.75, 12000, 40),
}
# Where the campuses are: students per resident against the city's mean (assumed)
CAMPUS = [1.2, 0.5, 0.3, 1.4, 1.2, 2.0, 0.4, 1.6, 0.4, 0.2, 0.1]

# Districts on the border with Anhui, and on the border with other cities of Jiangsu
PROVINCE_BORDER = {
    "320111": ("Chuzhou and Ma'anshan", "滁州、马鞍山方向", 6),
    "320115": ("Ma'anshan", "马鞍山方向", 4),
    "320116": ("Chuzhou", "滁州方向", 4),
    "320117": ("Ma'anshan", "马鞍山方向", 2),
    "320118": ("Xuancheng and Wuhu", "宣城、芜湖方向", 3),
}
CITY_BORDER = {
    "320116": ("Yangzhou", "扬州方向", 4),
    "320113": ("Zhenjiang", "镇江方向", 5),
    "320115": ("Zhenjiang (Jurong)", "镇江句容方向", 4),
    "320117": ("Changzhou (Liyang)", "常州溧阳方向", 3),
    "320118": ("Changzhou (Liyang)", "常州溧阳方向", 2),
}
TERMINALS = [
    ("rail-south", "320114", "Nanjing South railway station", "南京南站", 24),
    ("rail-main", "320102", "Nanjing railway station", "南京站", 16),
    ("airport", "320115", "Lukou airport", "禄口国际机场", 20),
    ("coach", "320102", "Long-distance coach station", "长途客运总站", 6),
]

_NOTICE = "Nanjing transport notice of 3 February (address not recorded)"
_HOLIDAY = (
    "Spring Festival holiday, extended until the staged resumption of 10 February "
    "(China News 2020-02-26); its first day is that of the national calendar, recalled"
)
_STAGED = "Staged resumption of firms begins. China News 2020-02-26 (cqn.com.cn)"
POLICIES = [
    (
        "2020-01-18",
        "schools",
        "closed",
        "",
        "Winter holidays of schools, prolonged until they were ordered shut; the first day is that "
        "of the school calendar, recalled, universities began earlier",
    ),
    (
        "2020-01-22",
        "fever_clinics",
        "campaign",
        "",
        "Fever patients with a history of exposure screened since 22 January (Nanjing Health "
        "Commission, 18 February 2020)",
    ),
    ("2020-01-24", "attendance_industry", "skeleton", "", _HOLIDAY),
    ("2020-01-24", "attendance_services", "skeleton", "", "The same, services"),
    (
        "2020-01-24",
        "attendance_essential",
        "half",
        "",
        "The same: essential sectors ran holiday shifts; the level is assumed",
    ),
    (
        "2020-01-25",
        "emergency_response",
        "level_1",
        "Jiangsu",
        "Public health emergency, Level 1. js.people.com.cn 2020-01-26; Tian 2020 data_fig_S4B",
    ),
    (
        "2020-02-02",
        "public_transport",
        "half_load",
        "",
        "Some public transport inside the city suspended (day 33 in Tian 2020); no ban between "
        "cities and no date for closing venues is recorded. nCoV-data_0323.xlsx",
    ),
    (
        "2020-02-03",
        "province_border",
        "screen",
        "",
        f"Every vehicle and person checked at highway control points; stations and airport "
        f"screened. {_NOTICE}",
    ),
    (
        "2020-02-03",
        "city_border",
        "screen",
        "",
        f"The same at national and provincial road control points. {_NOTICE}",
    ),
    (
        "2020-02-03",
        "inner_checkpoints",
        "all_roads",
        "",
        f"The same at rural road control points; temperatures on metro and bus. {_NOTICE}",
    ),
    ("2020-02-03", "freight_passes", "supplies", "", f"Passes for supply vehicles. {_NOTICE}"),
    (
        "2020-02-04",
        "community",
        "closed_off",
        "",
        "Notice No. 6: closed management of residential compounds; the city's entrances stay open. "
        "isxdcotk.cn article 605353_890257376, a repost of the official questions and answers",
    ),
    (
        "2020-02-04",
        "fever_clinics",
        "door_to_door",
        "",
        "The same notice; that temperatures were taken door to door from that day is assumed",
    ),
    (
        "2020-02-10",
        "resumption_scheme",
        "approval",
        "",
        _STAGED,
    ),
    ("2020-02-10", "attendance_industry", "three_quarters", "", _STAGED),
    ("2020-02-10", "attendance_services", "half", "", "The same, services"),
    (
        "2020-02-10",
        "attendance_essential",
        "full",
        "",
        "The holiday is over. China News 2020-02-26 (cqn.com.cn)",
    ),
]

BEHAVIOUR = [
    (
        "2020-01-20",
        0,
        "Last day of ordinary life: that the disease passes between people was announced that "
        "evening (recalled)",
    ),
    (
        "2020-01-23",
        0.5,
        "Outbound travel from Wuhan stopped (Tian 2020, 10.1126/science.abb6105); Nanjing's first "
        "three cases reported. Half way is assumed",
    ),
    (
        "2020-01-25",
        1,
        "Provincial Level 1 response of 25 January (js.people.com.cn 2020-01-26). That caution was "
        "full is assumed",
    ),
]

RESUMPTION = [
    (
        "2020-02-10",
        "Jiangsu",
        "firms_resumed_share_above_scale_industry",
        0.26,
        "1",
        "Jiangsu MIIT 29 Feb 2020 via dingqianjf.com 1460625; derived, 99% less 73 points",
    ),
    (
        "2020-02-17",
        "",
        "firms_resumed",
        8600,
        "firms",
        "Nanjing Daily 2020-02-18 via js.cri.cn; 'more than'",
    ),
    (
        "2020-02-17",
        "",
        "staff_on_duty",
        400000,
        "persons",
        "Nanjing Daily 2020-02-18 via js.cri.cn; 'more than'",
    ),
]

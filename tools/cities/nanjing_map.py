"""The schematic map of Nanjing: who touches whom is true, sizes and shapes are for reading.

The five central districts are drawn several times too large, or nobody could read them.
"""

from __future__ import annotations

# Points where three districts meet, west to east along the river and round the centre
LPQ, PQG, PGJ, PJY, PYN = (37, 112), (33, 103), (21, 88), (15, 71), (18, 54)
GQX, GXH, GHJ, JHY, YHN, HXN, XQN = (
    (52, 105),
    (50, 87),
    (39, 86),
    (36, 70),
    (57, 60),
    (70, 68),
    (80, 80),
)
# Points on the city's edge where two districts meet
PL, LQ, QN, NL, LN2, PN, LG, LG2 = (
    (-2, 122),
    (86, 124),
    (106, 84),
    (86, 20),
    (26, 22),
    (8, 45),
    (80, -12),
    (22, -8),
)

# Enlarge the centre: a point 20 units from here moves to 30, one 100 units away stays
LENS = ((45, 80), 100.0, 0.75)

ARCS = {
    "pukou-luhe": [PL, (10, 118), (22, 122), LPQ],
    "luhe-qixia": [LPQ, (50, 118), (66, 114), (76, 120), LQ],
    "pukou-qixia": [LPQ, (36, 107), PQG],
    "pukou-gulou": [PQG, (27, 97), PGJ],
    "pukou-jianye": [PGJ, (15, 80), PJY],
    "pukou-yuhuatai": [PJY, (13, 62), PYN],
    "pukou-jiangning": [PYN, (14, 48), PN],
    "gulou-qixia": [PQG, (42, 107), GQX],
    "gulou-xuanwu": [GQX, (50, 97), GXH],
    "gulou-qinhuai": [GXH, (45, 86), GHJ],
    "gulou-jianye": [GHJ, (30, 89), PGJ],
    "jianye-qinhuai": [GHJ, (36, 78), JHY],
    "jianye-yuhuatai": [JHY, (25, 68), PJY],
    "qinhuai-yuhuatai": [JHY, (47, 67), YHN],
    "qinhuai-jiangning": [YHN, (64, 61), HXN],
    "qinhuai-xuanwu": [HXN, (60, 82), GXH],
    "xuanwu-jiangning": [HXN, (75, 74), XQN],
    "xuanwu-qixia": [XQN, (82, 99), (68, 107), GQX],
    "qixia-jiangning": [XQN, (90, 78), QN],
    "yuhuatai-jiangning": [YHN, (52, 51), (34, 48), PYN],
    "jiangning-lishui": [NL, (66, 26), (44, 18), LN2],
    "lishui-gaochun": [LG, (60, -16), (40, -4), LG2],
    "edge-luhe": [LQ, (92, 142), (66, 156), (34, 154), (8, 142), PL],
    "edge-qixia": [QN, (116, 96), (110, 114), LQ],
    "edge-jiangning-east": [NL, (104, 36), (114, 60), QN],
    "edge-jiangning-west": [PN, (10, 32), LN2],
    "edge-pukou": [PL, (-22, 112), (-40, 92), (-34, 66), (-14, 46), PN],
    "edge-lishui-east": [LG, (98, 0), (94, 16), NL],
    "edge-lishui-west": [LN2, (12, 8), LG2],
    "edge-gaochun": [LG2, (4, -26), (20, -44), (52, -48), (82, -36), LG],
}

RINGS = {
    "320102": "gulou-xuanwu -qinhuai-xuanwu xuanwu-jiangning xuanwu-qixia",
    "320104": "-jianye-qinhuai -gulou-qinhuai -qinhuai-xuanwu -qinhuai-jiangning -qinhuai-yuhuatai",
    "320105": "pukou-jianye -jianye-yuhuatai -jianye-qinhuai gulou-jianye",
    "320106": "gulou-qixia gulou-xuanwu gulou-qinhuai gulou-jianye -pukou-gulou",
    "320111": "pukou-luhe pukou-qixia pukou-gulou pukou-jianye pukou-yuhuatai pukou-jiangning "
    "-edge-pukou",
    "320113": "luhe-qixia -edge-qixia -qixia-jiangning xuanwu-qixia -gulou-qixia -pukou-qixia",
    "320114": "pukou-yuhuatai -yuhuatai-jiangning -qinhuai-yuhuatai jianye-yuhuatai",
    "320115": "pukou-jiangning edge-jiangning-west -jiangning-lishui edge-jiangning-east "
    "-qixia-jiangning -xuanwu-jiangning -qinhuai-jiangning yuhuatai-jiangning",
    "320116": "pukou-luhe luhe-qixia edge-luhe",
    "320117": "jiangning-lishui edge-lishui-west -lishui-gaochun edge-lishui-east",
    "320118": "lishui-gaochun edge-gaochun",
}

from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

BUREAU = [Role.TRANSPORT]
CITY = [Role.LEADER, Role.OFFICE, Role.ANALYST]

allow(
    "checkpoints.checkpoint",
    view=[*CITY, Role.COMMUNITY, Role.SUPPLIES, Role.INDUSTRY],
    add=BUREAU,
    change=BUREAU,
    imports=BUREAU,
    export=[*BUREAU, *CITY],
    decide=[Role.OFFICE],
    verify=BUREAU,
)
allow(
    "checkpoints.passage",
    view=CITY,
    add=BUREAU,
    change=BUREAU,
    imports=BUREAU,
    export=[*BUREAU, *CITY],
)
allow(
    "checkpoints.freightpass",
    own="enterprise_id",
    view=[Role.SUPPLIES, Role.OFFICE, Role.ENTERPRISE],
    add=BUREAU,
    change=BUREAU,
    imports=BUREAU,
    export=BUREAU,
)

from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

DESK = [Role.INDUSTRY]
CITY = [Role.LEADER, Role.OFFICE, Role.ANALYST, Role.SUPPLIES, Role.TRANSPORT]
BOTH = [*DESK, Role.ENTERPRISE]

allow(
    "needs.need",
    own="enterprise_id",
    view=CITY,
    add=BOTH,
    change=BOTH,
    imports=DESK,
    export=[*DESK, *CITY],
    match=DESK,
)
allow(
    "needs.offer",
    own="enterprise_id",
    view=CITY,
    add=[*BOTH, Role.SUPPLIES],
    change=[*BOTH, Role.SUPPLIES],
    imports=DESK,
    export=[*DESK, *CITY],
)
allow(
    "needs.match",
    own="need__enterprise_id",
    view=CITY,
    export=[*DESK, *CITY],
    accept=BOTH,
    fulfil=BOTH,
)
allow(
    "needs.fulfilment", own="match__need__enterprise_id", view=[*CITY, *BOTH], export=[*DESK, *CITY]
)

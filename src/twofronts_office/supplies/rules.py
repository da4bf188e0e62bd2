from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

BUREAU = [Role.SUPPLIES]
CITY = [Role.LEADER, Role.OFFICE, Role.ANALYST]
ASKERS = [Role.HEALTH, Role.HEALTH_LEAD, Role.COMMUNITY, Role.INDUSTRY, Role.TRANSPORT]

allow(
    "supplies.good",
    everywhere=True,
    view=[*CITY, *ASKERS],
    add=BUREAU,
    change=BUREAU,
    imports=BUREAU,
    export=[*BUREAU, *CITY],
)
allow(
    "supplies.depot",
    view=[*CITY, *ASKERS],
    add=BUREAU,
    change=BUREAU,
    imports=BUREAU,
    export=[*BUREAU, *CITY],
)
allow(
    "supplies.stockreport",
    view=CITY,
    add=BUREAU,
    change=BUREAU,
    imports=BUREAU,
    export=[*BUREAU, *CITY],
)
allow(
    "supplies.supplyrequest",
    view=CITY,
    add=[*ASKERS, *BUREAU],
    change=[*ASKERS, *BUREAU],
    imports=[*ASKERS, *BUREAU],
    export=[*BUREAU, *CITY],
    allocate=BUREAU,
    receive=[*ASKERS, *BUREAU],
)
allow("supplies.commitment", view=[*CITY, *ASKERS, *BUREAU], export=BUREAU, ship=BUREAU)
allow(
    "supplies.shipment", view=[*CITY, *ASKERS, *BUREAU], export=BUREAU, receive=[*ASKERS, *BUREAU]
)
allow("supplies.receipt", view=[*CITY, *ASKERS, *BUREAU], export=BUREAU)

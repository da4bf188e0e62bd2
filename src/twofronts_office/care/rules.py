from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

HEALTH = [Role.HEALTH, Role.HEALTH_LEAD]
CITY = [Role.LEADER, Role.OFFICE, Role.ANALYST]

allow(
    "care.hospital",
    view=CITY,
    add=[Role.HEALTH_LEAD],
    change=HEALTH,
    imports=HEALTH,
    export=[*HEALTH, Role.ANALYST],
    reopen=[Role.HEALTH_LEAD],
)
allow(
    "care.bedreport", view=CITY, add=HEALTH, change=HEALTH, imports=HEALTH, export=[*HEALTH, *CITY]
)
allow(
    "care.transfer",
    also="destination__area",
    view=HEALTH,
    add=HEALTH,
    change=HEALTH,
    personal=HEALTH,
    imports=HEALTH,
    export=HEALTH,
    erase=[Role.HEALTH_LEAD],
)

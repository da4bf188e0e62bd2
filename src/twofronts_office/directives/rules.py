from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

CITY = [Role.LEADER, Role.ANALYST]
OFFICE = [Role.OFFICE]

allow(
    "directives.directive",
    everywhere=True,
    view=CITY,
    add=OFFICE,
    change=OFFICE,
    export=OFFICE,
)
allow(
    "directives.item",
    everywhere=True,
    view=CITY,
    change=OFFICE,
    export=[*OFFICE, Role.LEADER],
)

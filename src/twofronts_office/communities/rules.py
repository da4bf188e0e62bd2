from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

OFFICERS = [Role.COMMUNITY]
CITY = [Role.LEADER, Role.OFFICE, Role.ANALYST]

allow(
    "communities.community",
    view=[*CITY, Role.HEALTH, Role.HEALTH_LEAD, Role.SUPPLIES],
    add=OFFICERS,
    change=OFFICERS,
    imports=OFFICERS,
    export=[*OFFICERS, *CITY],
    restrict=OFFICERS,
)
allow(
    "communities.restriction",
    view=[*OFFICERS, *CITY],
    export=[*OFFICERS, *CITY],
    imports=OFFICERS,
)
allow(
    "communities.service",
    view=CITY,
    add=OFFICERS,
    change=OFFICERS,
    imports=OFFICERS,
    export=OFFICERS,
)
allow(
    "communities.request",
    view=[Role.OFFICE],
    add=OFFICERS,
    change=OFFICERS,
    personal=OFFICERS,
    export=OFFICERS,
    answer=OFFICERS,
    erase=OFFICERS,
    imports=OFFICERS,
)

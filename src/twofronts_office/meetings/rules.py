from twofronts_office.common.access import allow
from twofronts_office.common.choices import STAFF, Role

OFFICE = [Role.OFFICE]
DOERS = sorted(STAFF - {Role.ADMIN, Role.LEADER, Role.ANALYST})

allow(
    "meetings.meeting",
    everywhere=True,
    view=[Role.LEADER, Role.ANALYST],
    add=OFFICE,
    change=OFFICE,
    imports=OFFICE,
    export=[Role.OFFICE, Role.LEADER],
    publish=OFFICE,
)
allow(
    "meetings.decision",
    everywhere=True,
    view=STAFF - {Role.ADMIN},
    add=OFFICE,
    change=OFFICE,
    export=[Role.OFFICE, Role.LEADER],
    decide=[Role.LEADER, Role.OFFICE],
)
allow(
    "meetings.task",
    view=[Role.LEADER, Role.ANALYST],
    add=OFFICE,
    change=OFFICE,
    imports=OFFICE,
    export=[Role.OFFICE, Role.LEADER],
    deliver=DOERS,
    judge=OFFICE,
)

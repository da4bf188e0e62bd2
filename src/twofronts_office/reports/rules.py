from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

HEALTH = [Role.HEALTH, Role.HEALTH_LEAD]
CITY = [Role.LEADER, Role.OFFICE, Role.ANALYST]

allow(
    "reports.dailyreport",
    view=CITY,
    add=[Role.HEALTH],
    change=[Role.HEALTH],
    submit=[Role.HEALTH],
    approve=[Role.HEALTH_LEAD],
    imports=[Role.HEALTH],
    export=[*HEALTH, Role.OFFICE, Role.ANALYST],
)
allow(
    "reports.publication",
    everywhere=True,
    view=[*HEALTH, *CITY],
    add=[Role.OFFICE],
    export=[*HEALTH, *CITY],
)
allow(
    "reports.case",
    view=[Role.ANALYST],
    add=[Role.HEALTH],
    change=HEALTH,
    personal=HEALTH,
    imports=[Role.HEALTH],
    export=[*HEALTH, Role.ANALYST],
    erase=[Role.HEALTH_LEAD],
)
allow(
    "reports.contact",
    view=[Role.ANALYST],
    add=[Role.HEALTH],
    change=HEALTH,
    personal=HEALTH,
    imports=[Role.HEALTH],
    export=[*HEALTH, Role.ANALYST],
    erase=[Role.HEALTH_LEAD],
)
allow(
    "reports.followup",
    view=HEALTH,
    add=[Role.HEALTH],
    change=[Role.HEALTH],
    imports=[Role.HEALTH],
    export=HEALTH,
)

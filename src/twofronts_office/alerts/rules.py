from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

DOERS = [
    Role.OFFICE,
    Role.HEALTH,
    Role.HEALTH_LEAD,
    Role.INDUSTRY,
    Role.SUPPLIES,
    Role.TRANSPORT,
    Role.COMMUNITY,
]

allow(
    "alerts.earlywarning",
    view=[Role.LEADER, Role.ANALYST],
    export=[Role.OFFICE, Role.LEADER, Role.ANALYST],
    take=DOERS,
)

from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

allow(
    "effects.change",
    view=[Role.LEADER, Role.OFFICE, Role.ANALYST],
    confirm=[Role.COMMUNITY, Role.TRANSPORT, Role.INDUSTRY],
    export=[Role.LEADER, Role.OFFICE, Role.ANALYST],
)

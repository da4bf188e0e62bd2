from twofronts_office.common.access import allow
from twofronts_office.common.choices import EVERYONE, Role

allow(
    "areas.area",
    everywhere=True,
    view=EVERYONE,
    add=[Role.ADMIN],
    change=[Role.ADMIN],
    imports=[Role.ADMIN],
    export=EVERYONE - {Role.ENTERPRISE},
)

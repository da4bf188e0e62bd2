from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

KEEPERS = [Role.OFFICE, Role.INDUSTRY]
READERS = [Role.LEADER, Role.ANALYST, Role.SUPPLIES]

allow(
    "indicators.indicator",
    everywhere=True,
    view=[*READERS, *KEEPERS],
    add=[Role.OFFICE],
    change=[Role.OFFICE],
    imports=[Role.OFFICE],
    export=[Role.OFFICE, *READERS],
)
allow(
    "indicators.reading",
    everywhere=True,
    view=READERS,
    add=KEEPERS,
    change=KEEPERS,
    imports=KEEPERS,
    export=[*KEEPERS, *READERS],
)
allow(
    "indicators.alert",
    everywhere=True,
    view=[*READERS, *KEEPERS],
    change=[],
    export=[*READERS, *KEEPERS],
)

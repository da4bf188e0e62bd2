from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

allow(
    "plans.plan",
    everywhere=True,
    view=[Role.LEADER, Role.OFFICE],
    add=[Role.ANALYST, Role.OFFICE],
    export=[Role.ANALYST, Role.OFFICE],
    adopt=[Role.OFFICE],
)
allow(
    "plans.savedrulebook",
    everywhere=True,
    private=("shared", "author"),
    view=[Role.LEADER],
    add=[Role.ANALYST, Role.OFFICE],
    change=[Role.ANALYST, Role.OFFICE],
    export=[Role.ANALYST, Role.OFFICE],
)

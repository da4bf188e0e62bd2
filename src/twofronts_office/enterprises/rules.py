from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

READERS = [Role.LEADER, Role.OFFICE, Role.ANALYST, Role.HEALTH, Role.HEALTH_LEAD, Role.SUPPLIES]
CLERKS = [Role.INDUSTRY]

allow(
    "enterprises.enterprise",
    own="id",
    view=READERS,
    add=CLERKS,
    change=[*CLERKS, Role.ENTERPRISE],
    imports=CLERKS,
    export=[*CLERKS, Role.OFFICE, Role.ANALYST],
    personal=[*CLERKS, Role.ENTERPRISE],
    file=[*CLERKS, Role.ENTERPRISE],
    inspect=CLERKS,
    suspend=CLERKS,
    report=[*CLERKS, Role.ENTERPRISE],
)
allow(
    "enterprises.filing",
    own="enterprise_id",
    view=[*CLERKS, Role.OFFICE, Role.LEADER, Role.ANALYST, Role.ENTERPRISE],
    export=[*CLERKS, Role.OFFICE],
    imports=CLERKS,
    personal=[*CLERKS, Role.ENTERPRISE],
)
allow(
    "enterprises.inspection",
    own="enterprise_id",
    view=[Role.OFFICE, Role.LEADER, Role.ENTERPRISE],
    add=CLERKS,
    change=CLERKS,
    export=CLERKS,
    imports=CLERKS,
    inspect=CLERKS,
    answer=[*CLERKS, Role.ENTERPRISE],
)
allow(
    "enterprises.dailystaff",
    own="enterprise_id",
    view=READERS,
    add=[*CLERKS, Role.ENTERPRISE],
    change=[*CLERKS, Role.ENTERPRISE],
    imports=CLERKS,
    export=[*CLERKS, Role.OFFICE, Role.ANALYST],
)
allow(
    "enterprises.filingcondition",
    view=[*CLERKS, Role.OFFICE, Role.LEADER, Role.ANALYST],
    export=[*CLERKS, Role.OFFICE],
)

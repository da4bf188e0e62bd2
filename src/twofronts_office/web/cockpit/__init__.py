"""The cockpit: both fronts on one page, each part from the register that the reader may view."""

from twofronts_office.common.choices import Role

# the page shows the whole city; a clerk's own area is on the home page and in the registers
READERS = frozenset({Role.LEADER.value, Role.OFFICE.value, Role.ANALYST.value})

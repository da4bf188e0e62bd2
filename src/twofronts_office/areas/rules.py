from twofronts_office.common.access import Access, allow
from twofronts_office.common.choices import EVERYONE, Role


def _within(access: Access, area) -> bool:
    """An administrator edits the own area and what lies under it."""
    return access.may_in("areas.area", "change", area.pk or "")


allow(
    "areas.area",
    everywhere=True,
    guard=_within,
    view=EVERYONE,
    add=[Role.ADMIN],
    change=[Role.ADMIN],
    imports=[Role.ADMIN],
    export=EVERYONE - {Role.ENTERPRISE},
)

from twofronts_office.common.access import Access, allow
from twofronts_office.common.choices import Role


def _within(access: Access, account) -> bool:
    """Whoever could take an account over must administer every area over which it holds a role."""
    from twofronts_office.people.models import RoleGrant  # models are loaded after the rules

    if account.pk is None:
        return True
    held = RoleGrant._base_manager.filter(user_id=account.pk).values_list("area_id", flat=True)
    return all(access.may_in("people.rolegrant", "change", area) for area in held)


allow(
    "people.user",
    everywhere=True,
    guard=_within,
    view=[Role.ADMIN],
    add=[Role.ADMIN],
    change=[Role.ADMIN],
    imports=[Role.ADMIN],
)
allow(
    "people.rolegrant",
    view=[Role.ADMIN],
    add=[Role.ADMIN],
    change=[Role.ADMIN],
    imports=[Role.ADMIN],
)
allow("common.securityevent", everywhere=True, view=[Role.ADMIN])

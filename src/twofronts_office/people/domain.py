"""Accounts and roles: giving, ending, and telling the security log."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from twofronts_office.common import clock
from twofronts_office.common.domain.records import require
from twofronts_office.common.domain.security_log import record
from twofronts_office.people.models import RoleGrant, User

# without what is easily misread
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


@transaction.atomic
def create_account(*, username: str, by=None, password: str = "", **fields) -> tuple[User, str]:
    password = password or new_password()
    user = User.objects.create_user(username=username, password=password, **fields)
    record(kind="account.created", actor=str(by or "system"), subject=username)
    return user, password


@transaction.atomic
def give_role(*, grant: RoleGrant, by=None) -> RoleGrant:
    """Give a role; the giver must administer the area that it is over."""
    if by is not None:
        require(user=by, action="add", obj=grant)
    grant.full_clean()
    grant.save()
    record(
        kind="permission.given",
        actor=str(by or "system"),
        subject=grant.user.username,
        detail={"role": grant.role, "area": grant.area_id},
    )
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by, reason: str = "") -> None:
    grant.until = clock.today() - timedelta(days=1)
    grant.since = min(grant.since, grant.until)
    grant.reason = reason[:200]
    grant.version += 1
    grant.save()
    record(
        kind="permission.ended",
        actor=str(by),
        subject=grant.user.username,
        detail={"role": grant.role, "area": grant.area_id, "reason": reason},
    )


@transaction.atomic
def set_active(*, user: User, active: bool, by) -> None:
    User.objects.filter(pk=user.pk).update(is_active=active)
    record(
        kind="account.opened" if active else "account.closed", actor=str(by), subject=user.username
    )


def new_login_password(*, user: User, by) -> str:
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    record(kind="account.password_reset", actor=str(by), subject=user.username)
    return password


def people_with(*, role: str, area: str) -> list[User]:
    """Active people who hold a role over an area (its code)."""
    today = clock.today()
    rows = RoleGrant._base_manager.filter(role=role, since__lte=today, user__is_active=True)
    rows = rows.exclude(until__lt=today).select_related("user", "area")
    return list({g.user_id: g.user for g in rows if area.startswith(g.area.prefix)}.values())

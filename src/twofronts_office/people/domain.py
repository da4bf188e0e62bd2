"""Accounts and roles: giving, ending, and telling the security log."""

from __future__ import annotations

import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from twofronts_office.common import clock
from twofronts_office.common.domain.records import Refused, require
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
def bring_account(*, user: User, by) -> User:
    """Enter an account of a table: it opens once a password is given."""
    user.set_unusable_password()
    user.save()
    record(kind="account.created", actor=str(by), subject=user.username)
    return user


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


def settle_roles(rows: list[RoleGrant], user) -> None:
    """Tell the security log of roles that were changed on their page."""
    shown = ("role", "area_id", "since", "until")
    for grant in rows:
        now, *past = grant.history.select_related("user").order_by("-history_id")[:2]
        before = past[0] if past else now
        record(
            kind="permission.changed",
            actor=str(user),
            subject=grant.user.username,
            detail={
                "was_of": before.user.username,
                "before": {n: str(getattr(before, n)) for n in shown},
                "after": {n: str(getattr(grant, n)) for n in shown},
            },
        )


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
    require(user=by, action="change", obj=user)
    User.objects.filter(pk=user.pk).update(is_active=active)
    if not active:
        Token.objects.filter(user=user).delete()
    record(
        kind="account.opened" if active else "account.closed", actor=str(by), subject=user.username
    )


@transaction.atomic
def new_login_password(*, user: User, by) -> str:
    """A new password, returned this once; programs that call as the account lose their token."""
    require(user=by, action="change", obj=user)
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    Token.objects.filter(user=user).delete()
    record(kind="account.password_reset", actor=str(by), subject=user.username)
    return password


@transaction.atomic
def new_token(*, user: User, by) -> str:
    """A token by which a program calls the API with the account's roles; the one before ends."""
    require(user=by, action="change", obj=user)
    Token.objects.filter(user=user).delete()
    token = Token.objects.create(user=user)
    record(kind="account.token_given", actor=str(by), subject=user.username)
    return token.key


@transaction.atomic
def end_token(*, user: User, by) -> None:
    require(user=by, action="change", obj=user)
    if not Token.objects.filter(user=user).delete()[0]:
        raise Refused(_("The account has no token."))
    record(kind="account.token_ended", actor=str(by), subject=user.username)


@transaction.atomic
def end_second_factor(*, user: User, by, reason: str) -> None:
    """For somebody who lost telephone and recovery codes: a new one is set up at next sign-in."""
    require(user=by, action="change", obj=user)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(_("The account has no second factor."))
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    record(
        kind="account.second_factor_ended", actor=str(by), subject=user.username,
        detail={"reason": reason},
    )  # fmt: skip


def people_with(*, role: str, area: str) -> list[User]:
    """Active people who hold a role over an area (its code)."""
    today = clock.today()
    rows = RoleGrant._base_manager.filter(role=role, since__lte=today, user__is_active=True)
    rows = rows.exclude(until__lt=today).select_related("user", "area")
    return list({g.user_id: g.user for g in rows if area.startswith(g.area.prefix)}.values())

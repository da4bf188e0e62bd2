"""The first administrator of an empty office."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import translation

from twofronts_office.areas.models import Area
from twofronts_office.common.choices import Role
from twofronts_office.common.scope import system_scope
from twofronts_office.common.stop import Stop
from twofronts_office.people.domain import create_account, give_role
from twofronts_office.people.models import RoleGrant, User


def first_administrator(*, username: str, code: str, name: str = "") -> str:
    """Make the account and its role; returns the password, which is stored only as a hash."""
    if User.objects.filter(username=username).exists():
        raise Stop(f"There is an account {username!r} already.")
    try:
        User(username=username).clean_fields(exclude=["password"])
        Area(code=code, name_zh=name or code, name_en=name or code, level="city").clean_fields()
    except ValidationError as error:
        with translation.override("en"):
            text = "; ".join(f"{k}: {' '.join(v)}" for k, v in error.message_dict.items())
        raise Stop(f"No administrator was made. {text}") from None
    with system_scope():
        area, _made = Area.objects.get_or_create(
            code=code, defaults={"name_zh": name or code, "name_en": name or code, "level": "city"}
        )
        user, password = create_account(username=username)
        give_role(grant=RoleGrant(user=user, role=Role.ADMIN, area=area, since=date(2000, 1, 1)))
    return password

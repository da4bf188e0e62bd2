"""Accounts and roles as registers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.forms import ReasonForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.people import domain
from twofronts_office.people.models import RoleGrant, User


def _create_user(form: forms.ModelForm, user) -> User:
    fields = {k: v for k, v in form.cleaned_data.items() if k != "version"}
    made, password = domain.create_account(by=user, **fields)
    made.shown_password = password
    return made


def _bring_user(user: User, by) -> None:
    """An account of a table has no password until an administrator gives one."""
    domain.bring_account(user=user, by=by)


def _bring_grant(grant: RoleGrant, by) -> None:
    domain.give_role(grant=grant, by=by)


def _create_grant(form: forms.ModelForm, user) -> RoleGrant:
    return domain.give_role(grant=form.instance, by=user)


def _new_password(obj, user, data):
    return _("New password, shown once: %s") % domain.new_login_password(user=obj, by=user)


def _new_token(obj, user, data):
    return _("Token, shown once: %s") % domain.new_token(user=obj, by=user)


register(
    Register(
        model=User,
        slug="people",
        line="office",
        columns=("username", "full_name", "email", "is_active", "last_login"),
        fields=("username", "full_name", "email", "phone", "language"),
        detail=("username", "full_name", "email", "phone", "language", "is_active", "last_login"),
        filters=("is_active",),
        search=("username", "full_name", "email"),
        create=_create_user,
        api=False,
        key="username",
        imports=("username", "full_name", "email", "phone", "language"),
        bring=_bring_user,
        panels=(
            Panel(
                _("Roles held"), "roles", "grants", ("role", "area", "since", "until"), add="user"
            ),
        ),
        verbs=(
            Verb(
                "close",
                _("Close the account"),
                lambda obj, user, data: domain.set_active(user=obj, active=False, by=user),
                "change",
                form=ReasonForm,
                danger=True,
                states=(True,),
                state_field="is_active",
            ),
            Verb(
                "open",
                _("Open the account again"),
                lambda obj, user, data: domain.set_active(user=obj, active=True, by=user),
                "change",
                states=(False,),
                state_field="is_active",
            ),
            Verb(
                "password",
                _("Give a new password"),
                _new_password,
                "change",
                danger=True,
                text=_("The old password ends, and so does the account's token for the API."),
            ),
            Verb(
                "factor",
                _("Take the second factor away"),
                lambda obj, user, data: domain.end_second_factor(user=obj, by=user, **data),
                "change",
                form=ReasonForm,
                danger=True,
                text=_(
                    "For somebody who lost telephone and recovery codes. Make sure who asks; all "
                    "sessions end, and a new second factor is set up at the next sign-in."
                ),
            ),
            Verb(
                "token",
                _("Give a token for the API"),
                _new_token,
                "change",
                danger=True,
                text=_(
                    "A program that sends it reaches what the account's roles reach, without "
                    "password and second factor. An earlier token ends."
                ),
            ),
            Verb(
                "end-token",
                _("End the token for the API"),
                lambda obj, user, data: domain.end_token(user=obj, by=user),
                "change",
                danger=True,
            ),
        ),
    )
)
register(
    Register(
        model=RoleGrant,
        slug="roles",
        line="office",
        columns=("user", "role", "area", "since", "until"),
        fields=("user", "role", "area", "enterprise", "since", "until", "reason"),
        filters=("role", "area"),
        search=("user__username", "user__full_name"),
        lookups={"user": "username", "enterprise": "uscc"},
        anywhere=frozenset({"enterprise"}),  # administrators keep no enterprises, and name them
        create=_create_grant,
        key="user,role,area,since",
        imports=("user", "role", "area", "enterprise", "since", "until", "reason"),
        bring=_bring_grant,
        settle=domain.settle_roles,
        api=False,
        verbs=(
            Verb(
                "end",
                _("End the role today"),
                lambda obj, user, data: domain.end_role(grant=obj, by=user, reason=data["reason"]),
                "change",
                form=ReasonForm,
                danger=True,
            ),
        ),
    )
)

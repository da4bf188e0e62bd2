"""What the security log hears without being told: logins, failures, lockouts, logouts."""

from __future__ import annotations

from allauth.mfa.signals import authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from twofronts_office.common.domain.security_log import record


@receiver(user_logged_in)
def logged_in(sender, request, user, **kwargs):
    record(kind="login", actor=user.get_username())


@receiver(user_logged_out)
def logged_out(sender, request, user, **kwargs):
    if user is not None:
        record(kind="logout", actor=user.get_username())


@receiver(user_login_failed)
def login_failed(sender, credentials, request=None, **kwargs):
    record(kind="login.failed", actor=str(credentials.get("username", ""))[:150])


@receiver(user_locked_out)
def locked_out(sender, username=None, ip_address=None, **kwargs):
    record(kind="login.locked", actor=str(username or ""), detail={"address": str(ip_address)})


@receiver([authenticator_added, authenticator_removed])
def authenticator_changed(sender, request, user, authenticator, signal, **kwargs):
    if request is not None:
        request.session.pop("second_factor", None)  # whoever removed the last one sets up anew
    kind = "second_factor.added" if signal is authenticator_added else "second_factor.removed"
    record(kind=kind, actor=user.get_username(), detail={"type": str(authenticator.type)})

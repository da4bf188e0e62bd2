"""What every page of the office stands on: deny by default, then say who may."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.views import View

from twofronts_office.common.register import Register


class OfficeView(LoginRequiredMixin, View):
    """A page for people who hold a role. ``roles`` None: any role."""

    roles: frozenset[str] | None = None

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.access = request.access
        if not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def allowed(self) -> bool:
        held = self.access.roles
        return bool(held if self.roles is None else held & self.roles)


class RegisterView(OfficeView):
    """A page of one register, for those who hold ``action`` on it anywhere."""

    entry: Register = None
    action = "view"

    def allowed(self) -> bool:
        return self.access.may(self.entry.label, self.action)

    def row(self, pk):
        """A row within the scope, on which the action is held; otherwise it does not exist."""
        try:
            obj = self.entry.rows().get(pk=pk)
        except (self.entry.model.DoesNotExist, ValueError, OverflowError):
            raise Http404 from None
        if not self.access.may(self.entry.label, self.action, obj):
            raise PermissionDenied
        return obj

    def context(self, **more):
        return {"entry": self.entry, **more}


def show_errors(request, error) -> None:
    texts = error.messages if hasattr(error, "messages") else [str(error)]
    for text in texts:
        messages.error(request, text)

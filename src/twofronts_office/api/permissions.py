"""The same table of permissions as the pages."""

from __future__ import annotations

from rest_framework.permissions import BasePermission

from twofronts_office.common.access import access_of

ACTIONS = {
    "list": "view",
    "retrieve": "view",
    "create": "add",
    "update": "change",
    "partial_update": "change",
    "history": "view",
}


def action_of(view) -> str | None:
    """The register's action that a call needs; None is refused."""
    verb = getattr(view, "verb", None)
    return verb.action if verb is not None else ACTIONS.get(view.action)


class RegisterPermission(BasePermission):
    def has_permission(self, request, view) -> bool:
        entry = getattr(view, "entry", None)
        action = action_of(view) if entry is not None else None
        if entry is None or not request.user.is_authenticated:
            return False
        if action is None:
            return view.action is None or view.action == "metadata"
        return access_of(request.user).may(entry.label, action)

    def has_object_permission(self, request, view, obj) -> bool:
        access, verb = access_of(request.user), getattr(view, "verb", None)
        if verb is not None:
            return verb.held(obj, access)
        action = action_of(view)
        return bool(action) and access.may(view.entry.label, action, obj)

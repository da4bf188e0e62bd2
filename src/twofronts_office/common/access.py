"""Who may do what, over which areas: one table that pages, API, scope and documents all read.

Deny by default. An app's ``rules.py`` calls :func:`allow` once for each register; whatever is not
named there nobody may do. A grant is a role over an area; an area's code is twelve digits, and the
areas under it are those whose code starts with its significant digits, so "own area" is a prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import rules
from django.db.models import Model, Q

from twofronts_office.common.choices import Role

ACCESS: dict[str, dict[str, frozenset[str]]] = {}
OWN: dict[str, str] = {}
ALSO: dict[str, str] = {}
GLOBAL: set[str] = set()
# flag of the rows that all may reach, and owner of the others
PRIVATE: dict[str, tuple[str, str]] = {}
# of a register without area: whether this person may do more with a row than view it
GUARDS: dict[str, Callable[[Access, Model], bool]] = {}

VIEW, ADD, CHANGE = "view", "add", "change"


def allow(
    label: str,
    *,
    own: str = "",
    also: str = "",
    everywhere: bool = False,
    private: tuple[str, str] | None = None,
    guard: Callable[[Access, Model], bool] | None = None,
    **actions: Iterable[str],
) -> None:
    """State who may do what with a register.

    Parameters
    ----------
    label : str
        ``app.model`` in lower case.
    own : str
        Lookup from the register to the enterprise, for the enterprise's own rows.
    also : str
        Lookup to a second area that the register's rows concern, such as where a patient goes.
    everywhere : bool
        The register has no area (goods, indicators, meetings): a role anywhere is enough.
    private : tuple of str, optional
        Of a register without area: the flag of rows that all may reach, and who the others belong
        to.
    guard : callable, optional
        Of a register without area: whether somebody who holds an action holds it on this row too.
        Viewing is not asked about.
    **actions : iterable of str
        Action to the roles that hold it. ``view`` is widened to all roles of the other actions.
    """
    table = {name: frozenset(str(r) for r in roles) for name, roles in actions.items()}
    table[VIEW] = table.get(VIEW, frozenset()).union(*table.values())
    ACCESS[label] = table
    if own:
        OWN[label] = own
    if also:
        ALSO[label] = also
    if everywhere:
        GLOBAL.add(label)
    if private:
        PRIVATE[label] = private
    if guard:
        GUARDS[label] = guard
    app, model = label.split(".")
    for action in table:
        rules.set_perm(f"{app}.{action}_{model}", _predicate(label, action))


def _predicate(label: str, action: str):
    @rules.predicate(name=f"{label}:{action}")
    def check(user, obj=None):
        return access_of(user).may(label, action, obj)

    return check


def significant(code: str) -> str:
    """The part of an area's code that all areas under it share: two digits a level, then three."""
    for length in (2, 4, 6, 9, 12):
        if set(code[length:]) <= {"0"}:
            return code[:length]
    return code


@dataclass(frozen=True, slots=True)
class Grant:
    role: str
    prefix: str
    enterprise_id: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may reach: the value that opens a scope."""

    user_id: int | None
    grants: tuple[Grant, ...] = ()
    system: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(g.role for g in self.grants)

    @property
    def staff(self) -> bool:
        return bool(self.roles - {Role.ENTERPRISE})

    def _holding(self, label: str, action: str) -> tuple[Grant, ...]:
        roles = ACCESS.get(label, {}).get(action, frozenset())
        return tuple(g for g in self.grants if g.role in roles)

    def prefixes(self, label: str, action: str = VIEW) -> tuple[str, ...]:
        """Prefixes of the areas over which the person holds the action; not the enterprise's."""
        found = {g.prefix for g in self._holding(label, action) if g.role != Role.ENTERPRISE}
        return tuple(sorted(p for p in found if not any(p != q and p.startswith(q) for q in found)))

    def q(self, model: type[Model], action: str = VIEW) -> Q | None:
        """Filter for what may be reached; None is nothing at all, an empty Q everything."""
        label = model._meta.label_lower
        if self.system:
            return Q()
        holding = self._holding(label, action)
        if not holding:
            return None
        if label in PRIVATE:
            shared, owner = PRIVATE[label]
            return Q(**{shared: True}) | Q(**{f"{owner}_id": self.user_id})
        if label in GLOBAL:
            return Q()
        reach, some = Q(), False
        for prefix in self.prefixes(label, action):
            reach, some = reach | Q(area__code__startswith=prefix), True
            if label in ALSO:
                reach |= Q(**{f"{ALSO[label]}__code__startswith": prefix})
        for grant in holding:
            if grant.role == Role.ENTERPRISE and grant.enterprise_id and label in OWN:
                reach, some = reach | Q(**{OWN[label]: grant.enterprise_id}), True
        return reach if some else None

    def may(self, label: str, action: str, obj: Model | None = None) -> bool:
        """Whether the action is held: on this row, or anywhere when no row is given."""
        if self.system:
            return True
        holding = self._holding(label, action)
        if not holding:
            return False
        if obj is not None and label in PRIVATE:
            shared, owner = PRIVATE[label]
            return bool(getattr(obj, shared)) or getattr(obj, f"{owner}_id") == self.user_id
        if obj is None:
            return True
        if label in GLOBAL:
            return action == VIEW or label not in GUARDS or GUARDS[label](self, obj)
        areas = [getattr(obj, "area_id", None) or ""]
        if label in ALSO:
            areas.append(_follow(obj, f"{ALSO[label]}_id") or "")
        for grant in holding:
            if grant.role != Role.ENTERPRISE:
                if any(area.startswith(grant.prefix) for area in areas):
                    return True
            elif (
                label in OWN
                and grant.enterprise_id
                and _follow(obj, OWN[label]) == grant.enterprise_id
            ):
                return True
        return False

    def may_in(self, label: str, action: str, area: str) -> bool:
        """Whether the action is held over an area."""
        return self.system or any(area.startswith(p) for p in self.prefixes(label, action))


def _follow(obj: Model, lookup: str):
    value = obj
    for part in lookup.split("__"):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


NOBODY = Access(user_id=None)
SYSTEM = Access(user_id=None, system=True)


def access_of(user) -> Access:
    """The access of a user, read once for each user object."""
    if not getattr(user, "is_authenticated", False):
        return NOBODY
    held = getattr(user, "_office_access", None)
    if held is None:
        held = user.read_access()
        user._office_access = held
    return held

"""Home: what is due from me, what is overdue, what changed."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.urls import reverse

from twofronts_office.common import clock
from twofronts_office.common.domain.audit import recent_changes
from twofronts_office.common.due import due_for
from twofronts_office.common.models import Notification
from twofronts_office.common.register import REGISTERS, by_label, step_text
from twofronts_office.web.figures import figures
from twofronts_office.web.views.base import OfficeView

SHOWN = 10


def changes_of(access) -> list[dict]:
    """What changed, newest first; the same change to many rows of a register is one line."""
    lines: list[dict] = []
    for change in recent_changes(access=access, registers=REGISTERS.values(), limit=60):
        entry = by_label(change.register)
        if entry is None:
            continue
        last = lines[-1] if lines else None
        same = (change.register, change.field, change.before, change.after)
        if last is not None and last["same"] == same:
            last["pks"].append(change.object_id)
            continue
        if len(lines) == SHOWN:
            break
        lines.append({"same": same, "change": change, "entry": entry, "pks": [change.object_id]})
    single: dict[str, list[int]] = {}
    for one in lines:
        if len(one["pks"]) == 1:
            single.setdefault(one["entry"].slug, []).extend(one["pks"])
    names = {
        slug: {row.pk: str(row) for row in REGISTERS[slug].rows().filter(pk__in=pks)}
        for slug, pks in single.items()
    }
    for one in lines:
        entry, change = one["entry"], one["change"]
        field = entry.field_of(change.field)
        one["before"], one["after"] = (
            step_text(change.before, field),
            step_text(change.after, field),
        )
        one["n"] = len(one["pks"])
        pk = change.object_id
        one["name"] = names.get(entry.slug, {}).get(pk, "") if one["n"] == 1 else ""
        one["link"] = (
            reverse(f"{entry.slug}-detail", args=[pk]) if one["n"] == 1
            else reverse(f"{entry.slug}-list")
        )  # fmt: skip
    return lines


class Home(OfficeView):
    def allowed(self) -> bool:
        return True  # an account without a role sees an empty page that says so

    def get(self, request):
        today = clock.today()
        items = due_for(user=request.user, access=self.access, today=today)
        return render(
            request,
            "office/home.html",
            {
                "overdue": [d for d in items if d.overdue],
                "due": [d for d in items if not d.overdue],
                "changes": changes_of(self.access),
                "figures": figures(access=self.access, today=today),
                "today": today,
            },
        )


class Notifications(OfficeView):
    def allowed(self) -> bool:
        return True

    def get(self, request):
        rows = Notification.objects.filter(user=request.user)[:100]
        return render(request, "office/notifications.html", {"rows": rows})

    def post(self, request):
        Notification.objects.filter(user=request.user, read_at=None).update(read_at=clock.now())
        return redirect("notifications")

"""Home: what is due from me, what is overdue, what changed."""

from __future__ import annotations

from datetime import timedelta

from django.shortcuts import redirect, render
from django.urls import reverse

from twofronts_office.common import clock
from twofronts_office.common.domain.audit import recent_changes
from twofronts_office.common.due import due_for
from twofronts_office.common.models import Notification
from twofronts_office.common.register import REGISTERS, by_label, show
from twofronts_office.web.cockpit import figures
from twofronts_office.web.views.base import OfficeView


class Home(OfficeView):
    def allowed(self) -> bool:
        return True  # an account without a role sees an empty page that says so

    def get(self, request):
        today = clock.today()
        items = due_for(user=request.user, access=self.access, today=today)
        changes = []
        for change in recent_changes(access=self.access, registers=REGISTERS.values()):
            entry = by_label(change.register)
            if entry is not None:
                changes.append(
                    {
                        "change": change,
                        "entry": entry,
                        "link": reverse(f"{entry.slug}-detail", args=[change.object_id]),
                        "before": show(change.before, entry.field_of(change.field)),
                        "after": show(change.after, entry.field_of(change.field)),
                    }
                )
        return render(
            request,
            "office/home.html",
            {
                "overdue": [d for d in items if d.overdue],
                "due": [d for d in items if not d.overdue],
                "changes": changes,
                "figures": figures(access=self.access, today=today),
                "today": today,
                "soon": today + timedelta(days=7),
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

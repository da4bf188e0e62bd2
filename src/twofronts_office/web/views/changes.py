"""Changes in operation that wait for their owner: answer the ticked or a whole group."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twofronts_office.common.domain.records import Refused
from twofronts_office.common.register import REGISTERS
from twofronts_office.effects import domain
from twofronts_office.meetings.queries import planned_against_actual
from twofronts_office.web.views.base import show_errors
from twofronts_office.web.views.pages import ActionView

SHOWN = 300


class ConfirmView(ActionView):
    """What waits for this person, by decision; nothing is ticked beforehand.

    A whole group is confirmed only after a second question that says what becomes of how many.
    """

    label, action = "effects.change", "confirm"

    def show(self, request, *, reason="", status=200):
        rows = domain.waiting_for(access=self.access).select_related(
            "decision__meeting", "community", "checkpoint", "area"
        )
        found: dict = {}
        for change in rows.order_by("answer_by", "decision_id", "area_id", "pk")[:SHOWN]:
            found.setdefault(change.decision, []).append(change)
        more = rows.count() - SHOWN if sum(map(len, found.values())) == SHOWN else 0
        context = {
            "groups": list(found.items()), "entry": REGISTERS["changes"], "reason": reason,
            "more": more,
        }  # fmt: skip
        return render(request, "office/changes_confirm.html", context, status=status)

    def ask(self, request, reason: str):
        """The second question: what would become of how many, and where they are."""
        rows = list(self.chosen(request).select_related("community", "checkpoint", "area"))
        becomes = Counter((str(c.was or "–"), str(c.becomes)) for c in rows)
        said = [
            _("%(n)s: from “%(was)s” to “%(becomes)s”") % {"n": n, "was": was, "becomes": after}
            for (was, after), n in becomes.most_common()
        ]
        areas = Counter(str(c.area) for c in rows)
        said.append(", ".join(f"{name} {n}" for name, n in sorted(areas.items())))
        n = len(rows)
        context = {
            "title": ngettext("Confirm %d change?", "Confirm all %d changes?", n) % n,
            "lede": _("They stand in your register at once, each with its basis and its end."),
            "rows": said, "fields": [("all", request.POST["all"]), ("reason", reason)],
            "button": ngettext("Yes, confirm %d", "Yes, confirm all %d", n) % n,
            "back": reverse("changes-confirm"),
        }  # fmt: skip
        return render(request, "office/sure.html", context)

    def get(self, request):
        return self.show(request)

    def chosen(self, request):
        """The changes ticked, or all shown of one decision; only those that wait for the person."""
        rows = domain.waiting_for(access=self.access)
        whole = request.POST.get("all", "")
        if whole:
            decision, _sep, seen = whole.partition(":")
            pks = [int(pk) for pk in seen.split(",") if pk.isdigit()]
            return rows.filter(decision_id=decision if decision.isdigit() else 0, pk__in=pks)
        return rows.filter(pk__in=[pk for pk in request.POST.getlist("change") if pk.isdigit()])

    def post(self, request):
        reason = request.POST.get("reason", "").strip()[:500]
        decline = "decline" in request.POST
        if "all" in request.POST and "sure" not in request.POST and self.chosen(request).exists():
            return self.ask(request, reason)
        try:
            with transaction.atomic():
                n = 0
                for change in self.chosen(request).select_related("decision__meeting", "community"):
                    verb = domain.decline if decline else domain.confirm
                    verb(change=change, by=request.user, reason=reason)
                    n += 1
        except (Refused, ValidationError) as refused:
            show_errors(request, refused)
            return self.show(request, reason=reason, status=422)
        if not n:
            messages.error(request, _("Tick at least one change."))
            return self.show(request, reason=reason, status=422)
        said = (
            ngettext("%d change declined.", "%d changes declined.", n)
            if decline
            else ngettext("%d change confirmed.", "%d changes confirmed.", n)
        )
        messages.success(request, said % n)
        return redirect("changes-confirm")


class InOperation(ActionView):
    """Planned against actual, by line of work."""

    label = "meetings.decision"

    def get(self, request):
        rows = planned_against_actual(self.access)
        return render(request, "office/in_operation.html", {"rows": rows})

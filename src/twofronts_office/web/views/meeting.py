"""The meeting's own pages: the room in which it sits, what it saw, what each owner delivered."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twofronts_office.bridge import effects as rulebook_words
from twofronts_office.common import clock
from twofronts_office.common.choices import Line
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.names import english
from twofronts_office.common.register import REGISTERS
from twofronts_office.meetings import domain
from twofronts_office.meetings.agenda import follow_up, last_meeting, points
from twofronts_office.meetings.choices import DecisionState, TaskState
from twofronts_office.meetings.models import Decision, Meeting, Seen
from twofronts_office.meetings.scorecard import scorecard
from twofronts_office.meetings.seen import (
    attachments,
    changed_since,
    digest_of,
    figures,
    newest_day,
)
from twofronts_office.web.cockpit.facts import count
from twofronts_office.web.templatetags.office import pct
from twofronts_office.web.views.base import show_errors
from twofronts_office.web.views.pages import ActionView

SCORE_DAYS = 14


def figure_tiles(found: dict) -> list[tuple[str, str]]:
    """Frozen or present figures by name, as the page writes them."""
    names = (
        ("new_confirmed", _("New confirmed"), count),
        ("cum_confirmed", _("Confirmed in all"), count), ("in_hospital", _("In hospital"), count),
        ("resumption_rate", _("Resumption rate (firms)"), pct),
        ("staff_return_rate", _("Staff return rate"), pct),
        ("capacity_rate", _("Capacity rate"), pct),
        ("restricted", _("Restricted communities"), count),
        ("checkpoints_left", _("Checkpoints to remove"), count),
        ("tasks_overdue", _("Tasks overdue"), count),
    )  # fmt: skip
    return [(label, write(found[key])) for key, label, write in names if found.get(key) is not None]


class Room(ActionView):
    """One page to sit in: what lies before the meeting, agenda and decisions by line of work."""

    label = "meetings.meeting"

    def meeting(self, pk) -> Meeting:
        return get_object_or_404(Meeting.objects.select_related("seen"), pk=pk)

    def get(self, request, pk):
        return self.show(request, self.meeting(pk))

    def show(self, request, meeting, *, reason="", status=200):
        seen: Seen | None = getattr(meeting, "seen", None)
        agenda = self._agenda(meeting, seen)
        decisions = self._decisions(meeting)
        lines = []
        for value, label in Line.choices:
            mine = [d for d in decisions if d.line == value]
            drafts = sum(d.state == DecisionState.DRAFT for d in mine)
            lines.append((value, label, [p for p in agenda if p["line"] == value], mine, drafts))
        found = seen.data["figures"] if seen else figures(newest_day())
        entry = REGISTERS["meetings"]
        context = {
            "meeting": meeting, "obj": meeting, "entry": entry, "seen": seen, "lines": lines,
            "general": [p for p in agenda if not p["line"]], "reason": reason,
            "attached": seen.data if seen else attachments(), "figures": figure_tiles(found),
            "day": seen.data["day"] if seen else newest_day(),
            "before": last_meeting(meeting), "follow_up": follow_up(meeting),
            "may_decide": self.access.may("meetings.decision", "decide"),
            "may_task": self.access.may("meetings.task", "add"),
            "may_draft": self.access.may("meetings.decision", "add"),
            "drafts": sum(d.state == DecisionState.DRAFT for d in decisions),
            "untold": sum(
                d.state == DecisionState.DECIDED and not d.text_en for d in decisions
            ),
            "verbs": [
                v for v in entry.verbs
                if v.offered(meeting) and self.access.may(entry.label, v.action, meeting)
            ],
        }  # fmt: skip
        return render(request, "office/meeting_room.html", context, status=status)

    @staticmethod
    def _agenda(meeting, seen: Seen | None) -> list[dict]:
        """The agenda as it was when the meeting was opened; until then as it is now."""
        if seen is None:
            return [p.plain() for p in points(meeting)]
        said = seen.data["agenda"]
        return said.get("en" if english() else "zh-hans", [])

    @staticmethod
    def _decisions(meeting) -> list[Decision]:
        rows = list(meeting.decisions.prefetch_related("tasks", "changes", "directive_items"))
        lang = "en" if english() else "zh"
        held = domain.rulebook_levels()
        gone = (DecisionState.DROPPED, DecisionState.WITHDRAWN)
        live = [d for d in rows if d.state not in gone]
        same = domain.on_the_same(live)
        for d in rows:
            draft = d.state == DecisionState.DRAFT
            before = domain.level_before(d, held) if draft else (d.rule or {}).get("before", "")
            d.rule_words = _rule_words(d, before, lang) if d.measure else ""
            if d.rule_words == d.said:  # the wording is the rule: say what it was before
                d.rule_words = _("not set before")
            d.beside = [o for o in same.get(d.about, ()) if draft and o is not d and d in live]
            d.live = [t for t in d.tasks.all() if t.state != TaskState.CANCELLED]
            d.states = Counter(c.state for c in d.changes.all())
            d.n_changes = sum(d.states.values())
        return sorted(rows, key=lambda d: (d.state in gone, d.pk))

    def ask(self, request, meeting, line: str):
        """The second question before a line is decided whole: what was decided is not rewritten."""
        shown = request.POST.getlist("shown")
        rows = [
            d for d in self._decisions(meeting)
            if d.line == line and d.state == DecisionState.DRAFT and str(d.pk) in shown
        ]  # fmt: skip
        n = len(rows)
        said = [f"{d.said} ({d.rule_words})" if d.rule_words else d.said for d in rows]
        context = {
            "title": ngettext("Decide %d decision?", "Decide all %d decisions?", n) % n,
            "lede": _(
                "What was decided is not rewritten, and what it changes in the registers is "
                "proposed to their owners at once."
            ),
            "rows": said, "fields": [("line", line)] + [("shown", d.pk) for d in rows],
            "button": ngettext("Yes, decide %d", "Yes, decide all %d", n) % n,
            "back": reverse("meetings-room", args=[meeting.pk]),
        }  # fmt: skip
        return render(request, "office/sure.html", context)

    def post(self, request, pk):
        meeting = self.meeting(pk)
        if not self.access.may("meetings.decision", "decide"):
            raise Http404
        reason = request.POST.get("reason", "").strip()[:1000]
        line = request.POST.get("line", "")
        chosen = request.POST.getlist("shown" if line else "decision")
        pks = [v for v in chosen if v.isdigit()]
        dropping = "drop" in request.POST
        if line and "sure" not in request.POST and pks:
            return self.ask(request, meeting, line)
        try:
            if dropping and not reason:
                raise Refused(_("Say why it is dropped."))
            with transaction.atomic():
                rows = meeting.decisions.filter(pk__in=pks, state=DecisionState.DRAFT)
                rows = list(rows.filter(line=line) if line else rows)
                if not dropping:
                    domain.decide_all(rows=rows, by=request.user)
                for one in rows if dropping else ():
                    domain.drop(decision=one, by=request.user, reason=reason)
        except (Refused, ValidationError) as refused:
            show_errors(request, refused)
            return self.show(request, meeting, reason=reason, status=422)
        if not rows:
            messages.error(request, _("Tick at least one drafted decision."))
            return self.show(request, meeting, reason=reason, status=422)
        said = (
            ngettext("%d decision dropped.", "%d decisions dropped.", len(rows)) if dropping
            else ngettext("%d decision taken.", "%d decisions taken.", len(rows))
        )  # fmt: skip
        messages.success(request, said % len(rows))
        return redirect("meetings-room", pk=pk)


def _rule_words(decision: Decision, text: str, lang: str) -> str:
    """What a decision changes in the rulebook, in words: the level before, the level after."""
    after = rulebook_words.levels_of_text(decision.measure, decision.level)
    if after is None:
        return f"{decision.measure}: {decision.level}"
    before = rulebook_words.levels_of_text(decision.measure, text) if text else None
    if before is None:
        return rulebook_words.level_words(decision.measure, after, lang)
    return rulebook_words.change_words(decision.measure, before, after, lang)


class SeenMeeting(ActionView):
    """What a meeting saw when it was opened, and what has been corrected since."""

    label = "meetings.meeting"

    def get(self, request, pk):
        meeting = get_object_or_404(Meeting.objects.select_related("seen"), pk=pk)
        seen = getattr(meeting, "seen", None)
        context: dict = {"meeting": meeting, "seen": seen, "entry": REGISTERS["meetings"]}
        if seen is not None:
            data = seen.data
            reports = [
                {**r, "name": r["name_en"] if english() else r["name_zh"]} for r in data["reports"]
            ]
            changed = {c["was"]["area"]: c for c in changed_since(seen)}
            for r in reports:
                r["since"] = changed.get(r["area"])
            context |= {
                "data": data, "figures": figure_tiles(data["figures"]), "reports": reports,
                "n_changed": len(changed), "sound": digest_of(data) == seen.digest,
                "agenda": data["agenda"]["en" if english() else "zh-hans"],
                "names": dict(Line.choices) | {"": _("All lines")},
                "entry_reports": REGISTERS["reports"],
                "reports_open": self.access.may("reports.dailyreport", "view"),
            }  # fmt: skip
        return render(request, "office/meeting_seen.html", context)


class Scorecard(ActionView):
    """What each owner delivered of the tasks due in a period."""

    label = "meetings.task"

    def get(self, request):
        today = clock.today()
        since = _day(request, "from", today - timedelta(days=SCORE_DAYS))
        until = _day(request, "to", today + timedelta(days=SCORE_DAYS))
        rows = scorecard(since=since, until=until)
        return render(
            request, "office/scorecard.html",
            {"rows": rows, "since": since, "until": until, "entry": REGISTERS["tasks"]},
        )  # fmt: skip


def _day(request, name: str, default: date) -> date:
    try:
        return parse_date(request.GET.get(name, "")) or default
    except ValueError:
        return default

"""Pages that stand beside the registers: rates, draws, chains, matching, cover, boards."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from twofronts_office.areas.models import Area
from twofronts_office.common import clock
from twofronts_office.common.choices import Sector
from twofronts_office.common.models import SecurityEvent
from twofronts_office.common.register import REGISTERS
from twofronts_office.enterprises import domain as enterprises
from twofronts_office.enterprises.choices import Size
from twofronts_office.enterprises.interfaces import DrawForm, FilingForm
from twofronts_office.enterprises.models import DailyStaff, Enterprise, Filing
from twofronts_office.enterprises.queries.rates import rate_series, rates
from twofronts_office.indicators.models import Indicator
from twofronts_office.meetings.models import Meeting
from twofronts_office.needs import domain as needs
from twofronts_office.reports.domain import current, seen_at
from twofronts_office.reports.models import Case
from twofronts_office.reports.persons import person_export
from twofronts_office.supplies import domain as supplies
from twofronts_office.web.documents import communique_pdf, receipt_pdf
from twofronts_office.web.views.base import OfficeView, show_errors


class ActionView(OfficeView):
    """A page for those who hold one action of one register."""

    label = ""
    action = "view"

    def allowed(self) -> bool:
        return self.access.may(self.label, self.action)

    def prefixes(self) -> tuple[str, ...]:
        return self.access.prefixes(self.label, self.action)

    def area_choices(self):
        found = []
        for prefix in self.prefixes():
            for a in Area.objects.filter(
                code__startswith=prefix, level__in=["city", "district"]
            ).order_by("code"):
                found.append((a.code, a.name))
        return found

    def prefix_of(self, code: str) -> str:
        """The prefix of a chosen area, if it is within reach."""
        area = get_object_or_404(Area, code=code)
        if not any(area.prefix.startswith(p) for p in self.prefixes()):
            raise PermissionDenied
        return area.prefix


def day_of(request, default):
    try:
        return parse_date(request.GET.get("date", "")) or default
    except ValueError:
        return default


class RatesView(ActionView):
    label = "enterprises.dailystaff"

    def get(self, request):
        newest = DailyStaff.objects.aggregate(d=Max("date"))["d"] or clock.today()
        day = day_of(request, newest)
        names = {
            "sector": dict(Sector.choices),
            "size": dict(Size.choices),
            "district": {a.code[:6]: a.name for a in Area.objects.filter(level="district")},
        }
        blocks = []
        for by, title in (
            ("district", _("By district")),
            ("sector", _("By sector")),
            ("size", _("By size")),
        ):
            rows = [(names[by].get(r.key, r.key), r) for r in rates(day=day, by=by)]
            blocks.append((title, rows))
        days = [day - timedelta(days=i) for i in range(13, -1, -1)]
        series = rate_series(days=days)
        return render(
            request,
            "office/rates.html",
            {
                "day": day,
                "whole": rates(day=day)[0],
                "blocks": blocks,
                "option": _rates_option(series),
            },
        )


def _rates_option(series):
    def line(name, values):
        points = [None if v is None else round(100 * v, 1) for v in values]
        return {"name": name, "type": "line", "data": points, "symbolSize": 6}

    return {
        "color": ["#0b5c7a", "#c07a10", "#2c8a5d"],
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 8},
        "grid": {"left": 48, "right": 20, "top": 48, "bottom": 30},
        "xAxis": {"type": "category", "data": [f"{d:%m-%d}" for d, _r in series]},
        "yAxis": {"type": "value", "name": "%", "min": 0, "max": 100},
        "series": [
            line(_("Resumption rate (firms)"), [r.resumption_rate for _d, r in series]),
            line(_("Staff return rate"), [r.staff_return_rate for _d, r in series]),
            line(_("Capacity rate"), [r.capacity_rate for _d, r in series]),
        ],
    }


class DrawView(ActionView):
    label, action = "enterprises.inspection", "inspect"
    title = gettext_lazy("Draw inspections by risk")
    text = gettext_lazy(
        "Enterprises in operation are drawn with a chance that rises with their risk. The same "
        "number of the draw draws the same enterprises from the same register."
    )

    def form(self, data=None):
        form = DrawForm(data)
        form.fields["area"].choices = self.area_choices()
        form.fields["due"].initial = clock.today() + timedelta(days=3)
        form.fields["seed"].initial = int(f"{clock.today():%Y%m%d}")
        return form

    def show(self, request, form, status=200):
        return render(
            request, "office/action.html",
            {"form": form, "title": self.title, "text": self.text}, status=status,
        )  # fmt: skip

    def get(self, request):
        return self.show(request, self.form())

    def post(self, request):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(request, form, 422)
        data = form.cleaned_data
        drawn = enterprises.draw_inspections(
            n=data["n"], due=data["due"], seed=data["seed"], area=self.prefix_of(data["area"]),
            by=request.user,
        )  # fmt: skip
        said = ngettext("%d inspection drawn.", "%d inspections drawn.", len(drawn))
        messages.success(request, said % len(drawn))
        return redirect(reverse("inspections-list") + "?state=due")


class AreaForm(forms.Form):
    area = forms.ChoiceField(label=gettext_lazy("Area"))


class SolveView(ActionView):
    """Choose an area, let a solver propose, look at the proposals."""

    title = text = target = None

    def solve(self, area: str, user) -> int:
        raise NotImplementedError

    def form(self, data=None):
        form = AreaForm(data)
        form.fields["area"].choices = self.area_choices()
        return form

    def show(self, request, form, status=200):
        return render(
            request, "office/action.html",
            {"form": form, "title": self.title, "text": self.text}, status=status,
        )  # fmt: skip

    def get(self, request):
        return self.show(request, self.form())

    def post(self, request):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(request, form, 422)
        n = self.solve(self.prefix_of(form.cleaned_data["area"]), request.user)
        said = ngettext(
            "%d proposal, each with its reasons.", "%d proposals, each with its reasons.", n
        )
        messages.success(request, said % n)
        return redirect(reverse(self.target))


class MatchView(SolveView):
    label, action = "needs.need", "match"
    title = gettext_lazy("Match needs and offers")
    text = gettext_lazy(
        "A solver assigns offers to needs so that most is met; key enterprises, near offers and "
        "offers in time come first. Each proposal states its reasons and waits for the enterprise."
    )
    target = "matches-list"

    def solve(self, area, user):
        return len(needs.match_open(area=area, by=user))


class AllocateView(SolveView):
    label, action = "supplies.supplyrequest", "allocate"
    title = gettext_lazy("Allocate what there is")
    text = gettext_lazy(
        "Scarce goods are spread: everybody's first part counts most, and those with the fewest "
        "days of cover come first. Each share states its reasons."
    )
    target = "commitments-list"

    def solve(self, area, user):
        return len(supplies.allocate(area=area, by=user))


class CoverView(ActionView):
    label = "supplies.stockreport"

    def get(self, request):
        return render(request, "office/cover.html", {"rows": supplies.cover()})


class SeenView(ActionView):
    """What the meeting saw: reports of a day as they stood at an instant."""

    label = "reports.dailyreport"

    def get(self, request):
        today = clock.today()
        day = day_of(request, today - timedelta(days=1))
        default = timezone.make_aware(datetime.combine(day + timedelta(days=1), time(17, 0)))
        try:
            at = parse_datetime(request.GET.get("at", "")) or default
        except ValueError:
            at = default
        if timezone.is_naive(at):
            at = timezone.make_aware(at)
        return render(
            request,
            "office/seen.html",
            {
                "day": day,
                "at": timezone.localtime(at),
                "rows": seen_at(day=day, at=at),
                "now": {r.area_id: r for r in current(day=day)},
                "entry": REGISTERS["reports"],
                "columns": (
                    "revision", "state", "new_confirmed", "cum_confirmed", "cum_cured",
                    "in_hospital", "contacts_observed",
                ),
            },
        )  # fmt: skip


class ChainsView(ActionView):
    """Who infected whom, as a graph without names."""

    label = "reports.case"

    def get(self, request):
        cases = list(
            Case.objects.filter(merged_into=None)
            .exclude(classification="excluded")
            .order_by("onset_on", "pk")[:400]
        )
        here = {c.pk for c in cases}
        links = [
            {"source": str(c.source_id), "target": str(c.pk)} for c in cases if c.source_id in here
        ]
        linked = {x for k in links for x in k.values()}
        nodes = [
            {
                "id": str(c.pk),
                "name": c.number,
                "category": 0 if c.imported else 1,
                "symbolSize": 14,
            }
            for c in cases
            if str(c.pk) in linked
        ]
        option = {
            "color": ["#c07a10", "#0b5c7a"],
            "tooltip": {},
            "legend": {"top": 8},
            "series": [
                {
                    "type": "graph",
                    "layout": "force",
                    "roam": True,
                    "edgeSymbol": ["none", "arrow"],
                    "edgeSymbolSize": 7,
                    "categories": [{"name": _("infected outside")}, {"name": _("infected here")}],
                    "force": {"repulsion": 90, "edgeLength": 60, "layoutAnimation": False},
                    "label": {"show": len(nodes) < 60, "position": "right", "fontSize": 10},
                    "data": nodes,
                    "links": links,
                }
            ],
        }
        return render(
            request,
            "office/chains.html",
            {"option": option, "links": [c for c in cases if c.source_id in here], "n": len(cases)},
        )


class BoardView(ActionView):
    label = "indicators.indicator"

    def get(self, request):
        rows = []
        for one in Indicator.objects.prefetch_related("readings"):
            readings = list(one.readings.all())[:30]
            last = readings[0] if readings else None
            rows.append((one, last, bool(last and one.breached_by(last.value))))
        return render(request, "office/board.html", {"rows": rows})


class SecurityLog(ActionView):
    label = "common.securityevent"

    def get(self, request):
        rows = SecurityEvent.objects.all()
        kind = request.GET.get("kind", "")[:40]
        if kind:
            rows = rows.filter(kind__startswith=kind)
        kinds = SecurityEvent.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return render(
            request, "office/security_log.html", {"rows": rows[:200], "kinds": kinds, "kind": kind}
        )


class StaffFiling(ActionView):
    """A filing taken at the counter or by the enterprise's own account."""

    label, action = "enterprises.enterprise", "file"

    def enterprise(self, pk):
        found = get_object_or_404(Enterprise.objects, pk=pk)
        if not self.access.may(self.label, self.action, found):
            raise PermissionDenied
        return found

    def get(self, request, pk):
        one = self.enterprise(pk)
        return render(
            request, "office/filing.html", {"form": FilingForm(enterprise=one), "obj": one}
        )

    def post(self, request, pk):
        one = self.enterprise(pk)
        form = FilingForm(request.POST, enterprise=one)
        if form.is_valid():
            try:
                filing = form.save_filing(enterprise=one, by=request.user)
            except enterprises.Refused as refused:
                show_errors(request, refused)
            else:
                messages.success(request, _("Received and effective at once: %s") % filing.number)
                return redirect("filings-detail", pk=filing.pk)
        return render(request, "office/filing.html", {"form": form, "obj": one}, status=422)


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


class FilingReceipt(ActionView):
    label = "enterprises.filing"

    def get(self, request, pk):
        filing = get_object_or_404(Filing.objects.select_related("enterprise"), pk=pk)
        return pdf(receipt_pdf(filing), f"{filing.number}.pdf")


class CommuniqueView(ActionView):
    label = "meetings.meeting"

    def get(self, request, pk):
        meeting = get_object_or_404(Meeting.objects.select_related("seen"), pk=pk)
        asked = request.GET.get("lang") or get_language()
        language = "en" if asked == "en" else "zh-hans"
        return pdf(communique_pdf(meeting, language), f"communique-{meeting.pk}-{language[:2]}.pdf")


class PersonExport(ActionView):
    """Everything held about one person, for that person."""

    label, action = "reports.case", "personal"
    slug = "cases"

    def get(self, request, pk):
        entry = REGISTERS[self.slug]
        person = get_object_or_404(entry.rows(), pk=pk)
        text = json.dumps(
            person_export(person=person, by=request.user), ensure_ascii=False, indent=1
        )
        response = HttpResponse(text, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{self.slug}-{pk}.json"'
        return response

"""Enterprises, filings, inspections and daily reports as registers; forms of their verbs."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common import clock
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm, RecordForm
from twofronts_office.common.register import POINTS, Panel, Register, Verb, register
from twofronts_office.enterprises import domain
from twofronts_office.enterprises.choices import (
    CHECKLIST,
    EFFECTIVE,
    FilingState,
    InspectionState,
)
from twofronts_office.enterprises.models import (
    DailyStaff,
    Enterprise,
    Filing,
    FilingCondition,
    Inspection,
)

DECLARED = (
    "resume_on",
    "staff_planned",
    "risk_staff",
    "mask_days",
    "thermometers",
    "lead_name",
    "lead_phone",
    "plan",
    "committed",
)


class FilingForm(forms.ModelForm):
    """The declaration, the checklist and the commitment; the same form for clerk and enterprise."""

    required_css_class = "required"
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    class Meta:
        model = Filing
        fields = list(DECLARED)
        labels = {
            "committed": _("We commit to what is declared here and to prevention at our workplace.")
        }

    def __init__(self, *args, enterprise=None, **kwargs):
        self.enterprise = enterprise
        super().__init__(*args, **kwargs)
        for key, text in CHECKLIST.items():
            self.fields[f"check_{key}"] = forms.BooleanField(label=text, required=False)
        self.fields["committed"].required = True
        self.fields["resume_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["resume_on"].initial = clock.today
        self.fields["plan"].widget.attrs["rows"] = 4
        if enterprise is not None:
            for name in ("lead_name", "lead_phone", "risk_staff", "mask_days"):
                self.fields[name].initial = getattr(enterprise, name)

    def main_fields(self):
        return [self[n] for n in DECLARED if n != "committed"]

    def checks(self):
        return [self[f"check_{k}"] for k in CHECKLIST]

    def save_filing(self, *, enterprise, by=None, holder: bool = True) -> Filing:
        data = self.cleaned_data
        return domain.file_resumption(
            enterprise=enterprise,
            declared={n: data[n] for n in DECLARED},
            checklist={k: data[f"check_{k}"] for k in CHECKLIST},
            once=data.get("once", ""),
            by=by,
            holder=holder,
        )


def _bring_filing(row: Filing, by) -> None:
    """A filing that was handed in on paper: in force as soon as its table is in."""
    domain.file_resumption(
        enterprise=row.enterprise, declared={n: getattr(row, n) for n in DECLARED},
        checklist=row.checklist, by=by, series="T",
    )  # fmt: skip


class FindingsForm(OfficeForm):
    passed = forms.BooleanField(label=_("Passed"), required=False)
    findings = forms.CharField(
        label=_("Findings"), widget=forms.Textarea, max_length=4000, required=False
    )
    correct_by = forms.DateField(label=_("Correct by"), required=False)


class AnswerForm(OfficeForm):
    answer = forms.CharField(label=_("What was mended"), widget=forms.Textarea, max_length=4000)


class DrawForm(OfficeForm):
    area = forms.ChoiceField(label=_("Area"))
    n = forms.IntegerField(label=_("How many"), min_value=1, max_value=500, initial=20)
    due = forms.DateField(label=_("Due"))
    seed = forms.IntegerField(label=_("Number of the draw"), min_value=0, max_value=10**9)


class DayForm(RecordForm):
    """A day's report goes through the domain, so that a second one replaces the first."""

    def validate_unique(self):
        """The domain decides: a second report for a day is a correction."""

    def clean(self):
        data = super().clean()
        enterprise = data.get("enterprise") or getattr(self.instance, "enterprise", None)
        if enterprise is not None and not self.access.may(
            "enterprises.enterprise", "report", enterprise
        ):
            self.add_error("enterprise", _("You may not report for this enterprise."))
        return data


def _save_day(form, user):
    data = {k: v for k, v in form.cleaned_data.items() if k not in ("version", "enterprise")}
    day = data.pop("date")
    return domain.report_day(enterprise=form.cleaned_data["enterprise"], day=day, by=user, **data)


class InlineDayForm(OfficeForm):
    """A day's report as the public page asks for it."""

    date = forms.DateField(label=_("date"), initial=clock.today)
    present = forms.IntegerField(label=_("staff present"), min_value=0, max_value=2_000_000)
    ill = forms.IntegerField(label=_("staff with symptoms"), min_value=0, initial=0)
    quarantined = forms.IntegerField(label=_("staff in quarantine"), min_value=0, initial=0)
    capacity_pct = forms.IntegerField(label=_("output, % of normal"), min_value=0, max_value=300)
    note = forms.CharField(label=_("note"), max_length=300, required=False)


POINTS.update(CHECKLIST)
ENTERPRISE_FIELDS = (
    "uscc",
    "name",
    "area",
    "sector",
    "insured_staff",
    "key_enterprise",
    "address",
    "lead_name",
    "lead_phone",
    "risk_staff",
    "mask_days",
)

register(
    Register(
        model=Enterprise,
        slug="enterprises",
        line="resumption",
        columns=("name", "area", "sector", "size", "insured_staff", "present_staff", "state"),
        fields=ENTERPRISE_FIELDS,
        detail=(*ENTERPRISE_FIELDS, "size", "state", "effective_since", "present_staff"),
        filters=("area", "sector", "size", "state", "key_enterprise"),
        search=("name", "uscc"),
        personal=frozenset({"lead_name", "lead_phone"}),
        key="uscc",
        imports=ENTERPRISE_FIELDS,
        exports=(*ENTERPRISE_FIELDS, "size", "state", "effective_since", "present_staff"),
        links=(("rates", _("The three rates")), ("inspections-draw", _("Draw inspections"))),
        template="office/enterprise_more.html",
        panels=(
            Panel(
                _("Filings"), "filings", "filings", ("number", "received_at", "resume_on", "code")
            ),
            Panel(
                _("Inspections"), "inspections", "inspections", ("due", "reason", "state"),
                add="enterprise",
            ),
            Panel(
                _("Daily reports"), "daily-staff", "days",
                ("date", "present", "capacity_pct", "ill"), order="-date", add="enterprise",
            ),
        ),
        verbs=(
            Verb(
                "suspend",
                _("Suspend"),
                lambda obj, user, data: domain.suspend(
                    enterprise=obj, by=user, reason=data["reason"]
                ),
                "suspend",
                form=ReasonForm,
                states=EFFECTIVE,
                danger=True,
            ),
            Verb(
                "lift",
                _("Lift the suspension"),
                lambda obj, user, data: domain.lift_suspension(
                    enterprise=obj, by=user, reason=data["reason"]
                ),
                "suspend",
                form=ReasonForm,
                states=(FilingState.SUSPENDED,),
            ),
            Verb(
                "withdraw",
                _("Withdraw the filing"),
                lambda obj, user, data: domain.withdraw(
                    enterprise=obj, by=user, reason=data["reason"]
                ),
                "file",
                form=ReasonForm,
                states=(*EFFECTIVE, FilingState.SUSPENDED),
                danger=True,
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Filing,
        slug="filings",
        line="resumption",
        columns=("number", "enterprise", "area", "received_at", "resume_on", "staff_planned"),
        detail=(
            "number", "code", "enterprise", "received_at", *DECLARED, "checklist", "withdrawn_at",
        ),
        filters=("area", "received_at"),
        search=("number", "enterprise__name", "enterprise__uscc"),
        personal=frozenset({"lead_name", "lead_phone"}),
        keys={"enterprise": "uscc"},
        area_from="enterprise",
        key="enterprise",
        imports=("enterprise", *DECLARED, "checklist"),
        bring=_bring_filing,
        points=CHECKLIST,
        bring_only=True,
        most=2000,
        exports=("number", "code", "enterprise", "received_at", *DECLARED),
        template="office/filing_more.html",
    )
)  # fmt: skip
register(
    Register(
        model=FilingCondition,
        slug="filing-conditions",
        line="resumption",
        columns=("group", "area", "part", "mode", "cap_pct", "since", "until", "in_force"),
        detail=(
            "group", "area", "part", "mode", "cap_pct", "required", "basis", "since", "until",
            "ended_on", "in_force",
        ),
        filters=("area", "group", "part", "until"),
        exports=("group", "area", "part", "mode", "cap_pct", "required", "basis", "since", "until",
            "ended_on"),
        note=_(
            "Set by decisions that their owners confirmed. A filing meets them or is told at once "
            "what is missing; none waits for a yes."
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Inspection,
        slug="inspections",
        line="resumption",
        columns=("due", "enterprise", "area", "reason", "risk", "state"),
        fields=("enterprise", "due", "reason", "inspector"),
        detail=(
            "enterprise", "due", "reason", "risk", "inspector", "state", "findings", "correct_by",
            "answer",
        ),
        filters=("area", "state", "due"),
        search=("enterprise__name", "enterprise__uscc"),
        lookups={"enterprise": "uscc", "inspector": "username"},
        area_from="enterprise",
        key="enterprise,due",
        imports=("enterprise", "due", "reason", "inspector"),
        fixed=lambda inspection: inspection.state != InspectionState.DUE,
        exports=("enterprise", "area", "due", "reason", "risk", "state", "findings", "answer"),
        verbs=(
            Verb(
                "conclude",
                _("Record the result"),
                lambda obj, user, data: domain.conclude_inspection(inspection=obj, by=user, **data),
                "inspect",
                form=FindingsForm,
                states=(InspectionState.DUE,),
            ),
            Verb(
                "answer",
                _("Answer the correction"),
                lambda obj, user, data: domain.answer_correction(inspection=obj, by=user, **data),
                "answer",
                form=AnswerForm,
                states=(InspectionState.CORRECTION,),
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=DailyStaff,
        slug="daily-staff",
        line="resumption",
        columns=("date", "enterprise", "area", "present", "ill", "quarantined", "capacity_pct"),
        fields=(
            "enterprise", "date", "present", "ill", "quarantined", "capacity_pct", "power_kwh",
            "note",
        ),
        filters=("area", "date"),
        search=("enterprise__name", "enterprise__uscc"),
        lookups={"enterprise": "uscc"},
        area_from="enterprise",
        form=DayForm,
        create=_save_day,
        settle=domain.settle_days,
        key="enterprise,date",
        imports=("enterprise", "date", "present", "ill", "quarantined", "capacity_pct"),
        exports=("date", "enterprise", "area", "present", "ill", "quarantined", "capacity_pct"),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    found = []
    if access.may("enterprises.inspection", "inspect"):
        rows = Inspection.objects.filter(state=InspectionState.DUE, due__lte=today)
        n, late = rows.count(), rows.filter(due__lt=today).count()
        if n:
            link = reverse("inspections-list") + f"?state=due&due_to={today}"
            found.append(Due(_("Inspections due"), link, today, bool(late), n))
    for grant in access.grants:
        if grant.role == "enterprise" and grant.enterprise_id:
            if not DailyStaff.objects.filter(
                enterprise_id=grant.enterprise_id, date=today
            ).exists():
                found.append(Due(_("Daily staff report"), reverse("daily-staff-new"), today))
            for one in Inspection.objects.filter(
                enterprise_id=grant.enterprise_id, state=InspectionState.CORRECTION
            ):
                late = bool(one.correct_by and one.correct_by < today)
                found.append(
                    Due(
                        _("Correction to answer"),
                        reverse("inspections-detail", args=[one.pk]),
                        one.correct_by,
                        late,
                    )
                )
    return found

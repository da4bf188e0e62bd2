"""Reports, publications, cases, contacts and follow-up as registers."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm, RecordForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.reports import domain, persons
from twofronts_office.reports.choices import (
    CLASSIFICATION_MOVES,
    COUNTS,
    Classification,
    ContactState,
    ReportState,
)
from twofronts_office.reports.models import (
    PERSONAL,
    Case,
    Contact,
    DailyReport,
    FollowUp,
    Publication,
)


class ReportForm(RecordForm):
    def clean(self):
        data = super().clean()
        if self.instance.pk and self.instance.state not in domain.EDITABLE:
            raise forms.ValidationError(
                _("The report is locked. Open a correction: the earlier version stays.")
            )
        return data


class ClassifyForm(OfficeForm):
    to = forms.ChoiceField(label=_("New classification"), choices=Classification.choices)
    reason = forms.CharField(label=_("Reason"), max_length=500)


class MergeForm(OfficeForm):
    number = forms.CharField(label=_("Number of the entry that stays"), max_length=24)


class NumberForm(OfficeForm):
    number = forms.CharField(label=_("Number of the new case"), max_length=24)


class PublishForm(OfficeForm):
    pass


def _merge(obj, user, data):
    into = type(obj).objects.filter(number=data["number"].strip()).first()
    if into is None:
        raise domain.Refused(_("There is no such entry within your area."))
    merge = persons.merge_cases if isinstance(obj, Case) else persons.merge_contacts
    merge(duplicate=obj, into=into, by=user)
    return into


def _erase(obj, user, data):
    n = persons.erase(person=obj, by=user, reason=data["reason"])
    return ngettext("Erased from %d entry.", "Erased from %d entries.", n) % n


def _new_contact(form, user):
    return domain.add_contact(contact=form.instance, by=user)


MERGE_TEXT = _(
    "This entry is closed as a duplicate. What belongs to it moves to the entry that stays, whose "
    "empty fields are filled."
)
ERASE_TEXT = _(
    "Name, identity number, telephone, address, workplace and files of this person are taken out "
    "of all their entries: merged duplicates, contact and case, transfers, and all past versions. "
    "Counts and dates stay. This cannot be undone."
)
PERSON = ("name", "id_number", "phone", "address", "workplace", "sex", "age")

register(
    Register(
        model=DailyReport,
        slug="reports",
        line="care",
        columns=(
            "date", "area", "revision", "state", "new_confirmed", "cum_confirmed", "cum_cured",
            "in_hospital", "contacts_observed",
        ),
        fields=("area", "date", *COUNTS, "note"),
        detail=("area", "date", "revision", "state", *COUNTS, "note", "submitted_at",
            "approved_at"),
        filters=("area", "state", "date"),
        key="area,date",
        imports=("area", "date", *COUNTS),
        exports=("date", "area", "revision", "state", *COUNTS),
        form=ReportForm,
        closed=lambda report: report.state not in domain.EDITABLE,
        note=_(
            "Day by day to 24:00. Nothing to report is written as zero; empty means not reported."
        ),
        links=(("reports-seen", _("What the meeting saw")),),
        verbs=(
            Verb(
                "submit",
                _("Submit"),
                lambda obj, user, data: domain.submit(report=obj, by=user),
                "submit",
                states=domain.EDITABLE,
            ),
            Verb(
                "approve-district",
                _("Approve for the district"),
                lambda obj, user, data: domain.approve_district(report=obj, by=user),
                "approve",
                states=(ReportState.SUBMITTED,),
            ),
            Verb(
                "approve-city",
                _("Approve for the city"),
                lambda obj, user, data: domain.approve_city(report=obj, by=user),
                "approve",
                states=(ReportState.DISTRICT_APPROVED,),
            ),
            Verb(
                "return",
                _("Return for correction"),
                lambda obj, user, data: domain.send_back(
                    report=obj, by=user, reason=data["reason"]
                ),
                "approve",
                form=ReasonForm,
                states=(ReportState.SUBMITTED, ReportState.DISTRICT_APPROVED),
                danger=True,
            ),
            Verb(
                "correct",
                _("Open a correction"),
                lambda obj, user, data: domain.open_correction(
                    report=obj, by=user, reason=data["reason"]
                ),
                "add",
                form=ReasonForm,
                states=(ReportState.CITY_APPROVED, ReportState.DISTRICT_APPROVED),
            ),
        ),
    )
)  # fmt: skip


class PublicationForm(RecordForm):
    pass


def _publish(form, user):
    return domain.publish(day=form.cleaned_data["date"], by=user)


register(
    Register(
        model=Publication,
        slug="publications",
        line="care",
        columns=("date", "published_at", "by"),
        fields=("date",),
        detail=("date", "published_at", "by", "text_zh", "text_en"),
        template="office/publication_more.html",
        filters=("date",),
        exports=("date", "published_at", "by", "text_zh", "text_en"),
        create=_publish,
        note=_(
            "Publishing writes a row. It is not changed afterwards; a correction is published anew."
        ),
    )
)
register(
    Register(
        model=Case,
        slug="cases",
        line="care",
        columns=(
            "number", "name", "area", "classification", "severity", "onset_on", "confirmed_on",
            "outcome",
        ),
        fields=(
            "number", "area", *PERSON, "severity", "outcome", "onset_on", "isolated_on",
            "confirmed_on", "outcome_on", "source", "imported",
        ),
        detail=(
            "number", "area", *PERSON, "classification", "severity", "outcome", "onset_on",
            "isolated_on", "confirmed_on", "outcome_on", "source", "imported", "merged_into",
            "erased_at",
        ),
        filters=("area", "classification", "severity", "outcome", "confirmed_on"),
        search=("number",),
        personal=PERSONAL,
        lookups={"source": "number"},
        key="number",
        moves={"classification": CLASSIFICATION_MOVES},
        imports=(
            "number", "area", *PERSON, "classification", "severity", "outcome", "onset_on",
            "isolated_on", "confirmed_on", "outcome_on", "source", "imported",
        ),
        exports=(
            "number", "area", *PERSON, "classification", "severity", "outcome", "onset_on",
            "isolated_on", "confirmed_on", "outcome_on", "source", "imported",
        ),
        links=(("cases-chains", _("Chains of infection")),),
        template="office/person_more.html",
        panels=(
            Panel(
                _("Contacts"), "contacts", "contacts",
                ("number", "name", "kind", "last_exposure", "state"), add="case",
            ),
            Panel(
                _("Infected by this case"), "cases", "infected",
                ("number", "classification", "onset_on"),
            ),
        ),
        verbs=(
            Verb(
                "classify",
                _("Classify"),
                lambda obj, user, data: domain.classify(case=obj, by=user, **data),
                "change",
                form=ClassifyForm,
            ),
            Verb("merge", _("Merge a duplicate"), _merge, "change", form=MergeForm,
                 text=MERGE_TEXT),
            Verb(
                "erase",
                _("Erase personal data"),
                _erase,
                "erase",
                form=ReasonForm,
                text=ERASE_TEXT,
                danger=True,
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Contact,
        slug="contacts",
        line="care",
        columns=("number", "name", "area", "case", "kind", "last_exposure", "state", "release_due"),
        fields=("number", "area", "case", *PERSON, "kind", "last_exposure", "place"),
        detail=(
            "number", "area", "case", *PERSON, "kind", "last_exposure", "place", "state",
            "release_due", "released_on", "became", "merged_into", "erased_at",
        ),
        filters=("area", "state", "kind", "place", "release_due"),
        search=("number", "case__number"),
        personal=PERSONAL,
        lookups={"case": "number"},
        key="number",
        imports=("number", "area", "case", *PERSON, "kind", "last_exposure", "place"),
        exports=(
            "number", "area", "case", *PERSON, "kind", "last_exposure", "place", "state",
            "release_due", "released_on",
        ),
        create=_new_contact,
        settle=domain.settle_contacts,
        template="office/person_more.html",
        panels=(
            Panel(
                _("Follow-up"), "follow-up", "days", ("date", "temperature", "symptoms", "note"),
                order="-date", add="contact",
            ),
        ),
        verbs=(
            Verb(
                "release",
                _("Release"),
                lambda obj, user, data: domain.release(contact=obj, by=user),
                "change",
                states=(ContactState.OBSERVATION,),
            ),
            Verb(
                "case",
                _("Became a case"),
                lambda obj, user, data: domain.contact_became_case(
                    contact=obj, by=user, number=data["number"]
                ),
                "change",
                form=NumberForm,
                states=(ContactState.OBSERVATION,),
            ),
            Verb("merge", _("Merge a duplicate"), _merge, "change", form=MergeForm,
                 states=(ContactState.OBSERVATION, ContactState.RELEASED), text=MERGE_TEXT),
            Verb(
                "erase",
                _("Erase personal data"),
                _erase,
                "erase",
                form=ReasonForm,
                text=ERASE_TEXT,
                danger=True,
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=FollowUp,
        slug="follow-up",
        line="care",
        columns=("date", "contact", "area", "temperature", "symptoms"),
        fields=("contact", "date", "temperature", "symptoms", "note"),
        filters=("area", "date", "symptoms"),
        lookups={"contact": "number"},
        area_from="contact",
        key="contact,date",
        imports=("contact", "date", "temperature", "symptoms", "note"),
        exports=("contact", "area", "date", "temperature", "symptoms", "note"),
    )
)


@provider
def due(user, access, today):
    found = []
    label = "reports.dailyreport"
    if access.may(label, "submit"):
        yesterday = today - timedelta(days=1)
        prefixes = access.prefixes(label, "submit")
        done = set(
            DailyReport.objects.filter(date=yesterday)
            .exclude(state__in=domain.EDITABLE)
            .values_list("area_id", flat=True)
        )
        wanted = [p.ljust(12, "0") for p in prefixes]
        for code in wanted:
            if code not in done:
                link = reverse("reports-new") + f"?area={code}&date={yesterday}"
                found.append(Due(_("Daily report of yesterday"), link, today, False))
        returned = DailyReport.objects.filter(state=ReportState.RETURNED).count()
        if returned:
            link = reverse("reports-list") + "?state=returned"
            found.append(Due(_("Reports returned for correction"), link, today, True, returned))
    if access.may(label, "approve"):
        waiting = [ReportState.SUBMITTED]
        if any(len(p) <= 4 for p in access.prefixes(label, "approve")):
            waiting.append(ReportState.DISTRICT_APPROVED)
        for state in waiting:
            rows = DailyReport.objects.filter(state=state)
            n = rows.count()
            if n:
                link = reverse("reports-list") + f"?state={state}"
                late = rows.filter(date__lt=today - timedelta(days=1)).exists()
                found.append(Due(_("Reports to approve"), link, today, late, n))
    if access.may("reports.contact", "change"):
        n = Contact.objects.filter(state="observation", release_due__lte=today).count()
        if n:
            link = reverse("contacts-list") + f"?state=observation&release_due_to={today}"
            found.append(Due(_("Contacts whose observation ends"), link, today, False, n))
    return found

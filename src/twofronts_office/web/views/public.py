"""Public pages: an enterprise files, reports and asks on a phone, without an account."""

from __future__ import annotations

import secrets

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from twofronts_office.areas.models import Area
from twofronts_office.common import clock
from twofronts_office.common.address import client_address
from twofronts_office.common.choices import Sector
from twofronts_office.common.domain.limits import spend
from twofronts_office.common.domain.records import Refused
from twofronts_office.common.forms import OfficeForm
from twofronts_office.common.scope import system_scope
from twofronts_office.enterprises import domain, uscc
from twofronts_office.enterprises.conditions import in_force
from twofronts_office.enterprises.interfaces import AnswerForm, FilingForm, InlineDayForm
from twofronts_office.enterprises.models import Filing, Inspection
from twofronts_office.needs.choices import NeedKind
from twofronts_office.needs.models import Need
from twofronts_office.web.documents import receipt_pdf
from twofronts_office.web.views.base import show_errors
from twofronts_office.web.views.pages import pdf


class WhoForm(OfficeForm):
    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"), min_length=18, max_length=18
    )
    name = forms.CharField(label=gettext_lazy("Enterprise name"), max_length=160)
    area = forms.ChoiceField(label=gettext_lazy("District"))
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"), choices=[("", "---------"), *Sector.choices]
    )
    insured_staff = forms.IntegerField(
        label=gettext_lazy("Insured staff"), min_value=1, max_value=2_000_000
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Area._base_manager.filter(level="district").order_by("code")
        # nothing is chosen beforehand: what nobody looked at would be filed
        self.fields["area"].choices = [("", "---------"), *((a.code, a.name) for a in rows)]

    def clean_uscc(self):
        code = self.cleaned_data["uscc"].strip().upper()
        if not uscc.is_valid(code):
            raise ValidationError(
                _("This is not a valid unified social credit code: check it again.")
            )
        return code


class NeedForm(forms.ModelForm):
    required_css_class = "required"

    class Meta:
        model = Need
        fields = ["kind", "item", "amount", "unit", "needed_by", "text"]
        widgets = {
            "needed_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "kind": forms.Select(choices=NeedKind.choices),
        }


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PublicView(View):
    """Open to all, in the office's own scope, with a limit on how often an address may send."""

    def dispatch(self, request, *args, **kwargs):
        key = f"public:{client_address(request)}"
        if request.method == "POST" and not spend(key=key, limit=settings.PUBLIC_RATE):
            return render(request, "public/slow.html", status=429)
        with system_scope():
            return super().dispatch(request, *args, **kwargs)


class FilePage(PublicView):
    def get(self, request):
        form = FilingForm(initial={"once": secrets.token_urlsafe(18)})
        return self.show(request, WhoForm(), form)

    def show(self, request, who, form, status=200):
        held = in_force(day=clock.today()).select_related("area").order_by("area_id", "group")
        context = {"who": who, "form": form, "conditions": list(held)}
        return render(request, "public/file.html", context, status=status)

    def post(self, request):
        who, form = WhoForm(request.POST), FilingForm(request.POST)
        if who.is_valid() and form.is_valid():
            data = who.cleaned_data
            try:
                one = domain.enterprise_of(
                    uscc=data["uscc"],
                    name=data["name"],
                    area_id=data["area"],
                    sector=data["sector"],
                    insured_staff=data["insured_staff"],
                )
                known = one.pk is not None
                filing = form.save_filing(enterprise=one, holder=False)
            except (Refused, ValidationError) as refused:
                show_errors(request, refused)
            else:
                if known:
                    messages.info(
                        request, _("The enterprise is known; what the register holds was kept.")
                    )
                return redirect("public-receipt", token=filing.token)
        return self.show(request, who, form, status=422)


class Held(PublicView):
    """Pages behind the secret link that the receipt carries."""

    def filing(self, token) -> Filing:
        rows = Filing.objects.select_related("enterprise__area")
        return get_object_or_404(rows, token=token)


class ReceiptPage(Held):
    def get(self, request, token):
        filing = self.filing(token)
        asked = Inspection.objects.filter(enterprise=filing.enterprise, state="correction")
        return render(
            request,
            "public/receipt.html",
            {
                "filing": filing,
                "enterprise": filing.enterprise,
                "corrections": asked,
                "days": filing.enterprise.days.order_by("-date")[:7],
                "needs": filing.enterprise.needs.order_by("-pk")[:10],
            },
        )


class ReceiptPdf(Held):
    def get(self, request, token):
        filing = self.filing(token)
        return pdf(receipt_pdf(filing), f"{filing.number}.pdf")


class FormPage(Held):
    """One short form behind the receipt's link."""

    title = ""

    def form(self, data=None):
        raise NotImplementedError

    def act(self, filing, data) -> str:
        raise NotImplementedError

    def get(self, request, token):
        return self.show(request, self.filing(token), self.form())

    def show(self, request, filing, form, status=200):
        return render(
            request, "public/form.html",
            {"filing": filing, "form": form, "title": self.title}, status=status,
        )  # fmt: skip

    def post(self, request, token):
        filing = self.filing(token)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                said = self.act(filing, form)
            except (Refused, ValidationError) as refused:
                show_errors(request, refused)
            else:
                messages.success(request, said)
                return redirect("public-receipt", token=token)
        return self.show(request, filing, form, 422)


class ReportPage(FormPage):
    title = gettext_lazy("Today's report")

    def form(self, data=None):
        return InlineDayForm(data)

    def act(self, filing, form):
        data = dict(form.cleaned_data)
        day = data.pop("date")
        domain.report_day(enterprise=filing.enterprise, day=day, **data)
        return _("The report of %s was received.") % day


class AskPage(FormPage):
    title = gettext_lazy("Ask for help")

    def form(self, data=None):
        return NeedForm(data)

    def act(self, filing, form):
        need = form.instance
        need.enterprise, need.area_id = filing.enterprise, filing.enterprise.area_id
        need.save()
        return _("Your need was received.")


class RefilePage(Held):
    """The enterprise files anew: whoever holds the receipt's link speaks for it."""

    def get(self, request, token):
        filing = self.filing(token)
        form = FilingForm(enterprise=filing.enterprise, initial={"once": secrets.token_urlsafe(18)})
        return self.show(request, filing, form)

    def show(self, request, filing, form, status=200):
        return render(
            request, "public/refile.html", {"filing": filing, "form": form}, status=status
        )

    def post(self, request, token):
        filing = self.filing(token)
        form = FilingForm(request.POST, enterprise=filing.enterprise)
        if form.is_valid():
            try:
                fresh = form.save_filing(enterprise=filing.enterprise)
            except (Refused, ValidationError) as refused:
                show_errors(request, refused)
            else:
                messages.success(request, _("Received and effective at once: %s") % fresh.number)
                return redirect("public-receipt", token=fresh.token)
        return self.show(request, filing, form, status=422)


class WithdrawPage(FormPage):
    title = gettext_lazy("Withdraw the filing")

    def form(self, data=None):
        form = OfficeForm(data)
        form.fields["reason"] = forms.CharField(label=_("Reason"), max_length=300, required=False)
        return form

    def act(self, filing, form):
        domain.withdraw(enterprise=filing.enterprise, reason=form.cleaned_data["reason"])
        return _("The filing was withdrawn.")


class CorrectPage(FormPage):
    title = gettext_lazy("Answer the correction")

    def form(self, data=None):
        return AnswerForm(data)

    def act(self, filing, form):
        asked = Inspection.objects.filter(
            enterprise=filing.enterprise, state="correction"
        ).order_by("pk")
        one = asked.first()
        if one is None:
            raise Http404
        domain.answer_correction(inspection=one, answer=form.cleaned_data["answer"])
        return _("Your answer was received.")


class VerifyPage(PublicView):
    """Anybody can check a receipt by its code; nothing personal is shown."""

    def get(self, request):
        code = request.GET.get("code", "").strip().lower()[:16]
        found = None
        if code:
            address = client_address(request)
            if not spend(key=f"verify:{address}", limit=settings.PUBLIC_RATE * 2):
                return render(request, "public/slow.html", status=429)
            rows = Filing.objects.select_related("enterprise__area")
            found = rows.filter(code=code).first()
        return render(
            request, "public/verify.html", {"code": code, "found": found, "asked": bool(code)}
        )

"""Directives and their items as registers."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.choices import Line
from twofronts_office.common.due import Due, provider
from twofronts_office.common.forms import OfficeForm, ReasonForm, RecordForm
from twofronts_office.common.register import Panel, Register, Verb, register
from twofronts_office.directives import domain
from twofronts_office.directives.choices import ItemState
from twofronts_office.directives.models import TEXT_LIMIT, Directive, Item
from twofronts_office.directives.upload import text_of
from twofronts_office.meetings.choices import MeetingState
from twofronts_office.meetings.models import Decision, Meeting

FIELDS = ("text", "title", "issuer", "body", "number", "issued_on", "source")


class DirectiveForm(RecordForm):
    """The text, pasted or as a file; what it says is read when it is saved."""

    file = forms.FileField(
        label=_("or a file (TXT, HTML, DOCX)"), required=False,
        help_text=_("its text is taken; the file itself is not kept"),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("taken from the text if left blank")
        text = self.fields["text"]
        text.widget.attrs["rows"] = 12
        text.max_length = None  # refused in words below, not cut by the browser
        if self.instance.pk:
            del self.fields["file"]
        else:
            text.required = False
        self.order_fields(["text", "file", *FIELDS])

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            if "text" in self.changed_data:
                self.add_error("text", _("The text stays as it came. Record a new directive."))
            return data
        file, text = data.get("file"), (data.get("text") or "").strip()
        if file and text:
            self.add_error("file", _("Paste a text or choose a file, not both."))
        elif file:
            try:
                data["text"] = text_of(file)
            except ValidationError as error:
                self.add_error("file", error)
        elif not text and "text" not in self.errors:
            self.add_error("text", _("Paste the text, or choose a file."))
        self._check_length(data.get("text") or "")
        return data

    def _check_length(self, text: str) -> None:
        if len(text) > TEXT_LIMIT and "text" not in self.errors:
            said = _(
                "The text has %(n)s characters, more than %(most)s. Paste the part that matters."
            )
            self.add_error("text", said % {"n": f"{len(text):,}", "most": f"{TEXT_LIMIT:,}"})

    def _post_clean(self):
        # the text of a file is not among the form's own data yet when the model is checked
        super()._post_clean()
        if self.cleaned_data.get("text"):
            self.instance.text = self.cleaned_data["text"]


class KeepForm(OfficeForm):
    line = forms.ChoiceField(label=_("Line of work"), choices=[("", "---------"), *Line.choices])


class MergeForm(OfficeForm):
    into = forms.ModelChoiceField(label=_("Merge into"), queryset=Item._base_manager.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Item.objects.filter(state__in=[ItemState.PROPOSED, ItemState.ACCEPTED])
        self.fields["into"].queryset = rows


class DraftForm(OfficeForm):
    meeting = forms.ModelChoiceField(label=_("Meeting"), queryset=Meeting._base_manager.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Meeting.objects.exclude(state=MeetingState.PUBLISHED)
        self.fields["meeting"].queryset = rows


class LinkForm(OfficeForm):
    decision = forms.ModelChoiceField(
        label=_("Decision that carries it out"), queryset=Decision._base_manager.none()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = Decision.objects.all()


class UnlinkForm(LinkForm):
    reason = forms.CharField(label=_("Reason"), max_length=500)


def _record(form, user):
    return domain.record(directive=form.instance, by=user)


register(
    Register(
        model=Directive,
        slug="directives",
        line="office",
        columns=("title", "issuer", "body", "number", "issued_on"),
        fields=FIELDS,
        detail=("title", "issuer", "body", "number", "issued_on", "source", "language", "by"),
        filters=("issuer", "issued_on"),
        search=("title", "number", "text"),
        create=_record,
        form=DirectiveForm,
        exports=("title", "issuer", "body", "number", "issued_on", "source", "text"),
        note=_(
            "What the province and the centre direct. Paste the text: items are proposed, a person "
            "takes each into the record or not, and each is traced to what carries it out."
        ),
        template="office/directive_more.html",
    )
)  # fmt: skip
KEPT = (ItemState.ACCEPTED,)
register(
    Register(
        model=Item,
        slug="directive-items",
        line="office",
        columns=("text", "line", "directive", "due", "state"),
        fields=("line", "text", "due"),
        detail=("directive", "line", "text", "due", "state", "original", "merged_into"),
        filters=("line", "state", "directive", "due"),
        search=("text",),
        exports=("directive", "position", "line", "text", "due", "state"),
        panels=(
            Panel(_("Decisions that carry it out"), "decisions", "decisions",
                  ("said", "meeting", "state"), order="pk"),
        ),
        verbs=(
            Verb(
                "keep",
                _("Take into the record"),
                lambda obj, user, data: domain.keep(item=obj, by=user, line=data["line"]),
                "change",
                form=KeepForm,
                states=(ItemState.PROPOSED, ItemState.DROPPED, ItemState.MERGED),
            ),
            Verb(
                "merge",
                _("Merge"),
                lambda obj, user, data: domain.merge(item=obj, by=user, **data),
                "change",
                form=MergeForm,
                states=(ItemState.PROPOSED, ItemState.ACCEPTED),
            ),
            Verb(
                "draft",
                _("Draft a decision"),
                lambda obj, user, data: domain.draft(item=obj, by=user, **data),
                "change",
                form=DraftForm,
                states=KEPT,
            ),
            Verb(
                "link",
                _("Link a decision"),
                lambda obj, user, data: domain.link(item=obj, by=user, **data),
                "change",
                form=LinkForm,
                states=KEPT,
            ),
            Verb(
                "unlink",
                _("Unlink a decision"),
                lambda obj, user, data: domain.unlink(item=obj, by=user, **data),
                "change",
                form=UnlinkForm,
                states=KEPT,
            ),
            Verb(
                "drop",
                _("Drop"),
                lambda obj, user, data: domain.drop(item=obj, by=user, **data),
                "change",
                form=ReasonForm,
                states=(ItemState.PROPOSED, ItemState.ACCEPTED),
                danger=True,
            ),
        ),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    if not access.may("directives.item", "change"):
        return []
    waiting = Item.objects.filter(state=ItemState.PROPOSED).exclude(line="")
    n = waiting.values("directive").distinct().count()
    if not n:
        return []
    first = waiting.order_by("directive__issued_on").values_list("directive_id", flat=True)[0]
    link = reverse("directives-review", args=[first])
    return [Due(_("Directives whose items wait to be looked at"), link, today, False, n)]

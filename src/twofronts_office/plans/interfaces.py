"""Plans as a register."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.forms import OfficeForm
from twofronts_office.common.names import english
from twofronts_office.common.register import Register, Verb, register
from twofronts_office.meetings.choices import MeetingState
from twofronts_office.meetings.models import Meeting
from twofronts_office.plans import domain, jobs
from twofronts_office.plans.choices import PlanKind, PlanState
from twofronts_office.plans.models import Plan, SavedRulebook


class AdoptForm(OfficeForm):
    option = forms.CharField(label=_("Option"), max_length=60)
    meeting = forms.ModelChoiceField(label=_("Meeting"), queryset=Meeting._base_manager.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Meeting.objects.exclude(state=MeetingState.PUBLISHED)
        self.fields["meeting"].queryset = rows

    def about(self, plan: Plan) -> None:
        """Offer the options that the plan holds, by their names."""
        titles = plan.result.get("titles") or {}
        words = {"plan": _("the plan that was found"), "advised": _("what the brief advises")}
        lang = "en" if english() else "zh"
        options = [
            (name, titles.get(name, {}).get(lang) or words.get(name, name))
            for name in plan.result.get("proposals", {})
        ]
        if options:
            self.fields["option"] = forms.ChoiceField(label=_("Option"), choices=options)


assert jobs.after_approval  # the approval of a report asks for its situation from now on


def _save(form, user):
    form.instance.author = user
    return form.save()


def _ask(form, user):
    return jobs.ask_for(plan=form.instance, by=user)


def _brief(obj, user, data):
    jobs.ask_brief(situation=obj, by=user, once=False)


register(
    Register(
        model=Plan,
        slug="plans",
        line="office",
        columns=("said", "kind", "rulebooks", "days", "draws", "state", "progress"),
        fields=("title", "kind", "rulebooks", "days", "draws", "budget", "seed"),
        detail=(
            "said", "kind", "rulebooks", "days", "draws", "budget", "seed", "state", "progress",
            "asked_by", "why",
        ),
        filters=("kind", "state"),
        search=("title",),
        exports=(
            "title", "kind", "rulebooks", "days", "draws", "budget", "seed", "as_of", "state",
            "asked_by", "adopted_option", "error",
        ),
        joins=("situation",),
        create=_ask,
        template="office/plan_more.html",
        links=(("whatif", _("What-if room")),),
        verbs=(
            Verb(
                "adopt",
                _("Adopt: draft its decisions"),
                lambda obj, user, data: domain.adopt(plan=obj, by=user, **data) and None,
                "adopt",
                form=AdoptForm,
                states=(True,),
                state_field="adoptable",
            ),
            Verb(
                "stop",
                _("Stop it"),
                lambda obj, user, data: domain.stop(plan=obj, by=user),
                "add",
                states=(PlanState.WAITING, PlanState.RUNNING),
                text=_(
                    "It ends at its next step. Nothing of it is kept; it can be asked for anew."
                ),
                danger=True,
            ),
            Verb(
                "brief",
                _("Search a plan and write the brief"),
                _brief,
                "add",
                states=(PlanKind.SITUATION,),
                state_field="kind",
                text=_("Both run in the background, from the city and the fit of this situation."),
            ),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=SavedRulebook,
        slug="rulebooks",
        line="office",
        columns=("name", "note", "shared", "author", "digest", "updated_at"),
        fields=("name", "toml", "note", "shared"),
        detail=("name", "toml", "note", "shared", "author", "digest", "updated_at"),
        filters=("shared",),
        search=("name", "note"),
        exports=("name", "toml", "note", "shared", "author", "digest", "updated_at"),
        create=_save,
        links=(("whatif", _("What-if room")),),
    )
)

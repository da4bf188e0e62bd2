"""The pages that every register has."""

from __future__ import annotations

from itertools import zip_longest

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, models, transaction
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from twofronts_office.common import clock
from twofronts_office.common.domain import attachments
from twofronts_office.common.domain.audit import history_of, note_personal_read, rows_as_of
from twofronts_office.common.domain.records import EditConflict, Refused, save_version
from twofronts_office.common.filters import filterset_for
from twofronts_office.common.forms import form_class
from twofronts_office.common.models import StateChange
from twofronts_office.common.register import REGISTERS
from twofronts_office.web.tables import body_of, table_for
from twofronts_office.web.views.base import RegisterView, show_errors

PAGE = 50


class RegisterList(RegisterView):
    def get(self, request):
        chosen = filterset_for(self.entry.slug)(
            request.GET, queryset=self.entry.rows(), request=request
        )
        rows = chosen.qs if chosen.is_valid() else self.entry.rows().none()
        table = table_for(self.entry)(rows, order_by=request.GET.get("sort", ""))
        # count and slice in the database: the table's own length would fetch every row
        page = Paginator(table.data.data, PAGE).get_page(request.GET.get("page", 1))
        body = body_of(table, page.object_list)
        part = request.htmx and request.htmx.target == "rows"
        template = "office/rows.html" if part else "office/list.html"
        used = any(
            v not in ("", "unknown") for k, v in request.GET.items() if k not in ("page", "sort")
        )
        return render(
            request,
            template,
            self.context(filter=chosen, table=table, body=body, page=page, filtered=used),
        )


class RegisterDetail(RegisterView):
    def get(self, request, pk):
        obj = self.row(pk)
        entry = self.entry
        clear = bool(entry.personal) and entry.may_read(obj, self.access)
        if clear:
            note_personal_read(user=request.user, entry=entry, obj=obj)
        verbs = [v for v in entry.verbs if v.offered(obj) and v.held(obj, self.access)]
        changes = StateChange.objects.filter(register=entry.label, object_id=obj.pk)
        change = bool(entry.fields) and self.access.may(entry.label, "change", obj)
        closed = entry.closed is not None and entry.closed(obj)
        return render(
            request,
            "office/detail.html",
            self.context(
                obj=obj,
                clear=clear,
                verbs=verbs,
                editable=change and not closed,
                attachable=change and isinstance(obj.pk, int),
                panels=list(self.panels(obj)),
                changes=list(changes.select_related("by")[:20]) if isinstance(obj.pk, int) else [],
                attachments=attachments.readable(obj, access=self.access)
                if isinstance(obj.pk, int)
                else [],
            ),
        )

    def panels(self, obj):
        for panel in self.entry.panels:
            other = REGISTERS[panel.slug]
            if not self.access.may(other.label, "view"):
                continue
            rows = getattr(obj, panel.relation).order_by(panel.order)
            rows = rows.select_related(*other.related)[:10]
            add = panel.add and other.fields and self.access.may(other.label, "add")
            yield panel, other, rows, add


class RegisterEdit(RegisterView):
    """New rows and changed rows; a conflict shows both versions and keeps what was typed."""

    def get(self, request, pk=None):
        obj = self.row(pk) if pk is not None else None
        initial = {k: v for k, v in request.GET.items() if k in self.entry.fields}
        if obj is None:
            initial = self.own_enterprise() | initial
        form = self.form(instance=obj, initial=self.initial(initial))
        if obj is not None and self.entry.personal:
            note_personal_read(user=request.user, entry=self.entry, obj=obj, why="form")
        return self.show(request, form, obj)

    def own_enterprise(self) -> dict:
        """Whoever acts for one enterprise need not type its code."""
        held = {g.enterprise_id for g in self.access.grants if g.enterprise_id}
        if self.access.staff or len(held) != 1 or "enterprise" not in self.entry.lookups:
            return {}
        return {"enterprise": str(held.pop())} if "enterprise" in self.entry.fields else {}

    def initial(self, given: dict) -> dict:
        """Keys in a "new" link, turned into what a typed key shows."""
        for name, to_field in self.entry.lookups.items():
            if name in given and given[name].isdigit():
                f = self.entry.model._meta.get_field(name)
                found = f.related_model.objects.filter(pk=given[name]).first()
                given[name] = getattr(found, to_field) if found else ""
        return given

    def form(self, data=None, files=None, **kwargs):
        return form_class(self.entry)(
            data, files, entry=self.entry, access=self.access, user=self.request.user, **kwargs
        )

    def show(self, request, form, obj, *, current=None, status=200):
        differing = []
        if current is not None:
            clear = self.entry.may_read(current, self.access)
            for bound in form.visible_fields():
                theirs = self.entry.cell(current, bound.name, clear=clear)
                mine = form[bound.name].value()
                kept = form.fields[bound.name].prepare_value(getattr(current, bound.name, None))
                if str(mine or "") != str(kept if kept is not None else ""):
                    differing.append((bound.label, theirs))
        return render(
            request,
            "office/form.html",
            self.context(form=form, obj=obj, current=current, differing=differing),
            status=status,
        )

    def post(self, request, pk=None):
        obj = self.row(pk) if pk is not None else None
        form = self.form(request.POST, request.FILES, instance=obj)
        if not form.is_valid():
            return self.show(request, form, obj, status=422)
        try:
            saved = self.save(form, obj)
        except EditConflict as conflict:
            data = request.POST.copy()
            data["version"] = conflict.current.version
            again = self.form(data, request.FILES, instance=conflict.current)
            return self.show(request, again, conflict.current, current=conflict.current, status=409)
        except (Refused, ValidationError) as refused:
            show_errors(request, refused)
            return self.show(request, form, obj, status=422)
        except IntegrityError:
            messages.error(request, _("There is already such an entry."))
            return self.show(request, form, obj, status=422)
        messages.success(request, _("Saved."))
        if getattr(saved, "shown_password", ""):
            messages.warning(request, _("Password, shown this once: %s") % saved.shown_password)
        return redirect(reverse(f"{self.entry.slug}-detail", args=[saved.pk]))

    @transaction.atomic
    def save(self, form, obj):
        entry, user = self.entry, self.request.user
        if obj is None:
            self.check_reach(form, "add")
            if entry.create:
                return entry.create(form, user)
            made = form.save()
            return made
        self.check_reach(form, "change")
        changed = form.save(commit=False)
        save_version(obj=changed, version=form.cleaned_data.get("version") or 0)
        if entry.settle:
            entry.settle([changed], user)
        return changed

    def check_reach(self, form, action):
        """A row may only be put where the user holds the action."""
        if not self.access.may(self.entry.label, action, form.instance):
            raise PermissionDenied


class RegisterNew(RegisterEdit):
    action = "add"


class RegisterChange(RegisterEdit):
    action = "change"


class RegisterHistory(RegisterView):
    """All versions of one row, and what changed between each and the one before."""

    def get(self, request, pk):
        obj = self.row(pk)
        entry = self.entry
        clear = bool(entry.personal) and entry.may_read(obj, self.access)
        if clear:
            note_personal_read(user=request.user, entry=entry, obj=obj, why="history")
        names = [n for n in (entry.detail or entry.fields or entry.columns) if "__" not in n]
        versions = list(history_of(obj=obj)[:200])
        steps = []
        for newer, older in zip_longest(versions, versions[1:]):
            changed = []
            for name in names:
                after = entry.cell(newer, name, clear=clear)
                before = entry.cell(older, name, clear=clear) if older else ""
                if after != before:
                    changed.append((entry.heading(name), before, after))
            steps.append((newer, changed))
        return render(request, "office/history.html", self.context(obj=obj, steps=steps))


class RegisterAsOf(RegisterView):
    """The register as it stood at an instant: "what did the meeting see at 17:00"."""

    def get(self, request):
        given = request.GET.get("at", "")
        try:
            at = parse_datetime(given) if given else clock.now()
        except ValueError:
            at = None
        if at is None:
            messages.error(request, _("This is not a date and time."))
            at = clock.now()
        if timezone.is_naive(at):
            at = timezone.make_aware(at)
        rows = rows_as_of(entry=self.entry, at=at, access=self.access)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page", 1))
        return render(
            request,
            "office/asof.html",
            self.context(at=timezone.localtime(at), page=page, columns=self.entry.columns),
        )


class RegisterVerb(RegisterView):
    """One business verb on one row: a page that asks, a POST that does."""

    verb = None

    @property
    def action(self):
        return self.verb.action

    def row(self, pk):
        obj = super().row(pk)
        if not self.verb.held(obj, self.access):
            raise PermissionDenied
        return obj

    def form(self, obj, data=None, files=None, **kwargs):
        if self.verb.form is None:
            return None
        form = self.verb.form(data, files, **kwargs)
        if hasattr(form, "about"):  # a form whose choices are the row's own
            form.about(obj)
        return form

    def get(self, request, pk):
        obj = self.row(pk)
        return self.show(request, obj, self.form(obj, initial=request.GET.dict()))

    def show(self, request, obj, form, status=200):
        return render(
            request, "office/verb.html", self.context(obj=obj, form=form, verb=self.verb),
            status=status,
        )  # fmt: skip

    def post(self, request, pk):
        obj = self.row(pk)
        form = self.form(obj, request.POST, request.FILES)
        if form is not None and not form.is_valid():
            return self.show(request, obj, form, status=422)
        if not self.verb.offered(obj):
            messages.error(request, _("This is not possible in its present state."))
            return redirect(reverse(f"{self.entry.slug}-detail", args=[pk]))
        try:
            with transaction.atomic():
                said = self.verb.apply(obj, request.user, form.cleaned_data if form else {})
        except (Refused, ValidationError) as refused:
            show_errors(request, refused)
            return self.show(request, obj, form, status=422)
        except IntegrityError:  # the same verb by somebody else, at the same moment
            messages.error(request, _("Somebody else changed this a moment ago. Look again."))
            return self.show(request, obj, form, status=422)
        if isinstance(said, models.Model):
            target = next((r for r in REGISTERS.values() if r.model is type(said)), None)
            if target is not None and self.access.may(target.label, "view", said):
                messages.success(request, _("Done."))
                return redirect(reverse(f"{target.slug}-detail", args=[said.pk]))
        messages.success(request, said if isinstance(said, str) and said else _("Done."))
        return redirect(reverse(f"{self.entry.slug}-detail", args=[pk]))


class RegisterAttach(RegisterView):
    """Add a file to a row that one may change."""

    action = "change"

    def post(self, request, pk):
        obj = self.row(pk)
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, _("Choose a file."))
        else:
            try:
                attachments.attach(obj=obj, file=file, by=request.user)
                messages.success(request, _("The file was added."))
            except ValidationError as error:
                show_errors(request, error)
        return redirect(reverse(f"{self.entry.slug}-detail", args=[pk]))


class RegisterFile(RegisterView):
    """A row's file, for those who may view the row."""

    def get(self, request, pk, number):
        obj = self.row(pk)
        found = attachments.readable(obj, access=self.access).filter(pk=number).first()
        if found is None:
            raise Http404
        response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Type"] = found.kind
        return response

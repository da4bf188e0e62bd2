"""Import and export pages: ask, watch, take."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from twofronts_office.common.choices import JobState
from twofronts_office.common.domain.attachments import clean_name
from twofronts_office.common.exports import NotExported, chosen_rows, empty_table
from twofronts_office.common.jobs import enqueue, run_export, run_import
from twofronts_office.common.models import Job
from twofronts_office.common.register import REGISTERS
from twofronts_office.web.views.base import OfficeView, RegisterView

DAYS = {"DateField": "2020-02-18", "DateTimeField": "2020-02-18 17:00"}
LONGEST_QUERY = 4000
IMPORT_BYTES = 20 * 1024 * 1024


class RegisterImport(RegisterView):
    action = "imports"

    def get(self, request):
        columns = [self.column(name) for name in self.entry.imports]
        if request.GET.get("template") in ("csv", "xlsx"):
            return self.template(request.GET["template"], columns)
        head = ",".join(self.entry.imports)
        return render(request, "office/import.html", self.context(columns=columns, head=head))

    def template(self, kind: str, columns: list[dict]) -> HttpResponse:
        """An empty table with the first line; in a workbook a second sheet says what belongs."""
        made = empty_table(self.entry, kind, [[c["name"], *self.words(c)] for c in columns])
        response = HttpResponse(made, content_type="application/octet-stream")
        name = f"{self.entry.slug}-template.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @staticmethod
    def words(c: dict) -> tuple[str, str, str]:
        """Heading, whether it must be filled in, and what may stand in a column."""
        how = [str(c["by"])] if c["by"] else [f"{k} {label}" for k, label in c["choices"]]
        if c["day"]:
            how.append(c["day"])
        return str(c["heading"]), "*" if c["must"] else "", "; ".join(how)

    def column(self, name: str) -> dict:
        """What somebody who fills the table has to know of a column."""
        f = self.entry.model._meta.get_field(name)
        key = self.entry.key_of(name)
        points = self.entry.points if f.get_internal_type() == "JSONField" else {}
        of = f.related_model._meta.get_field(key).verbose_name if key else ""
        return {
            "name": name,
            "heading": self.entry.heading(name),
            "must": name in self.entry.key.split(",") or not (f.blank or f.has_default()),
            "key": name in self.entry.key.split(","),
            "by": _("code") if name == "area" else of,
            "choices": list(points.items())
            or [(k, label) for k, label in f.flatchoices if k != ""],
            "day": DAYS.get(f.get_internal_type(), ""),
        }

    def post(self, request):
        file = request.FILES.get("file")
        if file is None or file.size > IMPORT_BYTES:
            messages.error(request, _("Choose a CSV or XLSX table of at most 20 MB."))
            return redirect(f"{self.entry.slug}-import")
        name = clean_name(file.name)
        file.name = f"table.{'xlsx' if name.lower().endswith('.xlsx') else 'csv'}"
        with transaction.atomic():
            job = Job.objects.create(
                kind="import",
                register=self.entry.slug,
                owner=request.user,
                upload=file,
                arguments={"name": name},
            )
            enqueue(run_import, str(job.pk), False)
        return redirect("job", pk=job.pk)


class RegisterExport(RegisterView):
    action = "export"

    def get(self, request):
        query = request.GET.urlencode()
        return render(request, "office/export.html", self.context(query=query))

    def post(self, request):
        kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
        query = request.POST.get("query", "")
        if len(query) > LONGEST_QUERY:  # cut short, it would ask for more than was asked for
            messages.error(request, _("The question is too long. Use fewer filters."))
            return redirect(f"{self.entry.slug}-list")
        try:
            chosen_rows(entry=self.entry, query=query)
        except NotExported as error:
            messages.error(request, str(error))
            here = reverse(f"{self.entry.slug}-list")
            return redirect(f"{here}?{QueryDict(query).urlencode()}")
        with transaction.atomic():
            job = Job.objects.create(
                kind="export",
                register=self.entry.slug,
                owner=request.user,
                arguments={"format": kind, "query": query},
            )
            enqueue(run_export, str(job.pk))
        return redirect("job", pk=job.pk)


class JobView(OfficeView):
    """One's own job: how far it is, what it found."""

    def job(self, request, pk) -> Job:
        return get_object_or_404(Job, pk=pk, owner=request.user)

    def get(self, request, pk):
        job = self.job(request, pk)
        waiting = job.state in (JobState.WAITING, JobState.RUNNING)
        part = request.htmx and request.htmx.target == "job"
        return render(
            request,
            "office/job_part.html" if part else "office/job.html",
            {"job": job, "waiting": waiting, "entry": REGISTERS[job.register]},
        )

    def post(self, request, pk):
        job = self.job(request, pk)
        if "cancel" in request.POST:
            Job.objects.filter(pk=job.pk, state__in=[JobState.CHECKED, JobState.WAITING]).update(
                state=JobState.CANCELLED
            )
        elif job.kind == "import" and job.state == JobState.CHECKED:
            enqueue(run_import, str(job.pk), True)
        return redirect("job", pk=job.pk)


class JobFile(OfficeView):
    def get(self, request, pk):
        job = get_object_or_404(Job, pk=pk, owner=request.user)
        if not job.output:
            raise Http404
        action = "imports" if job.kind == "import" else "export"
        if not self.access.may(REGISTERS[job.register].label, action):
            raise PermissionDenied  # the role that asked for it has ended
        name = f"{job.register}.{job.output.name.rsplit('.', 1)[-1]}"
        response = FileResponse(job.output.open("rb"), as_attachment=True, filename=name)
        response["Content-Type"] = "application/octet-stream"
        return response

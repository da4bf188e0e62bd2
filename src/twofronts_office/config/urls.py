"""All addresses."""

from __future__ import annotations

from django.urls import include, path
from health_check.views import HealthCheckView

from twofronts_office.common.register import REGISTERS
from twofronts_office.web import urls as web
from twofronts_office.web.views import (
    changes,
    cockpit,
    directives,
    jobs,
    meeting,
    pages,
    public,
    whatif,
)

handler500 = "django.views.defaults.server_error"

job_urls = []
for slug, entry in REGISTERS.items():
    if entry.imports and entry.does("imports"):
        job_urls.append(
            path(f"{slug}/import/", jobs.RegisterImport.as_view(entry=entry), name=f"{slug}-import")
        )
    if entry.exports and entry.does("export"):
        job_urls.append(
            path(f"{slug}/export/", jobs.RegisterExport.as_view(entry=entry), name=f"{slug}-export")
        )

urlpatterns = [
    *web.urlpatterns,
    path("jobs/<uuid:pk>/", jobs.JobView.as_view(), name="job"),
    path("jobs/<uuid:pk>/file/", jobs.JobFile.as_view(), name="job-file"),
    path("whatif/", whatif.Room.as_view(), name="whatif"),
    path("whatif/edit/", whatif.Edit.as_view(), name="whatif-editor"),
    path("whatif/<int:pk>/", whatif.Result.as_view(), name="whatif-result"),
    path(
        "whatif/<int:pk>/rulebooks/<int:number>/",
        whatif.ResultBook.as_view(),
        name="whatif-rulebook",
    ),
    path("cockpit/", cockpit.Cockpit.as_view(), name="cockpit"),
    path("cockpit/live/", cockpit.CockpitLive.as_view(), name="cockpit-live"),
    path("rates/", pages.RatesView.as_view(), name="rates"),
    path("inspections/draw/", pages.DrawView.as_view(), name="inspections-draw"),
    path("needs/match/", pages.MatchView.as_view(), name="needs-match"),
    path("supplies/allocate/", pages.AllocateView.as_view(), name="supplies-allocate"),
    path("supplies/cover/", pages.CoverView.as_view(), name="supplies-cover"),
    path("reports/seen/", pages.SeenView.as_view(), name="reports-seen"),
    path("cases/chains/", pages.ChainsView.as_view(), name="cases-chains"),
    path("cases/<int:pk>/person/", pages.PersonExport.as_view(), name="cases-person"),
    path(
        "contacts/<int:pk>/person/",
        pages.PersonExport.as_view(label="reports.contact", slug="contacts"),
        name="contacts-person",
    ),
    path("indicators/board/", pages.BoardView.as_view(), name="indicators-board"),
    path("security-log/", pages.SecurityLog.as_view(), name="security-log"),
    path("enterprises/<int:pk>/file/", pages.StaffFiling.as_view(), name="enterprises-file"),
    path("filings/<int:pk>/receipt/", pages.FilingReceipt.as_view(), name="filing-receipt"),
    path(
        "meetings/<int:pk>/communique/", pages.CommuniqueView.as_view(), name="meeting-communique"
    ),
    path("changes/confirm/", changes.ConfirmView.as_view(), name="changes-confirm"),
    path("decisions/in-operation/", changes.InOperation.as_view(), name="decisions-in-operation"),
    path("meetings/<int:pk>/room/", meeting.Room.as_view(), name="meetings-room"),
    path("meetings/<int:pk>/seen/", meeting.SeenMeeting.as_view(), name="meetings-seen"),
    path("tasks/scorecard/", meeting.Scorecard.as_view(), name="tasks-scorecard"),
    path("directives/<int:pk>/review/", directives.review_view(), name="directives-review"),
    *job_urls,
    *web.register_urls(),
    path("public/file/", public.FilePage.as_view(), name="public-file"),
    path("public/verify/", public.VerifyPage.as_view(), name="verify"),
    path("public/r/<str:token>/", public.ReceiptPage.as_view(), name="public-receipt"),
    path("public/r/<str:token>/pdf/", public.ReceiptPdf.as_view(), name="public-pdf"),
    path("public/r/<str:token>/report/", public.ReportPage.as_view(), name="public-report"),
    path("public/r/<str:token>/ask/", public.AskPage.as_view(), name="public-ask"),
    path("public/r/<str:token>/file/", public.RefilePage.as_view(), name="public-refile"),
    path("public/r/<str:token>/withdraw/", public.WithdrawPage.as_view(), name="public-withdraw"),
    path("public/r/<str:token>/correct/", public.CorrectPage.as_view(), name="public-correct"),
    path("api/", include("twofronts_office.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path(
        "health/",
        HealthCheckView.as_view(checks=["health_check.checks.Database"]),
        name="health",
    ),
]

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "twofronts_office.reports"
    label = "reports"

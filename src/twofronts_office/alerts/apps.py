from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "twofronts_office.alerts"
    label = "alerts"

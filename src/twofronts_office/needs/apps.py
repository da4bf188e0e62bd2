from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "twofronts_office.needs"
    label = "needs"

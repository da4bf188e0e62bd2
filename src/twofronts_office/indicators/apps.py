from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "twofronts_office.indicators"
    label = "indicators"

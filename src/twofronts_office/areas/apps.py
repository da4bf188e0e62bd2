from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "twofronts_office.areas"
    label = "areas"

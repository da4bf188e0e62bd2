from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    name = "twofronts_office.supplies"
    label = "supplies"

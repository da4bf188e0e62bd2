from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "twofronts_office.care"
    label = "care"

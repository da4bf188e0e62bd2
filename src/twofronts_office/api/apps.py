from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "twofronts_office.api"
    label = "api"

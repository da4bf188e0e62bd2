from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "twofronts_office.enterprises"
    label = "enterprises"

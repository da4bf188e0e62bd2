from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    name = "twofronts_office.directives"
    label = "directives"

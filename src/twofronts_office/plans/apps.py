from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "twofronts_office.plans"
    label = "plans"

from django.apps import AppConfig


class EffectsConfig(AppConfig):
    name = "twofronts_office.effects"
    label = "effects"

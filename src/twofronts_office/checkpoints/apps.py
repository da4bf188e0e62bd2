from django.apps import AppConfig


class CheckpointsConfig(AppConfig):
    name = "twofronts_office.checkpoints"
    label = "checkpoints"

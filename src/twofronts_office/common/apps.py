from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "twofronts_office.common"
    label = "common"

    def ready(self):
        from twofronts_office.common import signals  # noqa: F401  (connects on import)

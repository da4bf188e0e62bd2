from importlib import import_module

from django.apps import AppConfig

ROOMS = (
    "meetings", "plans", "areas", "people", "reports", "care", "checkpoints", "communities",
    "enterprises", "needs", "indicators", "supplies",
)  # fmt: skip


class WebConfig(AppConfig):
    name = "twofronts_office.web"
    label = "web"

    def ready(self):
        for room in ROOMS:
            import_module(f"twofronts_office.{room}.rules")
        for room in ROOMS:
            import_module(f"twofronts_office.{room}.interfaces")

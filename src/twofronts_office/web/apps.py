from importlib import import_module

from django.apps import AppConfig, apps
from django.core.validators import MaxValueValidator

LIMITS = {"PositiveSmallIntegerField": 32_767, "PositiveIntegerField": 2_147_483_647}

ROOMS = (
    "meetings", "directives", "effects", "plans", "areas", "people", "reports", "care",
    "checkpoints", "communities", "enterprises", "needs", "indicators", "supplies", "alerts",
)  # fmt: skip


class WebConfig(AppConfig):
    name = "twofronts_office.web"
    label = "web"

    def ready(self):
        for room in ROOMS:
            import_module(f"twofronts_office.{room}.rules")
        for room in ROOMS:
            import_module(f"twofronts_office.{room}.interfaces")
        import_module("twofronts_office.web.agenda")
        _limit_numbers()


def _limit_numbers() -> None:
    """Refuse what PostgreSQL's integers cannot hold in words; SQLite would take any number."""
    for model in apps.get_models():
        if not model.__module__.startswith("twofronts_office."):
            continue
        for f in model._meta.concrete_fields:
            limit = LIMITS.get(f.get_internal_type())
            if limit and not any(_within(v, limit) for v in f.validators):
                # beside the field's own, which migrations would take for a change of the schema
                f.__dict__["validators"] = [*f.validators, MaxValueValidator(limit)]


def _within(validator, limit: int) -> bool:
    return isinstance(validator, MaxValueValidator) and validator.limit_value <= limit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Theme(TextChoices):
    INDUSTRY = "industry", _("industry")
    CONSUMPTION = "consumption", _("consumption")
    INVESTMENT = "investment", _("investment")
    PROJECTS = "projects", _("projects")
    JOBS = "jobs", _("jobs")
    SAFETY = "safety", _("work safety")
    ENVIRONMENT = "environment", _("environment")
    STABILITY = "stability", _("social stability")


class Direction(TextChoices):
    MORE = "more", _("more is better")
    LESS = "less", _("less is better")


class AlertState(TextChoices):
    OPEN = "breached", _("bottom line crossed")
    CLOSED = "met", _("within the line again")

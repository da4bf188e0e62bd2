"""Words that every register shares."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    LEADER = "leader", _("Leading group member")
    OFFICE = "office", _("Group office")
    HEALTH = "health", _("Health clerk")
    HEALTH_LEAD = "health_lead", _("Health approver")
    INDUSTRY = "industry", _("Industry clerk")
    ENTERPRISE = "enterprise", _("Enterprise")
    COMMUNITY = "community", _("Community officer")
    TRANSPORT = "transport", _("Transport bureau")
    SUPPLIES = "supplies", _("Commerce and supplies bureau")
    ANALYST = "analyst", _("Analyst")
    ADMIN = "admin", _("Administrator")


STAFF = frozenset(r.value for r in Role if r is not Role.ENTERPRISE)
EVERYONE = frozenset(r.value for r in Role)


class Line(TextChoices):
    """The lines of work of the meeting; the same keys as the catalogue of measures."""

    TRAFFIC = "traffic", _("Traffic")
    COMMUNITIES = "communities", _("Communities")
    CARE = "care", _("Treatment")
    RESUMPTION = "resumption", _("Resumption of work")
    ECONOMY = "economy", _("Economy")
    SUPPLIES = "supplies", _("Supplies")


class Sector(TextChoices):
    """The 22 sectors of the built-in city's input-output table."""

    A = "A", _("Agriculture")
    B = "B", _("Mining")
    C1 = "C1", _("Food and beverages")
    C2 = "C2", _("Textiles, paper and light industry")
    C3 = "C3", _("Petrochemicals and plastics")
    C4 = "C4", _("Metals and minerals")
    C5 = "C5", _("Machinery")
    C6 = "C6", _("Electronics and electrical")
    C7 = "C7", _("Transport equipment")
    D = "D", _("Utilities")
    E = "E", _("Construction")
    F = "F", _("Wholesale and retail")
    G = "G", _("Transport and storage")
    H = "H", _("Accommodation and catering")
    I = "I", _("Information, telecom and post")  # noqa: E741
    J = "J", _("Finance")
    K = "K", _("Real estate")
    LM = "LM", _("Business and technical services")
    OR = "OR", _("Resident, cultural and other services")
    P = "P", _("Education")
    Q = "Q", _("Health and social work")
    S = "S", _("Public administration")


class JobState(TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    CHECKED = "checked", _("checked, waiting for your decision")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tier(TextChoices):
    PROVINCE = "province", _("province border")
    CITY = "city", _("city border")
    INNER = "inner", _("inside the city")
    COMMUNITY = "community", _("community entrance")


class Decided(TextChoices):
    KEEP = "keep", _("keep")
    REMOVE = "remove", _("remove")


class Actual(TextChoices):
    OPERATING = "operating", _("operating")
    REMOVED = "removed", _("removed")


class PassState(TextChoices):
    IN_FORCE = "in_force", _("in force")
    REVOKED = "revoked", _("revoked")

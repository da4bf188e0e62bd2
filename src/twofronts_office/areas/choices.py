from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AreaLevel(TextChoices):
    CITY = "city", _("city")
    DISTRICT = "district", _("district")
    STREET = "street", _("sub-district or town")
    COMMUNITY = "community", _("community")


LEVEL_OF_LENGTH = {4: "city", 6: "district", 9: "street", 12: "community"}

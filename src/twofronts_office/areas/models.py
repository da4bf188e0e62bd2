"""Areas by the official twelve-digit code; what lies under an area starts with its digits."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.areas.choices import AreaLevel
from twofronts_office.common.access import significant
from twofronts_office.common.models import GlobalRecord
from twofronts_office.common.names import Named


class Area(Named, GlobalRecord):
    code = models.CharField(
        _("area code"),
        max_length=12,
        primary_key=True,
        validators=[RegexValidator(r"^\d{12}$", _("Twelve digits."))],
    )
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    level = models.CharField(_("level"), max_length=10, choices=AreaLevel)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    area_km2 = models.FloatField(_("area (km²)"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]

    @property
    def prefix(self) -> str:
        return significant(self.code)

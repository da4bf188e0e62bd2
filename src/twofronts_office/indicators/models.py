"""Series with targets and bottom lines; a crossed line is a row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.models import GlobalRecord
from twofronts_office.common.names import Measured, Named
from twofronts_office.indicators.choices import AlertState, Direction, Theme


class Indicator(Named, Measured, GlobalRecord):
    code = models.CharField(_("code"), max_length=24, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    theme = models.CharField(_("theme"), max_length=12, choices=Theme)
    unit = models.CharField(_("unit"), max_length=24)
    unit_en = models.CharField(_("unit in English"), max_length=24, blank=True)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction)
    target = models.FloatField(_("target"), null=True, blank=True)
    bottom_line = models.FloatField(_("bottom line"), null=True, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["theme", "code"]

    def breached_by(self, value: float) -> bool:
        if self.bottom_line is None:
            return False
        if self.direction == Direction.MORE:
            return value < self.bottom_line
        return value > self.bottom_line


class Reading(GlobalRecord):
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="readings", verbose_name=_("indicator")
    )
    date = models.DateField(_("date"))
    value = models.FloatField(_("value"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-date", "indicator_id"]
        constraints = [models.UniqueConstraint(fields=["indicator", "date"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.date}"


class Alert(GlobalRecord):
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("indicator")
    )
    date = models.DateField(_("date"))
    value = models.FloatField(_("value"))
    bottom_line = models.FloatField(_("bottom line"))
    state = models.CharField(_("state"), max_length=10, choices=AlertState, default=AlertState.OPEN)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.date}"

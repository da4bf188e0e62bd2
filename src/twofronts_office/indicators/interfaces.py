"""Indicators, readings and alerts as registers."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.due import Due, provider
from twofronts_office.common.register import Panel, Register, register
from twofronts_office.indicators import domain
from twofronts_office.indicators.choices import AlertState
from twofronts_office.indicators.models import Alert, Indicator, Reading

INDICATOR = (
    "code", "name_zh", "name_en", "theme", "unit", "unit_en", "direction", "target", "bottom_line",
)  # fmt: skip


def _take(form, user):
    domain.take_reading(reading=form.instance, by=user)
    return form.instance


register(
    Register(
        model=Indicator, slug="indicators", line="economy",
        columns=("code", "name", "theme", "unit", "target", "bottom_line"), fields=INDICATOR,
        filters=("theme",), search=("code", "name_zh", "name_en"), key="code", imports=INDICATOR,
        exports=INDICATOR,
        links=(("indicators-board", _("Board")),),
        panels=(
            Panel(_("Readings"), "readings", "readings", ("date", "value", "note"), order="-date",
                  add="indicator"),
            Panel(_("Alerts"), "alerts", "alerts", ("date", "value", "state")),
        ),
    )
)  # fmt: skip
register(
    Register(
        model=Reading, slug="readings", line="economy",
        columns=("date", "indicator", "value", "note"),
        fields=("indicator", "date", "value", "note"), filters=("indicator", "date"),
        lookups={"indicator": "code"}, create=_take, settle=domain.settle_readings,
        key="indicator,date",
        imports=("indicator", "date", "value", "note"),
        exports=("indicator", "date", "value", "note"),
    )
)  # fmt: skip
register(
    Register(
        model=Alert, slug="alerts", line="economy",
        columns=("date", "indicator", "value", "bottom_line", "state"),
        detail=("indicator", "date", "value", "bottom_line", "state"), filters=("state", "date"),
        exports=("date", "indicator", "value", "bottom_line", "state"),
    )
)  # fmt: skip


@provider
def due(user, access, today):
    if not access.may("indicators.alert", "view"):
        return []
    n = Alert.objects.filter(state=AlertState.OPEN).count()
    if not n:
        return []
    return [
        Due(_("Bottom lines crossed"), reverse("alerts-list") + "?state=breached", today, True, n)
    ]

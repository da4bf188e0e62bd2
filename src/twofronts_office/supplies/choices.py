from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GoodKind(TextChoices):
    PROTECTIVE = "protective", _("for prevention")
    DAILY = "daily", _("for daily life")


class SupplyState(TextChoices):
    REQUESTED = "requested", _("requested")
    PROMISED = "promised", _("promised")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received")
    DECLINED = "declined", _("declined")


SUPPLY_MOVES = {
    SupplyState.REQUESTED: (SupplyState.PROMISED, SupplyState.DECLINED),
    SupplyState.PROMISED: (SupplyState.SHIPPED, SupplyState.DECLINED),
    SupplyState.SHIPPED: (SupplyState.RECEIVED,),
}

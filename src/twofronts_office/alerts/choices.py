from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WarningKind(TextChoices):
    BOTTOM_LINE = "bottom_line", _("bottom line crossed")
    COVER = "cover", _("stock below its cover")
    GRADE = "grade", _("grade about to change")
    FORECAST = "forecast", _("outside the forecast's band")
    REPORT = "report", _("report missing")


class Urgency(TextChoices):
    ACT = "act", _("act today")
    WATCH = "watch", _("keep an eye on it")


class WarningState(TextChoices):
    OPEN = "raised", _("raised")
    TAKEN = "taken", _("taken up")
    CLOSED = "over", _("over")


WARNING_MOVES = {
    WarningState.OPEN: (WarningState.TAKEN, WarningState.CLOSED),
    WarningState.TAKEN: (WarningState.CLOSED,),
}
STANDING = (WarningState.OPEN, WarningState.TAKEN)

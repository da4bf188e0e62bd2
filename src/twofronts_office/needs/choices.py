from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NeedKind(TextChoices):
    LABOUR = "labour", _("labour")
    MATERIALS = "materials", _("raw materials")
    LOGISTICS = "logistics", _("logistics")
    PROTECTION = "protection", _("protective supplies")
    FINANCE = "finance", _("finance")


class NeedState(TextChoices):
    OPEN = "asked", _("open")
    MATCHED = "matched", _("matched")
    FULFILLED = "fulfilled", _("fulfilled")
    CLOSED = "withdrawn", _("withdrawn")


class OfferState(TextChoices):
    OPEN = "open", _("open")
    SPENT = "spent", _("used up")
    CLOSED = "withdrawn", _("withdrawn")


class MatchState(TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    FULFILLED = "fulfilled", _("fulfilled")


MATCH_MOVES = {
    MatchState.PROPOSED: (MatchState.ACCEPTED, MatchState.DECLINED),
    MatchState.ACCEPTED: (MatchState.FULFILLED, MatchState.DECLINED),
}

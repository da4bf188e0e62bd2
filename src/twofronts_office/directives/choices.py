from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Issuer(TextChoices):
    CENTRE = "centre", _("the centre")
    PROVINCE = "province", _("the province")
    CITY = "city", _("the city")
    OTHER = "other", _("another")


class ItemState(TextChoices):
    PROPOSED = "proposed", _("proposed, not looked at")
    ACCEPTED = "kept", _("in the record")
    MERGED = "merged", _("merged into another")
    DROPPED = "dropped", _("dropped")


# nothing enters the record but by a person's own act; what was dropped by mistake comes back
ITEM_MOVES = {
    ItemState.PROPOSED: (ItemState.ACCEPTED, ItemState.MERGED, ItemState.DROPPED),
    ItemState.ACCEPTED: (ItemState.MERGED, ItemState.DROPPED),
    ItemState.DROPPED: (ItemState.ACCEPTED,),
    ItemState.MERGED: (ItemState.ACCEPTED,),
}


class Progress(TextChoices):
    """How far an item in the record is carried out; follows from its decisions and their tasks."""

    NONE = "none", _("no decision carries it out")
    DRAFTED = "drafted", _("a decision is drafted")
    DECIDED = "due", _("decided, in work")
    DONE = "done", _("carried out")

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from twofronts_office.common.choices import Role


class ChangeKind(TextChoices):
    COMMUNITY = "community", _("level of a community")
    CHECKPOINT = "checkpoint", _("state of a checkpoint")
    FILING = "filing", _("conditions of filing")


class ChangeState(TextChoices):
    PROPOSED = "proposed", _("waits for its owner")
    CONFIRMED = "in_force", _("confirmed by its owner")
    DECLINED = "declined", _("declined by its owner")
    EXPIRED = "expired", _("ran out unanswered")
    REPLACED = "replaced", _("replaced by a later decision")
    WITHDRAWN = "withdrawn", _("its decision was withdrawn")


CHANGE_MOVES = {
    ChangeState.PROPOSED: (
        ChangeState.CONFIRMED,
        ChangeState.DECLINED,
        ChangeState.EXPIRED,
        ChangeState.REPLACED,
        ChangeState.WITHDRAWN,
    ),
    ChangeState.CONFIRMED: (ChangeState.REPLACED,),
}

# whoever answers for the thing that would change
OWNER = {
    ChangeKind.COMMUNITY: Role.COMMUNITY,
    ChangeKind.CHECKPOINT: Role.TRANSPORT,
    ChangeKind.FILING: Role.INDUSTRY,
}

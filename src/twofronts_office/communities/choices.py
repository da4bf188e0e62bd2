from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    OPEN = "open", _("open")
    MANAGED = "managed", _("managed: residents' passes, visitors registered")
    STRICT = "strict", _("strict: one entrance, outings limited")
    CLOSED = "closed", _("closed: nobody in or out, everything delivered")


class ServiceKind(TextChoices):
    DELIVERY = "delivery", _("deliveries")
    MEDICINE = "medicine", _("medicine")
    ALONE = "alone", _("care for those alone")
    CHILDREN = "children", _("care for children")
    WASTE = "waste", _("waste and disinfection")
    COUNSEL = "counsel", _("counselling")


class RequestKind(TextChoices):
    REQUEST = "request", _("request")
    COMPLAINT = "complaint", _("complaint")


class RequestState(TextChoices):
    ASKED = "asked", _("waiting for an answer")
    ANSWERED = "answered", _("answered")
    REOPENED = "reasked", _("asked again")


REQUEST_MOVES = {
    RequestState.ASKED: (RequestState.ANSWERED,),
    RequestState.REOPENED: (RequestState.ANSWERED,),
    RequestState.ANSWERED: (RequestState.REOPENED,),
}

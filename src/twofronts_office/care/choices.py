from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HospitalKind(TextChoices):
    DESIGNATED = "designated", _("designated hospital")
    GENERAL = "general", _("general hospital")
    CLINIC = "clinic", _("clinic or department")


class ServiceState(TextChoices):
    OPEN = "open", _("open")
    SUSPENDED = "suspended", _("suspended")
    CHECKING = "checking", _("being checked for reopening")
    REOPENED = "reopened", _("reopened")


SERVICE_MOVES = {
    ServiceState.OPEN: (ServiceState.SUSPENDED,),
    ServiceState.REOPENED: (ServiceState.SUSPENDED,),
    ServiceState.SUSPENDED: (ServiceState.CHECKING,),
    ServiceState.CHECKING: (ServiceState.REOPENED, ServiceState.SUSPENDED),
}

REOPENING = {
    "triage": _("Triage before entry, with temperature and history of travel."),
    "apart": _("Patients with fever go another way."),
    "staff": _("Staff are trained and stayed out of risk areas for 14 days."),
    "protection": _("Protective supplies for seven days are in stock."),
    "appointments": _("Appointments are spread over the day."),
    "cleaning": _("Rooms are disinfected and aired after each session."),
}


class TransferState(TextChoices):
    REQUESTED = "requested", _("requested")
    ACCEPTED = "accepted", _("accepted")
    TRANSIT = "transit", _("on the way")
    ARRIVED = "arrived", _("arrived")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


TRANSFER_MOVES = {
    TransferState.REQUESTED: (
        TransferState.ACCEPTED,
        TransferState.DECLINED,
        TransferState.CANCELLED,
    ),
    TransferState.ACCEPTED: (TransferState.TRANSIT, TransferState.CANCELLED),
    TransferState.TRANSIT: (TransferState.ARRIVED,),
}

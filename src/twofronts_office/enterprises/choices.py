from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Size(TextChoices):
    MICRO = "micro", _("micro (under 20)")
    SMALL = "small", _("small (20 to 299)")
    MEDIUM = "medium", _("medium (300 to 999)")
    LARGE = "large", _("large (1,000 and more)")


def size_of(staff: int) -> str:
    """Size class by insured staff, after the 2011 national standard for industry."""
    if staff >= 1000:
        return Size.LARGE
    if staff >= 300:
        return Size.MEDIUM
    return Size.SMALL if staff >= 20 else Size.MICRO


class FilingState(TextChoices):
    NONE = "none", _("not filed")
    FILED = "filed", _("filed, effective")
    OPERATING = "operating", _("in operation")
    CORRECTING = "correcting", _("correction asked")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")


# A filing takes effect when it is received. Nothing here waits for somebody's yes: every state that
# the office can put an enterprise into is left by the enterprise's own act or lifted at once.
ENTERPRISE_MOVES = {
    FilingState.NONE: (FilingState.FILED,),
    FilingState.WITHDRAWN: (FilingState.FILED,),
    FilingState.FILED: (
        FilingState.OPERATING,
        FilingState.CORRECTING,
        FilingState.SUSPENDED,
        FilingState.WITHDRAWN,
    ),
    FilingState.OPERATING: (
        FilingState.CORRECTING,
        FilingState.SUSPENDED,
        FilingState.WITHDRAWN,
    ),
    FilingState.CORRECTING: (
        FilingState.OPERATING,
        FilingState.SUSPENDED,
        FilingState.WITHDRAWN,
    ),
    FilingState.SUSPENDED: (FilingState.OPERATING, FilingState.WITHDRAWN),
}
EFFECTIVE = (FilingState.FILED, FilingState.OPERATING, FilingState.CORRECTING)


class InspectionState(TextChoices):
    DUE = "due", _("due")
    PASSED = "passed", _("passed")
    CORRECTION = "correction", _("correction asked")
    CORRECTED = "corrected", _("corrected")
    CANCELLED = "cancelled", _("cancelled")


INSPECTION_MOVES = {
    InspectionState.DUE: (
        InspectionState.PASSED,
        InspectionState.CORRECTION,
        InspectionState.CANCELLED,
    ),
    InspectionState.CORRECTION: (InspectionState.CORRECTED,),
}

CHECKLIST = {
    "lead": _("A person in charge of prevention is named."),
    "roster": _("Every worker's stay in the last 14 days is on record."),
    "masks": _("Masks for at least seven days are in stock."),
    "thermometers": _("Everyone's temperature is taken at entry."),
    "disinfection": _("Workplaces are disinfected and aired every day."),
    "isolation": _("There is a room to isolate a person with symptoms."),
    "meals": _("Meals are taken apart or in shifts."),
    "emergency": _("There is a plan for a case in the enterprise."),
}


class FilingGroup(TextChoices):
    """The groups of sectors that the catalogue of measures knows."""

    ALL = "all", _("all sectors")
    ESSENTIAL = "essential", _("essential sectors")
    INDUSTRY = "industry", _("industry and construction")
    SERVICES = "services", _("services met in person")


class FilingMode(TextChoices):
    OPEN = "open", _("may file, effective on receipt")
    CLOSED = "closed", _("no further filing")


class ConditionPart(TextChoices):
    """What a condition speaks about; the newest in force of each part holds."""

    MODE = "mode", _("whether it may file")
    CAP = "cap", _("share of staff")
    STANDARD = "standard", _("points of the checklist")


ESSENTIAL_SECTORS = frozenset(["A", "C1", "D", "G", "I", "Q", "S"])
INDUSTRY_SECTORS = frozenset(["B", "C2", "C3", "C4", "C5", "C6", "C7", "E"])


def group_of(sector: str) -> str:
    """The group a sector belongs to, as the core's table of sectors has it."""
    if sector in ESSENTIAL_SECTORS:
        return FilingGroup.ESSENTIAL
    return FilingGroup.INDUSTRY if sector in INDUSTRY_SECTORS else FilingGroup.SERVICES

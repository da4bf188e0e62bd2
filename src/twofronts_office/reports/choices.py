from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportState(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    DISTRICT_APPROVED = "district_approved", _("approved by the district")
    CITY_APPROVED = "city_approved", _("approved by the city, locked")
    RETURNED = "returned", _("returned for correction")


REPORT_MOVES = {
    ReportState.DRAFT: (ReportState.SUBMITTED,),
    ReportState.RETURNED: (ReportState.SUBMITTED,),
    ReportState.SUBMITTED: (ReportState.DISTRICT_APPROVED, ReportState.RETURNED),
    ReportState.DISTRICT_APPROVED: (ReportState.CITY_APPROVED, ReportState.RETURNED),
}

COUNTS = (
    "new_confirmed",
    "new_cured",
    "new_deaths",
    "cum_confirmed",
    "cum_cured",
    "cum_deaths",
    "in_hospital",
    "suspected",
    "severe",
    "contacts_traced",
    "contacts_released",
    "contacts_observed",
)


class Classification(TextChoices):
    SUSPECTED = "suspected", _("suspected")
    CONFIRMED = "confirmed", _("confirmed")
    ASYMPTOMATIC = "asymptomatic", _("infected without symptoms")
    EXCLUDED = "excluded", _("excluded")


CLASSIFICATION_MOVES = {
    Classification.SUSPECTED: (
        Classification.CONFIRMED,
        Classification.ASYMPTOMATIC,
        Classification.EXCLUDED,
    ),
    Classification.ASYMPTOMATIC: (Classification.CONFIRMED, Classification.EXCLUDED),
    Classification.CONFIRMED: (Classification.EXCLUDED,),
    Classification.EXCLUDED: (Classification.SUSPECTED,),
}


class Severity(TextChoices):
    MILD = "mild", _("mild")
    ORDINARY = "ordinary", _("ordinary")
    SEVERE = "severe", _("severe")
    CRITICAL = "critical", _("critical")


class Outcome(TextChoices):
    TREATED = "treated", _("under treatment")
    RECOVERED = "recovered", _("recovered")
    DIED = "died", _("died")


class Sex(TextChoices):
    MALE = "m", _("male")
    FEMALE = "f", _("female")
    UNKNOWN = "u", _("not known")


class ContactState(TextChoices):
    OBSERVATION = "observation", _("under observation")
    RELEASED = "released", _("released")
    CASE = "case", _("became a case")
    MERGED = "merged", _("merged into another")


CONTACT_MOVES = {ContactState.OBSERVATION: (ContactState.RELEASED, ContactState.CASE)}


class ContactKind(TextChoices):
    HOUSEHOLD = "household", _("household")
    WORK = "work", _("work or school")
    MEAL = "meal", _("meal or gathering")
    TRAVEL = "travel", _("travel")
    CARE = "care", _("medical care")
    OTHER = "other", _("other")


class QuarantinePlace(TextChoices):
    HOME = "home", _("at home")
    CENTRE = "centre", _("in a quarantine place")
    HOSPITAL = "hospital", _("in hospital")

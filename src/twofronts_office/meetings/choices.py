from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MeetingState(TextChoices):
    PREPARED = "prepared", _("in preparation")
    SESSION = "session", _("in session")
    HELD = "held", _("held")
    PUBLISHED = "published", _("communique issued")


MEETING_MOVES = {
    MeetingState.PREPARED: (MeetingState.SESSION, MeetingState.HELD),
    MeetingState.SESSION: (MeetingState.HELD,),
    MeetingState.HELD: (MeetingState.PUBLISHED,),
}


class DecisionState(TextChoices):
    DRAFT = "draft", _("drafted")
    DECIDED = "approved", _("decided")
    DROPPED = "dropped", _("dropped")
    WITHDRAWN = "withdrawn", _("withdrawn")


DECISION_MOVES = {
    DecisionState.DRAFT: (DecisionState.DECIDED, DecisionState.DROPPED),
    DecisionState.DECIDED: (DecisionState.WITHDRAWN,),
}


class TaskState(TextChoices):
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("in work")
    DELIVERED = "delivered", _("delivered, evidence given")
    DONE = "done", _("done")
    RETURNED = "returned", _("returned, not enough")
    CANCELLED = "cancelled", _("cancelled")


TASK_MOVES = {
    TaskState.SENT: (TaskState.ACCEPTED, TaskState.DELIVERED, TaskState.CANCELLED),
    TaskState.ACCEPTED: (TaskState.DELIVERED, TaskState.CANCELLED),
    TaskState.RETURNED: (TaskState.DELIVERED, TaskState.CANCELLED),
    TaskState.DELIVERED: (TaskState.DONE, TaskState.RETURNED),
}
OPEN_TASKS = (TaskState.SENT, TaskState.ACCEPTED, TaskState.RETURNED)

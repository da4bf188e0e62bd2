from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlanKind(TextChoices):
    SITUATION = "situation", _("situation")
    PLAY = "play", _("one rulebook played")
    COMPARE = "compare", _("rulebooks compared")
    SEARCH = "search", _("search for better rulebooks")
    BRIEF = "brief", _("brief for the meeting")
    WHATIF = "whatif", _("what-if")


class PlanState(TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    ADOPTED = "adopted", _("adopted")

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "twofronts_office.meetings"
    label = "meetings"

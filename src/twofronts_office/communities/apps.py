from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "twofronts_office.communities"
    label = "communities"

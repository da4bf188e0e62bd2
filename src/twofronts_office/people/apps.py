from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "twofronts_office.people"
    label = "people"

from django.apps import AppConfig


class BridgeConfig(AppConfig):
    name = "twofronts_office.bridge"
    label = "bridge"

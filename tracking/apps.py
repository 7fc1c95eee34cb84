from django.apps import AppConfig
from django.utils.module_loading import import_module


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        import_module("tracking.receivers")

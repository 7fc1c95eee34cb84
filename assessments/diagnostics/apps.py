from importlib import import_module

from django.apps import AppConfig


class DiagnosticsConfig(AppConfig):
    name = "assessments.diagnostics"

    def ready(self) -> None:
        import_module("assessments.diagnostics.receivers")

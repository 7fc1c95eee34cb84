from importlib import import_module

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "assessments.evidence"

    def ready(self) -> None:
        import_module("assessments.evidence.receivers")

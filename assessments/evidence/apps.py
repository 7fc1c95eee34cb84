from django.apps import AppConfig
from django.utils.module_loading import import_module


class EvidenceConfig(AppConfig):
    name = "assessments.evidence"

    def ready(self) -> None:
        import_module("assessments.evidence.receivers")

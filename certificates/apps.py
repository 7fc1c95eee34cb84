from django.apps import AppConfig
from django.utils.module_loading import import_module


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        import_module("certificates.checks")
        import_module("certificates.receivers")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    name = "certificates.rulebook"
    verbose_name = _("Rules for certificates")

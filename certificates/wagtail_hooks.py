"""What Wagtail's admin knows of certificates."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action("certificates.award", _("Award a certificate"), _("Certificate awarded"))
    actions.register_action("certificates.issue", _("Issue a certificate"), _("Certificate issued"))
    actions.register_action(
        "certificates.hold", _("Hold a certificate"), _("Certificate held: it cannot be printed")
    )
    actions.register_action(
        "certificates.release", _("Release a certificate"), _("Held certificate released")
    )
    actions.register_action("certificates.revoke", _("Revoke a certificate"), _("Certificate revoked"))

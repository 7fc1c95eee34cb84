from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action(
        "offices.make_token", _("Make a token for an office"), _("Token made for an office")
    )
    actions.register_action("offices.revoke_token", _("Revoke a token"), _("Token of an office revoked"))
    actions.register_action("offices.use_token", _("Verify in bulk"), _("Certificates verified in bulk"))

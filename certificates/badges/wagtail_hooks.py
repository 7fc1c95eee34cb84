"""What Wagtail's admin knows of badges."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action("badges.make_key", _("Make a badge key"), _("Key for badges made"))
    actions.register_action("badges.disown_key", _("Disown a badge key"), _("Key for badges disowned"))

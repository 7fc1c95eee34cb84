"""What Wagtail's log knows of panels."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("standards.open", _("Open a panel"), _("Panel opened"))
    actions.register_action("standards.close_round", _("End a round"), _("Round ended"))
    actions.register_action("standards.adopt", _("Adopt a pass mark"), _("Pass mark adopted"))

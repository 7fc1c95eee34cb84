"""What Wagtail's admin knows of quizzes."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action("quizzes.repair.propose", _("Propose a key"), _("Corrected key proposed"))
    actions.register_action("quizzes.repair.approve", _("Approve a key"), _("Corrected key approved"))
    actions.register_action("quizzes.repair.decline", _("Decline a key"), _("Corrected key declined"))

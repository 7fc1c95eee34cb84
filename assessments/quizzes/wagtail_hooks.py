"""What Wagtail's admin knows of the bank and of quizzes."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("quizzes.status", _("Change a question's status"), _("Status changed"))
    actions.register_action("quizzes.import", _("Import questions"), _("Questions imported"))

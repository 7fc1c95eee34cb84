from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action(
        "batches.create", _("Draw up a batch of certificates"), _("Batch of certificates drawn up")
    )
    actions.register_action(
        "batches.approve", _("Approve a batch of certificates"), _("Batch of certificates approved")
    )
    actions.register_action(
        "batches.pause", _("Pause a batch of certificates"), _("Batch of certificates paused")
    )
    actions.register_action(
        "batches.go_on", _("Go on with a batch of certificates"), _("Batch of certificates goes on")
    )
    actions.register_action(
        "batches.cancel", _("Cancel a batch of certificates"), _("Batch of certificates cancelled")
    )
    actions.register_action(
        "batches.retry", _("Try failed certificates again"), _("Failed certificates tried")
    )

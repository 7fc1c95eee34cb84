"""What Wagtail's admin knows of rules for certificates."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from .viewsets import RulePackViewSet


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action("certificates.simulate", _("Try out rules"), _("Rules tried out"))
    actions.register_action("certificates.sign_off", _("Confirm"), _("Confirmed for certificates"))
    actions.register_action(
        "certificates.withdraw_sign_off", _("Withdraw a confirmation"), _("Confirmation withdrawn")
    )


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    """Rule packs."""
    return [RulePackViewSet("rule_packs")]

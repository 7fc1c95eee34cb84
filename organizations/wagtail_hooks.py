"""What Wagtail's admin knows of people and rosters."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry

from .viewsets import PostingViewSet, organization_chooser, person_chooser


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what this app writes into the log."""
    actions.register_action("organizations.hand_in_roster", _("Hand in a roster"), _("Roster handed in"))
    actions.register_action("organizations.apply_roster", _("Apply a roster"), _("Roster applied"))
    actions.register_action("organizations.undo_roster", _("Undo a roster"), _("Roster undone"))
    actions.register_action("organizations.issue_codes", _("Issue codes"), _("Activation codes issued"))
    actions.register_action("organizations.activate", _("Activate"), _("Account activated"))


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    """Postings, and the choosers that other apps' admin pages use."""
    return [person_chooser, organization_chooser, PostingViewSet("postings")]

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def log_actions(actions) -> None:
    actions.register_action("evidence.hand_in", _("Hand in evidence"), _("Evidence handed in"))
    actions.register_action("evidence.review", _("Mark evidence"), _("Evidence marked"))

"""What Wagtail's admin knows of the bank and of quizzes."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from organizations.models import User

from .editors.pictures import PictureChooserViewSet, picture_chooser
from .models import Question, Quiz, Tag
from .viewsets import QuizzesViewSetGroup


class KeptPolicy(ModelPermissionPolicy):
    """Nobody deletes what papers may point to: questions are retired, quizzes closed, tags renamed."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


for model in (Question, Quiz, Tag):
    register_permission_policy(model, KeptPolicy(model), exact_class=True)


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("quizzes.status", _("Change a question's status"), _("Status changed"))
    actions.register_action("quizzes.import", _("Import questions"), _("Questions imported"))
    actions.register_action("quizzes.repair.propose", _("Propose a key"), _("Corrected key proposed"))
    actions.register_action("quizzes.repair.approve", _("Approve a key"), _("Corrected key approved"))
    actions.register_action("quizzes.repair.decline", _("Decline a key"), _("Corrected key declined"))


@hooks.register("register_admin_viewset")
def quizzes() -> QuizzesViewSetGroup:
    return QuizzesViewSetGroup()


@hooks.register("register_admin_viewset")
def pictures() -> PictureChooserViewSet:
    return picture_chooser

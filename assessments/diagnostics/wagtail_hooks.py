"""What Wagtail's admin knows of diagnoses."""

from django.db.models import Model
from wagtail import hooks
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from organizations.models import User

from .models import Diagnostic
from .viewsets import DiagnosticViewSet


class PlantedPolicy(ModelPermissionPolicy):
    """A diagnosis is made by `load_diagnostic` and kept: here only its form is chosen."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


register_permission_policy(Diagnostic, PlantedPolicy(Diagnostic), exact_class=True)


@hooks.register("register_admin_viewset")
def diagnoses() -> DiagnosticViewSet:
    return DiagnosticViewSet("diagnoses")

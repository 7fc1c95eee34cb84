from allauth.usersessions.apps import UserSessionsConfig as AllauthUserSessionsConfig
from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"


class UserSessionsConfig(AllauthUserSessionsConfig):
    """allauth's list of where one is signed in, without looking through it at each login."""

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_set, user_logged_in  # noqa: PLC0415
        from allauth.usersessions.signals import on_password_changed  # noqa: PLC0415

        from .sessions import note_session  # noqa: PLC0415

        user_logged_in.connect(note_session)
        for signal in (password_set, password_changed):
            signal.connect(on_password_changed)

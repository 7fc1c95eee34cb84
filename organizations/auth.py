"""How people sign in: allauth's doors, with a staff number, a phone or an e-mail address, and no sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher

from .prepared import Given, Prepared

_person = Prepared(lambda: get_user_model().objects.filter(pk=Given("pk")))
"""Asked by every page of somebody signed in."""


class Argon2Hasher(Argon2PasswordHasher):
    """OWASP's second recommended setting: about 20 ms a login, so that a school can sign in at once."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class NumberPhoneOrEmailBackend(AuthenticationBackend):
    """Takes a staff number or a phone where allauth expects a username; e-mail goes allauth's way."""

    def get_user(self, user_id):
        found = _person.rows(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def _authenticate_by_email(self, email, password):
        # allauth tries each login as an address first. One that cannot be an address needs no looking up.
        return super()._authenticate_by_email(email, password) if "@" in email else None

    def _authenticate_by_username(self, username, password):
        return self._check_password(get_user_model().objects.with_login(username), password)


class AccountAdapter(DefaultAccountAdapter):
    """People come from the roster: nobody signs up."""

    def is_open_for_signup(self, request) -> bool:
        return False

from django.http import HttpRequest

from .models import User


class MemberRequest(HttpRequest):
    """A request made by somebody signed in: what a view behind `login_required` gets. For annotations."""

    user: User

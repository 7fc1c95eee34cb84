"""Where people are signed in, as allauth lists it."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from .requests import MemberRequest


def note_session(sender: object, request: MemberRequest, **kwargs: object) -> None:
    """Add a login to the list, and take sessions off it that have ended.

    allauth opens each session of the person to see whether it still holds: with each login the next one takes
    longer. The list itself does so when somebody looks at it; here one statement does.
    """
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    UserSession.objects.filter(user=request.user).exclude(
        session_key__in=alive.values("session_key")
    ).delete()
    UserSession.objects.create_from_request(request)

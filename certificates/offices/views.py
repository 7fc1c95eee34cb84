"""The door for offices that verify in bulk, and the page on which the bureau hands out its keys."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from organizations.requests import MemberRequest

from ..permissions import may_issue_tokens
from . import actions, bulk
from .forms import TokenForm
from .models import VerificationToken


@csrf_exempt  # there is no session here: the token in the header is all that opens this door
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Up to 500 numbers in, what the public page says of each out."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if not ratelimit.consume(request, action="verify_in_bulk", key=actions.digest(secret)):
        return _refusal(429, _("Too many questions. Wait a minute."))
    if scheme.lower() != "bearer" or not secret:
        return _closed()
    try:
        numbers = bulk.numbers_in(request.body)
    except RequestDataTooBig:
        return _refusal(413, _("Send 1 to %(most)d numbers at a time.") % {"most": bulk.MOST})
    except bulk.BadQuestion as error:
        return _refusal(400, str(error))
    if not actions.use_token(secret=secret.strip(), count=len(numbers)):
        return _closed()
    return _told({"asked_at": timezone.localtime().isoformat(), "results": bulk.answers(numbers)})


def _closed() -> HttpResponse:
    response = _refusal(401, _("This token is not valid: unknown, expired or revoked. Ask the bureau."))
    response["WWW-Authenticate"] = 'Bearer realm="verify"'
    return response


def _refusal(status: int, message: str) -> HttpResponse:
    return _told({"error": message}, status)


def _told(content: dict, status: int = 200) -> HttpResponse:
    response = JsonResponse(content, status=status)  # in ASCII: what is echoed may be half a character
    add_never_cache_headers(response)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: MemberRequest) -> HttpResponse:
    if not may_issue_tokens(request.user):
        raise PermissionDenied
    form = TokenForm(request.POST or None)
    secret = ""
    if form.is_valid():
        token, secret = actions.make_token(by=request.user, **form.cleaned_data)
        messages.success(request, _("A token for %(office)s was made.") % {"office": token.office})
        form = TokenForm()
    known = VerificationToken.objects.visible_to(request.user).select_related("created_by")
    context = {"form": form, "secret": secret, "tokens": known, "most": bulk.MOST}
    response = render(request, "certificates/offices/tokens.html", context)
    add_never_cache_headers(response)
    return response


@login_required
@require_POST
def revoke(request: MemberRequest, token_id: int) -> HttpResponse:
    if not may_issue_tokens(request.user):
        raise PermissionDenied
    token = get_object_or_404(VerificationToken.objects.visible_to(request.user), pk=token_id)
    if actions.revoke_token(token=token, by=request.user):
        messages.success(request, _("The token of %(office)s was revoked.") % {"office": token.office})
    return redirect("offices:tokens")

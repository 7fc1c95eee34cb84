"""What a badge says: the certificate as an OpenBadgeCredential (Open Badges 3.0), from frozen columns only.

The same badge gives the same credential, in Chinese, whatever language its reader has chosen.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates.models import Certificate

from . import addresses
from .canonical import CREDENTIALS, OPEN_BADGES
from .criteria import narrative
from .models import Badge
from .status_lists import PURPOSE
from .times import written

GRADES = ("pass", "excellent")


def credential_of(badge: Badge, *, with_name: bool = False) -> dict[str, Any]:
    """The credential without a proof. `with_name` puts the holder's name into it, as it was frozen."""
    with translation.override("zh-hans"):
        return _credential(badge, badge.certificate, with_name)


def identity_hash(identity: str, salt: str) -> str:
    """How an identity is told without being read: Open Badges 3.0, IdentityHash."""
    return "sha256$" + hashlib.sha256((identity + salt).encode()).hexdigest()


def _credential(badge: Badge, certificate: Certificate, with_name: bool) -> dict[str, Any]:
    facts = certificate.facts
    credential: dict[str, Any] = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": str(badge),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts["title"],
        "description": _description(facts),
        "issuer": {
            "id": addresses.issuer(),
            "type": ["Profile"],
            "name": facts["issuer"],
            "url": settings.SITE_URL,
        },
        "validFrom": written(certificate.awarded_at),
        "credentialSubject": {
            "id": _urn(str(badge), "holder"),
            "type": ["AchievementSubject"],
            "licenseNumber": certificate.number,
            "achievement": _achievement(certificate),
        },
        "credentialStatus": _status(badge),
    }
    lists = {"identifier": _identifiers(badge, certificate, with_name), "result": _results(facts)}
    # An empty list says nothing, and is refused as such.
    credential["credentialSubject"] |= {name: found for name, found in lists.items() if found}
    if certificate.expires_on:
        last_second = datetime.combine(certificate.expires_on, time(23, 59, 59))
        credential["validUntil"] = written(timezone.make_aware(last_second))
    return credential


def _description(facts: dict[str, Any]) -> str:
    """The programme and the hours, as far as this kind of certificate has them."""
    programme = facts.get("programme", {}).get("title", "")
    hours = facts.get("hours", {}).get("total", "")
    if programme and hours:
        return _("“%(programme)s”, %(hours)s hours of training") % {"programme": programme, "hours": hours}
    if hours:
        return _("%(hours)s hours of training") % {"hours": hours}
    return programme or facts["title"]


def _identifiers(badge: Badge, certificate: Certificate, with_name: bool) -> list[dict[str, Any]]:
    """Who holds it: the staff number as a salted hash. A school is no person, and is named."""
    found = []
    if certificate.holder_number:
        hashed = {"identityHash": identity_hash(certificate.holder_number, badge.salt), "salt": badge.salt}
        found.append({"type": "IdentityObject", "identityType": "identifier", "hashed": True, **hashed})
    if with_name or certificate.learner_id is None:
        plain = {"identityHash": certificate.holder, "hashed": False}
        found.append({"type": "IdentityObject", "identityType": "name", **plain})
    return found


def _achievement(certificate: Certificate) -> dict[str, Any]:
    """What was achieved: the same for all who hold a certificate under this version of the rule pack."""
    facts = certificate.facts
    pack = facts["rule_pack"]
    return {
        "id": _achievement_id(facts),
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": facts["title"],
        "description": facts["title"],
        "humanCode": pack["code"],
        "version": str(pack["version"]),
        "criteria": {"narrative": narrative(certificate.rule_pack) or facts["title"]},
        "resultDescription": [
            {
                "id": _urn(_achievement_id(facts), "hours"),
                "type": ["ResultDescription"],
                "name": _("Hours"),
                "resultType": "ext:hours",
            },
            {
                "id": _urn(_achievement_id(facts), "grade"),
                "type": ["ResultDescription"],
                "name": _("Grade of a capability"),
                "resultType": "PerformanceLevel",
                "allowedValue": list(GRADES),
            },
        ],
    }


def _results(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The hours, then each capability with its grade; what a kind of certificate lacks is left out."""
    achievement = _achievement_id(facts)
    results: list[dict[str, Any]] = []
    if "hours" in facts:
        description, value = _urn(achievement, "hours"), facts["hours"]["total"]
        results.append({"type": ["Result"], "resultDescription": description, "value": value})
    capabilities = [
        {
            "type": ["Result"],
            "resultDescription": _urn(achievement, "grade"),
            "value": shown["grade"],
            "alignment": [_alignment(shown)],
        }
        for shown in _capabilities(facts)
    ]
    return results + capabilities


def _capabilities(facts: dict[str, Any]) -> list[dict[str, str]]:
    """Those of a programme's certificate, or the one that a statement is about."""
    alone = [facts["capability"]] if "capability" in facts else []
    return facts.get("capabilities", alone)


def _alignment(shown: dict[str, str]) -> dict[str, Any]:
    """A capability as a point of a framework that others can look up."""
    return {
        "type": ["Alignment"],
        "targetCode": shown["code"],
        "targetName": shown["name"] or shown["code"],
        "targetFramework": shown["dimension"],
        "targetUrl": f"{settings.SITE_URL}{reverse('courses:catalogue')}#{shown['code']}",
    }


def _status(badge: Badge) -> dict[str, Any]:
    address = addresses.status_list(badge.list_number)
    return {
        "id": f"{address}#{badge.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(badge.index),
        "statusListCredential": address,
    }


def _achievement_id(facts: dict[str, Any]) -> str:
    pack = facts["rule_pack"]
    return _urn(settings.SITE_URL, f"{pack['code']}/{pack['version']}")


def _urn(within: str, name: str) -> str:
    """An address that is always the same for a name within something."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{within}/{name}").urn

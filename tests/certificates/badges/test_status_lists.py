import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import actions as ledger
from certificates.badges import (
    actions,
    addresses,
    bitstrings,
    keys,
    proofs,
    signing,
    status_lists,
    times,
    verifying,
)
from certificates.badges.models import SigningKey

from ...factories import CertificateFactory
from .samples import places_set, unpacked


def raised(number: int = 1) -> set[int]:
    """The places set in a list, after its signature was found right."""
    document = json.loads(status_lists.signed_list(number))
    proofs.check(document, keys.current("ed25519").ed25519)
    subject = document["credentialSubject"]
    assert (subject["statusPurpose"], subject["type"]) == ("revocation", "BitstringStatusList")
    return places_set(unpacked(subject["encodedList"]))


def status(badge) -> tuple[str, str]:
    answer = verifying.verify(signing.document(badge, False).encode())
    return answer.outcome, answer.result("status")


def test_a_status_shows_in_its_list_and_on_the_page_at_once(badge, bureau_officer):
    certificate, place = badge.certificate, badge.index
    told = [(raised(), *status(badge))]
    ledger.suspend(certificate=certificate, by=bureau_officer, reason="核对材料")
    told.append((raised(), *status(badge)))
    ledger.reinstate(certificate=certificate, by=bureau_officer, reason="材料属实")
    told.append((raised(), *status(badge)))
    ledger.revoke(certificate=certificate, by=bureau_officer, reason="材料系抄袭")
    told.append((raised(), *status(badge)))

    assert told == [
        (set(), "valid", "passed"),
        ({place}, "invalid", "suspended"),
        (set(), "valid", "passed"),
        ({place}, "invalid", "revoked"),
    ]


def test_what_was_replaced_counts_as_revoked(badge_keys):
    old = CertificateFactory(status="superseded")
    badge = actions.badge_of(old)

    assert raised() == {badge.index}
    assert status(badge) == ("invalid", "superseded")


def test_each_list_holds_its_own_badges(badge, monkeypatch):
    monkeypatch.setattr(actions, "FILLED", 1)
    other = actions.badge_of(CertificateFactory(status="revoked"))

    assert [other.list_number, raised(1), raised(2)] == [2, set(), {other.index}]


def test_a_list_is_signed_once_for_each_state(badge, monkeypatch):
    signed = []
    sign = proofs.secured
    monkeypatch.setattr(proofs, "secured", lambda *args, **more: signed.append(1) or sign(*args, **more))
    for _ in range(3):
        status_lists.signed_list(1)

    with CaptureQueriesContext(connection) as queries:
        status_lists.signed_list(1)

    assert (len(signed), len(queries)) == (1, 2)


def test_a_list_is_signed_anew_before_it_runs_out(badge, monkeypatch):
    first = json.loads(status_lists.signed_list(1))
    later = timezone.now() + status_lists.RENEWED_EVERY
    monkeypatch.setattr(status_lists.timezone, "now", lambda: later)
    second = json.loads(status_lists.signed_list(1))

    assert times.read(first["validFrom"]) <= timezone.now()
    assert times.read(second["validFrom"]) - times.read(first["validFrom"]) == status_lists.RENEWED_EVERY
    assert times.read(first["validUntil"]) - later >= timedelta()
    assert first["credentialSubject"]["ttl"] == 300_000


def test_a_reader_that_counts_bytes_for_entries_finds_every_place_too(badge):
    document = json.loads(status_lists.signed_list(1))
    bits = unpacked(document["credentialSubject"]["encodedList"])

    assert len(bits) == bitstrings.PLACES


def test_a_list_is_signed_with_the_current_key(badge):
    status_lists.signed_list(1)
    actions.replace_keys()

    document = json.loads(status_lists.signed_list(1))

    assert document["proof"]["verificationMethod"] == addresses.method(keys.current("ed25519"))


@pytest.mark.parametrize(
    ("number", "is_there"),
    [(1, True), (2, False), (0, False)],
)
def test_there_are_the_lists_that_badges_name(badge, number, is_there):
    assert status_lists.exists(number) is is_there


def test_without_keys_there_is_no_list(db):
    assert not SigningKey.objects.exists()
    with pytest.raises(keys.NoKey):
        status_lists.signed_list(1)

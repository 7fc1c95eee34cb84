from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from certificates.badges import actions, bitstrings, keys, signing, verifying
from certificates.badges.models import Badge, SigningKey

from ...factories import CertificateFactory

KINDS = ["ed25519", "rsa"]


def outcome(content: str) -> tuple[str, str]:
    answer = verifying.verify(content.encode())
    return answer.outcome, answer.result("signature")


# Keys


def test_keys_lie_in_files_that_only_this_account_reads(badge_keys, keys_dir):
    assert [row.kind for row in badge_keys] == KINDS
    assert sorted(path.name for path in keys_dir.iterdir()) == sorted(
        f"badge-{row.identifier}.pem" for row in badge_keys
    )
    assert {path.stat().st_mode & 0o777 for path in keys_dir.iterdir()} == {0o600}
    assert keys_dir.stat().st_mode & 0o777 == 0o700
    assert "PRIVATE" not in "".join(row.public_pem for row in badge_keys)


def test_making_keys_is_in_the_log(badge_keys):
    assert [entry.action for entry in ModelLogEntry.objects.order_by("pk")] == ["badges.make_key"] * 2


def test_a_badge_stays_good_when_its_key_is_retired(badge):
    old = [signing.document(badge, False), signing.token(badge, False)]
    made = actions.replace_keys()

    new = signing.document(badge, False)

    assert [outcome(content) for content in [*old, new]] == [("valid", "passed")] * 3
    assert made[0].identifier in new
    assert made[0].identifier not in old[0]
    assert list(SigningKey.objects.current().values_list("kind", flat=True).order_by("kind")) == KINDS
    assert SigningKey.objects.filter(retired_at=None).count() == 2


@pytest.mark.parametrize(("kind", "make"), [("ed25519", signing.document), ("rsa", signing.token)])
def test_nothing_that_a_disowned_key_signed_is_believed(badge, kind, make):
    before = make(badge, False)
    key = keys.current(kind)

    actions.disown_key(key=key)

    assert outcome(before) == ("invalid", "disowned")
    with pytest.raises(keys.NoKey):
        make(badge, False)
    actions.replace_keys()
    assert outcome(make(badge, False)) == ("valid", "passed")
    assert outcome(before) == ("invalid", "disowned")


def test_a_key_is_disowned_once(badge_keys):
    [key, _] = badge_keys
    first = actions.disown_key(key=key).compromised_at

    assert actions.disown_key(key=key).compromised_at == first


def test_two_keys_of_a_kind_never_sign_at_once(badge_keys):
    _, row = keys.make(SigningKey.Kind.EMBEDDED)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_without_the_file_of_its_key_nothing_is_signed(badge):
    row = keys.current("ed25519")
    keys.path_of(row).unlink()

    with pytest.raises(keys.NoKey, match="No such file"):
        signing.document(badge, False)


def test_a_file_with_another_kind_of_key_signs_nothing(badge):
    one, other = keys.current("ed25519"), keys.current("rsa")
    keys.path_of(one).write_bytes(keys.path_of(other).read_bytes())

    with pytest.raises(keys.NoKey, match="not an Ed25519 key"):
        signing.document(badge, False)


def test_the_command_makes_keys_and_says_where_they_are(db, keys_dir):
    said = StringIO()

    call_command("make_badge_key", stdout=said)

    assert [line.partition(" ")[0] for line in said.getvalue().splitlines()] == ["Ed25519", "RSA"]
    assert said.getvalue().count(f"{keys_dir}/badge-") == 2


def test_the_command_disowns_a_key_and_makes_others(badge_keys):
    [key, _] = badge_keys

    call_command("make_badge_key", disown=key.identifier, stdout=StringIO())

    key.refresh_from_db()
    assert key.compromised_at is not None
    assert keys.current("ed25519") != key
    with pytest.raises(CommandError, match=f"No such key. Known are: .*{key.identifier}"):
        call_command("make_badge_key", disown="z6Mk", stdout=StringIO())


# Places in the status lists


def test_a_certificate_has_one_badge(certificate):
    badge = actions.badge_of(certificate)

    assert actions.badge_of(certificate) == badge == Badge.objects.get()
    assert 0 <= badge.index < bitstrings.PLACES == 131_072
    assert badge.list_number == 1


def test_places_are_drawn_by_lot(db):
    badges = [actions.badge_of(certificate) for certificate in CertificateFactory.create_batch(8)]
    places = [badge.index for badge in badges]

    assert len(set(places)) == 8
    assert places != sorted(places)  # but once in forty thousand runs
    assert len({badge.salt for badge in badges}) == 8


def test_a_place_that_is_taken_is_drawn_again(certificate, monkeypatch):
    taken = actions.badge_of(CertificateFactory())
    lots = iter([taken.index, taken.index, 7])
    monkeypatch.setattr(actions, "_lot", lambda: next(lots))

    assert actions.badge_of(certificate).index == 7


def test_drawing_comes_to_an_end(certificate, monkeypatch):
    taken = actions.badge_of(CertificateFactory())
    monkeypatch.setattr(actions, "_lot", lambda: taken.index)

    with pytest.raises(actions.NoPlace):
        actions.badge_of(certificate)


def test_a_full_list_is_followed_by_another(certificate, monkeypatch):
    monkeypatch.setattr(actions, "FILLED", 1)
    first = actions.badge_of(CertificateFactory())

    assert (first.list_number, actions.badge_of(certificate).list_number) == (1, 2)


def test_a_place_is_never_given_back_or_changed(badge):
    with pytest.raises(IntegrityError), transaction.atomic():
        badge.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Badge.objects.update(index=badge.index + 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Badge.objects.update(made_at=timezone.now() + timedelta(days=1))

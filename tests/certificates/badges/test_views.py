import gzip
import json
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates import actions as ledger
from certificates.badges import actions, addresses, keys, proofs, reading, signing, verifying
from certificates.badges.canonical import CREDENTIALS, OPEN_BADGES
from certificates.badges.models import Badge, SigningKey
from certificates.badges.multibase import read_multikey

from ...factories import CertificateFactory
from .samples import ISSUER, NAME, changed, compact, older, places_set, signed, unpacked


def url(name: str, *args) -> str:
    return reverse(f"badges:{name}", args=args)


def send(client, content: str | bytes, name: str = "badge.json", **more):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(url("verify"), {"file": SimpleUploadedFile(name, content), **more})


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
@pytest.mark.django_db
def test_a_day_beyond_the_calendar_of_this_site_is_not_shown(client, day):
    assert send(client, compact(signed(changed("validFrom", day)))).status_code == 200


# The holder's badge


def test_a_holder_finds_the_badge_from_the_certificate(client, certificate):
    client.force_login(certificate.learner)

    assert url("badge", certificate.number) in client.get(reverse("certificates:mine")).content.decode()
    page = client.get(url("badge", certificate.number)).content.decode()
    assert all(url("download", certificate.number, form) in page for form in signing.FORMS)
    assert not Badge.objects.exists()


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("png", "image/png"), ("svg", "image/svg+xml"), ("json", "application/json"), ("jwt", "text/plain")],
)
def test_a_badge_is_a_file_with_a_name_one_can_read(client, certificate, badge_keys, form, media_type):
    client.force_login(certificate.learner)

    response = client.get(url("download", certificate.number, form))

    assert response["Content-Type"].partition(";")[0] == media_type
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%90%88%E6%A0%BC")
    assert response["Content-Disposition"].endswith(f"{certificate.number}.{form}")
    assert response["Cache-Control"] == "private, no-store"
    assert verifying.verify(response.content).outcome == "valid"


def test_the_name_is_in_it_when_the_holder_says_so(client, certificate, badge_keys):
    client.force_login(certificate.learner)
    address = url("download", certificate.number, "json")

    named = [certificate.holder in client.get(address, more).content.decode() for more in ({}, {"name": "1"})]

    assert named == [False, True]


def test_asking_twice_gives_the_same_badge(client, certificate, badge_keys):
    client.force_login(certificate.learner)
    found = [
        client.get(url("download", certificate.number, form)).content for form in ("json", "png", "json")
    ]

    assert len({reading.read(content).credential["id"] for content in found}) == 1
    assert Badge.objects.count() == 1


@pytest.mark.parametrize("status", ["approved", "held", "suspended", "superseded", "revoked"])
def test_what_does_not_stand_has_no_badge(client, teacher, badge_keys, status):
    certificate = CertificateFactory(learner=teacher, status=status)
    client.force_login(teacher)

    assert client.get(url("badge", certificate.number)).status_code == 404
    assert client.get(url("download", certificate.number, "json")).status_code == 404


def test_there_are_four_forms(client, certificate, badge_keys):
    client.force_login(certificate.learner)

    assert client.get(url("download", certificate.number, "pdf")).status_code == 404


def test_without_a_key_the_page_says_so(client, certificate):
    client.force_login(certificate.learner)

    response = client.get(url("download", certificate.number, "json"))

    assert response.status_code == 503
    assert "Badges cannot be signed at the moment" in response.content.decode()


# The public page


def test_anybody_checks_a_badge(client, badge):
    page = text(send(client, signing.png(badge, True), "badge.png"))

    assert "We issued this badge, nothing in it was changed, and it is valid now." in page
    assert "The signature is right: nothing was changed since." in page
    assert badge.certificate.number in page
    assert badge.certificate.holder in page


def test_a_staff_number_is_compared_as_people_type_it(client, badge):
    number = badge.certificate.holder_number
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)

    own = text(send(client, signing.document(badge, False), staff_number=f" {wide} "))
    other = text(send(client, signing.document(badge, False), staff_number="61030200099"))

    assert "It belongs to the person with this staff number." in own
    assert "It does not belong to a person with this staff number." in other
    assert number not in own


def test_the_page_says_what_is_wrong(client, badge, bureau_officer):
    document = signing.document(badge, False)
    changed = text(send(client, document.replace("合格证书", "优秀证书")))
    ledger.revoke(certificate=badge.certificate, by=bureau_officer, reason="材料系抄袭")
    revoked = text(send(client, document))

    assert "Do not rely on this badge." in changed
    assert "The signature does not match" in changed
    assert "优秀证书" not in changed
    assert "The certificate was revoked." in revoked
    assert "材料系抄袭" not in revoked


def test_somebody_elses_badge_is_said_to_be_unknown(client, db):
    page = text(send(client, compact(signed(changed("issuer.name", "宝鸡市教育局")))))

    assert "The signature is right, but who made it is not known here" in page
    assert f"宝鸡市教育局 <br> <code>{ISSUER}</code>" in page


LEGACY = {"type": "Ed25519Signature2020", "verificationMethod": "https://school.example/issuer#key-1"}
FAR = changed("issuer.id", "https://school.example/issuer")


@pytest.mark.parametrize(
    ("document", "title", "words"),
    [
        (signed(FAR, f"https://school.example/issuer#{NAME}"), "Issuer not known here",
         "Whether the key in it is really its issuer's was not checked"),
        (signed(FAR, "https://school.example/keys/1"), "Could not be checked",
         "the key for it lies with its issuer, and this server asks nobody else"),
        ({**FAR, "proof": LEGACY}, "Could not be checked", "it is of the kind Ed25519Signature2020"),
        ({**FAR, "proof": {**LEGACY, "type": "请相信我"}}, "Could not be checked",
         "it is of a kind that is not known here"),
        ({**signed(), "@context": [CREDENTIALS, OPEN_BADGES, "https://school.example/1"]},
         "Could not be checked", "the badge uses a vocabulary that is not kept here"),
        ({**older(), "proof": LEGACY}, "Could not be checked", "of the older form"),
        (FAR, "Not valid", "It is not signed"),
        (changed("issuer.type", ["Person"]), "Not valid", "<code>credential.issuer.type</code>"),
        ({**FAR, "proof": {**LEGACY, "verificationMethod": "key-1"}}, "Not valid",
         "It does not say where the key"),
        ({**signed(), "nickname": "小王"}, "Not valid", "something that no signature can cover"),
        ({**signed(), "name": "优秀"}, "Not valid", "The signature does not match"),
    ],
)  # fmt: skip
def test_the_page_says_what_was_checked_and_what_not(client, db, document, title, words):
    page = text(send(client, compact(document)))

    assert title in page
    assert words in page
    assert "请相信我" not in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG", "This file holds no badge that can be read."),
        (b"<svg/>", "This file holds no badge that can be read."),
        (b"%PDF-1.7", "This file holds no badge that can be read."),
        (b"\x00\xff", "This file holds no badge that can be read."),
        (b"{", "There is something like a badge in this file, but it is damaged"),
        (b'{"a": "' + b"x" * reading.MOST_TEXT + b'"}', "larger than any badge that is read here"),
    ],
)
def test_what_holds_no_badge_is_said_to_hold_none(client, db, content, words):
    response = send(client, content)

    assert response.status_code == 200
    assert words in text(response)


def test_a_large_file_and_none_at_all_are_errors_of_the_form(client, db):
    large = send(client, b"x" * (reading.MOST_BYTES + 1))
    none = client.post(url("verify"))

    assert "The file is larger than 1 MB." in large.content.decode()
    assert large.status_code == none.status_code == 200
    assert 'aria-labelledby="answer"' not in large.content.decode() + none.content.decode()


def test_checking_is_limited_as_verifying_a_number_is(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify_certificate": "2/m/ip"}
    found = [send(client, compact(signed())).status_code for _ in range(3)]

    assert found == [200, 200, 429]
    assert client.get(url("verify")).status_code == 200


def test_an_answer_is_kept_by_nobody(client, badge, settings, caplog):
    before = sorted(settings.PRIVATE_ROOT.rglob("*"))
    with caplog.at_level(logging.DEBUG):
        response = send(client, signing.document(badge, True))

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert sorted(settings.PRIVATE_ROOT.rglob("*")) == before
    assert badge.certificate.holder not in caplog.text


def test_checking_asks_the_database_twice_and_changes_nothing(client, badge):
    content = signing.document(badge, False)
    with CaptureQueriesContext(connection) as queries:
        send(client, content)

    assert [query["sql"].partition(" ")[0] for query in queries] == ["SELECT"] * 2


@pytest.mark.parametrize(
    "content",
    [compact(signed()), json.dumps({"a": "b" * 100_000})],
)
def test_an_answer_weighs_little(client, db, content):
    assert len(gzip.compress(send(client, content).content)) < 10_000


# What programs read


def read(client, address: str):
    response = client.get(address.removeprefix("https://training.example.org"))
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    return response


def test_the_issuer_says_who_it_is_and_which_keys_count(client, badge_keys):
    [first, _] = badge_keys
    actions.disown_key(key=first)
    [second, _] = actions.replace_keys()
    response = read(client, addresses.issuer())
    document = response.json()

    assert response["Content-Type"] == "application/ld+json"
    assert (document["id"], document["type"], document["name"]) == (
        "https://training.example.org/badges/issuer.json", ["Profile"], "宝鸡市教育局",
    )  # fmt: skip
    assert document["assertionMethod"] == [addresses.method(second)]
    assert [("revoked" in one, one["publicKeyMultibase"]) for one in document["verificationMethod"]] == [
        (True, first.identifier),
        (False, second.identifier),
    ]


def test_a_stranger_checks_a_badge_with_what_is_public(client, badge, bureau_officer):
    """From the badge alone, by its own addresses: key, signature, list."""
    document = json.loads(signing.document(badge, False))
    [proof], entry = document["proof"], document["credentialStatus"]
    issuer = read(client, document["issuer"]["id"]).json()
    methods = {one["id"]: one for one in issuer["verificationMethod"]}
    key = read_multikey(methods[proof["verificationMethod"]]["publicKeyMultibase"])

    def is_raised() -> bool:
        status_list = read(client, entry["statusListCredential"])
        assert status_list["Content-Type"] == "application/ld+json"
        listed = status_list.json()
        proofs.check(listed, key)
        assert listed["id"] == entry["statusListCredential"]
        assert listed["credentialSubject"]["statusPurpose"] == entry["statusPurpose"]
        raised = places_set(unpacked(listed["credentialSubject"]["encodedList"]))
        return int(entry["statusListIndex"]) in raised

    proofs.check(document, key)
    before = is_raised()
    ledger.suspend(certificate=badge.certificate, by=bureau_officer, reason="核对材料")

    assert (before, is_raised()) == (False, True)


def test_the_key_of_a_token_is_found_at_its_address(client, badge):
    token = signing.token(badge, False)
    response = read(client, verifying.tokens.header_of(token)["kid"])
    jwk = response.json()

    assert response["Content-Type"] == "application/jwk+json"
    assert sorted(jwk) == ["alg", "e", "kid", "kty", "n", "use"]
    verifying.tokens.check(token, verifying.tokens.RSAKey.import_key(jwk))


def test_what_was_disowned_or_never_was_is_not_there(client, badge):
    key = keys.current("rsa")
    actions.disown_key(key=key)

    assert client.get(url("key", key.identifier)).status_code == 404
    assert client.get(url("key", keys.current("ed25519").identifier)).status_code == 404
    assert client.get(url("status_list", 2)).status_code == 404


def test_without_keys_there_is_an_issuer_and_no_list(client, db):
    assert not SigningKey.objects.exists()
    assert client.get(url("issuer")).json()["verificationMethod"] == []
    assert client.get(url("status_list", 1)).status_code == 404


def test_only_what_programs_read_is_open_to_other_pages(client, badge):
    client.force_login(badge.certificate.learner)
    for address in (url("verify"), url("badge", badge.certificate.number), reverse("certificates:verify")):
        assert "Access-Control-Allow-Origin" not in client.get(address)

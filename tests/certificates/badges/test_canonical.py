"""Canonical documents and their signatures, held to the published test vector of W3C VC-DI-EdDSA, B.1."""

import hashlib
import socket

import pytest

from certificates.badges import canonical, proofs, times
from certificates.badges.multibase import base58_decode, read_multikey

from .samples import CREDENTIAL, changed

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
METHOD = f"did:key:{PUBLIC}#{PUBLIC}"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
DOCUMENT = {
    "@context": [canonical.CREDENTIALS, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}


@pytest.fixture
def example_terms(monkeypatch, tmp_path):
    """The vector's own context, which takes any term for one of its examples."""
    path = tmp_path / "examples.json"
    path.write_text('{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}')
    monkeypatch.setitem(canonical.CONTEXTS, EXAMPLES, str(path))


def test_the_published_document_gives_the_published_hash(example_terms):
    found = hashlib.sha256(canonical.canonical(DOCUMENT).encode()).hexdigest()

    assert found == "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"


def test_the_published_key_gives_the_published_signature(example_terms):
    secret = proofs.Ed25519PrivateKey.from_private_bytes(base58_decode(SECRET)[2:])

    secured = proofs.secured(DOCUMENT, key=secret, method=METHOD, at=times.read("2023-02-24T23:36:38Z"))

    value = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
    config = {name: text for name, text in secured["proof"].items() if name != "proofValue"}
    assert secured["proof"]["proofValue"] == value
    assert proofs.hash_data(DOCUMENT, config).hex() == (
        "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
        "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
    )
    proofs.check(secured, read_multikey(PUBLIC))


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("@context", ["https://evil.example/context"], "unknown context https://evil.example/context"),
        ("@context", [canonical.CREDENTIALS, {"name": None}], "unknown context {'name': None}"),
        ("nickname", "小王", "unknown term nickname"),
        ("credentialSubject.achievement.nickname", "小王", "unknown term nickname"),
        ("type", ["VerifiableCredential", "Medal"], "no absolute address: relative://relative/Medal"),
        ("id", "badge-1", "no absolute address: relative://relative/badge-1"),
        ("id", "//evil.example/1", "no absolute address: relative://evil.example/1"),
        ("id", "_:b0", "no absolute address: _:b0"),
        ("issuer.id", "https://a.example/> <https://b.example", None),
        ("credentialSubject.@id", "urn:x:1", "@id inside the document"),
        ("credentialSubject.@graph", [], "@graph inside the document"),
        ("credentialSubject.result", [[{"type": "Result"}]], "nothing, or a list in a list, in result"),
        ("credentialSubject.result", [{"value": [None]}], "nothing, or a list in a list, in value"),
    ],
)
def test_what_would_be_left_unsigned_is_refused(path, value, reason):
    with pytest.raises(canonical.NotCanonical) as refused:
        canonical.canonical(changed(path, value))

    assert reason is None or str(refused.value) == reason


def test_an_empty_list_says_nothing_and_is_signed_as_nothing():
    assert canonical.canonical(changed("credentialSubject.identifier", [])) == canonical.canonical(CREDENTIAL)


def test_a_credential_inside_of_another_may_say_the_contexts_again():
    inner = {"id": "urn:x:1", "type": ["VerifiableCredential", "EndorsementCredential"], "name": "推荐"}
    said = canonical.canonical(changed("endorsement", [inner]))

    assert (
        canonical.canonical(changed("endorsement", [{"@context": CREDENTIAL["@context"], **inner}])) == said
    )
    with pytest.raises(canonical.UnknownContext, match="another context inside the document"):
        canonical.canonical(changed("endorsement", [{"@context": [canonical.CREDENTIALS], **inner}]))


def test_nothing_is_fetched(monkeypatch):
    monkeypatch.setattr(socket, "socket", None)

    with pytest.raises(canonical.UnknownContext):
        canonical.canonical(changed("@context", ["https://www.w3.org/2018/credentials/v1"]))
    assert canonical.canonical(CREDENTIAL)


def test_parts_that_look_alike_do_not_take_years():
    alike = [{"type": ["Alignment"], "targetName": "甲"} for _ in range(9)]
    results = [{"type": ["Result"], "alignment": alike} for _ in range(9)]
    bomb = changed("credentialSubject", {"type": ["AchievementSubject"], "result": results})

    with pytest.raises(canonical.NotCanonical, match="too many parts that look alike"):
        canonical.canonical(bomb)


def test_every_bundled_context_is_known_by_its_address():
    assert sorted(path.name for path in canonical.FOLDER.glob("*.json")) == sorted(
        canonical.CONTEXTS.values()
    )

"""Badges by others: what can be said of them, and what not, without asking anybody."""

import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode

from certificates.badges import multibase, tokens, verifying
from certificates.badges.canonical import CREDENTIALS, OPEN_BADGES
from certificates.badges.multibase import base58_encode, multikey

from .samples import CREDENTIAL, ISSUER, NAME, changed, compact, older, signed

SCHOOL = "https://school.example/issuer"
OTHER = f"did:key:{multikey(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())}"
P256 = base58_encode(b"\x80\x24" + bytes(33))
RSA = RSAKey.generate_key(2048)


def of(content: dict | str, **more) -> verifying.Answer:
    text = content if isinstance(content, str) else compact(content)
    return verifying.verify(text.encode(), **more)


def told(answer: verifying.Answer) -> tuple[str, str]:
    return answer.outcome, answer.result("signature")


@pytest.mark.parametrize(
    ("issuer", "method", "outcome", "signature"),
    [
        (ISSUER, f"{ISSUER}#{NAME}", "foreign", "passed"),
        (ISSUER, ISSUER, "foreign", "passed"),
        (SCHOOL, ISSUER, "foreign", "loose"),
        (SCHOOL, f"{SCHOOL}#{NAME}", "foreign", "loose"),
        ("did:web:school.example", f"did:web:school.example#{NAME}", "foreign", "loose"),
        (SCHOOL, f"https://other.example/issuer#{NAME}", "invalid", "failed"),
        (ISSUER, f"{SCHOOL}#{NAME}", "invalid", "failed"),
        (OTHER, ISSUER, "invalid", "failed"),
        (ISSUER, f"{ISSUER}#key-1", "invalid", "failed"),
        (SCHOOL, "https://school.example/keys/1", "unchecked", "elsewhere"),
        (SCHOOL, f"{SCHOOL}#key-1", "unchecked", "elsewhere"),
        ("did:web:school.example", "did:web:school.example#key-1", "unchecked", "elsewhere"),
        (SCHOOL, "did:example:1#key-1", "invalid", "nowhere"),
        (SCHOOL, f"did:key:{P256}", "invalid", "nowhere"),
        (SCHOOL, f"urn:x:{NAME}", "invalid", "nowhere"),
        (SCHOOL, "ftp://school.example/key", "invalid", "nowhere"),
    ],
)
def test_a_key_counts_as_far_as_the_badge_itself_shows_whose_it_is(issuer, method, outcome, signature):
    answer = of(signed(changed("issuer.id", issuer), method))

    assert told(answer) == (outcome, signature)
    assert (answer.credential is None) == (outcome != "foreign")
    assert answer.result("dates") == "passed"


def test_what_was_changed_after_a_loose_key_signed_it_is_detected():
    document = signed(changed("issuer.id", SCHOOL), f"{SCHOOL}#{NAME}")

    assert told(of({**document, "name": "两次公开课"})) == ("invalid", "failed")


@pytest.mark.parametrize(
    ("proof", "name"),
    [
        ({"type": "Ed25519Signature2020"}, "Ed25519Signature2020"),
        ({"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}, "bbs-2023"),
        ({"type": "我们自己的签名"}, ""),
    ],
)
def test_another_way_to_sign_is_named_if_it_is_a_known_one(proof, name):
    document = {**CREDENTIAL, "proof": {**proof, "verificationMethod": f"{SCHOOL}#key-1"}}
    answer = of(document)
    [check] = [check for check in answer.checks if check.kind == "signature"]

    assert (answer.outcome, check.result, check.name, check.shape) == ("unchecked", "kind", name, "todo")


@pytest.mark.parametrize("method", ["key-1", "xxx:1", None, {}, 7])
def test_another_way_to_sign_needs_a_key_somewhere_as_well(method):
    document = {**CREDENTIAL, "proof": {"type": "Ed25519Signature2020", "verificationMethod": method}}

    assert told(of(document)) == ("invalid", "nowhere")


@pytest.mark.parametrize("proof", [None, []])
def test_what_is_not_signed_is_not_valid(proof):
    document = CREDENTIAL if proof is None else {**CREDENTIAL, "proof": proof}

    assert told(of(document)) == ("invalid", "missing")


def test_a_vocabulary_that_is_not_kept_here_is_no_fault_of_the_badge():
    contexts = [CREDENTIALS, OPEN_BADGES, "https://school.example/context.json"]

    assert told(of({**signed(), "@context": contexts})) == ("unchecked", "vocabulary")


def test_other_vocabularies_of_the_standards_are_kept():
    earlier = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    suites = "https://w3id.org/security/suites/ed25519-2020/v1"
    document = signed(changed("@context", [CREDENTIALS, earlier, extensions, suites]))

    assert told(of(document)) == ("foreign", "passed")


def test_a_vocabulary_is_named_once():
    contexts = [CREDENTIALS, OPEN_BADGES] * 4

    assert told(of({**CREDENTIAL, "@context": contexts, "proof": signed()["proof"]})) == (
        "invalid",
        "uncovered",
    )
    assert told(of(signed({**CREDENTIAL, "@context": contexts[:6]}))) == ("foreign", "passed")


@pytest.mark.parametrize("method", [NAME, "#key-1", "", "key-1"])
def test_half_an_address_of_a_key_is_none(method):
    document = signed(changed("issuer.id", SCHOOL))
    document["proof"] |= {"verificationMethod": method}

    assert told(of(document)) == ("invalid", "nowhere")


@pytest.mark.parametrize(
    "more",
    [
        {"colour": "red"},
        {"related": [{"id": "half/an/address", "type": ["Related"]}]},
        {"fieldOfStudy": None},
    ],
)
def test_what_no_signature_covers_is_refused(more):
    document = {**changed(), "proof": signed()["proof"]}
    document["credentialSubject"]["achievement"] |= more

    assert told(of(document)) == ("invalid", "uncovered")


def test_empty_lists_and_numbers_with_a_point_are_read_as_other_programs_read_them():
    badge = changed("credentialSubject.creditsEarned", 1.5)
    badge["credentialSubject"]["achievement"] |= {"creditsAvailable": 3, "alignment": [], "tag": []}
    text = compact(signed(badge))

    assert told(of(text)) == told(of(text.replace(":3,", ":3.0,"))) == ("foreign", "passed")
    assert told(of(text.replace("1.5", "1.25"))) == ("invalid", "failed")


def test_an_issuer_may_be_only_an_address():
    answer = of(signed(changed("issuer", ISSUER)))

    assert (told(answer), answer.issuer) == (("foreign", "passed"), ISSUER)
    assert of(signed()).issuer == CREDENTIAL["issuer"]["name"]


# The older form, on Verifiable Credentials 1.1


def test_the_older_form_is_read_as_such():
    proof = {"type": "Ed25519Signature2020", "verificationMethod": f"{SCHOOL}#key-1"}
    early = {**older(), "issuanceDate": "2126-01-01T00:00:00Z"}
    late = {**older(), "expirationDate": "2026-01-02T00:00:00Z"}
    found = [of({**one, "proof": proof}) for one in (older(), early, late)]

    assert [answer.result("shape") for answer in found] == ["older"] * 3
    assert [answer.result("dates") for answer in found] == ["passed", "early", "expired"]
    assert [answer.outcome for answer in found] == ["unchecked", "invalid", "invalid"]


def test_a_form_has_its_own_names():
    assert of({**older(), "validFrom": "2026-01-01T00:00:00Z"}).result("shape") == "older"
    assert of({**CREDENTIAL, "@context": older()["@context"]}).result("shape") == "failed"


# Tokens


SCHOOLS = changed("issuer.id", SCHOOL)


def claims(credential: dict = SCHOOLS, **more) -> dict:
    said = {"iss": credential["issuer"]["id"], "jti": credential["id"], "nbf": 1_767_225_600}
    return {**said, "sub": credential["credentialSubject"]["id"], **more}


def token(payload: dict, **header) -> str:
    return jws.serialize_compact(
        {"alg": "RS256", "typ": "JWT", **header}, json.dumps(payload), RSA, registry=tokens.REGISTRY
    )


def unsigned(payload: dict, header: dict, signature: bytes = b"x") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(urlsafe_b64encode(part).decode() for part in parts)


PUBLIC = RSA.as_dict(private=False)
WHOLE = {**SCHOOLS, **claims()}
OLDER = {**older(), "issuer": SCHOOLS["issuer"]}


@pytest.mark.parametrize(
    ("payload", "shape"),
    [
        (WHOLE, "passed"),
        ({"vc": OLDER, **claims()}, "older"),
        ({**WHOLE, "iat": 1, "aud": "you"}, "passed"),
    ],
)
def test_a_token_may_bring_its_key_along(payload, shape):
    answer = of(token(payload, jwk=PUBLIC))

    assert (told(answer), answer.result("shape")) == (("foreign", "loose"), shape)
    assert answer.credential["name"] == CREDENTIAL["name"]


def test_a_token_with_another_key_along_does_not_match():
    header, payload, signature = token(WHOLE, jwk=PUBLIC).split(".")
    other = token(WHOLE, jwk=RSAKey.generate_key(2048).as_dict(private=False)).split(".")[0]

    assert told(of(f"{other}.{payload}.{signature}")) == ("invalid", "failed")
    assert told(of(f"{header}.{payload}.{signature}")) == ("foreign", "loose")


@pytest.mark.parametrize(
    ("header", "outcome", "signature"),
    [
        ({"alg": "RS256", "kid": "https://school.example/keys/1"}, "unchecked", "elsewhere"),
        ({"alg": "RS256", "kid": "did:web:school.example#1"}, "unchecked", "elsewhere"),
        ({"alg": "RS256", "kid": "did:example:1"}, "invalid", "nowhere"),
        ({"alg": "RS256"}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": PUBLIC}, "invalid", "failed"),
        ({"alg": "RS256", "jwk": RSA.as_dict(private=True)}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "n": PUBLIC["n"][:100]}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "n": PUBLIC["n"] * 4}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "e": PUBLIC["n"]}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "e": "AA"}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "e": "AQAAAAAB"}}, "invalid", "failed"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "e": "AQAAAAAAAAAB"}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "kty": "oct"}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": {**PUBLIC, "n": 7}}, "invalid", "nowhere"),
        ({"alg": "RS256", "jwk": []}, "invalid", "nowhere"),
        ({"alg": "ES256", "kid": "https://school.example/keys/1"}, "unchecked", "kind"),
        ({"alg": "none", "kid": "https://school.example/keys/1"}, "invalid", "failed"),
        ({"alg": "HS256", "kid": "https://school.example/keys/1"}, "invalid", "failed"),
        ({"alg": "HS256", "jwk": PUBLIC}, "invalid", "failed"),
    ],
)
def test_a_token_without_a_right_signature_is_not_taken_for_one(header, outcome, signature):
    assert told(of(unsigned(WHOLE, header))) == (outcome, signature)


def test_a_token_that_asks_to_be_read_otherwise_is_not_believed():
    """Where b64 is false, others read the letters of base64url themselves as what was signed."""
    for more, said in (({}, ("foreign", "loose")), ({"crit": ["b64"], "b64": False}, ("invalid", "failed"))):
        header = {"alg": "RS256", "jwk": PUBLIC, **more}
        text = unsigned(WHOLE, header).rpartition(".")[0]
        signature = RSA.private_key.sign(text.encode(), PKCS1v15(), SHA256())

        assert told(of(unsigned(WHOLE, header, signature))) == said


def test_an_issuer_whose_name_is_a_key_signs_with_that_key():
    name = multibase.rsa_multikey(RSA.public_key)
    own = changed("issuer.id", f"did:key:{name}")

    assert name.startswith("z4MX")
    assert told(of(token({**own, **claims(own)}, jwk=PUBLIC))) == ("foreign", "passed")
    assert told(of(token({**CREDENTIAL, **claims(CREDENTIAL)}, jwk=PUBLIC))) == ("invalid", "failed")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_key_with_which_anybody_can_sign_is_none(place):
    """A point of small order; here of order 1, 2 and 4."""
    number = [1, multibase.FIELD - 1, 0][place]
    weak = base58_encode(b"\xed\x01" + number.to_bytes(32, "little"))
    document = signed(changed("issuer.id", f"did:key:{weak}"), f"did:key:{weak}")
    document["proof"]["proofValue"] = base58_encode(bytes([1]) + bytes(63))

    assert told(of(document)) == ("invalid", "nowhere")


def test_all_points_of_small_order_are_known():
    """Eight times such a point is none: by the law of addition of RFC 8032, section 5.1.4."""
    prime = multibase.FIELD
    d = -121665 * pow(121666, -1, prime) % prime

    def doubled(y: int) -> int:
        squared = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
        return (y * y + squared) * pow(1 - d * squared * y * y, -1, prime) % prime

    assert {doubled(doubled(doubled(y))) for y in multibase.WEAK} == {1}
    assert len(multibase.WEAK) == 5


def test_a_public_key_is_no_shared_secret():
    """The confusion of RS256 and HS256: whoever has the public key could sign with it."""
    header = {"alg": "HS256", "jwk": PUBLIC}
    text = unsigned(WHOLE, header).rpartition(".")[0]
    signature = hmac.digest(RSA.as_pem(private=False), text.encode(), "sha256")

    assert told(of(unsigned(WHOLE, header, signature))) == ("invalid", "failed")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", ISSUER),
        ("iss", None),
        ("jti", "urn:x:1"),
        ("jti", None),
        ("nbf", 0),
        ("nbf", None),
        ("sub", "urn:x:1"),
    ],
)
def test_claims_say_what_the_credential_says(name, value):
    payload = {**WHOLE, name: value}
    if value is None:
        del payload[name]
    [check] = of(token(payload, jwk=PUBLIC)).checks

    assert (check.kind, check.result, check.reason) == (
        "shape",
        "failed",
        f"token.{name}: what the credential says",
    )


def test_a_token_need_not_say_again_whom_it_is_about():
    payload = {name: value for name, value in WHOLE.items() if name != "sub"}

    assert told(of(token(payload, jwk=PUBLIC))) == ("foreign", "loose")


def test_the_end_of_a_token_is_the_end_of_its_credential():
    ended = of(token({**WHOLE, "exp": 1_767_312_000}, jwk=PUBLIC))
    older_ended = of(token({"vc": OLDER, **claims(), "exp": 1_767_312_000}, jwk=PUBLIC))
    other = of(token({**WHOLE, "validUntil": "2126-01-01T00:00:00Z", "exp": 1_767_312_000}, jwk=PUBLIC))
    lasting = [
        of(token({**WHOLE, "exp": last}, jwk=PUBLIC)).outcome for last in (4_000_000_000, 10**14, "x", -1)
    ]

    assert [one.result("dates") for one in (ended, older_ended)] == ["expired", "expired"]
    assert other.result("shape") == "failed"
    assert lasting == ["foreign", "invalid", "invalid", "invalid"]


@pytest.mark.parametrize("header", [b"[" * 20_000, b"[]", b"{}", b'{"alg": 7}', b"\xff"])
def test_a_header_that_is_none_is_no_token(header):
    text = ".".join(urlsafe_b64encode(part).decode() for part in (header, b"{}", b"x"))

    assert of(text).outcome == "unreadable"

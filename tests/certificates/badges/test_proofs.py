import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.badges import canonical, proofs, reading, verifying
from certificates.badges.multibase import base58_encode, multikey

from .samples import CREDENTIAL, ISSUER, KEY, NAME, changed, compact, signed

WHOLE = compact(signed()).encode()


def verdict(content: bytes) -> str:
    """As far as it can be told without a database: who names another issuer is told no more."""
    try:
        sent = reading.read(content)
        proofs.check(sent.credential, KEY.public_key())
    except (ValueError, canonical.NotCanonical) as error:
        return type(error).__name__
    return "right"


@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_any_other_byte_in_a_signed_document_is_detected(place, byte):
    other = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]

    assert (verdict(other) == "right") == (other == WHOLE)


@given(place=st.integers(0, len(WHOLE) - 1))
def test_a_byte_left_out_is_detected(place):
    assert verdict(WHOLE[:place] + WHOLE[place + 1 :]) != "right"


def shuffled(value, chance: random.Random):
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(inner, chance) for inner in value] if isinstance(value, list) else value


@given(st.randoms())
def test_the_order_of_names_does_not_matter(chance):
    other = shuffled(signed(), chance)

    assert verdict(compact(other).encode()) == "right"


def test_blanks_between_the_parts_do_not_matter():
    spread = WHOLE.replace(b'":', b'" :\n')

    assert verdict(spread) == "right"


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        ("cryptosuite", "eddsa-jcs-2022", "a proof of the kind eddsa-jcs-2022"),
        ("type", "Ed25519Signature2020", "a proof of the kind Ed25519Signature2020"),
        ("domain", "example.org", "a proof of the kind eddsa-rdfc-2022"),
        ("proofPurpose", "authentication", "the proof was made for something else"),
        ("verificationMethod", {"id": ISSUER}, "parts of the proof are missing"),
        ("created", "2026-01-02T03:04:06Z", "the signature does not match the document"),
        ("proofValue", "z1", "the signature does not match the document"),
        ("proofValue", "u1", "the signature does not match the document"),
    ],
)
def test_a_proof_of_another_kind_is_refused(part, value, reason):
    document = signed()
    document["proof"] = {**document["proof"], part: value}

    with pytest.raises(proofs.BadProof, match=reason):
        proofs.check(document, KEY.public_key())


def test_each_of_several_proofs_is_enough():
    document = signed()
    one = document["proof"]
    other = {"type": "SomeProof", "created": "2026-01-02T03:04:05Z"}
    asking = {**one, "proofPurpose": "authentication"}

    for several in ([one], [one, other], [other, one], [asking, one]):
        proofs.check({**document, "proof": several}, KEY.public_key())


@pytest.mark.parametrize(
    ("proof", "reason"),
    [([], "no proof"), (None, "no proof"), ("z", "an object with a type"), ([None], "an object with a type"),
     ([{}], "an object with a type"), ({"type": []}, "an object with a type")],
)  # fmt: skip
def test_without_a_proof_nothing_is_right(proof, reason):
    with pytest.raises(proofs.BadProof, match=reason):
        proofs.check({**signed(), "proof": proof}, KEY.public_key())


def test_when_it_was_signed_need_not_be_said():
    proof = {"type": "DataIntegrityProof", "cryptosuite": proofs.SUITE, "verificationMethod": ISSUER,
             "proofPurpose": "assertionMethod"}  # fmt: skip
    value = base58_encode(KEY.sign(proofs.hash_data(CREDENTIAL, proof)))

    proofs.check({**CREDENTIAL, "proof": {**proof, "proofValue": value}}, KEY.public_key())


def test_another_key_did_not_sign():
    other = proofs.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()

    with pytest.raises(proofs.BadProof, match="does not match"):
        proofs.check(signed(), other)


def test_somebody_elses_badge_is_foreign_at_best():
    answer = verifying.verify(WHOLE)

    assert answer.outcome == "foreign"
    assert [(check.kind, check.result) for check in answer.checks] == [
        ("shape", "passed"),
        ("issuer", "unknown"),
        ("signature", "passed"),
        ("dates", "passed"),
        ("status", "left"),
    ]


def test_an_issuer_is_no_other_than_its_key():
    other = proofs.Ed25519PrivateKey.from_private_bytes(bytes(32))
    name = f"{ISSUER}#{NAME}"
    forged = proofs.secured(CREDENTIAL, key=other, method=name, at=verifying.timezone.now())
    own = f"did:key:{multikey(other.public_key())}"
    swapped = proofs.secured(CREDENTIAL, key=other, method=own, at=verifying.timezone.now())

    assert verifying.verify(compact(forged).encode()).result("signature") == "failed"
    assert verifying.verify(compact(swapped).encode()).result("signature") == "failed"


@pytest.mark.parametrize(
    ("path", "value", "result"),
    [("validFrom", "2126-01-01T00:00:00Z", "early"), ("validUntil", "2026-01-03T00:00:00Z", "expired")],
)
def test_a_badge_has_its_time(path, value, result):
    answer = verifying.verify(compact(signed(changed(path, value))).encode())

    assert (answer.outcome, answer.result("dates")) == ("invalid", result)

import base64
import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.badges import (
    actions,
    addresses,
    credentials,
    keys,
    proofs,
    shapes,
    signing,
    tokens,
    verifying,
)

from ...factories import CertificateFactory, plant_programme, plant_rule_pack
from .samples import KEY, compact


def of(content: str | bytes, **more) -> verifying.Answer:
    return verifying.verify(content if isinstance(content, bytes) else content.encode(), **more)


@pytest.mark.parametrize("form", ["json", "jwt", "png", "svg"])
def test_each_form_of_a_badge_is_valid(badge, form):
    answer = of(signing.FORMS[form][1](badge, False))

    assert answer.outcome == "valid"
    assert {check.kind: check.result for check in answer.checks} == dict.fromkeys(
        ["shape", "issuer", "signature", "dates", "status"], "passed"
    )


def test_a_badge_says_what_the_certificate_says(badge):
    certificate = badge.certificate
    credential = credentials.credential_of(badge)
    subject = credential["credentialSubject"]

    assert shapes.problems(credential) == []
    assert credential["name"] == "合格证书"
    assert credential["issuer"]["name"] == "宝鸡市教育局"
    assert subject["licenseNumber"] == certificate.number
    assert [result["value"] for result in subject["result"]] == ["3", "pass"]
    assert subject["result"][1]["alignment"][0]["targetName"] == "技术支持的课堂导入"
    assert "evidence" not in credential
    assert "validUntil" not in credential
    assert credential["credentialStatus"] == {
        "id": f"https://training.example.org/badges/status/1.json#{badge.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(badge.index),
        "statusListCredential": "https://training.example.org/badges/status/1.json",
    }


@pytest.mark.parametrize(
    ("said", "description", "values"),
    [
        ({"hours": {"total": "12"}}, "培训12学时", ["12"]),
        ({"capability": {"code": "A5", "name": "导入", "dimension": "学法指导", "grade": "excellent"}},
         "单项认定", ["excellent"]),
        ({"programme": {"title": "整校推进"}}, "整校推进", None),
        ({}, "单项认定", None),
    ],
)  # fmt: skip
def test_every_kind_of_certificate_has_its_badge(badge_keys, teacher, said, description, values):
    facts = {"title": "单项认定", "issuer": "宝鸡市教育局", "rule_pack": {"code": "one", "version": 1}}
    badge = actions.badge_of(CertificateFactory(learner=teacher, facts={**facts, **said}))
    document = json.loads(signing.document(badge, False))
    results = document["credentialSubject"].get("result")

    assert of(compact(document)).outcome == "valid"
    assert (results and [result["value"] for result in results]) == values
    assert document["description"] in {description, f"{said.get('hours', {}).get('total')} hours of training"}


def test_results_point_to_their_descriptions(badge):
    subject = credentials.credential_of(badge)["credentialSubject"]
    described = [described["id"] for described in subject["achievement"]["resultDescription"]]

    assert [result["resultDescription"] for result in subject["result"]] == described


def test_all_who_hold_it_achieved_the_same(badge_keys, certificate):
    other = CertificateFactory(rule_pack=certificate.rule_pack, facts=certificate.facts)
    achieved = [
        credentials.credential_of(actions.badge_of(one))["credentialSubject"]["achievement"]
        for one in (certificate, other)
    ]

    assert achieved[0] == achieved[1]


def test_a_badge_is_the_same_in_any_language(badge):
    found = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.append(credentials.credential_of(badge))

    assert found[0] == found[1]


def test_what_changes_later_elsewhere_changes_no_badge(badge):
    before = credentials.credential_of(badge)
    learner = badge.certificate.learner
    learner.name, learner.number = "田新名", "61030299999"
    learner.save()
    badge.certificate.refresh_from_db()

    assert credentials.credential_of(badge, with_name=True)["credentialSubject"]["identifier"][1] == {
        "type": "IdentityObject", "identityType": "name", "identityHash": "田思洋", "hashed": False,
    }  # fmt: skip
    assert credentials.credential_of(badge) == before


def test_without_being_asked_a_badge_names_nobody(badge):
    text = signing.document(badge, False)

    assert badge.certificate.holder not in text
    assert badge.certificate.holder_number not in text
    assert badge.certificate.holder in signing.document(badge, True)


def test_a_holder_without_a_number_is_not_told_at_all(badge_keys, teacher):
    badge = actions.badge_of(CertificateFactory(learner=teacher, holder_number=""))
    document = json.loads(signing.document(badge, False))

    assert "identifier" not in document["credentialSubject"]
    assert of(compact(document)).outcome == "valid"


def test_who_knows_the_staff_number_can_compare_it(badge):
    document = signing.document(badge, False)
    own = of(document, staff_number=badge.certificate.holder_number)
    other = of(document, staff_number="61030200099")

    assert (own.outcome, own.result("holder")) == ("valid", "passed")
    assert (other.outcome, other.result("holder")) == ("valid", "failed")


def test_the_hash_of_an_identity_is_as_the_standard_writes_it():
    # printf 'a@example.orgKosher' | sha256sum
    assert credentials.identity_hash("a@example.org", "Kosher") == (
        "sha256$" + "3570e49e8e00c41a9544401a81e8fc59ac2d14b80749a7829adc820b2f80cdfa"
    )


def test_a_school_holds_a_badge_by_its_name(badge_keys, school, certificate):
    held = CertificateFactory(
        learner=None, organization=school, rule_pack=certificate.rule_pack, facts=certificate.facts,
        holder=school.name, holder_number="",
    )  # fmt: skip
    answer = of(signing.document(actions.badge_of(held), False))

    assert (answer.outcome, answer.name) == ("valid", school.name)


def test_a_badge_is_valid_through_its_last_day(badge_keys, teacher):
    certificate = CertificateFactory(learner=teacher, expires_on=date(2126, 6, 30))
    document = signing.document(actions.badge_of(certificate), False)
    china = ZoneInfo("Asia/Shanghai")

    assert json.loads(document)["validUntil"] == "2126-06-30T15:59:59Z"
    assert of(document, now=datetime(2126, 6, 30, 23, 59, tzinfo=china)).outcome == "valid"
    after = of(document, now=datetime(2126, 7, 1, 0, 0, tzinfo=china))
    assert (after.outcome, after.result("dates")) == ("invalid", "expired")


def forged(badge, **changes) -> str:
    """A badge that says something else, signed by somebody else in our name."""
    credential = {**credentials.credential_of(badge), **changes}
    method = addresses.method(keys.current("ed25519"))
    return compact(proofs.secured(credential, key=KEY, method=method, at=timezone.now()))


def test_nobody_else_signs_in_our_name(badge):
    answer = of(forged(badge))

    assert (answer.outcome, answer.result("signature"), answer.credential) == ("invalid", "failed", None)


def test_a_key_that_we_never_had_is_no_key_of_ours(badge):
    document = json.loads(signing.document(badge, False))
    document["proof"][0]["verificationMethod"] = f"{addresses.issuer()}#z6Mk"

    assert of(compact(document)).result("signature") == "failed"


@pytest.mark.parametrize("uuid", ["urn:uuid:9a0f6a25-92c4-4a58-b9a1-3e5a2d3b4c5d", "urn:x:1"])
def test_a_badge_that_the_ledger_does_not_know_is_not_valid(badge, uuid):
    key = keys.current("ed25519")
    credential = {**credentials.credential_of(badge), "id": uuid}
    document = proofs.secured(
        credential, key=keys.embedded_secret(key), method=addresses.method(key), at=timezone.now()
    )

    answer = of(compact(document))

    assert (answer.outcome, answer.result("status")) == ("invalid", "unknown")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(where=st.floats(0, 1, exclude_max=True), byte=st.integers(33, 126))
def test_any_other_letter_in_a_token_is_detected(badge, where, byte):
    token = _token(badge)
    place = int(where * len(token))
    other = token[:place] + chr(byte) + token[place + 1 :]

    assert (of(other).outcome == "valid") == (other == token)


def _token(badge, kept: dict = {}) -> str:  # noqa: B006 - signed once for all examples
    return kept.setdefault(badge.pk, signing.token(badge, False))


def unsigned(header: dict, payload: str) -> str:
    parts = [json.dumps(header).encode(), payload.encode(), b""]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_signature_of_ours_is_refused(badge, algorithm):
    payload = tokens.text_of(signing.token(badge, False))
    header = {"alg": algorithm, "kid": addresses.method(keys.current("rsa"))}

    answer = of(unsigned(header, payload))

    assert (answer.outcome, answer.result("signature"), answer.credential) == ("invalid", "failed", None)


def signed_token(payload: dict) -> str:
    key = keys.current("rsa")
    header = {"alg": "RS256", "typ": "JWT", "kid": addresses.method(key)}
    return tokens.jws.serialize_compact(
        header, json.dumps(payload), keys.token_secret(key), registry=tokens.REGISTRY
    )


def test_a_token_whose_claims_say_something_else_is_refused(badge):
    payload = json.loads(tokens.text_of(signing.token(badge, False)))

    assert of(signed_token(payload)).outcome == "valid"
    assert of(signed_token({**payload, "nbf": 0})).result("shape") == "failed"
    assert of(signed_token({**payload, "sub": "urn:x:1"})).outcome == "invalid"


def test_a_token_of_older_writers_is_read(badge):
    payload = json.loads(tokens.text_of(signing.token(badge, False)))
    claims = {name: payload.pop(name) for name in tokens.CLAIMS if name in payload}

    assert of(signed_token({**claims, "vc": payload})).outcome == "valid"


def test_a_token_repeats_what_readers_of_tokens_look_for(badge):
    token = signing.token(badge, False)
    payload = json.loads(tokens.text_of(token))

    assert tokens.header_of(token) == {
        "alg": "RS256", "typ": "JWT", "kid": addresses.method(keys.current("rsa")),
    }  # fmt: skip
    assert payload["iss"] == addresses.issuer()
    assert payload["jti"] == payload["id"] == str(badge)
    assert payload["sub"] == payload["credentialSubject"]["id"]
    assert payload["nbf"] == int(badge.certificate.awarded_at.timestamp())


def test_a_badge_says_what_was_asked(badge_keys, teacher):
    rules = {
        "online_hours": 30, "practice_hours": 2.5, "quizzes": 2,
        "capabilities": {"count": 3, "dimensions": 2, "grade": "excellent"},
    }  # fmt: skip
    pack = plant_rule_pack(plant_programme(), rules=rules)
    badge = actions.badge_of(CertificateFactory(learner=teacher, rule_pack=pack, programme=pack.programme))

    achievement = credentials.credential_of(badge)["credentialSubject"]["achievement"]

    assert achievement["criteria"]["narrative"].splitlines() == [
        "- 以材料证明 3 项微能力。 只计优秀。 至少分属 2 个维度。",
        "- 网络研修不少于 30 学时。",
        "- 校本实践不少于 2.5 学时。",
        "- 通过 2 个单元测验。",
    ]

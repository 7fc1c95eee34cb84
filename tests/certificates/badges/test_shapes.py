import pytest

from certificates.badges import shapes
from certificates.badges.canonical import CREDENTIALS, OPEN_BADGES

from .samples import CREDENTIAL, changed, older

SUBJECT = "credentialSubject"
ACHIEVEMENT = f"{SUBJECT}.achievement"
CONTEXTS = f"first {CREDENTIALS}, then {OPEN_BADGES}"
TYPE = ["credential.issuer.type: one or more names"]


def test_a_badge_has_the_right_shape():
    assert shapes.problems(CREDENTIAL) == []


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("id", None, "credential.id: missing"),
        ("@context", "https://www.w3.org/ns/credentials/v2", f"credential.@context: {CONTEXTS}"),
        ("@context", [CREDENTIALS], f"credential.@context: {CONTEXTS}"),
        ("@context", [OPEN_BADGES, CREDENTIALS], f"credential.@context: {CONTEXTS}"),
        ("@context", [CREDENTIALS, {}], f"credential.@context: {CONTEXTS}"),
        ("@context", [{}, OPEN_BADGES], f"credential.@context: {CONTEXTS}"),
        ("@context", [CREDENTIALS, OPEN_BADGES + "x"], f"credential.@context: {CONTEXTS}"),
        ("validFrom", "2026-01-01", "credential.validFrom: a moment with its time zone"),
        ("validFrom", "2026-01-01T00:00:00", "credential.validFrom: a moment with its time zone"),
        ("validFrom", "2026-13-01T00:00:00Z", "credential.validFrom: a moment with its time zone"),
        ("type", ["VerifiableCredential"], "credential.type: AchievementCredential or OpenBadgeCredential"),
        ("type", ["OpenBadgeCredential"], "credential.type: VerifiableCredential"),
        ("type", [], "credential.type: one or more names"),
        ("issuer", "example", "credential.issuer: an absolute address"),
        ("issuer", [], "credential.issuer: an object"),
        ("issuer.type", ["Person"], "credential.issuer.type: Profile"),
        ("issuer.id", "example", "credential.issuer.id: an absolute address"),
        ("issuer.parentOrg", {"id": "urn:x:1", "type": ["School"]},
         "credential.issuer.parentOrg.type: Profile"),
        ("issuer.otherIdentifier", {"type": "Number", "identifier": "1", "identifierType": "identifier"},
         "credential.issuer.otherIdentifier.type: IdentifierEntry"),
        ("evidence", [{"type": "Evidence"}, {"type": ["Picture"]}], "credential.evidence[1].type: Evidence"),
        (f"{SUBJECT}.id", None, "credential.credentialSubject: an id or an identifier"),
        (f"{SUBJECT}.type", ["Person"], "credential.credentialSubject.type: AchievementSubject"),
        (f"{SUBJECT}.source", {"id": "urn:x:1", "type": "School"},
         "credential.credentialSubject.source.type: Profile"),
        (f"{SUBJECT}.achievement", None, "credential.credentialSubject.achievement: missing"),
        (f"{ACHIEVEMENT}.criteria", None, f"credential.{ACHIEVEMENT}.criteria: missing"),
        (f"{ACHIEVEMENT}.criteria", {}, f"credential.{ACHIEVEMENT}.criteria: an id or a narrative"),
        (f"{ACHIEVEMENT}.resultDescription",
         [{"id": "urn:x:1", "type": ["Result"], "name": "学时", "resultType": "ext:hours"}],
         f"credential.{ACHIEVEMENT}.resultDescription[0].type: ResultDescription"),
        (f"{SUBJECT}.result.0.type", ["Grade"], "credential.credentialSubject.result[0].type: Result"),
        (f"{SUBJECT}.result", "A", "credential.credentialSubject.result: an object"),
        ("credentialStatus", [{"type": "BitstringStatusListEntry", "statusPurpose": "revocation",
          "statusListIndex": "-1", "statusListCredential": "https://example.org/1"}],
         "credential.credentialStatus[0].statusListIndex: a whole number"),
        ("credentialStatus", {"id": "https://example.org/1"}, "credential.credentialStatus.type: missing"),
        ("credentialSchema", {"type": "JsonSchema"}, "credential.credentialSchema.id: missing"),
        ("termsOfUse", [{"id": "urn:x:1"}], "credential.termsOfUse[0].type: missing"),
        ("refreshService", {"id": "half", "type": "Refresh"},
         "credential.refreshService.id: an absolute address"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(path, value, problem):
    assert problem in shapes.problems(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", None),
        ("issuer", "https://example.org/issuer"),
        ("type", ["VerifiableCredential", "AchievementCredential", "Other"]),
        ("@context", [CREDENTIALS, OPEN_BADGES.replace("3.0.3", "3.0.2"), {}]),
        ("credentialStatus", {"id": "https://example.org/1", "type": "1EdTechRevocationList"}),
        ("credentialStatus", []),
        ("credentialSchema", [{"id": "https://example.org/1", "type": "1EdTechJsonSchemaValidator2019"}]),
        ("evidence", {"type": "Evidence"}),
        (f"{SUBJECT}.result", []),
        (f"{SUBJECT}.result", {"type": "Result", "value": "合格"}),
        (f"{SUBJECT}.type", "AchievementSubject"),
        (f"{ACHIEVEMENT}.criteria", {"id": "https://example.org/criteria"}),
    ],
)
def test_what_the_standard_leaves_open_is_let_through(path, value):
    assert shapes.problems(changed(path, value)) == []


def test_the_older_form_has_the_same_parts_and_other_dates():
    assert shapes.problems(older()) == []
    assert shapes.problems({**older(), "expirationDate": "never"}) == [
        "credential.expirationDate: a moment with its time zone"
    ]
    assert shapes.problems({**older(), "issuer": {}}) == ["credential.issuer.id: missing", *TYPE]


@pytest.mark.parametrize(
    ("identity", "problem"),
    [
        ({"hashed": True, "identityHash": "61030200001", "identityType": "identifier"},
         "identifier[0].identityHash: sha256$ and the hash"),
        ({"hashed": "no", "identityHash": "x", "identityType": "name"},
         "identifier[0].hashed: true or false"),
        ({"hashed": False, "identityHash": "x", "identityType": "shoe size"},
         "identifier[0].identityType: a name that the standard knows"),
        ({"hashed": False, "identityHash": "x", "identityType": "ext:staffNumber"}, None),
        ({"hashed": True, "identityHash": "sha256$" + "AB" * 32, "identityType": "identifier"}, None),
    ],
)  # fmt: skip
def test_an_identity_is_hashed_or_plain(identity, problem):
    badge = changed(f"{SUBJECT}.identifier", [{"type": "IdentityObject", **identity}])

    assert shapes.problems(badge) == ([f"credential.credentialSubject.{problem}"] if problem else [])


@pytest.mark.parametrize("value", [None, [], "text", 7, {"credentialSubject": []}, {"type": [None]}])
def test_whatever_it_is_it_is_named_and_does_not_fail(value):
    assert shapes.problems(value) != []

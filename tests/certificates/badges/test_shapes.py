import pytest

from certificates.badges import shapes

from .samples import CREDENTIAL, changed

SUBJECT = "credentialSubject"
ACHIEVEMENT = f"{SUBJECT}.achievement"


def test_a_badge_has_the_right_shape():
    assert shapes.problems(CREDENTIAL) == []


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("id", None, "credential.id: missing"),
        ("name", None, "credential.name: missing"),
        ("validFrom", "2026-01-01", "credential.validFrom: a moment with its time zone"),
        ("validFrom", "2026-01-01T00:00:00", "credential.validFrom: a moment with its time zone"),
        ("validFrom", "2026-13-01T00:00:00Z", "credential.validFrom: a moment with its time zone"),
        ("type", ["VerifiableCredential"], "credential.type: AchievementCredential or OpenBadgeCredential"),
        ("type", ["OpenBadgeCredential"], "credential.type: VerifiableCredential"),
        ("type", [], "credential.type: one or more names"),
        ("issuer", "https://example.org/", "credential.issuer: an object"),
        ("issuer.type", ["Person"], "credential.issuer.type: Profile"),
        ("issuer.id", "example", "credential.issuer.id: an absolute address"),
        (f"{SUBJECT}.id", None, "credential.credentialSubject: an id or an identifier"),
        (f"{SUBJECT}.type", ["Person"], "credential.credentialSubject.type: AchievementSubject"),
        (f"{SUBJECT}.achievement", None, "credential.credentialSubject.achievement: missing"),
        (f"{ACHIEVEMENT}.criteria", None, f"credential.{ACHIEVEMENT}.criteria: missing"),
        (f"{SUBJECT}.result.0.type", ["Grade"], "credential.credentialSubject.result[0].type: Result"),
        (f"{SUBJECT}.result", {}, "credential.credentialSubject.result: a list"),
        ("credentialStatus", [], "credential.credentialStatus: one at least"),
        ("credentialStatus", [{"type": "Other", "statusPurpose": "revocation", "statusListIndex": "-1",
          "statusListCredential": "https://example.org/1"}],
         "credential.credentialStatus[0].statusListIndex: a whole number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(path, value, problem):
    assert problem in shapes.problems(changed(path, value))


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
    ],
)  # fmt: skip
def test_an_identity_is_hashed_or_plain(identity, problem):
    badge = changed(f"{SUBJECT}.identifier", [{"type": "IdentityObject", **identity}])

    assert shapes.problems(badge) == ([f"credential.credentialSubject.{problem}"] if problem else [])


@pytest.mark.parametrize("value", [None, [], "text", 7, {"credentialSubject": []}, {"type": [None]}])
def test_whatever_it_is_it_is_named_and_does_not_fail(value):
    assert shapes.problems(value) != []

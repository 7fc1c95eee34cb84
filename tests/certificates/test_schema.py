from decimal import Decimal

import pytest

from certificates import messages
from certificates.messages import in_words
from certificates.rules import Rules, RulesError
from certificates.schema import parse_rules

PACK = {
    "online_hours": 25,
    "practice_hours": 25,
    "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"},
    "quizzes": "all",
}
ROLES = ("teacher", "assessor")


def test_rules_are_read_from_json():
    assert parse_rules(PACK) == Rules(
        online_hours=Decimal(25), practice_hours=Decimal(25), capabilities=3, dimensions=2, quizzes=None
    )
    assert parse_rules({**PACK, "online_hours": 2.5, "quizzes": 2}).quizzes == 2


def test_what_is_left_out_is_not_asked_for():
    assert parse_rules({"capabilities": {"count": 2, "among": ["A1", "A5"]}}) == Rules(
        capabilities=2, among=("A1", "A5")
    )


@pytest.mark.parametrize(
    ("kind", "data", "rules"),
    [
        ("capability", {"framework": "microcapabilities", "grade": "excellent"},
         Rules(framework="microcapabilities", grade="excellent", capabilities=1)),
        ("hours", {"total_hours": 0.5}, Rules(total_hours=Decimal("0.5"))),
        ("school",
         {"certified_percent": 95, "environments": ["B", "C"], "plan": True, "sign_offs": [" 材料齐全 "]},
         Rules(certified_percent=95, environments=("B", "C"), plan=True, sign_offs=("材料齐全",))),
        ("team", {"roles": ["assessor"], "days": 180, "reviews": 30},
         Rules(roles=("assessor",), days=180, reviews=30)),
        ("teacher", {"modules": ["M01"], "sign_offs": ["听课"], "cohort_percent": 50, "outside_hours": 5},
         Rules(modules=("M01",), sign_offs=("听课",), cohort_percent=50, outside_hours=Decimal(5))),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_rules(kind, data, rules):
    assert parse_rules(data, kind, roles=ROLES) == rules


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"online_hours": -1}, "online_hours: a number of hours from 0, not -1"),
        ({"online_hours": "25"}, "online_hours: a number of hours from 0, not '25'"),
        ({"practice_hours": float("nan")}, "practice_hours: a number of hours from 0, not nan"),
        ({"practice_hours": True}, "practice_hours: a number of hours from 0, not True"),
        ({"quizzes": "some"}, "quizzes: \"all\" or a whole number from 0, not 'some'"),
        ({"quizzes": 1.5}, 'quizzes: "all" or a whole number from 0, not 1.5'),
        ({"capabilities": 3}, "capabilities: an object, not 3"),
        ({"capabilities": {"grade": "pass"}}, "capabilities: count is missing"),
        ({"capabilities": {"count": 1, "dimensions": 2, "grade": "pass"}},
         "capabilities.dimensions: no more than capabilities.count"),
        ({"capabilities": {"count": 2, "among": ["A1"]}},
         "capabilities.among: at least as many as capabilities.count"),
        ({"capabilities": {"count": 1, "among": ["A1", "A1"]}}, "capabilities.among: each only once"),
        ({"capabilities": {"count": 1, "among": "A1"}}, "capabilities.among: a list of texts, not 'A1'"),
        ({"capabilities": {"count": 1, "dimensions": 1, "grade": "fail"}},
         "capabilities.grade: pass or excellent, not 'fail'"),
        ({"cohort_percent": 101}, "cohort_percent: a whole number from 0 to 100, not 101"),
        ({"sign_offs": ["x" * 41]},
         f"sign_offs: a text of up to 40 characters, not {'x' * 41!r}"),
        ({"plan": True},
         "rules: only online_hours, practice_hours, outside_hours, total_hours, capabilities, quizzes,"
         " modules, sign_offs, cohort_percent; look at plan"),
        ({"online_hours": 0, "practice_hours": 0,
          "capabilities": {"count": 0, "dimensions": 0, "grade": "pass"}},
         "rules: must ask for something: online_hours, practice_hours, outside_hours, total_hours,"
         " capabilities, quizzes, modules, sign_offs, cohort_percent"),
    ],
)  # fmt: skip
def test_wrong_rules_are_refused_with_the_place_and_what_belongs_there(change, message):
    with pytest.raises(RulesError) as error:
        parse_rules({**PACK, **change})

    assert str(error.value) == message


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("capability", {"grade": "pass"}, "rules: framework is missing"),
        ("school", {"plan": "yes"}, "plan: true or false, not 'yes'"),
        ("school", {"environments": ["D"]}, "environments: some of A, B, C, not 'D'"),
        ("school", {"certified_percent": 0},
         "rules: must ask for something: enrolled_percent, certified_percent, environments, plan, sign_offs"),
        ("team", {"days": 10}, "rules: roles is missing"),
        ("team", {"roles": ["head"]}, "roles: some of teacher, assessor, not 'head'"),
        ("hours", [], "rules: an object, not []"),
    ],
)  # fmt: skip
def test_what_another_kind_asks_for_is_refused(kind, data, message):
    with pytest.raises(RulesError) as error:
        parse_rules(data, kind, roles=ROLES)

    assert str(error.value) == message


def test_what_is_wrong_is_said_in_the_readers_language_with_place_and_value(monkeypatch):
    chinese = {"%(place)s: true or false, not %(value)s": "%(place)s：应为 true 或 false，不是 %(value)s"}
    monkeypatch.setattr(messages, "gettext", chinese.__getitem__)

    with pytest.raises(RulesError) as error:
        parse_rules({"plan": "100%"}, "school")

    assert in_words(error.value) == "plan：应为 true 或 false，不是 '100%'"
    assert in_words(OSError("no such file")) == "no such file"

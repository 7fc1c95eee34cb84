from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import (
    Missing,
    Record,
    Rules,
    RulesError,
    Shown,
    explain,
    parse_rules,
)

PACK = {
    "online_hours": 25,
    "practice_hours": 25,
    "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"},
    "quizzes": "all",
}

hours = st.decimals(min_value=0, max_value=60, places=1)
counts = st.integers(min_value=0, max_value=5)
grades = st.sampled_from(["pass", "excellent"])
capabilities = st.lists(
    st.builds(
        Shown, st.sampled_from(["A1", "A2", "B1", "B2"]), st.sampled_from(["学情分析", "教学设计"]), grades
    ),
    unique_by=lambda shown: shown.code,
)


def is_earned(record: Record, rules: Rules) -> bool:
    """The rule once more, as a bureau would write it down."""
    counting = [shown for shown in record.capabilities if shown.grade == "excellent" or rules.grade == "pass"]
    return all(
        [
            record.online_hours >= rules.online_hours,
            record.practice_hours >= rules.practice_hours,
            len(counting) >= rules.capabilities,
            len({shown.dimension for shown in counting}) >= rules.dimensions,
            record.quizzes_passed >= (record.quizzes_total if rules.quizzes is None else rules.quizzes),
        ]
    )


@given(
    record=st.builds(Record, hours, hours, capabilities.map(tuple), counts, counts),
    rules=st.builds(Rules, hours, hours, counts, counts, grades, st.none() | counts),
)
def test_nothing_is_missing_exactly_when_the_certificate_is_earned(record, rules):
    assert (explain(record, rules) == []) == is_earned(record, rules)


def test_what_is_missing_says_what_is_there_and_what_is_asked():
    record = Record(
        online_hours=Decimal("24.5"),
        practice_hours=Decimal(25),
        capabilities=(Shown("A1", "学情分析", "pass"), Shown("A2", "学情分析", "excellent")),
        quizzes_passed=3,
        quizzes_total=4,
    )

    assert explain(record, parse_rules(PACK)) == [
        Missing("online_hours", Decimal("24.5"), Decimal(25)),
        Missing("capabilities", 2, 3, "pass"),
        Missing("dimensions", 1, 2, "pass"),
        Missing("quizzes", 3, 4),
    ]


def test_only_the_asked_grade_counts_and_a_better_one_counts_too():
    record = Record(capabilities=(Shown("A1", "学情分析", "pass"), Shown("A2", "教学设计", "excellent")))

    assert [shown.code for shown in record.shown()] == ["A1", "A2"]
    assert [shown.code for shown in record.shown("excellent")] == ["A2"]


def test_rules_are_read_from_json():
    assert parse_rules(PACK) == Rules(Decimal(25), Decimal(25), 3, 2, "pass", None)
    assert parse_rules({**PACK, "online_hours": 2.5, "quizzes": 2}).quizzes == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"online_hours": -1}, "online_hours: a number of hours from 0, not -1"),
        ({"online_hours": "25"}, "online_hours: a number of hours from 0, not '25'"),
        ({"practice_hours": float("nan")}, "practice_hours: a number of hours from 0, not nan"),
        ({"practice_hours": True}, "practice_hours: a number of hours from 0, not True"),
        ({"quizzes": "some"}, "quizzes: \"all\" or a number: a whole number from 0, not 'some'"),
        ({"quizzes": 1.5}, 'quizzes: "all" or a number: a whole number from 0, not 1.5'),
        ({"capabilities": 3}, "capabilities: an object, not 3"),
        ({"capabilities": {"count": 3}},
         "capabilities: exactly count, dimensions, grade; look at dimensions, grade"),
        ({"capabilities": {"count": 1, "dimensions": 2, "grade": "pass"}},
         "capabilities.dimensions: no more than capabilities.count"),
        ({"capabilities": {"count": 1, "dimensions": 1, "grade": "fail"}},
         "capabilities.grade: pass or excellent, not 'fail'"),
        ({"hours": 3}, "rules: exactly capabilities, online_hours, practice_hours, quizzes; look at hours"),
        ({"online_hours": 0, "practice_hours": 0,
          "capabilities": {"count": 0, "dimensions": 0, "grade": "pass"}},
         "rules: must ask for hours, capabilities or a number of quizzes"),
    ],
)  # fmt: skip
def test_wrong_rules_are_refused_with_the_place_and_what_belongs_there(change, message):
    with pytest.raises(RulesError) as error:
        parse_rules({**PACK, **change})

    assert str(error.value) == message

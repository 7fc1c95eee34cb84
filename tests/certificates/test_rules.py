from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import (
    ALPHABET,
    Missing,
    Record,
    Rules,
    RulesError,
    Shown,
    certificate_number,
    check_character,
    chinese_date,
    explain,
    parse_number,
    parse_rules,
)

PACK = {
    "online_hours": 25,
    "practice_hours": 25,
    "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"},
    "quizzes": "all",
}
NUMBER = "BJXJ20-2026-610323-000123-X"

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


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("A12425GABC1234002", "M"),  # the example of the Global Release Identifier (GRid) standard
        ("00000000D07A0090", "Q"),  # this and the next two: audiovisual numbers (ISAN) as published
        ("0000000189470000", "8"),
        ("000000018947000000000000", "D"),
        ("BJXJ202026610323000123", "X"),
    ],
)
def test_the_check_character_is_that_of_iso_7064_mod_37_36(text, check):
    assert check_character(text) == check


def test_a_number_is_built_from_its_parts():
    assert certificate_number(prefix="BJXJ20", year=2026, area="610323", serial=123) == NUMBER


@pytest.mark.parametrize(
    "parts", [{"serial": 1_000_000}, {"area": "6103"}, {"prefix": "宝鸡"}, {"prefix": "bj"}]
)
def test_parts_that_could_not_be_read_back_are_refused(parts):
    with pytest.raises(ValueError, match=r"certificate number|substring"):
        certificate_number(**{"prefix": "BJXJ20", "year": 2026, "area": "610323", "serial": 123, **parts})


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        "bjxj20-2026-610323-000123-x",
        "BJXJ202026610323000123X",
        " BJXJ20 2026 610323 000123 X ",
        "ＢＪＸＪ２０－２０２６－６１０３２３－０００１２３－Ｘ",
        "BJXJ20—2026–610323‐000123−X",
        "bjxj20-2026-610323\u3000000123 x\u200b",
    ],
)
def test_a_number_is_understood_however_it_was_typed(typed):
    assert parse_number(typed) == NUMBER


@pytest.mark.parametrize("typed", ["", "BJXJ20", NUMBER[:-1] + "Y", "王小明", NUMBER + "0", "ß" * 23])
def test_what_cannot_be_a_number_is_none(typed):
    assert parse_number(typed) == ""


def test_every_single_wrong_character_is_caught():
    compact = NUMBER.replace("-", "")
    wrong = [
        compact[:place] + character + compact[place + 1 :]
        for place in range(len(compact))
        for character in ALPHABET
        if character != compact[place]
    ]

    assert [number for number in wrong if parse_number(number)] == []


@given(st.integers(min_value=1, max_value=999_999), st.integers(min_value=610301, max_value=610399))
def test_a_swap_of_neighbours_is_caught_but_for_those_that_the_standard_does_not_see(serial, area):
    compact = certificate_number(prefix="BJXJ20", year=2026, area=str(area), serial=serial).replace("-", "")

    for place in range(len(compact) - 1):
        one, other = compact[place], compact[place + 1]
        if one != other and parse_number(compact[:place] + other + one + compact[place + 2 :]):
            assert (ALPHABET.index(one) - ALPHABET.index(other)) % 36 in {1, 35}


def test_a_date_is_written_as_in_documents():
    assert chinese_date(date(2026, 11, 23)) == "二〇二六年十一月二十三日"
    assert chinese_date(date(2030, 10, 10)) == "二〇三〇年十月十日"
    assert chinese_date(date(2026, 1, 30)) == "二〇二六年一月三十日"

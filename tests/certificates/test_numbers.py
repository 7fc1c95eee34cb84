from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.numbers import ALPHABET, certificate_number, check_character, chinese_date, parse_number

NUMBER = "BJXJ20-2026-610323-000123-X"


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

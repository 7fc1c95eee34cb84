"""What an attempt is worth, in plain numbers."""

from decimal import Decimal

from assessments.quizzes.rules import percent, result

THREE_QUARTERS = Decimal("0.75")


def test_three_thirds_are_a_point():
    third = 0.3333  # as a mark is kept

    assert result([1, 1, third, third, third, 0], pass_share=Decimal("0.5")).passed is True
    assert result([1, 1, third, third, 0.33, 0], pass_share=Decimal("0.5")).passed is False


def test_a_paper_without_questions_is_not_passed():
    assert result([], pass_share=Decimal(0)).passed is False


def test_who_failed_does_not_read_the_pass_mark():
    almost = result([1, 1, 1, 1, 1, 0.98, 0, 0], pass_share=THREE_QUARTERS)

    assert (almost.passed, percent(Decimal("5.98"), 8)) == (False, 74)
    assert percent(Decimal(6), 8) == 75
    assert percent(Decimal("2.9999"), 6) == 50

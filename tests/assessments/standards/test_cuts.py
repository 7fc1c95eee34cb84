from __future__ import annotations

import numpy as np
import pytest

from assessments.measurement.curves import probability
from assessments.standards.actions import pass_mark
from assessments.standards.cuts import Spread, angoff_cut, bookmark_cut, impact, spreads


def test_the_angoff_cut_is_the_mean_chance_and_its_error_comes_from_the_judges():
    cut = angoff_cut(np.array([[60, 80], [70, 90], [50, 70]]))

    assert cut.share == pytest.approx(0.70)
    assert cut.judges == pytest.approx((0.70, 0.80, 0.60))
    assert cut.se == pytest.approx(0.1 / np.sqrt(3))
    # By hand: mean squares 600 of questions, 100 * 2 of judges, none left over.
    assert cut.agreement == pytest.approx(600 / (600 + (200 - 0) / 2))


def test_judges_who_all_say_the_same_leave_no_error_and_no_agreement_to_tell():
    cut = angoff_cut(np.full((3, 4), 75.0))

    assert (cut.share, cut.se, cut.agreement) == (0.75, 0.0, None)


def test_one_judge_is_no_panel():
    with pytest.raises(ValueError, match="at least two judges"):
        angoff_cut(np.array([[60, 80]]))


def test_a_bookmark_is_the_share_that_somebody_at_it_gets_right():
    a, d = np.ones(5), np.array([2.0, 1.0, 0.0, -1.0, -2.0])

    cut = bookmark_cut([2, 2, 3], a, d, np.zeros(5))

    theta = np.log(0.67 / 0.33)
    assert cut.share == pytest.approx(float(probability([theta], a, d).mean()))
    assert cut.judges[0] == cut.judges[1] < cut.judges[2]
    assert 0 < cut.se < 0.1


def test_what_a_cut_would_mean_for_papers_already_marked():
    shares = np.array([0.4, 0.6, 0.75, 0.9])
    passed = np.array([0.0, 0.0, 1.0, 1.0])

    found = impact(shares, passed, 20, 1.5, 0.6)

    assert (found.attempts, found.passing, found.passed) == (4, 0.75, 0.5)
    assert 0.7 < found.classification.accuracy < 1
    assert found.classification.consistency < found.classification.accuracy
    assert impact(shares, passed, 20, float("nan"), 0.6).classification is None
    assert impact(np.array([]), np.array([]), 20, 1.5, 0.6) is None


def test_spread_of_a_panel_over_each_question():
    assert spreads(np.array([[60, 80], [70, 90], [50, 95]])) == [Spread(60, 50, 70), Spread(90, 80, 95)]


@pytest.mark.parametrize(("share", "mark"), [(0.7249, "0.72"), (0.726, "0.73"), (0.0, "0.01"), (1.0, "1.00")])
def test_a_cut_is_kept_in_hundredths_and_never_as_nothing(share, mark):
    assert str(pass_mark(share)) == mark

from __future__ import annotations

import numpy as np
import pytest

from assessments.measurement.dif import differential_functioning, mantel_haenszel

from .golden import needs_golden, table, words

BERKELEY = [
    [[512, 313], [89, 19]],
    [[353, 207], [17, 8]],
    [[120, 205], [202, 391]],
    [[138, 279], [131, 244]],
    [[53, 138], [94, 299]],
    [[22, 351], [24, 317]],
]
"""Admissions in 1973 (Bickel, Hammel & O'Connell 1975): departments x (men, women) x (in, out)."""


def simulated(people, extra, seed=2):
    """Responses to 20 items of two groups, the fifth item harder for the focal group by `extra` logits."""
    random = np.random.default_rng(seed)
    focal = random.random(people) < 0.5
    theta = random.normal(np.where(focal, -0.3, 0), 1)
    d = random.normal(0, 0.8, 20) - extra * np.multiply.outer(focal, np.arange(20) == 4)
    return (random.random((people, 20)) < 1 / (1 + np.exp(-(theta[:, None] + d)))).astype(float), focal


def test_the_admissions_to_berkeley_give_the_published_statistics():
    """As the manual of R's mantelhaen.test prints them."""
    odds, error, chi_square, p = mantel_haenszel(BERKELEY)

    assert odds == pytest.approx(0.9046968, abs=1e-7)
    assert np.exp(np.log(odds) + np.array([-1, 1]) * 1.959964 * error) == pytest.approx(
        [0.7719074, 1.0603298], abs=1e-6
    )
    assert chi_square == pytest.approx(1.4269, abs=5e-5)
    assert p == pytest.approx(0.2323, abs=5e-5)


def test_which_group_is_the_focal_one_only_turns_the_sign():
    responses, focal = simulated(1500, 0.5)

    one, other = differential_functioning(responses, focal), differential_functioning(responses, ~focal)

    assert one.delta == pytest.approx(-other.delta)
    assert one.se == pytest.approx(other.se)
    assert one.ets == other.ets


@pytest.mark.parametrize(("extra", "grade"), [(0.0, "A"), (0.55, "B"), (1.2, "C")])
def test_an_item_harder_for_a_group_is_graded_by_how_much(extra, grade):
    responses, focal = simulated(6000, extra)

    found = differential_functioning(responses, focal)

    assert found.ets[4] == grade
    assert found.delta[4] == pytest.approx(-2.35 * extra, abs=0.3)
    assert set(found.ets[:4] + found.ets[5:]) == {"A"}


def test_a_large_difference_among_few_people_is_not_called_large():
    responses, focal = simulated(300, 0.9, seed=4)

    found = differential_functioning(responses, focal)

    assert found.delta[4] < -1.5
    assert found.p[4] < 0.05
    assert found.ets[4] == "B"


def test_people_who_left_something_out_count_where_the_matching_is_given():
    responses, focal = simulated(3000, 0.8)
    score = responses.sum(axis=1)
    gaps = np.where(np.random.default_rng(1).random(responses.shape) < 0.1, np.nan, responses)

    matched = differential_functioning(gaps, focal, matching=score)
    whole = differential_functioning(responses, focal)

    assert matched.delta == pytest.approx(whole.delta, abs=0.35)
    assert matched.se[4] < differential_functioning(gaps, focal).se[4]


def test_an_item_that_all_answered_alike_cannot_tell():
    responses, focal = simulated(200, 0)
    responses[:, 0] = 1

    found = differential_functioning(responses, focal)

    assert np.isnan(found.delta[0])
    assert found.ets[0] == ""


@pytest.mark.parametrize(
    ("focal", "matching", "said"),
    [
        ([True], None, "2 people need as many group marks"),
        ([True, False], [1], "2 people need as many matching"),
    ],
)
def test_everyone_has_a_group_and_a_score(focal, matching, said):
    with pytest.raises(ValueError, match=said):
        differential_functioning([[1, 0], [0, 1]], focal, matching)


@needs_golden
def test_verbal_aggression_of_men_and_women_differs_where_the_strata_say_so():
    """Against the sums of the definition, stratum by stratum, in plain arithmetic."""
    responses, men = table("verbagg_dichotomous.csv")[:, 3:], words("verbagg_dichotomous.csv")[:, 2] == "M"
    total = responses.sum(axis=1)
    found = differential_functioning(responses, men)

    for item in range(responses.shape[1]):
        above = below = 0.0
        for score in np.unique(total):
            here, right = total == score, responses[:, item] == 1
            a, b = (here & ~men & right).sum(), (here & ~men & ~right).sum()
            c, d = (here & men & right).sum(), (here & men & ~right).sum()
            above, below = above + a * d / here.sum(), below + b * c / here.sum()
        assert found.odds[item] == pytest.approx(above / below)

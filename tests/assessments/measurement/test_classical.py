import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessments.measurement.classical import (
    Flag,
    ItemStatistics,
    OptionStatistics,
    alpha,
    analyse,
    flags,
    option_statistics,
    rest_scores,
)

from . import golden

RIGHT_OR_WRONG = arrays(
    float, st.tuples(st.integers(4, 30), st.integers(3, 8)), elements=st.sampled_from([0.0, 1.0])
)
SOUND = ItemStatistics(100, facility=0.6, point_biserial=0.4, discrimination=0.5, alpha_if_deleted=0.7)
KEY = OptionStatistics(60, 0.6, mean_rest=0.7, correlation=0.4)
DISTRACTOR = OptionStatistics(20, 0.2, mean_rest=0.4, correlation=-0.2)


def read(name):
    return np.genfromtxt(golden.path(name), delimiter=",", skip_header=1)


def test_lsat6_gives_the_published_classical_statistics():
    published = json.loads(golden.path("lsat6.json").read_text())["classical"]
    form = analyse(read("lsat6.csv"))

    assert form.people == published["N"]
    assert form.mean == pytest.approx(published["total_mean"], abs=1e-12)
    assert form.sd**2 == pytest.approx(published["total_var"], abs=1e-12)
    assert form.alpha == pytest.approx(published["alpha"], abs=1e-12)
    assert form.sem == pytest.approx((published["total_var"] * (1 - published["alpha"])) ** 0.5, abs=1e-12)
    assert [item.facility for item in form.items] == pytest.approx(list(published["p"].values()), abs=1e-12)
    assert [item.point_biserial for item in form.items] == pytest.approx(
        published["corrected_point_biserial"], abs=1e-12
    )
    assert [item.alpha_if_deleted for item in form.items] == pytest.approx(
        published["alpha_if_deleted"], abs=1e-12
    )


def test_of_the_sat12_questions_only_the_last_looks_wrongly_keyed():
    """Its correlation is .04 and option 3 goes with high scores: known of this data set."""
    raw, key = read("sat12_raw.csv"), json.loads(golden.path("sat12_key.json").read_text())
    scores = (raw == key).astype(float)
    form, rest = analyse(scores), rest_scores(scores)
    found = [
        flags(item, option_statistics(raw[:, [i]] == np.arange(1, 6), rest[:, i]), {key[i] - 1})
        for i, item in enumerate(form.items)
    ]

    assert [i + 1 for i, raised in enumerate(found) if Flag.WRONG_KEY in raised] == [32]
    assert [i + 1 for i, raised in enumerate(found) if Flag.TOO_EASY in raised] == [11, 17]
    assert found[1] == frozenset()


@given(RIGHT_OR_WRONG)
def test_statistics_equal_their_definitions(scores):
    items = scores.shape[1]
    form, total = analyse(scores), scores.sum(axis=1)

    for i, item in enumerate(form.items):
        rest = total - scores[:, i]
        if scores[:, i].std() > 0 and rest.std() > 0:
            assert item.point_biserial == pytest.approx(np.corrcoef(scores[:, i], rest)[0, 1], abs=1e-9)
        else:
            assert np.isnan(item.point_biserial)
        if rest.var() > 0:
            others = np.delete(scores, i, axis=1)
            assert item.alpha_if_deleted == pytest.approx(alpha(others), abs=1e-9)
    if total.var() > 0:
        by_hand = items / (items - 1) * (1 - scores.var(axis=0, ddof=1).sum() / total.var(ddof=1))
        assert form.alpha == pytest.approx(by_hand, abs=1e-9)


@given(RIGHT_OR_WRONG, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(scores, chance):
    order = list(range(len(scores)))
    chance.shuffle(order)

    before = [(item.facility, item.discrimination) for item in analyse(scores).items]
    after = [(item.facility, item.discrimination) for item in analyse(scores[order]).items]
    assert np.array(after) == pytest.approx(np.array(before), abs=1e-12)


def test_discrimination_compares_the_best_and_the_worst_quarter():
    """Eleven people, so three in each group; two of the three places at the bottom are shared by three."""
    ability = np.array([10, 9, 8, 7, 6, 5, 4, 2, 2, 2, 0])
    ladder = (ability[:, None] > np.arange(10)).astype(float)
    form = analyse(ladder)

    assert form.items[0].discrimination == pytest.approx(1 - 2 / 3)
    assert form.items[2].discrimination == pytest.approx(1.0)
    assert form.items[8].discrimination == pytest.approx(2 / 3)


def test_not_reached_is_not_wrong():
    complete = np.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1.0]])
    late = np.vstack([complete, [1, 1, np.nan, np.nan]])
    form, shorter = analyse(late), analyse(complete)

    assert [item.people for item in form.items] == [6, 6, 5, 5]
    assert form.items[3].facility == shorter.items[3].facility
    assert form.items[3].point_biserial == pytest.approx(shorter.items[3].point_biserial)
    assert rest_scores(late)[5] == pytest.approx([1, 1, np.nan, np.nan], nan_ok=True)


def test_alpha_takes_graded_scores():
    """The Science data set of four graded statements: alpha .598 in the ltm package's help."""
    assert alpha(read("science.csv")) == pytest.approx(0.598, abs=5e-4)


def test_an_option_is_described_by_who_chose_it():
    chosen = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    rest = np.array([0.9, 0.7, 0.3, 0.1, np.nan])

    key, distractor, unused = option_statistics(chosen, rest)

    assert (key.count, key.share, distractor.count) == (2, 0.5, 2)
    assert (key.mean_rest, distractor.mean_rest) == pytest.approx((0.8, 0.2))
    assert key.correlation == pytest.approx(-distractor.correlation)
    assert (unused.count, unused.share) == (0, 0.0)
    assert np.isnan([unused.mean_rest, unused.correlation]).all()


@pytest.mark.parametrize(
    ("item", "distractor", "raised"),
    [
        ({}, {}, set()),
        ({"facility": 0.96}, {}, {Flag.TOO_EASY}),
        ({"facility": 0.29}, {}, {Flag.TOO_HARD}),
        ({"facility": 0.31}, {}, set()),
        ({"point_biserial": 0.14}, {}, {Flag.WEAK_DISCRIMINATION}),
        ({"point_biserial": float("nan")}, {}, set()),
        ({}, {"correlation": 0.1}, {Flag.ATTRACTIVE_DISTRACTOR}),
        ({}, {"correlation": 0.1, "share": 0.05}, set()),
        ({}, {"correlation": 0.5}, {Flag.ATTRACTIVE_DISTRACTOR, Flag.WRONG_KEY}),
        ({}, {"correlation": 0.5, "share": 0.01}, {Flag.DEAD_DISTRACTOR}),
    ],
)
def test_flags_are_raised_for_what_they_name(item, distractor, raised):
    changed = ItemStatistics(**{**SOUND.__dict__, **item})
    option = OptionStatistics(**{**DISTRACTOR.__dict__, **distractor})

    assert flags(changed, [KEY, option, DISTRACTOR, DISTRACTOR], {0}) == raised


def test_without_options_a_question_is_hard_only_below_the_margin():
    hard = ItemStatistics(**{**SOUND.__dict__, "facility": 0.06})

    assert flags(hard) == frozenset()


@pytest.mark.parametrize(
    "scores",
    [[], [1, 0], [[1, 2], [0, 1]], [[1], [0]], [[1, 0]], [[1, np.nan], [0, np.nan]]],
    ids=["empty", "one dimension", "not a share", "one question", "one person", "not reached"],
)
def test_tables_without_statistics_are_refused(scores):
    with pytest.raises(ValueError, match=r"scores must|at least two|nobody reached"):
        analyse(scores)


def test_options_and_keys_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="3 numbers"):
        option_statistics([[1, 0], [0, 1], [1, 0]], [0.5, 0.5])
    with pytest.raises(ValueError, match="nobody reached"):
        option_statistics([[1, 0]], [np.nan])
    with pytest.raises(ValueError, match="positions among 2 options"):
        flags(SOUND, [KEY, DISTRACTOR], {2})


def test_two_thousand_attempts_take_less_than_a_fifth_of_a_second():
    rng = np.random.default_rng(7)
    choices = rng.integers(0, 4, (2_000, 20))
    scores = (choices == 0).astype(float)

    def everything():
        form, rest = analyse(scores), rest_scores(scores)
        for i, item in enumerate(form.items):
            flags(item, option_statistics(choices[:, [i]] == np.arange(4), rest[:, i]), {0})

    def seconds():
        started = time.perf_counter()
        everything()
        return time.perf_counter() - started

    assert min(seconds() for _ in range(3)) < 0.2

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessments.measurement.agreement import (
    Action,
    Scale,
    action_for,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    intraclass_correlation,
    krippendorff_alpha,
    krippendorff_interval,
    plain_agreement,
    quadratic,
    spearman_brown,
)

from . import golden

EXAMPLES = ["A_two_observers_binary", "B_two_observers_nominal_coded_a1_e5", "C_four_observers_missing"]
RATINGS = arrays(
    float,
    st.tuples(st.integers(2, 4), st.integers(2, 8)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, np.nan]),
)


def read(name):
    return json.loads(golden.path(name).read_text())


def random_ratings(units=120, raters=3, noise=0.8, seed=1):
    """Marks from 0 to 3 that raters give with some error to pieces of work."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(1.5, 1, units)
    return np.clip(np.round(truth + rng.normal(0, noise, (raters, units))), 0, 3)


@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize("example", EXAMPLES)
def test_alpha_is_exact_on_krippendorffs_examples(example, scale):
    given_values = read("krippendorff.json")["examples"][example]
    ratings = np.array(given_values["ratings_observer_by_unit"], dtype=float)

    assert krippendorff_alpha(ratings, scale) == pytest.approx(
        given_values["alpha"][scale]["value"], abs=1e-12
    )


@given(RATINGS, st.sampled_from([Scale.NOMINAL, Scale.INTERVAL]))
def test_alpha_equals_its_definition_by_pairs(ratings, scale):
    """Observed: pairs within units, each unit weighted by its ratings. Expected: all pairs of ratings."""
    units = [unit[~np.isnan(unit)] for unit in ratings.T]
    units = [unit for unit in units if len(unit) >= 2]
    assume(units)
    pooled = np.concatenate(units)
    assume(len(set(pooled)) > 1)

    def mean_distance(values):
        apart = [
            (x - y) ** 2 if scale is Scale.INTERVAL else float(x != y) for x, y in combinations(values, 2)
        ]
        return np.mean(apart)

    observed = sum(len(unit) * mean_distance(unit) for unit in units) / len(pooled)
    assert krippendorff_alpha(ratings, scale) == pytest.approx(1 - observed / mean_distance(pooled), abs=1e-9)


@given(RATINGS, st.randoms(use_true_random=False), st.sampled_from(list(Scale)))
def test_alpha_knows_neither_the_order_of_raters_nor_of_units(ratings, chance, scale):
    assume((np.sum(~np.isnan(ratings), axis=0) >= 2).any())
    rows, columns = list(range(ratings.shape[0])), list(range(ratings.shape[1]))
    chance.shuffle(rows)
    chance.shuffle(columns)

    assert krippendorff_alpha(ratings[rows][:, columns], scale) == pytest.approx(
        krippendorff_alpha(ratings, scale), abs=1e-9, nan_ok=True
    )


def test_raters_who_all_give_one_mark_cannot_be_judged():
    assert np.isnan(krippendorff_alpha([[3, 3], [3, 3]]))
    assert np.isnan(cohen_kappa([[5, 0], [0, 0]]))
    assert np.isnan(fleiss_kappa([[3, 0], [3, 0]]))
    assert np.isnan(intraclass_correlation([[3, 3], [3, 3]]).single)
    assert action_for(float("nan")) is Action.UNUSABLE


def test_the_interval_covers_alpha_and_narrows_with_more_pieces():
    few, many = (krippendorff_interval(random_ratings(units)) for units in (30, 480))

    assert few.low < few.alpha < few.high
    assert few.alpha == krippendorff_alpha(random_ratings(30))
    assert (few.clusters, many.clusters) == (30, 480)
    assert many.high - many.low == pytest.approx((few.high - few.low) / 4, rel=0.4)


def test_the_interval_is_as_wide_as_other_samples_differ():
    interval = krippendorff_interval(random_ratings(150, seed=0), seed=3)
    others = [krippendorff_alpha(random_ratings(150, seed=seed)) for seed in range(1, 300)]

    assert interval.high - interval.low == pytest.approx(
        np.quantile(others, 0.975) - np.quantile(others, 0.025), rel=0.25
    )


def test_pieces_of_one_teacher_count_as_one():
    """Each piece four times over: seen as units the interval is half as wide as it should be."""
    once = random_ratings(60)
    copied = np.repeat(once, 4, axis=1)
    teachers = [f"teacher {i // 4}" for i in range(240)]

    naive = krippendorff_interval(copied)
    honest = krippendorff_interval(copied, clusters=teachers)
    assert honest.clusters == 60
    assert honest.high - honest.low == pytest.approx(2 * (naive.high - naive.low), rel=0.2)
    assert krippendorff_interval(copied, clusters=teachers) == honest


@pytest.mark.parametrize(
    ("alpha", "action"),
    [(0.80, Action.KEEP), (0.79, Action.RETRAIN), (0.667, Action.RETRAIN), (0.66, Action.UNUSABLE)],
)
def test_alpha_has_lines_of_action(alpha, action):
    assert action_for(alpha) is action


def test_kappas_are_exact_on_published_tables():
    published = read("kappa_exact.json")
    cohen = published["cohen_1968"]

    assert fleiss_kappa(published["fleiss"]["table"]) == pytest.approx(
        published["fleiss"]["value"], abs=1e-12
    )
    assert cohen_kappa(cohen["table_percent"]) == pytest.approx(cohen["kappa"]["value"], abs=1e-12)
    assert cohen_kappa(cohen["table_percent"], cohen["disagreement_weights"]) == pytest.approx(
        cohen["weighted"]["value"], abs=1e-12
    )


def test_couples_agree_as_little_as_agresti_says():
    """91 couples: kappa .1293, with weights by distance .2374, as R's vcd prints."""
    table = np.genfromtxt(
        golden.path("agresti_sexualfun_4x4.csv"), delimiter=",", skip_header=1, usecols=(1, 2, 3, 4)
    )

    assert table.sum() == 91
    assert cohen_kappa(table) == pytest.approx(0.1293, abs=5e-5)
    assert cohen_kappa(table, np.sqrt(quadratic(4))) == pytest.approx(0.2374, abs=5e-5)


def test_quadratic_weights_compare_squared_differences_with_those_by_chance():
    first, second = random_ratings(80, 2)
    by_chance = first.var() + second.var() + (first.mean() - second.mean()) ** 2

    assert cohen_kappa(contingency(first, second, range(4)), quadratic(4)) == pytest.approx(
        1 - np.mean((first - second) ** 2) / by_chance
    )


def test_a_table_is_counted_from_two_lists():
    table = contingency([0, 1, 2, 2, np.nan], [0, 1, 1, 2, 2], [0, 1, 2, 3])

    assert table.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]


@given(arrays(float, (3, 3), elements=st.integers(0, 9).map(float)))
def test_kappa_with_two_raters_is_one_less_the_ratio_of_disagreements(table):
    assume(table.sum() > 0)
    total = table.sum()
    agreed = np.trace(table) / total
    chance = (table.sum(axis=0) * table.sum(axis=1)).sum() / total**2
    assume(chance < 1)

    assert cohen_kappa(table) == pytest.approx((agreed - chance) / (1 - chance), abs=1e-9)


def test_intraclass_correlations_are_those_of_shrout_and_fleiss():
    """The six targets and four judges of 1979: ICC(2,1) = .29, ICC(2,k) = .62."""
    ratings = np.genfromtxt(
        golden.path("shrout_fleiss_1979.csv"), delimiter=",", skip_header=1, usecols=(1, 2, 3, 4)
    )
    found = intraclass_correlation(ratings)

    assert found.single == pytest.approx(0.2898, abs=5e-5)
    assert found.average == pytest.approx(0.6201, abs=5e-5)


@given(st.integers(0, 999))
def test_the_mean_of_raters_follows_spearman_and_brown(seed):
    ratings = random_ratings(20, 4, seed=seed).T
    found = intraclass_correlation(ratings)

    assert found.average == pytest.approx(spearman_brown(found.single, 4))
    assert spearman_brown(0.5, 3) == pytest.approx(0.75)


def test_managers_see_how_often_raters_were_the_same_or_next_to_it():
    plain = plain_agreement([[0, 1, 3, 2], [0, 2, 1, np.nan], [0, 1, 3, np.nan]])

    assert plain.exact == pytest.approx(5 / 9)
    assert plain.adjacent == pytest.approx(7 / 9)


def test_ratings_that_say_nothing_about_agreement_are_refused():
    nobody_twice = [[1, np.nan], [np.nan, 2]]

    for measure in (krippendorff_alpha, krippendorff_interval, plain_agreement):
        with pytest.raises(ValueError, match="rated twice"):
            measure(nobody_twice)
    with pytest.raises(ValueError, match="negative"):
        krippendorff_alpha([[-1, 1], [1, 1]], Scale.RATIO)
    with pytest.raises(ValueError, match="name 2 units"):
        krippendorff_interval([[1, 2], [1, 1]], clusters=["a"])
    with pytest.raises(ValueError, match="two clusters"):
        krippendorff_interval([[1, 2], [1, 1]], clusters=["a", "a"])
    with pytest.raises(ValueError, match="confidence"):
        krippendorff_interval([[1, 2], [1, 1]], confidence=1)
    with pytest.raises(ValueError, match="same length"):
        contingency([1], [1, 2], [1, 2])
    with pytest.raises(ValueError, match="among"):
        contingency([1], [3], [1, 2])
    with pytest.raises(ValueError, match="square"):
        cohen_kappa([[1, 2]])
    with pytest.raises(ValueError, match="diagonal"):
        cohen_kappa([[1, 2], [2, 1]], [[1, 1], [1, 0]])
    with pytest.raises(ValueError, match="rated by both"):
        cohen_kappa([[0, 0], [0, 0]])
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa([[1, 1], [2, 1]])
    with pytest.raises(ValueError, match="every rating"):
        intraclass_correlation([[1, np.nan], [1, 2]])
    with pytest.raises(ValueError, match="rows and columns"):
        krippendorff_alpha([])

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.measurement.curves import probability
from assessments.measurement.linking import (
    Items,
    Line,
    Population,
    TooFewAnchors,
    haebara,
    link,
    mean_sigma,
    robust_z,
    stocking_lord,
)

from . import golden

METHODS = [mean_sigma, haebara, stocking_lord]
POINTS = np.array([-4, -3.111, -2.222, -1.333, -0.4444, 0.4444, 1.333, 2.222, 3.111, 4])
ITEM_21, ITEM_27 = 6, 8
"""Places of these items of the Kolen and Brennan example among its anchors."""


def population(*weights):
    return Population(POINTS, np.array(weights))


GROUP_X = population(
    0.0001008, 0.002760, 0.03021, 0.1420, 0.3149, 0.3158, 0.1542, 0.03596, 0.003925, 0.0001862
)
GROUP_Y = population(
    0.0001173, 0.003242, 0.03449, 0.1471, 0.3148, 0.3110, 0.1526, 0.03406, 0.002510, 0.0001116
)
"""Posterior distributions of the two groups as they come with Kolen's program STUIRT."""


@pytest.fixture
def anchors():
    """The twelve common items of Kolen and Brennan (2004), forms X (new) and Y (old); their D is 1.7."""
    common = np.genfromtxt(golden.path("kb04_common.csv"), delimiter=",", skip_header=1, dtype=int)

    def read(name, places):
        a, b, c = np.genfromtxt(golden.path(name), delimiter=",", skip_header=1)[places - 1].T
        return Items.of(1.7 * a, -1.7 * a * b, c)

    return read("kb04_form_x.csv", common[:, 0]), read("kb04_form_y.csv", common[:, 1])


def without(items, place):
    return items.pick([i for i in range(len(items)) if i != place])


def random_items(rng, count=15):
    a = rng.lognormal(0.2, 0.3, count)
    return Items.of(a, -a * rng.normal(size=count), rng.uniform(0.05, 0.3, count))


def as_numbers(line):
    return [line.slope, line.intercept]


def test_mean_sigma_gives_the_published_constants(anchors):
    """1.1689 and -.5155 with all twelve (SNSequate); 1.1761 and -.5042 without item 27 (jMetrik)."""
    new, old = anchors

    assert as_numbers(mean_sigma(new, old)) == pytest.approx([1.168891, -0.5155426], abs=1e-6)
    assert as_numbers(mean_sigma(without(new, ITEM_27), without(old, ITEM_27))) == pytest.approx(
        [1.1761, -0.5042], abs=1e-4
    )


def test_curve_methods_give_the_constants_of_stuirt(anchors):
    """STUIRT, example 1, symmetric: Haebara 1.067800, -.471281; Stocking-Lord 1.083417, -.487619."""
    new, old = anchors

    assert as_numbers(haebara(new, old, GROUP_X, GROUP_Y)) == pytest.approx([1.067800, -0.471281], abs=5e-6)
    assert as_numbers(stocking_lord(new, old, GROUP_X, GROUP_Y)) == pytest.approx(
        [1.083417, -0.487619], abs=1e-6
    )


def test_the_anchor_that_drifted_in_the_worked_example_is_dropped(anchors):
    """Kolen and Brennan leave item 27 out: its slope fell from 1.88 to 1.04."""
    new, old = anchors
    result = link(new, old, mean_sigma)

    assert [dropped.anchor for dropped in result.dropped] == [ITEM_27]
    assert result.dropped[0].z_slope == pytest.approx(-4.23, abs=0.01)
    assert result.line == mean_sigma(without(new, ITEM_27), without(old, ITEM_27))
    assert result.kept == tuple(i for i in range(12) if i != ITEM_27)


def test_what_moved_depends_on_the_line(anchors):
    """By curves the flat item 21, hardly estimated, has moved too."""
    new, old = anchors

    assert [dropped.anchor for dropped in link(new, old, stocking_lord).dropped] == [ITEM_21, ITEM_27]


@settings(max_examples=25, deadline=None)
@given(st.floats(0.6, 1.6), st.floats(-1, 1), st.sampled_from(METHODS), st.integers(0, 999))
def test_the_true_line_is_found_whatever_it_is(slope, intercept, method, seed):
    new, truth = random_items(np.random.default_rng(seed)), Line(slope, intercept)
    result = link(new, truth.items(new), method)

    assert as_numbers(result.line) == pytest.approx([slope, intercept], abs=1e-5)
    assert result.dropped == ()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(METHODS), st.integers(0, 999))
def test_linking_the_other_way_gives_the_inverse(method, seed):
    rng = np.random.default_rng(seed)
    new = random_items(rng)
    old = Items.of(new.a * rng.lognormal(0, 0.1, 15), new.d + rng.normal(0, 0.1, 15), new.c)

    assert as_numbers(method(new, old).inverse()) == pytest.approx(as_numbers(method(old, new)), abs=1e-5)


@given(st.floats(0.6, 1.6), st.floats(-1, 1), st.integers(0, 999))
def test_chances_stay_as_they_were(slope, intercept, seed):
    items, line = random_items(np.random.default_rng(seed)), Line(slope, intercept)
    theta = np.linspace(-3, 3, 7)
    moved = line.items(items)

    assert probability(line.ability(theta), moved.a, moved.d, moved.c) == pytest.approx(
        probability(theta, items.a, items.d, items.c), abs=1e-12
    )


@pytest.mark.parametrize("method", METHODS)
def test_one_anchor_that_became_known_is_found_and_named(method):
    rng = np.random.default_rng(4)
    new = random_items(rng, 20)
    old = Line(1.1, 0.3).items(Items.of(new.a, new.d + rng.normal(0, 0.05, 20), new.c))
    leaked = Items(old.a, old.d + np.where(np.arange(20) == 5, 1.0, 0.0) * old.a, old.c)
    result = link(new, leaked, method)

    assert 5 in [dropped.anchor for dropped in result.dropped]
    assert as_numbers(result.line) == pytest.approx([1.1, 0.3], abs=0.06)


def test_a_link_on_too_few_anchors_is_refused():
    new = random_items(np.random.default_rng(1), 8)
    drifted = Items(new.a, new.d + np.where(np.arange(8) == 2, 2.0, 0.0), new.c)

    assert len(link(new, new).kept) == 8
    with pytest.raises(TooFewAnchors, match="7 anchors left of 8"):
        link(new, drifted)


def test_robust_z_is_in_units_of_the_middle_half():
    assert robust_z([0, 1, 2, 3, 4]) == pytest.approx(np.array([-2, -1, 0, 1, 2]) / (0.74 * 2))
    assert robust_z([1, 1, 1, 1]) == pytest.approx(np.zeros(4))


def test_anchors_that_cannot_be_linked_are_refused():
    new = random_items(np.random.default_rng(1), 3)

    with pytest.raises(ValueError, match="3 anchors on the new scale and 2"):
        haebara(new, new.pick([0, 1]))
    with pytest.raises(ValueError, match="at least two"):
        mean_sigma(new.pick([0]), new.pick([0]))
    with pytest.raises(ValueError, match="one difficulty"):
        mean_sigma(Items.of([1, 1], [0, 0]), Items.of([1, 1], [0, 1]))
    with pytest.raises(ValueError, match="positive slopes"):
        Items.of([1, -1], [0, 0])
    with pytest.raises(ValueError, match="d must have 2"):
        Items.of([1, 1], [0])

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.measurement.growth import (
    Change,
    change_of,
    group_growth,
    jackknife,
    linking_error,
    reliable_change,
)
from assessments.measurement.linking import Items, Line, mean_sigma, stocking_lord

from . import golden


def anchors(noise=0.0, count=12, seed=6, line=None):
    rng = np.random.default_rng(seed)
    a = rng.lognormal(0.2, 0.3, count)
    new = Items.of(a, -a * rng.normal(size=count), 0.2)
    return new, (line or Line(1.0, 0.0)).items(Items(a, new.d + rng.normal(0, noise, count), new.c))


def test_reliable_change_gives_the_published_values():
    published = json.loads(golden.path("growth_rci.json").read_text())
    lsat7 = published["RCI"]
    half = lsat7["pooled_SEM"] / 2**0.5
    person = reliable_change(lsat7["pre.score"], half, lsat7["post.score"], half)

    # The source subtracts the other way round.
    assert person.difference == pytest.approx(-lsat7["diff"], abs=1e-12)
    assert person.se == pytest.approx(lsat7["pooled_SEM"], abs=1e-12)
    assert person.z == pytest.approx(-lsat7["z"], abs=1e-12)
    assert person.change is Change.UNCLEAR
    assert reliable_change(50, 4, 60, 4).z == pytest.approx(published["jacobson_truax_50_60_SEM4"], abs=1e-12)
    assert reliable_change(50, 4, 60, 4).change is Change.IMPROVED


@pytest.mark.parametrize(
    ("z", "word"),
    [
        (1.645, Change.IMPROVED),
        (1.644, Change.UNCLEAR),
        (0.0, Change.UNCLEAR),
        (-1.644, Change.UNCLEAR),
        (-1.645, Change.DECLINED),
    ],
)
def test_a_change_is_named_from_the_critical_value_on(z, word):
    assert change_of(z) is word


@given(st.floats(-3, 3), st.floats(0.1, 1), st.floats(-3, 3), st.floats(0.1, 1))
def test_going_back_is_the_opposite_change(before, se_before, after, se_after):
    there = reliable_change(before, se_before, after, se_after)
    back = reliable_change(after, se_after, before, se_before)

    assert back.z == -there.z
    assert {there.change, back.change} in ({Change.UNCLEAR}, {Change.IMPROVED, Change.DECLINED})


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12))
def test_the_jackknife_of_a_mean_is_its_standard_error(values):
    sample = np.array(values)
    left_out = [np.delete(sample, i).mean() for i in range(len(sample))]

    assert jackknife(left_out) == pytest.approx(sample.std(ddof=1) / len(sample) ** 0.5, abs=1e-9)


def test_linking_error_is_that_of_the_mean_difficulty_where_scales_differ_by_a_shift():
    """With slopes fixed the line is the mean difference of difficulties, whose error is known."""

    def shift(new, old):
        return Line(1.0, float(old.b.mean() - new.b.mean()))

    new, old = anchors(noise=0.2)
    moved = old.b - new.b

    assert linking_error([0.3, 0.9], new, old, shift) == pytest.approx(moved.std(ddof=1) / 12**0.5, abs=1e-9)


@pytest.mark.parametrize("method", [mean_sigma, stocking_lord])
def test_growth_is_found_across_scales(method):
    rng = np.random.default_rng(9)
    new, old = anchors(noise=0.1, line=Line(0.9, 0.4))
    earlier = rng.normal(0, 1, 400)
    later = (earlier + 0.3 + rng.normal(0, 0.5, 400) - 0.4) / 0.9
    growth = group_growth(earlier, later, new, old, method)

    assert growth.people == 400
    assert growth.difference == pytest.approx(0.3, abs=2 * growth.se)
    assert growth.se_sampling == pytest.approx(0.5 / 400**0.5, rel=0.2)
    assert growth.se == pytest.approx(np.hypot(growth.se_sampling, growth.se_linking))
    assert growth.change is Change.IMPROVED


def test_more_people_do_not_help_against_poor_anchors():
    rng = np.random.default_rng(2)
    new, old = anchors(noise=0.5, count=9)
    small, large = (rng.normal(0, 1, size) for size in (100, 10_000))
    few = group_growth(small, small + rng.normal(0, 0.5, 100), new, old)
    many = group_growth(large, large + rng.normal(0, 0.5, 10_000), new, old)

    assert many.se_sampling < few.se_sampling / 5
    assert many.se_linking > few.se_linking / 1.5


def test_a_stated_interval_holds_about_as_often_as_it_says():
    """200 groups whose anchors were estimated with error: 95 % intervals over growth of 0.2."""
    rng, held = np.random.default_rng(12), 0
    for trial in range(200):
        new, old = anchors(noise=0.15, seed=trial)
        earlier = rng.normal(0, 1, 200)
        growth = group_growth(earlier, earlier + 0.2 + rng.normal(0, 0.5, 200), new, old, mean_sigma)
        held += abs(growth.difference - 0.2) <= 1.96 * growth.se

    assert 0.85 < held / 200 < 0.99


def test_growth_that_cannot_be_computed_is_refused():
    new, old = anchors()

    with pytest.raises(ValueError, match="not negative"):
        reliable_change(0, 0, 1, 0)
    with pytest.raises(ValueError, match="two units"):
        jackknife([1.0])
    with pytest.raises(ValueError, match="three anchors"):
        linking_error([0.0], new.pick([0, 1]), old.pick([0, 1]))
    with pytest.raises(ValueError, match="after must have 2"):
        group_growth([0, 1], [0], new, old)
    with pytest.raises(ValueError, match="at least two people"):
        group_growth([0], [1], new, old)
    with pytest.raises(ValueError, match="without any spread"):
        group_growth([0, 1], [0, 1], new, new, lambda new, old: Line(1.0, 0.0))

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.diagnostics.rules import CURRENT, EVERYTHING, Band
from assessments.diagnostics.scoring import (
    Answer,
    Estimate,
    Item,
    by_count,
    calibrated_bank,
    change,
    estimates,
    points,
    reached,
    response_table,
)
from assessments.measurement.ability import probability_above
from assessments.measurement.curves import probability
from assessments.measurement.growth import Change

DIMENSIONS = ("w", "x", "y", "z")


def paper(right: int, total: int, dimension: str = "w") -> list[Answer]:
    return [Answer(Item(n), n, dimension, True, float(n <= right)) for n in range(1, total + 1)]


def bank(per_dimension: int = 40, seed: int = 3):
    rng = np.random.default_rng(seed)
    count = per_dimension * len(DIMENSIONS)
    a, b = rng.uniform(0.9, 1.8, count), rng.uniform(-2.0, 0.6, count)
    scales = [DIMENSIONS[place % len(DIMENSIONS)] for place in range(count)]
    return calibrated_bank(
        [Item(place) for place in range(count)], scales, a, -a * b, np.zeros(count), CURRENT
    )


def abilities(people: int, seed: int = 4) -> np.ndarray:
    """People x dimensions, which correlate as the rule says."""
    rng = np.random.default_rng(seed)
    general = rng.normal(size=(people, 1))
    own = rng.normal(size=(people, len(DIMENSIONS)))
    return CURRENT.general * general + np.sqrt(1 - CURRENT.general**2) * own


def answer(made, theta: np.ndarray, per_dimension: int = 5, seed: int = 5) -> list[list[Answer]]:
    """A paper for each person, its questions drawn by lot."""
    rng = np.random.default_rng(seed)
    papers = []
    for person in theta:
        answers: list[Answer] = []
        for place, dimension in enumerate(DIMENSIONS):
            drawn = rng.choice(made.of(dimension), per_dimension, replace=False)
            chances = probability(person[place], made.a[drawn], made.d[drawn])[0]
            for item, chance in zip(drawn, chances, strict=True):
                score = float(rng.random() < chance)
                answers.append(Answer(made.items[item], len(answers) + 1, dimension, True, score))
        papers.append(answers)
    return papers


def truth(made, theta) -> np.ndarray:
    return theta >= np.array([made.cuts[dimension] for dimension in DIMENSIONS])


@pytest.mark.parametrize(
    ("right", "band", "confidence"),
    [
        (0, "learn", "high"),
        (1, "learn", "high"),
        (2, "learn", "medium"),
        (3, "near", "low"),
        (4, "near", "low"),
        (5, "ready", "medium"),
    ],
)
def test_five_questions_counted_give_these_words(right, band, confidence):
    found = by_count("w", paper(right, 5), CURRENT)

    assert (found.band, found.confidence, found.questions, found.points) == (band, confidence, 5, right)


def test_too_few_questions_leave_everything_open():
    found = by_count("w", paper(2, 2), CURRENT)

    assert (found.above, found.band, found.confidence) == (0.5, Band.NEAR, "low")


def test_one_more_right_answer_never_counts_against_somebody():
    chances = [by_count("w", paper(right, 12), CURRENT).above for right in range(13)]

    assert chances == sorted(chances)
    assert len(set(chances)) == 13


def test_what_comes_after_the_last_answer_was_not_reached():
    answers = [
        Answer(Item(1), 1, "w", True, 1.0),
        Answer(Item(2), 2, "w", False, 0.0),
        Answer(Item(3), 3, "w", True, 1.0),
        Answer(Item(4), 4, "w", False, 0.0),
    ]

    assert [answer.position for answer in reached(answers)] == [1, 2, 3]
    assert points(reached(answers)) == [1.0, 0.0, 1.0]
    assert reached(answers[1:2]) == []


def test_the_parts_of_a_passage_are_one_question_to_count_and_items_each_to_the_model():
    answers = [
        Answer(Item(1, "p1"), 1, "w", True, 1.0),
        Answer(Item(1, "p2"), 1, "w", True, 0.5),
        Answer(Item(2), 2, "w", True, 1.0),
    ]

    table = response_table([answers], [Item(1, "p1"), Item(1, "p2"), Item(2), Item(3)])

    assert points(answers) == [0.75, 1.0]
    assert table[0, :3].tolist() == [1.0, 0.0, 1.0]
    assert np.isnan(table[0, 3])


def test_the_cut_on_a_scale_is_where_the_expected_share_right_is_the_rules():
    made = bank()

    for scale, cut in made.cuts.items():
        own = made.of(scale)
        assert probability(cut, made.a[own], made.d[own]).mean() == pytest.approx(CURRENT.cut)
    assert set(made.cuts) == {EVERYTHING, *DIMENSIONS}


def test_items_that_tell_nobody_apart_are_not_counted():
    made = calibrated_bank(
        [Item(1), Item(2)], ["w", "x"], np.array([1.0, 0.1]), np.zeros(2), np.zeros(2), CURRENT
    )

    assert (list(made.items), set(made.cuts)) == ([Item(1)], {EVERYTHING, "w"})


def test_simulated_people_are_told_their_band_rightly_by_the_model():
    made, theta = bank(), abilities(1500)
    papers = answer(made, theta)

    found = estimates(papers, DIMENSIONS, CURRENT, made)

    bands = np.array([[one[dimension].band for dimension in DIMENSIONS] for one in found])
    above = truth(made, theta)
    told = bands != Band.NEAR
    right = (bands == Band.READY) == above
    assert right[told].mean() > 0.90
    assert 0.5 < told.mean() < 0.9
    chances = np.array([[one[dimension].above for dimension in DIMENSIONS] for one in found])
    # Chances that mean what they say: among those told .6 to .8, about .7 are above.
    between = (chances > 0.6) & (chances < 0.8)
    assert above[between].mean() == pytest.approx(chances[between].mean(), abs=0.05)


def test_simulated_people_are_told_their_band_rightly_by_counting():
    made, theta = bank(), abilities(1500)
    papers = answer(made, theta)

    found = estimates(papers, DIMENSIONS, CURRENT)

    bands = np.array([[one[dimension].band for dimension in DIMENSIONS] for one in found])
    told = bands != Band.NEAR
    assert ((bands == Band.READY) == truth(made, theta))[told].mean() > 0.85


def test_a_stored_posterior_gives_the_same_chance_again():
    made = bank()

    for one in estimates(answer(made, abilities(5)), DIMENSIONS, CURRENT, made):
        for scale, found in one.items():
            again = probability_above(np.frombuffer(found.posterior, np.float16)[None, :], made.cuts[scale])
            assert len(found.posterior) == 82
            assert again[0] == pytest.approx(found.above)


def test_items_outside_the_calibration_are_counted():
    found = estimates([paper(5, 5)], ["w"], CURRENT, bank(per_dimension=1))

    assert (found[0]["w"].theta, found[0]["w"].band) == (None, Band.READY)


def test_nobody_and_nothing_answered_give_no_verdict():
    assert estimates([], DIMENSIONS, CURRENT, bank()) == []
    [nothing] = estimates([[]], DIMENSIONS, CURRENT, bank())
    assert {(one.questions, one.band) for one in nothing.values()} == {(0, Band.NEAR)}


@settings(deadline=None)
@given(st.integers(3, 30), st.data())
def test_counted_change_turns_round_with_the_sittings(total, data):
    first, second = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    before, after = (by_count("w", paper(right, total), CURRENT) for right in (first, second))

    there, back = change(before, after, CURRENT), change(after, before, CURRENT)

    turned = {
        Change.IMPROVED: Change.DECLINED,
        Change.DECLINED: Change.IMPROVED,
        Change.UNCLEAR: Change.UNCLEAR,
    }
    assert back == turned[there]


@pytest.mark.parametrize(
    ("first", "second", "total", "expected"),
    [
        (2, 4, 5, Change.UNCLEAR),
        (0, 5, 5, Change.IMPROVED),
        (10, 17, 20, Change.IMPROVED),
        (17, 10, 20, Change.DECLINED),
        (12, 14, 20, Change.UNCLEAR),
        (1, 2, 2, None),
    ],
)
def test_counted_change_in_words(first, second, total, expected):
    before, after = (by_count("w", paper(right, total), CURRENT) for right in (first, second))

    assert change(before, after, CURRENT) == expected


@pytest.mark.parametrize("calibrated", [True, False])
def test_people_who_did_not_change_are_seldom_said_to_have(calibrated):
    made, theta = bank(), abilities(800)
    sittings = (answer(made, theta, seed=seed) for seed in (6, 7))

    first, second = (
        estimates(papers, DIMENSIONS, CURRENT, made if calibrated else None) for papers in sittings
    )

    changes = [
        change(before[EVERYTHING], after[EVERYTHING], CURRENT)
        for before, after in zip(first, second, strict=True)
    ]
    assert 0 < np.mean([found == Change.IMPROVED for found in changes]) < 0.08
    assert 0 < np.mean([found == Change.DECLINED for found in changes]) < 0.08


def test_growth_goes_by_weighted_likelihood_where_both_were_calibrated():
    def measured(wle: float) -> Estimate:
        return Estimate(EVERYTHING, 20, 10.0, 0.5, Band.NEAR, "low", theta=0.0, se=0.3, wle=wle, wle_se=0.4)

    assert change(measured(-0.5), measured(0.5), CURRENT) == Change.IMPROVED
    assert change(measured(-0.4), measured(0.4), CURRENT) == Change.UNCLEAR

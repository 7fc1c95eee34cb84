from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.measurement import irregularities
from assessments.measurement.irregularities import (
    UNUSUAL,
    fit_response_times,
    response_time_effort,
    similar_pairs,
    wrong_concentration,
)

ITEMS, OPTIONS = 40, 4
KEYS = np.zeros(ITEMS, dtype=int)


def times_of(people=600, items=25, seed=4):
    """Seconds with their true intensities, discriminations and speeds."""
    rng = np.random.default_rng(seed)
    intensity, discrimination = rng.normal(3.5, 0.4, items), rng.uniform(1.5, 3, items)
    speed = rng.normal(0, 0.3, people)
    logs = rng.normal(intensity - speed[:, None], 1 / discrimination)
    return np.exp(logs), intensity, discrimination, speed


def a_school(people=60, seed=1):
    """Choices and chances of people who worked apart; wrong answers prefer option 1."""
    rng = np.random.default_rng(seed)
    difficulty, ability = rng.normal(0, 0.8, ITEMS), rng.normal(size=people)
    chances = 0.25 + 0.75 / (1 + np.exp(difficulty - ability[:, None]))
    wrong = rng.choice([1, 2, 3], size=(people, ITEMS), p=[0.5, 0.3, 0.2])
    return np.where(rng.random((people, ITEMS)) < chances, 0, wrong), chances


def test_every_finding_is_said_to_be_for_a_person_to_look():
    public = [
        getattr(irregularities, name)
        for name in ("response_time_effort", "fit_response_times", "similar_pairs", "SimilarPair")
    ]
    texts = [irregularities.__doc__, *(thing.__doc__ for thing in public)]

    assert all("person to look" in " ".join(text.split()) for text in texts)
    assert all("never a sanction" in " ".join(text.split()) for text in texts)


def test_answers_are_rapid_below_a_tenth_of_the_mean_within_limits():
    seconds = np.array([[10.0, 50.0, 300.0], [14.0, 50.0, 300.0], [2.9, 50.0, 9.9], [3.1, 4.9, np.nan]])
    effort = response_time_effort(seconds)

    assert effort.thresholds == pytest.approx([3.0, 3.8725, 10.0])
    assert effort.effort == pytest.approx([1, 1, 1 / 3, 1])
    assert effort.doubtful.tolist() == [False, False, True, False]


def test_an_attempt_is_in_doubt_below_nine_slow_answers_in_ten():
    seconds = np.full((3, 30), 60.0)
    seconds[1, :3] = 1.0
    seconds[2, :4] = 1.0
    effort = response_time_effort(seconds)

    assert effort.effort[1] == pytest.approx(0.9)
    assert effort.doubtful.tolist() == [False, False, True]


def test_somebody_without_answers_is_not_in_doubt():
    effort = response_time_effort([[20.0, 30.0], [np.nan, np.nan]])

    assert np.isnan(effort.effort[1])
    assert not effort.doubtful[1]


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_model_of_times_finds_what_made_them(missing):
    seconds, intensity, discrimination, speed = times_of(2_000)
    seconds[np.random.default_rng(0).random(seconds.shape) < missing] = np.nan
    model = fit_response_times(seconds)

    assert model.intensity == pytest.approx(intensity, abs=0.06)
    assert model.discrimination == pytest.approx(discrimination, rel=0.08)
    assert model.speed_sd == pytest.approx(0.3, abs=0.02)
    assert np.corrcoef(model.speed(seconds), speed)[0, 1] > 0.93


def test_few_questions_are_enough_for_the_model_of_times():
    """With five, a person's speed is vague, and fitting it as if it were known would flatter the model."""
    seconds, _, discrimination, _ = times_of(8_000, items=5)

    assert fit_response_times(seconds).discrimination == pytest.approx(discrimination, rel=0.06)


def test_standardised_times_are_standard_normal_for_honest_work():
    seconds = times_of(3_000)[0]
    model = fit_response_times(seconds)
    z, residuals = model.speed_z(seconds), model.residuals(seconds)

    assert [z.mean(), z.std()] == pytest.approx([0, 1], abs=0.03)
    assert np.mean(np.abs(z) > UNUSUAL) < 0.006
    assert [residuals.mean(), residuals.std()] == pytest.approx([0, 1], abs=0.05)


def test_somebody_five_times_as_fast_stands_out():
    seconds = times_of()[0]
    seconds[7] /= 5
    model = fit_response_times(seconds)

    assert np.argmax(model.speed_z(seconds)) == 7
    assert model.speed_z(seconds)[7] > UNUSUAL


def test_one_answer_known_beforehand_stands_out_from_its_persons_others():
    seconds = times_of()[0]
    seconds[7, 3] /= 20
    residuals = fit_response_times(seconds).residuals(seconds)

    assert np.argmin(residuals[7]) == 3
    assert residuals[7, 3] < -UNUSUAL


def test_a_person_without_times_has_no_speed():
    seconds = times_of(50)[0]
    seconds[0] = np.nan
    model = fit_response_times(seconds)

    assert model.speed(seconds)[0] == 0
    assert np.isnan(model.speed_z(seconds)[0])


def test_errors_gather_on_options_as_counted():
    choices = np.array([[0, 1], [1, 1], [1, 1], [2, -1]])

    assert wrong_concentration(choices, [0, 1]) == pytest.approx([(4 + 1) / 9, 1.0])


def test_people_who_worked_apart_raise_no_alarm():
    for seed in range(20):
        choices, chances = a_school(seed=seed)
        assert similar_pairs(choices, KEYS, chances, wrong_concentration(choices, KEYS)) == ()


def test_a_copied_paper_is_found_and_nothing_else():
    choices, chances = a_school()
    apart = wrong_concentration(choices, KEYS)
    weak, other = np.argsort(chances.sum(axis=1))[:2].tolist()
    choices[other, :36] = choices[weak, :36]
    found = similar_pairs(choices, KEYS, chances, apart, comparisons=1_050_000)

    assert [{pair.first, pair.second} for pair in found] == [{weak, other}]
    assert found[0].compared == ITEMS
    assert found[0].matches == (choices[weak] == choices[other]).sum() >= 36
    assert found[0].identical_wrong == ((choices[weak] == choices[other]) & (choices[weak] != 0)).sum()
    assert found[0].p < 1e-8


def test_two_who_know_everything_are_no_pair():
    """They should err now and then, and did not: improbable, but no wrong answer is shared."""
    chances = np.full((2, ITEMS), 0.6)
    perfect = np.zeros((2, ITEMS), dtype=int)
    concentration = np.full(ITEMS, 0.4)

    assert similar_pairs(perfect, KEYS, chances, concentration, identical_wrong=1) == ()
    assert len(similar_pairs(perfect, KEYS, chances, concentration, identical_wrong=0)) == 1


@given(st.integers(0, 999))
def test_the_chance_of_so_many_matches_is_exact(seed):
    """Against all patterns of matching over six questions, one of which one of the two left out."""
    rng = np.random.default_rng(seed)
    choices, chances = rng.integers(0, 3, (2, 6)), rng.uniform(0.2, 0.9, (2, 6))
    choices[1, 5] = -1
    concentration, keys = rng.uniform(0.3, 0.9, 6), np.zeros(6, dtype=int)

    def found(screen):
        return similar_pairs(
            choices, keys, chances, concentration, false_alarm=1.0, screen=screen, identical_wrong=0
        )

    match = (chances[0] * chances[1] + (1 - chances[0]) * (1 - chances[1]) * concentration)[:5]
    count = int((choices[0, :5] == choices[1, :5]).sum())
    z = (count - match.sum()) / np.sqrt((match * (1 - match)).sum())
    patterns = [np.array(pattern) for pattern in product([0, 1], repeat=5) if sum(pattern) >= count]

    if z <= 0:
        assert found(0.0) == ()
        return
    assert found(z * 1.001) == ()
    (pair,) = found(z * 0.999)
    assert (pair.compared, pair.matches) == (5, count)
    assert pair.expected == pytest.approx(match.sum())
    assert pair.p == pytest.approx(sum(np.where(pattern, match, 1 - match).prod() for pattern in patterns))


def test_times_and_answers_that_make_no_sense_are_refused():
    choices, chances = a_school(3)

    with pytest.raises(ValueError, match="positive"):
        response_time_effort([[0.0]])
    with pytest.raises(ValueError, match="two times"):
        fit_response_times([[1.0, np.nan], [2.0, 3.0]])
    with pytest.raises(ValueError, match="do not vary"):
        fit_response_times([[1.0], [1.0]])
    with pytest.raises(ValueError, match="no fit"):
        fit_response_times(times_of(50)[0], most_cycles=1)
    with pytest.raises(ValueError, match="25 questions"):
        fit_response_times(times_of(50)[0]).speed([[1.0]])
    with pytest.raises(ValueError, match="whole numbers"):
        wrong_concentration([[0.5]], [0])
    with pytest.raises(ValueError, match="40 whole numbers"):
        wrong_concentration(choices, [0])
    with pytest.raises(ValueError, match="between 0 and 1"):
        similar_pairs(choices, KEYS, chances[:2], np.ones(ITEMS))
    with pytest.raises(ValueError, match="concentration must have 40"):
        similar_pairs(choices, KEYS, chances, [1.0])
    assert similar_pairs(choices[:1], KEYS, chances[:1], np.ones(ITEMS)) == ()

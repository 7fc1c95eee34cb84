import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.measurement.tracing import Ratings, Tracing, elo, elo_ability, fit

from . import golden

CHANCE = st.floats(0.01, 0.99)
TRUTH = Tracing(knows=0.3, learns=0.15, slips=0.1, guesses=0.2)


def answers_of(model, learners, length, seed=5):
    rng = np.random.default_rng(seed)
    sequences = []
    for _ in range(learners):
        known, sequence = rng.random() < model.knows, []
        for _ in range(length):
            sequence.append(bool(rng.random() < (1 - model.slips if known else model.guesses)))
            known = known or rng.random() < model.learns
        sequences.append(sequence)
    return sequences


def likelihood_of(model, answers):
    known, total = model.knows, 0.0
    for right in answers:
        total += np.log(model.predict(known) if right else 1 - model.predict(known))
        known = model.update(known, right=right)
    return total


@pytest.mark.parametrize("case", [0, 1], ids=["without forgetting", "with forgetting"])
def test_traces_are_exact(case):
    known = json.loads(golden.path("bkt_exact.json").read_text())["cases"][case]

    def number(name):
        top, _, bottom = known["params"][name].partition("/")
        return int(top) / int(bottom or 1)

    model = Tracing(number("p0"), number("T"), number("S"), number("G_"), number("Fg"))
    states = model.trace([bool(x) for x in known["obs"]])

    for step, before, after in zip(known["trace"], states, states[1:], strict=False):
        right = bool(step["obs"])
        assert model.predict(before) == pytest.approx(step["pred_correct_f"], abs=1e-14)
        assert model.given(before, right=right) == pytest.approx(step["P_known_given_obs_f"], abs=1e-14)
        assert after == pytest.approx(step["P_known_next"], abs=1e-14)
    assert len(states) == len(known["trace"]) + 1


@given(st.builds(Tracing, CHANCE, CHANCE, CHANCE, CHANCE, CHANCE))
def test_chances_of_all_sequences_add_up_to_one(model):
    total = sum(np.exp(likelihood_of(model, answers)) for answers in product([True, False], repeat=4))

    assert total == pytest.approx(1)


@given(CHANCE, st.floats(0.01, 0.49), st.floats(0.01, 0.49), CHANCE)
def test_a_right_answer_speaks_for_knowing(knows, slips, guesses, learns):
    model = Tracing(knows, learns, slips, guesses)

    assert model.given(knows, right=False) < knows < model.given(knows, right=True)


def test_an_impossible_answer_changes_nothing_but_learning():
    model = Tracing(knows=1.0, learns=0.2, slips=0.0, guesses=0.0)

    assert model.update(1.0, right=False) == 1.0


def test_fitting_finds_the_parameters_that_made_the_answers():
    found = fit(answers_of(TRUTH, 3_000, 8), options=4)

    assert found.parameters.knows == pytest.approx(TRUTH.knows, abs=0.03)
    assert found.parameters.learns == pytest.approx(TRUTH.learns, abs=0.03)
    assert found.parameters.slips == pytest.approx(TRUTH.slips, abs=0.03)
    assert found.parameters.guesses == pytest.approx(TRUTH.guesses, abs=0.03)
    assert found.sequences == 3_000


def test_the_fit_is_a_peak_of_the_likelihood():
    """Sequences of unlike length, some of a single answer."""
    rng = np.random.default_rng(2)
    sequences = [sequence[: rng.integers(1, 9)] for sequence in answers_of(TRUTH, 400, 8)]
    found = fit(sequences, options=4, tolerance=1e-9, most_cycles=20_000)
    peak = sum(likelihood_of(found.parameters, sequence) for sequence in sequences)

    assert found.log_likelihood == pytest.approx(peak, abs=1e-4)
    for name in ("knows", "learns", "slips", "guesses"):
        for step in (-0.01, 0.01):
            value = getattr(found.parameters, name) + step
            if name == "slips" and value > 0.20:
                continue
            neighbour = Tracing(**{**found.parameters.__dict__, name: value})
            assert sum(likelihood_of(neighbour, sequence) for sequence in sequences) < peak


def test_knowing_cannot_come_to_mean_its_opposite():
    """Answers at random: slips and guesses stay within bounds, whatever fits best."""
    rng = np.random.default_rng(3)
    found = fit((rng.random((400, 6)) < 0.5).tolist(), options=4, tolerance=1e-4)

    assert found.parameters.slips <= 0.20
    assert found.parameters.guesses <= 0.30


def test_with_too_few_sequences_nothing_is_fitted():
    few = answers_of(TRUTH, 299, 4)

    with pytest.raises(ValueError, match="at least 300"):
        fit(few, options=4)
    with pytest.raises(ValueError, match="at least one answer"):
        fit([*few, []], options=4)
    with pytest.raises(ValueError, match="two options"):
        fit([*few, [True]], options=1)
    with pytest.raises(ValueError, match="no fit after 1"):
        fit(answers_of(TRUTH, 300, 4), options=4, most_cycles=1)
    with pytest.raises(ValueError, match="chances"):
        Tracing(1.2, 0.1, 0.1, 0.1)


@given(st.floats(-3, 3), st.floats(-3, 3), st.booleans())
def test_elo_moves_learner_and_question_apart_by_the_surprise(ability, difficulty, right):
    after = elo(Ratings(ability, difficulty), right=right)
    expected = 1 / (1 + np.exp(difficulty - ability))

    assert after.ability - ability == pytest.approx(0.4 * (right - expected))
    assert difficulty - after.difficulty == pytest.approx(0.1 * (right - expected))


def test_elo_comes_near_the_ability_that_made_the_answers():
    rng = np.random.default_rng(4)
    difficulties = rng.normal(size=400)
    ends = [
        elo_ability(rng.random(400) < 1 / (1 + np.exp(difficulties - 1.0)), difficulties, step=0.2)
        for _ in range(50)
    ]

    assert np.mean(ends) == pytest.approx(1.0, abs=0.15)
    with pytest.raises(ValueError, match="difficulties must have 2"):
        elo_ability([1, 0], [0.0])

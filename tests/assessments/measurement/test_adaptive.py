import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from assessments.measurement.adaptive import (
    NODES,
    Bank,
    Plan,
    Session,
    Stop,
    answered,
    begin,
    next_item,
    next_step,
    stop,
    within_cap,
)
from assessments.measurement.curves import information, probability

from . import golden


def bank_of(items, seed=11, areas=1):
    """Slopes around 1.2, difficulties as wide as people, guessing around .2: like a usual bank."""
    rng = np.random.default_rng(seed)
    a = rng.lognormal(0.2, 0.3, items)
    return Bank.of(a, -a * rng.normal(size=items), rng.beta(20, 80, items), np.arange(items) % areas)


def sit(bank, plan, theta, rng, allowed=None):
    """One person's test, with the SE after each question."""
    session, errors = begin(), []
    while not isinstance(step := next_step(session, bank, plan, rng, allowed), Stop):
        chance = np.interp(theta, NODES, bank.right[:, step])
        session = answered(session, bank, step, right=rng.random() < chance)
        errors.append(session.se)
    return session, errors


def test_without_drawing_the_most_informative_question_is_shown():
    rng = np.random.default_rng(1)
    a, d, c = rng.lognormal(0, 0.3, 50), rng.normal(size=50), np.full(50, 0.2)
    chosen = next_item(begin(), Bank.of(a, d, c), Plan(choose_among=1), rng)

    assert chosen == int(np.argmax(information([0.0], a, d, c)[0]))


def test_the_question_is_drawn_among_the_most_informative():
    bank, plan = bank_of(200), Plan(choose_among=4)
    best = set(np.argsort(bank.information[80])[-4:].tolist())

    drawn = {next_item(begin(), bank, plan, np.random.default_rng(seed)) for seed in range(60)}
    assert drawn == best


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.5, 2.5), st.floats(-2, 2), st.booleans()), min_size=1, max_size=6),
    st.floats(-1.5, 1.5),
)
def test_the_posterior_is_what_integration_gives(answers, cut):
    a, d = [answer[0] for answer in answers], [answer[1] for answer in answers]
    bank, session = Bank.of(a, d, 0.2), begin()
    for item, (_, _, right) in enumerate(answers):
        session = answered(session, bank, item, right=right)

    def density(theta, power=0):
        chance = probability([theta], a, d, 0.2)[0]
        likelihood = np.where([answer[2] for answer in answers], chance, 1 - chance).prod()
        return theta**power * likelihood * norm.pdf(theta)

    total = quad(density, -8, 8)[0]
    mean = quad(density, -8, 8, args=(1,))[0] / total
    assert session.eap == pytest.approx(mean, abs=1e-6)
    assert session.se == pytest.approx(
        np.sqrt(quad(density, -8, 8, args=(2,))[0] / total - mean**2), abs=1e-6
    )
    assert session.above(cut) == pytest.approx(quad(density, cut, 8)[0] / total, abs=1e-3)


def test_people_of_a_published_bank_come_out_in_the_order_of_their_scores():
    """The TCALS bank of 85 questions: 41, 79, 78 and 85 right or near it, the last with all right."""
    columns = np.genfromtxt(golden.path("tcals_bank.csv"), delimiter=",", skip_header=1, usecols=(0, 1, 2))
    answers = np.genfromtxt(golden.path("tcals_responses_4persons.csv"), delimiter=",", skip_header=1)
    a, b, c = columns.T
    bank = Bank.of(a, -a * b, c)
    sessions = []
    for row in answers:
        session = begin()
        for item, right in enumerate(row):
            session = answered(session, bank, item, right=bool(right))
        sessions.append(session)

    estimates = [session.eap for session in sessions]
    assert np.argsort(estimates).tolist() == np.argsort(answers.sum(axis=1)).tolist()
    assert estimates[0] < -1
    assert estimates[3] > 1.5


def test_mean_standard_errors_fall_as_simulated_before():
    """2,000 questions: .51/.38/.31/.28/.23 after 5/10/15/20/30 were measured with another bank like this."""
    rng, bank = np.random.default_rng(20), bank_of(2_000)
    plan = Plan(least=30, most=30, choose_among=1)
    errors = np.array([sit(bank, plan, theta, rng)[1] for theta in rng.normal(size=200)]).mean(axis=0)

    assert errors[[4, 9, 14, 19, 29]] == pytest.approx([0.51, 0.38, 0.31, 0.28, 0.23], abs=0.05)


def test_tests_stopped_by_their_standard_error_tell_the_truth_about_it():
    rng, bank = np.random.default_rng(3), bank_of(500)
    plan = Plan(se=0.35, choose_among=5)
    truth = rng.normal(size=200)
    sessions = [sit(bank, plan, theta, rng)[0] for theta in truth]

    error = np.array([session.eap for session in sessions]) - truth
    lengths = [len(session.shown) for session in sessions]
    assert np.sqrt(np.mean(error**2)) == pytest.approx(0.35, abs=0.05)
    assert 8 < np.mean(lengths) < 18
    assert max(session.se for session in sessions if len(session.shown) < plan.most) <= 0.35


def test_levels_decided_with_confidence_are_right_that_often():
    rng, bank = np.random.default_rng(5), bank_of(500)
    plan = Plan(cut=0.0, confidence=0.90, choose_among=5)
    truth = rng.normal(size=300)
    sessions = [sit(bank, plan, theta, rng)[0] for theta in truth]

    decided = [stop(session, plan) is Stop.DECIDED for session in sessions]
    right = [
        (session.above(0.0) > 0.5) == (theta > 0) for session, theta in zip(sessions, truth, strict=True)
    ]
    assert np.mean(decided) > 0.8
    assert np.mean(np.array(right)[decided]) > 0.90


def test_no_question_is_shown_in_more_sessions_than_the_cap_allows():
    rng, bank = np.random.default_rng(8), bank_of(300)
    free, capped = np.zeros(300), np.zeros(300)
    plan = Plan(least=10, most=10, choose_among=5)
    for number, theta in enumerate(rng.normal(size=150), start=1):
        free[list(sit(bank, plan, theta, rng)[0].shown)] += 1
        capped[list(sit(bank, plan, theta, rng, within_cap(capped, number))[0].shown)] += 1

    assert free.max() / 150 > 0.20
    assert capped.max() / 150 <= 0.20
    assert (capped > 0).sum() > (free > 0).sum()


@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=4), st.integers(5, 20), st.integers(0, 99))
def test_every_area_gets_its_share_give_or_take_a_question(parts, length, seed):
    shares = {area: part / sum(parts) for area, part in enumerate(parts)}
    bank = bank_of(120, areas=len(parts))
    plan = Plan(shares=shares, least=length, most=length)
    session, _ = sit(bank, plan, 0.3, np.random.default_rng(seed))

    counts = np.bincount(bank.area[list(session.shown)], minlength=len(parts))
    assert len(set(session.shown)) == length
    assert all(abs(counts[area] - share * length) <= 1.5 for area, share in shares.items())


def test_an_area_without_questions_left_gives_way():
    bank = Bank.of(np.ones(6), np.zeros(6), area=[0, 0, 0, 0, 1, 2])
    plan = Plan(shares={0: 0.5, 1: 0.5}, least=6, most=6)
    session, _ = sit(bank, plan, 0.0, np.random.default_rng(2))

    assert sorted(session.shown) == [0, 1, 2, 3, 4]
    assert next_step(session, bank, plan, np.random.default_rng(2)) is Stop.EXHAUSTED


def test_a_test_ends_for_the_first_reason_that_holds():
    sure = Session(
        np.where(np.abs(NODES - 1) < 0.2, 1.0, 0.0) / (np.abs(NODES - 1) < 0.2).sum(), (0, 1, 2, 3, 4)
    )
    vague = Session(begin().posterior, (0, 1, 2, 3, 4))
    short = Session(sure.posterior, (0, 1))

    assert stop(sure, Plan(se=0.3, cut=0.0)) is Stop.PRECISE
    assert stop(sure, Plan(cut=0.0)) is Stop.DECIDED
    assert stop(sure, Plan(se=0.05, cut=1.0, most=5)) is Stop.LONG_ENOUGH
    assert stop(vague, Plan(se=0.3, cut=0.0)) is None
    assert stop(short, Plan(se=0.3, cut=0.0)) is None


def test_what_makes_no_sense_is_refused():
    bank, rng = bank_of(5), np.random.default_rng(0)
    once = answered(begin(), bank, 3, right=True)

    with pytest.raises(ValueError, match="answered before"):
        answered(once, bank, 3, right=False)
    with pytest.raises(ValueError, match="5 places"):
        next_item(once, bank, Plan(), rng, np.ones(4, dtype=bool))
    with pytest.raises(ValueError, match="positive"):
        begin(sd=0)
    with pytest.raises(ValueError, match="2 whole numbers"):
        Bank.of([1, 1], [0, 0], area=[0, -1])
    with pytest.raises(ValueError, match="d must have 2"):
        Bank.of([1, 1], [0])
    with pytest.raises(ValueError, match="above 0"):
        within_cap([0, 1], 3, cap=0)
    for wrong in ({"least": 9, "most": 8}, {"choose_among": 0}, {"confidence": 0.5}, {"shares": {0: 0.5}}):
        with pytest.raises(ValueError, match=r"at least|add up"):
            Plan(**wrong)


def test_the_next_of_two_thousand_questions_is_found_at_once():
    """0.1 ms on a quiet machine; ten times that here, for one that is not."""
    bank, rng = bank_of(2_000, areas=5), np.random.default_rng(0)
    plan = Plan(shares=dict.fromkeys(range(5), 0.2))
    session = answered(begin(), bank, 7, right=True)
    allowed = np.ones(2_000, dtype=bool)

    def seconds():
        started = time.perf_counter()
        for _ in range(100):
            next_item(session, bank, plan, rng, allowed)
        return (time.perf_counter() - started) / 100

    assert min(seconds() for _ in range(5)) < 1e-3

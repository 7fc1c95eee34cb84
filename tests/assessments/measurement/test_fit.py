from __future__ import annotations

import numpy as np
import pytest

from assessments.measurement.calibration import calibrate
from assessments.measurement.curves import probability
from assessments.measurement.fit import (
    item_fit,
    local_dependence,
    overall_fit,
    person_fit,
)

from .golden import column, needs_golden, table, values


def simulated(people, items, c=0.0, seed=3):
    """Responses, with the parameters and abilities that they come from."""
    random = np.random.default_rng(seed)
    a, d, theta = np.exp(random.normal(0, 0.3, items)), random.normal(0, 1, items), random.normal(size=people)
    return (random.random((people, items)) < probability(theta, a, d, c)).astype(float), a, d, theta


@needs_golden
@pytest.mark.parametrize("model", ["1PL", "2PL"])
def test_items_of_the_law_school_test_fit_as_published(model):
    known = values("lsat6.json")[model]["S_X2"]
    responses = table("lsat6.csv")
    found = calibrate(responses, model, tolerance=1e-8)

    fit = item_fit(responses, found.a, found.d)

    assert fit.statistic == pytest.approx(column(known, "S_X2"), abs=1e-6)
    assert fit.df.tolist() == column(known, "df.S_X2").tolist()
    assert fit.p == pytest.approx(column(known, "p.S_X2"), abs=1e-6)


@needs_golden
@pytest.mark.parametrize("model", ["1PL", "2PL"])
def test_the_law_school_test_fits_as_published(model):
    known = values("lsat6.json")[model]["M2"]
    responses = table("lsat6.csv")
    found = calibrate(responses, model, tolerance=1e-8)

    fit = overall_fit(responses, found.a, found.d, model=model)

    assert fit.statistic == pytest.approx(known["M2"], abs=1e-6)
    assert fit.df == known["df"]
    assert fit.p == pytest.approx(known["p"], abs=1e-6)
    assert fit.rmsea == known["RMSEA"]
    assert fit.rmsea_low == known["RMSEA_5"]
    # The published interval divides by the people, ours and its point estimate by one less.
    assert fit.rmsea_high * np.sqrt(999 / 1000) == pytest.approx(known["RMSEA_95"], abs=1e-6)
    assert fit.srmsr == pytest.approx(known["SRMSR"], abs=1e-6)


@needs_golden
def test_the_second_law_school_section_misfits_as_published():
    """Values as the manual of mirt prints them: the second item leaves its curve."""
    responses = table("lsat7.csv")
    found = calibrate(responses, tolerance=1e-8)

    items, whole = item_fit(responses, found.a, found.d), overall_fit(responses, found.a, found.d)

    assert items.statistic == pytest.approx([4.75, 14.45, 1.27, 5.24, 0.94], abs=6e-3)
    assert items.df.tolist() == [2] * 5
    assert (whole.statistic, whole.df) == (pytest.approx(11.938, abs=1e-3), 5)
    assert whole.rmsea == pytest.approx(0.0373, abs=1e-4)


def test_a_test_that_fits_is_rarely_called_a_misfit():
    """Known parameters: the p of 40 items of 5 tests are even between 0 and 1."""
    ps = []
    for seed in range(5):
        responses, a, d, _ = simulated(2000, 8, seed=seed)
        ps += item_fit(responses, a, d, estimated=0).p.tolist()

    assert np.mean(ps) == pytest.approx(0.5, abs=0.15)
    assert np.mean(np.array(ps) < 0.05) < 0.15


def test_an_item_that_leaves_its_curve_is_found():
    responses, _, _, theta = simulated(3000, 10)
    responses[:, 4] = np.abs(theta) < 1

    found = calibrate(responses)
    fit = item_fit(responses, found.a, found.d)

    assert fit.p[4] < 1e-6
    assert fit.p.argmin() == 4


def test_a_test_of_two_abilities_misfits_and_a_test_of_one_does_not():
    one, two = simulated(2000, 12)[0], simulated(2000, 12, seed=9)[0]
    both = np.concatenate([one[:, :6], two[:, 6:]], axis=1)

    fits = [overall_fit(x, found.a, found.d) for x in (one, both) for found in [calibrate(x)]]

    assert fits[0].p > 0.01
    assert fits[0].rmsea_low < 0.01
    assert fits[1].p < 1e-6
    assert fits[1].rmsea_low < fits[1].rmsea < fits[1].rmsea_high
    assert fits[1].srmsr > 2 * fits[0].srmsr


def test_guessing_counts_as_a_parameter():
    responses, *_ = simulated(4000, 10, c=0.2)
    found = calibrate(responses, "3PL", options=5)

    fit = overall_fit(responses, found.a, found.d, found.c, model="3PL")

    assert fit.df == 55 - 30
    assert fit.rmsea < 0.03
    assert item_fit(responses, found.a, found.d, found.c, estimated=3).df.max() <= 6


def test_people_who_left_something_out_are_left_out():
    responses, a, d, _ = simulated(600, 6)
    gaps = np.vstack([responses, np.where(np.eye(6), np.nan, 1)])

    assert item_fit(gaps, a, d).statistic.tolist() == item_fit(responses, a, d).statistic.tolist()
    assert overall_fit(gaps, a, d) == overall_fit(responses, a, d)
    with pytest.raises(ValueError, match="fewer than 2 people answered everything"):
        item_fit(np.where(np.eye(6), np.nan, 1), a, d)


def test_what_m2_cannot_tell_is_refused():
    responses, a, d, _ = simulated(50, 90)

    with pytest.raises(ValueError, match="M2 takes at most 80 items, not 90"):
        overall_fit(responses, a, d)
    with pytest.raises(ValueError, match="3 items leave no degree of freedom for 2PL"):
        overall_fit(responses[:, :3], a[:3], d[:3])


def test_an_item_without_degrees_of_freedom_has_no_p():
    responses, a, d, _ = simulated(50, 3)

    assert np.isnan(item_fit(responses, a, d).p).all()


def test_items_that_share_more_than_the_ability_are_paired():
    responses, *_ = simulated(2000, 25)
    random = np.random.default_rng(8)
    copied = random.random(2000) < 0.6
    responses[copied, 7] = responses[copied, 2]
    responses[random.random(responses.shape) < 0.1] = np.nan

    found = calibrate(responses)
    dependence = local_dependence(responses, found.a, found.d)

    assert dependence.pairs == [(2, 7)]
    assert dependence.correlations == pytest.approx(dependence.correlations.T, nan_ok=True)
    assert np.isnan(np.diag(dependence.correlations)).all()


def test_residual_correlations_are_those_of_who_answered_both():
    responses, a, d, theta = simulated(300, 4)
    responses[np.random.default_rng(1).random(responses.shape) < 0.3] = np.nan
    above = responses - probability(theta, a, d)
    both = ~np.isnan(above[:, 0]) & ~np.isnan(above[:, 3])

    found = local_dependence(responses, a, d, theta=theta).correlations

    assert found[0, 3] == pytest.approx(np.corrcoef(above[both, 0], above[both, 3])[0, 1])


def test_person_fit_is_standard_normal_at_the_true_ability():
    responses, a, d, theta = simulated(4000, 60, c=0.2)
    responses[np.random.default_rng(1).random(responses.shape) < 0.2] = np.nan

    found = person_fit(responses, theta, a, d, 0.2)

    assert found.mean() == pytest.approx(0, abs=0.05)
    assert found.std() == pytest.approx(1, abs=0.05)


def test_who_fails_the_easy_and_passes_the_hard_does_not_fit():
    a, d = np.ones(20), np.linspace(3, -3, 20)
    usual, reversed_ = (d > 0).astype(float), (d < 0).astype(float)

    found = person_fit([usual, reversed_, np.full(20, np.nan)], [0, 0, 0], a, d)

    assert found[0] > 1
    assert found[1] < -5
    assert np.isnan(found[2])


def test_portions_change_nothing(monkeypatch):
    responses, a, d, theta = simulated(300, 6)
    responses[np.random.default_rng(1).random(responses.shape) < 0.2] = np.nan

    whole = local_dependence(responses, a, d).correlations, person_fit(responses, theta, a, d)
    monkeypatch.setattr("assessments.measurement.fit.CHUNK", 70)
    portions = local_dependence(responses, a, d).correlations, person_fit(responses, theta, a, d)

    assert portions[0] == pytest.approx(whole[0], nan_ok=True)
    assert portions[1] == pytest.approx(whole[1])


def test_person_fit_asks_for_the_ability_of_everyone():
    with pytest.raises(ValueError, match="2 people need as many abilities"):
        person_fit([[1, 0], [0, 1]], [0], 1, 0)

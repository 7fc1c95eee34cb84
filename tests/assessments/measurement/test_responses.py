from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.measurement.calibration import calibrate
from assessments.measurement.responses import encode

cells = st.lists(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan]), min_size=3, max_size=3), min_size=1, max_size=5
)


@given(cells)
def test_what_is_masked_is_what_is_no_number(rows):
    values = np.array(rows)
    missing = np.isnan(values)
    masked = np.ma.masked_array(np.where(missing, 99, values).astype(int), missing)

    codes = encode(values, highest=2)

    assert codes.dtype == np.int8
    assert codes.tolist() == np.where(missing, -1, values).tolist()
    assert encode(masked, highest=2).tolist() == codes.tolist()


def test_truths_and_whole_numbers_are_scores():
    assert encode([[True, False]]).tolist() == [[1, 0]]
    assert encode(np.array([[1, 0]], dtype=np.uint8)).tolist() == [[1, 0]]


@pytest.mark.parametrize("value", [-1, 2, np.inf, 0.5])
def test_anything_else_is_no_score(value):
    with pytest.raises(ValueError, match="responses must be"):
        encode([[1, value]])


def test_nobody_is_a_matrix_too():
    assert encode(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("model", ["2PL", "GRM"])
def test_neither_patterns_nor_portions_change_the_result(model, monkeypatch):
    """People who answer alike are counted once, and people are handled in portions: only to be quick."""
    random = np.random.default_rng(1)
    theta = random.normal(size=(700, 1))
    responses = sum((random.random((700, 6)) < 1 / (1 + np.exp(-theta))).astype(float) for _ in range(2))
    responses = np.minimum(responses, 1 if model == "2PL" else 2)
    responses[random.random(responses.shape) < 0.1] = np.nan
    groups = random.integers(0, 2, 700)

    together = calibrate(responses, model, groups=groups, tolerance=1e-8)
    monkeypatch.setattr("assessments.measurement.responses.COLLAPSE_ITEMS", 0)
    monkeypatch.setattr("assessments.measurement.responses.CHUNK", 64)
    apart = calibrate(responses, model, groups=groups, tolerance=1e-8)

    assert apart.log_likelihood == pytest.approx(together.log_likelihood, abs=1e-7)
    for name in ("a", "d", "mean", "sd", "se_a", "se_d", "se_mean", "se_sd"):
        assert getattr(apart, name) == pytest.approx(getattr(together, name), abs=1e-5, nan_ok=True), name
    assert apart.n == together.n

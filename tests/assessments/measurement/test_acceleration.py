from __future__ import annotations

import numpy as np
import pytest

from assessments.measurement.acceleration import accelerate


def slow(point):
    """Creeps to (3, -1) by a hundredth and a fiftieth of the way; the value is how near it is."""
    target = np.array([3.0, -1.0])
    return point + np.array([0.01, 0.02]) * (target - point), -float(np.abs(target - point).sum())


def test_a_slow_iteration_ends_where_it_would_have_in_far_fewer_steps():
    plain, steps = np.zeros(2), 0
    while np.abs(slow(plain)[0] - plain).max() >= 1e-9:
        plain, steps = slow(plain)[0], steps + 1

    found = accelerate(slow, np.zeros(2), tolerance=1e-9, limit=10_000)

    assert found.converged
    assert found.point == pytest.approx([3, -1], abs=1e-6)
    assert found.steps < steps / 20


def test_the_limit_ends_it_without_convergence():
    found = accelerate(slow, np.zeros(2), tolerance=1e-9, limit=6)

    assert not found.converged
    assert found.steps == 6


def test_a_leap_to_where_there_is_no_value_is_taken_back():
    asked = []

    def walled(point):
        """Every third step is a leap; the first three of them meet a wall."""
        asked.append(point)
        return (point, -np.inf) if len(asked) in (3, 6, 9) else slow(point)

    found = accelerate(walled, np.zeros(2), tolerance=1e-9, limit=10_000)

    assert found.converged
    assert found.point == pytest.approx([3, -1], abs=1e-6)
    assert asked[3] == pytest.approx(slow(asked[1])[0])


def test_standing_where_there_is_no_value_is_no_convergence():
    found = accelerate(lambda point: (point, -np.inf), np.ones(2), tolerance=1e-9, limit=100)

    assert not found.converged
    assert found.steps == 1


def test_nothing_to_move_has_arrived():
    found = accelerate(lambda point: (point, 0.0), np.zeros(0), tolerance=1e-9, limit=100)

    assert found.converged
    assert found.steps == 1

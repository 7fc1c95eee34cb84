from __future__ import annotations

import numpy as np
import pytest

from assessments.measurement.newton import Local, ascend

TOP = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.0]])
STEEP = np.array([[2.0, 0.6], [0.6, 1.0]])


def bowl(items):
    """Three upturned bowls, each with its top."""
    away = items - TOP
    slope = away @ STEEP
    return Local(-0.5 * (away * slope).sum(axis=1), -slope, np.broadcast_to(STEEP, (3, 2, 2)))


def test_each_item_climbs_to_its_own_top():
    assert ascend(bowl, np.zeros((3, 2)), np.ones((3, 2), dtype=bool)) == pytest.approx(TOP)


def test_what_is_held_stays_and_the_rest_finds_the_best_beside_it():
    free = np.array([[True, True], [False, True], [False, False]])

    found = ascend(bowl, np.zeros((3, 2)), free)

    assert found[0] == pytest.approx(TOP[0])
    assert found[1] == pytest.approx([0, TOP[1, 1] + 0.6 * 0.5])
    assert found[2].tolist() == [0, 0]


def test_a_shared_first_parameter_is_the_best_for_all_together():
    found = ascend(bowl, np.zeros((3, 2)), np.ones((3, 2), dtype=bool), shared=True)

    # All bowls are alike, so the best common place is the mean of their tops.
    assert found[:, 0] == pytest.approx(TOP[:, 0].mean())
    assert found[:, 1] == pytest.approx(TOP[:, 1] - 0.6 * (found[:, 0] - TOP[:, 0]))


def test_a_step_too_far_is_halved_until_it_climbs():
    def cliff(items):
        """Tops at 1, no value beyond 1.5, and an information that promises far too little resistance."""
        x = items[:, 0]
        value = np.where(x < 1.5, -((x - 1) ** 2), np.nan)
        return Local(value, -2 * (items - 1), np.full((len(x), 1, 1), 0.1))

    found = ascend(cliff, np.zeros((2, 1)), np.ones((2, 1), dtype=bool))

    assert cliff(found).value.min() > -1
    assert found == pytest.approx(1, abs=0.3)


def test_where_no_step_climbs_nothing_moves():
    def misled(items):
        return Local(-items[:, 0], np.ones_like(items), np.ones((len(items), 1, 1)))

    assert ascend(misled, np.zeros((2, 1)), np.ones((2, 1), dtype=bool)) == pytest.approx(0, abs=1e-6)

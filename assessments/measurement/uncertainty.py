"""Standard errors of calibrated parameters from the observed information (Louis 1982), without approximation.

Observed information = information of the complete data - what not knowing the abilities loses of it. The
first is a numeric derivative of the exact gradient, item by item; the second follows from how the score of
each person varies over their posterior, summed node by node as matrix products.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats
from .binary import Layer
from .curves import GRID
from .expectation import Expectation, posteriors
from .newton import Local
from .responses import Codes, Design

STEP = 1e-5
NEGLIGIBLE = 1e-10
"""Who is at a node with less probability than this is passed over there: on a long test nearly everybody."""


PEOPLE = 512
"""Handled at a time where each has a matrix of their own."""


class ItemModel(Protocol):
    """What `Binary` and `Graded` have in common."""

    @property
    def design(self) -> Design: ...
    @property
    def free(self) -> NDArray[np.bool_]: ...
    def is_valid(self, items: Floats) -> bool: ...
    def log_curves(self, items: Floats) -> Floats: ...
    def log_prior(self, items: Floats) -> float: ...
    def maximise(self, items: Floats, counts: Floats) -> Floats: ...
    def local(self, items: Floats, counts: Floats) -> Local: ...
    def layers(self, items: Floats) -> list[Layer]: ...
    def scores(self, items: Floats) -> Floats: ...


def observed_information(
    model: ItemModel, items: Floats, mean: Floats, sd: Floats, expected: Expectation
) -> Floats:
    """Of all item parameters (flat), then of the mean and log(sd) of each group; fixed ones included.

    Square, of side items x k + 2 x groups. Rows of parameters that an item does not have are zero.
    """
    information = _complete(model, items, sd, expected)
    logs = model.log_curves(items)
    held = np.concatenate([part[2] for part in posteriors(model.design, logs, mean, sd)])
    lost = _lost_by_person if model.design.sparse is not None else _lost_by_node
    information -= lost(model, items, mean, sd, held)
    return information


def _lost_by_node(model: ItemModel, items: Floats, mean: Floats, sd: Floats, held: Floats) -> Floats:
    """Covariance of the scores over the posteriors, all people: quick where everybody answered much the same.

    held: posteriors, patterns x nodes.
    """
    kept = np.flatnonzero(np.append(model.free.ravel(), np.ones(2 * len(mean), dtype=bool)))
    layers = [
        (columns[kept], per_unit[:, kept]) for columns, per_unit in _with_groups(model, items, mean, sd)
    ]
    lost = np.zeros((len(kept), len(kept)))
    for node in range(len(GRID)):
        scores = np.zeros((model.design.column_count + len(mean), len(kept)))
        for columns, per_unit in layers:
            scores[columns, np.arange(len(kept))] += per_unit[node]
        there = np.flatnonzero(held[:, node] > NEGLIGIBLE)
        crossed = _crossed(model.design.only(there), held[there, node], len(mean))
        lost += scores.T @ crossed @ scores
    for part, shown in _columns(model.design, len(mean)):
        average = np.zeros((len(shown), len(kept)))
        for places, per_unit in layers:
            average += shown[:, places] * (held[part] @ per_unit)
        average *= np.sqrt(model.design.weights[part])[:, None]
        lost -= average.T @ average
    side = items.size + 2 * len(mean)
    whole = np.zeros((side, side))
    whole[np.ix_(kept, kept)] = lost
    return whole


def _lost_by_person(model: ItemModel, items: Floats, mean: Floats, sd: Floats, held: Floats) -> Floats:
    """The same, person by person: quick where each answered little of a large bank."""
    design, width = model.design, items.shape[1]
    side = items.size + 2 * len(mean)
    kinds = np.flatnonzero(model.free.any(axis=0))
    scores = model.scores(items)[..., kinds]
    z = (GRID - mean[:, None]) / sd[:, None]
    of_groups = np.stack([z / sd[:, None], z**2 - 1], axis=2)
    lost = np.zeros(side * side)
    for first in range(0, len(design.codes), PEOPLE):
        part = slice(first, first + PEOPLE)
        item, score, given = _answers(design.codes[part])
        people = len(item)
        own = np.where(given[:, :, None, None], scores[item, score], 0).transpose(0, 2, 1, 3)
        joined = np.concatenate([own.reshape(people, len(GRID), -1), of_groups[design.groups[part]]], axis=2)
        posterior = held[part, :, None]
        joined -= (posterior * joined).sum(axis=1, keepdims=True)
        joined *= np.sqrt(posterior * design.weights[part, None, None])
        place = np.concatenate(
            [
                (item[:, :, None] * width + kinds).reshape(people, -1),
                items.size + 2 * design.groups[part, None] + np.arange(2),
            ],
            axis=1,
        )
        flat = (place[:, :, None] * side + place[:, None, :]).ravel()
        lost += np.bincount(flat, (joined.transpose(0, 2, 1) @ joined).ravel(), minlength=side * side)
    return lost.reshape(side, side)


def _answers(codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Positions of the items that each person answered, their scores, and false where neither is meant."""
    answered = codes >= 0
    most = int(answered.sum(axis=1).max(initial=0))
    item = np.argsort(~answered, axis=1, kind="stable")[:, :most]
    score = np.take_along_axis(codes, item, axis=1).astype(np.intp)
    return item, score, score >= 0


def _columns(design: Design, groups: int) -> Iterator[tuple[slice, Floats]]:
    """The chunks of the design with a column for each group behind its own."""
    for part, columns in design.chunks():
        member = design.groups[part][:, None] == np.arange(groups)
        yield part, np.concatenate([columns, member.astype(float)], axis=1)


def _crossed(design: Design, held: Floats, groups: int) -> Floats:
    """Sum over the patterns of column x column, each by how many people it holds at this node."""
    side = design.column_count + groups
    crossed = np.zeros((side, side))
    for part, columns in _columns(design, groups):
        # One factor times its own transpose takes half the work of two different ones.
        factor = columns * np.sqrt(design.weights[part] * held[part])[:, None]
        crossed += factor.T @ factor
    return crossed


def _with_groups(model: ItemModel, items: Floats, mean: Floats, sd: Floats) -> list[Layer]:
    """The layers of the items, and those of each group's mean and log(sd)."""
    layers = model.layers(items)
    first = model.design.column_count
    z = (GRID[:, None] - mean) / sd
    groups = np.stack([z / sd, z**2 - 1], axis=2).reshape(len(GRID), -1)
    nothing = np.zeros((len(GRID), groups.shape[1]))
    own = first + np.repeat(np.arange(len(mean)), 2)
    return [
        (
            np.concatenate([columns, own]),
            np.concatenate([per_unit, groups if place == 0 else nothing], axis=1),
        )
        for place, (columns, per_unit) in enumerate(layers)
    ]


def _complete(model: ItemModel, items: Floats, sd: Floats, expected: Expectation) -> Floats:
    """Minus the second derivatives of the expected log-likelihood of the complete data."""
    count, width = items.shape
    side = items.size + 2 * len(sd)
    information = np.zeros((side, side))
    places = np.arange(items.size).reshape(count, width)
    for parameter in range(width):
        move = np.zeros(width)
        move[parameter] = STEP
        after = model.local(items + move, expected.counts).gradient
        before = model.local(items - move, expected.counts).gradient
        information[places, places[:, [parameter]]] = np.nan_to_num((before - after) / (2 * STEP))
    # At the maximum mean and sd are those of the expected abilities, so nothing stands beside the diagonal.
    people = expected.people.sum(axis=1)
    of_groups = np.column_stack([people / sd**2, 2 * people]).ravel()
    information[np.arange(items.size, side), np.arange(items.size, side)] = of_groups
    return information

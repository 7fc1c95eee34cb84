"""The E-step: what each ability would have answered, expected from what each person did answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from .arrays import Floats
from .curves import GRID, normal_weights
from .responses import Design


@dataclass(frozen=True)
class Expectation:
    """counts: columns of the design x nodes; people: groups x nodes."""

    counts: Floats
    people: Floats
    log_likelihood: float


def expect(
    design: Design, log_curves: Floats, mean: Floats, sd: Floats, dtype: DTypeLike = float
) -> Expectation:
    """Expected counts, given the curves and each group's distribution. Sums are kept in double precision."""
    counts = np.zeros(log_curves.shape)
    people = np.zeros((design.group_count, len(GRID)))
    log_likelihood = 0.0
    for part, columns, posterior, logs in posteriors(design, log_curves, mean, sd, dtype):
        weights = design.weights[part]
        log_likelihood += float(weights @ logs)
        held = posterior * weights[:, None].astype(posterior.dtype)
        counts += columns.T @ held
        if design.group_count == 1:
            people[0] += held.sum(axis=0)
        else:
            np.add.at(people, design.groups[part], held)
    return Expectation(counts=counts, people=people, log_likelihood=log_likelihood)


def posteriors(
    design: Design, log_curves: Floats, mean: Floats, sd: Floats, dtype: DTypeLike = float
) -> Iterator[tuple[slice, Floats, Floats, Floats]]:
    """In chunks: the slice of patterns, their columns, posteriors (x nodes) and log-likelihoods."""
    with np.errstate(divide="ignore"):
        log_prior = np.log([normal_weights(GRID, *group) for group in zip(mean, sd, strict=True)]).astype(
            dtype
        )
    curves = log_curves.astype(dtype)
    for part, columns in design.chunks(dtype):
        logs = columns @ curves
        logs += log_prior[design.groups[part]] if len(log_prior) > 1 else log_prior
        peak = logs.max(axis=1)
        logs -= peak[:, None]
        posterior = np.exp(logs, out=logs)
        total = posterior.sum(axis=1)
        posterior /= total[:, None]
        yield part, columns, posterior, np.log(total.astype(float)) + peak

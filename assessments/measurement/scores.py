"""How many right answers somebody will have: the distribution of a sum of unequal chances."""

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Floats, matrix


def score_distribution(chances: ArrayLike) -> Floats:
    """Chances of each number-right score, (people, items + 1), from chances of each answer (people, items).

    The recursion of Lord and Wingersky (1984), which is the exact Poisson-binomial distribution.
    Raises ValueError for chances outside 0 to 1.
    """
    right = matrix(chances, "chances")
    if not ((right >= 0) & (right <= 1)).all():
        raise ValueError("chances must lie between 0 and 1")
    people, items = right.shape
    scores = np.zeros((people, items + 1))
    scores[:, 0] = 1.0
    for item in range(items):
        chance = right[:, item, None]
        scores[:, 1 : item + 2] = scores[:, 1 : item + 2] * (1.0 - chance) + scores[:, : item + 1] * chance
        scores[:, 0] *= 1.0 - chance[:, 0]
    return scores

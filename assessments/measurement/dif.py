"""Differential item functioning: is an item harder for one group than for others of the same ability?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from .arrays import Floats
from .responses import Codes, encode


@dataclass(frozen=True)
class DifferentialFunctioning:
    """Mantel-Haenszel statistics of each item.

    odds: common odds ratio, above 1 where the item is easier for the reference group at equal ability. delta:
    -2.35 ln(odds), negative where it is harder for the focal group. se: of delta. chi_square, with 1 degree
    of freedom and continuity correction, and its p. ets: "A" negligible, "B" moderate, "C" large, "" where
    the answers cannot tell.
    """

    odds: Floats
    delta: Floats
    se: Floats
    chi_square: Floats
    p: Floats
    ets: list[str]


def differential_functioning(
    responses: ArrayLike, focal: ArrayLike, matching: ArrayLike | None = None
) -> DifferentialFunctioning:
    """Mantel-Haenszel statistics of each item, people of equal ability compared.

    focal: true for each person of the focal group. matching: whole numbers, equal for people who count as
    equally able; the number right if not given, of those who answered everything. Classes as ETS has them
    (Zieky 1993): "C" if |delta| >= 1.5 and significantly above 1, "A" if |delta| < 1 or not significantly
    off 0, else "B".
    """
    codes = encode(responses)
    group = np.asarray(focal, dtype=bool)
    if group.shape != (len(codes),):
        raise ValueError(f"{len(codes)} people need as many group marks, not {group.shape}")
    if matching is None:
        whole = (codes >= 0).all(axis=1)
        codes, group = codes[whole], group[whole]
        matching = codes.sum(axis=1)
    _, stratum = np.unique(np.asarray(matching), return_inverse=True)
    if stratum.shape != (len(codes),):
        raise ValueError(f"{len(codes)} people need as many matching scores, not {stratum.shape}")
    rows = np.array([mantel_haenszel(_tables(column, group, stratum)) for column in codes.T]).reshape(-1, 4)
    odds, error, chi_square, p = rows.T
    with np.errstate(invalid="ignore", divide="ignore"):
        delta = -2.35 * np.log(np.where(np.isfinite(odds) & (odds > 0), odds, np.nan))
    se = 2.35 * error
    return DifferentialFunctioning(
        odds=odds,
        delta=delta,
        se=se,
        chi_square=chi_square,
        p=p,
        ets=[_ets_class(*item) for item in zip(delta, se, p, strict=True)],
    )


def mantel_haenszel(tables: ArrayLike) -> tuple[float, float, float, float]:
    """Common odds ratio, error of its logarithm (Robins, Breslow & Greenland 1986), chi-square and p.

    tables: strata x 2 x 2, rows reference and focal, columns right and wrong. NaN where they cannot be told.
    """
    counts = np.asarray(tables, dtype=float)
    counts = counts[counts.sum(axis=(1, 2)) > 1]
    (a, b), (c, d) = counts[:, 0].T, counts[:, 1].T
    total = counts.sum(axis=(1, 2))
    towards, away = a * d / total, b * c / total
    along, across = (a + d) / total, (b + c) / total
    r, s = towards.sum(), away.sum()
    variance = ((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))).sum()
    if variance == 0:
        return (np.nan,) * 4
    surplus = abs((a - (a + b) * (a + c) / total).sum())
    chi_square = max(surplus - 0.5, 0) ** 2 / variance
    if r == 0 or s == 0:
        return float(np.inf if s == 0 else 0), np.nan, float(chi_square), float(chi2.sf(chi_square, 1))
    spread = (
        (along * towards).sum() / (2 * r**2)
        + (along * away + across * towards).sum() / (2 * r * s)
        + (across * away).sum() / (2 * s**2)
    )
    return float(r / s), float(np.sqrt(spread)), float(chi_square), float(chi2.sf(chi_square, 1))


def _tables(column: Codes, focal: NDArray[np.bool_], stratum: NDArray[np.intp]) -> Floats:
    """Strata x (reference, focal) x (right, wrong)."""
    answered = column >= 0
    place = 4 * stratum[answered] + 2 * focal[answered] + (column[answered] == 0)
    return np.bincount(place, minlength=4 * (stratum.max(initial=0) + 1)).reshape(-1, 2, 2).astype(float)


def _ets_class(delta: float, se: float, p: float) -> str:
    if not np.isfinite(delta):
        return ""
    if abs(delta) < 1 or p >= 0.05:
        return "A"
    return "C" if abs(delta) >= 1.5 and abs(delta) - 1 > 1.645 * se else "B"

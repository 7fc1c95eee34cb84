"""Responses as small whole numbers, checked once at the door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy.sparse import csr_array

from .arrays import Floats

Codes = NDArray[np.int8]
MISSING = -1
CHUNK = 8192
"""People handled at a time: bounds the memory of everything that is people x nodes or people x items."""

COLLAPSE_ITEMS = 20
"""With more items than this hardly any two people answer alike: looking for them costs more than it saves."""

SPARSE = 0.15
"""Where a smaller share than this was answered, matrices that store only that share are quicker."""


def encode(responses: ArrayLike, highest: int = 1) -> Codes:
    """People x items as scores from 0 to `highest`, -1 where an item was not answered.

    Not answered is NaN, or masked in a masked array. Raises ValueError for anything else that is not a score.
    """
    if isinstance(responses, np.ma.MaskedArray):
        masked = np.ma.getmaskarray(responses)
        codes = encode(np.where(masked, 0, responses.data), highest)
        codes[masked] = MISSING
        return codes
    values = np.asarray(responses)
    if values.ndim != 2:
        raise ValueError(f"responses must be people x items, not of shape {values.shape}")
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        values = np.where(missing, 0, values)
    elif values.dtype.kind in "biu":
        missing = None
    else:
        raise ValueError(f"responses must be numbers, not {values.dtype}")
    if values.size and (values.min() < 0 or values.max() > highest):
        raise ValueError(f"responses must be from 0 to {highest}, found {values.min():g} to {values.max():g}")
    codes = values.astype(np.int8)
    if values.dtype.kind == "f" and not np.array_equal(codes, values):
        raise ValueError("responses must be whole numbers")
    if missing is not None:
        codes[missing] = MISSING
    return codes


@dataclass(frozen=True)
class Design:
    """Who answered what, ready for matrix products.

    codes: patterns x items; weights: how many people gave each pattern; groups: the group of each, from 0.
    kind: "binary" gives the columns [right, answered], where answered is a single column of ones when
    everybody answered everything; "graded" gives one column for each score of each item. sparse: the columns
    of all patterns, where little of a large bank was answered.
    """

    codes: Codes
    weights: Floats
    groups: NDArray[np.intp]
    kind: Literal["binary", "graded"]
    scores: int
    is_complete: bool
    sparse: csr_array | None

    @property
    def group_count(self) -> int:
        return int(self.groups.max()) + 1

    @property
    def column_count(self) -> int:
        items = self.codes.shape[1]
        if self.kind == "graded":
            return items * self.scores
        return items + 1 if self.is_complete else 2 * items

    def only(self, patterns: NDArray[np.intp]) -> Design:
        """The same columns for some of the patterns."""
        return replace(
            self, codes=self.codes[patterns], weights=self.weights[patterns], groups=self.groups[patterns]
        )

    def chunks(self, dtype: DTypeLike = float) -> Iterator[tuple[slice, Floats | csr_array]]:
        """Slices of the patterns, each with its patterns x columns matrix."""
        for first in range(0, len(self.codes), CHUNK):
            part = slice(first, first + CHUNK)
            if self.sparse is None:
                yield part, self._columns(self.codes[part], dtype)
            else:
                yield part, self.sparse[part].astype(dtype)

    def _columns(self, codes: Codes, dtype: DTypeLike) -> Floats:
        people, items = codes.shape
        if self.kind == "graded":
            shown: Floats = (codes[:, :, None] == np.arange(self.scores)).astype(dtype)
            return shown.reshape(people, -1)
        columns = np.empty((people, self.column_count), dtype=dtype)
        if self.is_complete:
            columns[:, :items] = codes
            columns[:, items] = 1
        else:
            columns[:, :items] = codes > 0
            columns[:, items:] = codes >= 0
        return columns


def uncollapsed(codes: Codes, kind: Literal["binary", "graded"], scores: int) -> Design:
    """The design of these responses with one pattern for each person, all in one group."""
    answered = np.count_nonzero(codes >= 0)
    return Design(
        codes=codes,
        weights=np.ones(len(codes)),
        groups=np.zeros(len(codes), dtype=np.intp),
        kind=kind,
        scores=scores,
        is_complete=answered == codes.size,
        sparse=_sparse_columns(codes, kind, scores) if answered < SPARSE * codes.size else None,
    )


def _sparse_columns(codes: Codes, kind: Literal["binary", "graded"], scores: int) -> csr_array:
    people, items = codes.shape
    person, item = np.nonzero(codes >= 0)
    given = codes[person, item]
    if kind == "graded":
        return csr_array(
            (np.ones(len(given)), (person, item * scores + given)), shape=(people, items * scores)
        )
    person = np.concatenate([person[given > 0], person])
    column = np.concatenate([item[given > 0], items + item])
    return csr_array((np.ones(len(column)), (person, column)), shape=(people, 2 * items))


def design(codes: Codes, groups: ArrayLike | None, kind: Literal["binary", "graded"], scores: int) -> Design:
    """The design of these responses; on a short test, people of a group who answered alike are one pattern.

    Raises ValueError unless groups are numbered from 0 without gaps.
    """
    people, items = codes.shape
    made = uncollapsed(codes, kind, scores)
    if groups is not None:
        made = replace(made, groups=_numbered(groups, people))
    if items > COLLAPSE_ITEMS or made.sparse is not None:
        return made
    rows, counts = np.unique(np.column_stack([codes, made.groups]), axis=0, return_counts=True)
    return replace(
        made,
        codes=rows[:, :-1].astype(np.int8),
        weights=counts.astype(float),
        groups=rows[:, -1].astype(np.intp),
    )


def _numbered(groups: ArrayLike, people: int) -> NDArray[np.intp]:
    group = np.asarray(groups)
    if group.shape != (people,) or not np.array_equal(np.unique(group), np.arange(group.max() + 1)):
        raise ValueError("groups must give each person a number, counted from 0 without gaps")
    return group.astype(np.intp)


def refuse_unusable(codes: Codes, labels: Sequence[str] | None = None, known: Sequence[int] = ()) -> None:
    """Raises ValueError, naming the item, where responses cannot tell an item's parameters.

    known: positions of items whose parameters need not be told.
    """
    people, items = codes.shape
    if people < 2:
        raise ValueError(f"calibration needs at least 2 people, not {people}")
    if items < 1:
        raise ValueError("calibration needs at least 1 item")
    if labels is not None and len(labels) != items:
        raise ValueError(f"{len(labels)} labels for {items} items")
    names = labels or [f"at position {place}" for place in range(items)]
    for item in sorted(set(range(items)) - set(known)):
        name, column = names[item], codes[:, item]
        counts = np.bincount(column[column >= 0], minlength=2)
        if counts.sum() == 0:
            raise ValueError(f"item {name}: nobody answered it")
        if (counts == 0).any():
            raise ValueError(f"item {name}: {_one_sided(counts)}")


def _one_sided(counts: NDArray[np.intp]) -> str:
    if len(counts) > 2:
        return f"nobody scored {int(np.argmin(counts))}; merge it with the next score first"
    return "everybody answered it right" if counts[0] == 0 else "nobody answered it right"

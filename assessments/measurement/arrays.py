"""The door of this package: what comes in is made into arrays here, or refused."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def matrix(values: ArrayLike, name: str) -> Floats:
    """`values` as floats with two dimensions and at least one cell, else ValueError. nan may be inside."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name} must be a table with rows and columns, not of shape {array.shape}")
    return array


def vector(values: ArrayLike, name: str, length: int | None = None) -> Floats:
    """`values` as finite floats in one dimension, of `length` if given, and not empty; else ValueError."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be a list of numbers, not of shape {array.shape}")
    if length is not None and len(array) != length:
        raise ValueError(f"{name} must have {length} numbers, not {len(array)}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers")
    return array

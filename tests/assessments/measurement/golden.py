"""Published data sets and values, kept outside the project: in the folder that GOLDEN_DATA names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

FOLDER = Path(os.environ.get("GOLDEN_DATA", Path(__file__).parents[4] / "shared" / "data" / "golden"))

needs_golden = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no reference data in {FOLDER}: set GOLDEN_DATA to their folder"
)


def table(name: str) -> NDArray[np.float64]:
    """The numbers of a CSV file with a header line; NaN for anything that is no number."""
    return np.genfromtxt(FOLDER / name, delimiter=",", skip_header=1)


def words(name: str) -> NDArray[np.str_]:
    """The cells of a CSV file with a header line, without their quotation marks."""
    cells = np.genfromtxt(FOLDER / name, delimiter=",", skip_header=1, dtype=str)
    return np.char.strip(cells, '"')


def values(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def column(items: dict[str, dict[str, float]], key: str) -> NDArray[np.float64]:
    """One parameter of all items, in the order of the items."""
    return np.array([item[key] for item in items.values()])


def path(name: str) -> Path:
    """A file of the folder; without that folder the test that asks is skipped."""
    if not FOLDER.is_dir():
        pytest.skip(f"no reference data in {FOLDER}: set GOLDEN_DATA to their folder")
    return FOLDER / name

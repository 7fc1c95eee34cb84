"""Where the reference data lie: published data sets, which are not part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def path(name: str) -> Path:
    """A file of the folder in GOLDEN_DATA; without that folder the test that asks is skipped."""
    folder = Path(os.environ.get("GOLDEN_DATA", ROOT.parent / "shared" / "data" / "golden"))
    if not folder.is_dir():
        pytest.skip(f"no reference data: {folder} is absent (set GOLDEN_DATA)")
    return folder / name

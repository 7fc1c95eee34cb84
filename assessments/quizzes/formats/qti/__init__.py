"""QTI 2.1, 2.2 and 3.0 of 1EdTech: single items and content packages, in and out."""

from .reader import read
from .writer import write

__all__ = ["read", "write"]

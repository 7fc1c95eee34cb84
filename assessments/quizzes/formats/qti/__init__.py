"""QTI 2.1, 2.2 and 3.0 of 1EdTech: single items and content packages, in and out."""

from .reader import is_meant, read
from .writer import write

__all__ = ["is_meant", "read", "write"]

"""Questions as a table, one in a row, that teachers fill in by hand: xlsx, or CSV in any usual encoding."""

from .reading import read
from .writing import template, write

__all__ = ["read", "template", "write"]

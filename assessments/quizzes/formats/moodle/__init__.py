"""Moodle XML, read as Moodle reads it. Source: Moodle, question/format/xml and question/type.

What Moodle has no words for (how several right options are marked, difficulty, capability, a sample answer)
stands in the attributes of an element <extension>, which Moodle skips.
"""

from .reading import read
from .writing import write

__all__ = ["read", "write"]

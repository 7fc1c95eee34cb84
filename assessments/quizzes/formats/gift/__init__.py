"""GIFT, read as Moodle reads it. Source: Moodle, question/format/gift.

What Moodle has no words for (how several right options are marked, difficulty, capability, unit) stands in
comments, which Moodle skips: [rule:all] beside its own [id:…] and [tag:…].
"""

from .reading import read
from .writing import write

__all__ = ["read", "write"]

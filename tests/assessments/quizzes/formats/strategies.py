"""Entries for hypothesis, around the items of `items.strategies`."""

from __future__ import annotations

from hypothesis import strategies as st

from assessments.quizzes.formats.entries import Entry
from assessments.quizzes.items.kinds import Item

from ..items.strategies import maybe
from ..pictures import PICTURES

WORDS = st.text("abcXYZ学习备课测评0123456789-_.", min_size=1, max_size=12)
"""Names, tags and the like as people give them."""


def entries(item: st.SearchStrategy[Item]) -> st.SearchStrategy[Entry]:
    """An entry with everything that a file may say about a question."""
    return st.builds(
        Entry,
        name=maybe(WORDS),
        item=item,
        capability=st.sampled_from(["", "A1", "B10"]),
        tags=st.lists(WORDS, max_size=3, unique=True).map(tuple),
        difficulty=st.sampled_from(["", "easy", "medium", "hard"]),
        category=st.lists(WORDS, max_size=3).map("/".join),
        key=maybe(WORDS),
        pictures=st.just(PICTURES),
    )

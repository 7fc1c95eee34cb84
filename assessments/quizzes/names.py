"""What options are called on a page."""

from __future__ import annotations

from functools import lru_cache

from django.utils.crypto import salted_hmac


@lru_cache(maxsize=20_000)
def cover(name: str, option: str) -> str:
    """What stands for an option of the question `name` in a form.

    Ids are given out in the order in which a question was written: those of things to be put in order, or of
    pairs, would tell what is right.
    """
    return salted_hmac("quizzes.option", f"{name}:{option}").hexdigest()[:10]

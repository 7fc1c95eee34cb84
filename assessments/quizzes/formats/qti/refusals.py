"""Why a file or an item is not taken."""

from __future__ import annotations


class Refused(Exception):
    """A code that `messages.py` words, and its details."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

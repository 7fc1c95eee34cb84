"""Marking questions with fixed answers, hours, and finding Chinese words. No database, no Django."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Question:
    """A question as marking needs it: which options are right, by id."""

    id: str
    correct: frozenset[str]


@dataclass(frozen=True)
class Result:
    """What marking found."""

    right: frozenset[str]
    """Ids of the questions answered rightly."""
    total: int
    passed: bool

    @property
    def share(self) -> Decimal:
        """Right answers as a share of all questions, from 0 to 1; 0 for an empty paper."""
        return Decimal(len(self.right)) / self.total if self.total else Decimal(0)


def mark(paper: Sequence[Question], answers: Mapping[str, Sequence[str]], *, pass_share: Decimal) -> Result:
    """Mark `answers` (question id to ids of the options chosen) against `paper`.

    A question is right when exactly its right options were chosen; one not answered is wrong. An empty
    paper is not passed. Source: docs/rules.md, "Marking".
    """
    right = frozenset(
        question.id
        for question in paper
        if (chosen := frozenset(answers.get(question.id, ()))) and chosen == question.correct
    )
    passed = bool(paper) and len(right) >= pass_share * len(paper)
    return Result(right=right, total=len(paper), passed=passed)


MOST_HOURS_A_DAY = 10
"""Of training elsewhere: more is a slip of the pen. Source: docs/rules.md, "Hours"."""


MOST_DAYS = 366
"""From the first day of training elsewhere to its last: more is a slip in a year. Source: as above."""


def fit_into(hours: Decimal, first_day: date, last_day: date) -> bool:
    """Whether training of so many hours can have taken place from the one day to the other, both included."""
    return hours <= MOST_HOURS_A_DAY * ((last_day - first_day).days + 1)


CHINESE = r"\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORDS = re.compile(f"[{CHINESE}]+|[a-z0-9]+")


def index_words(text: str) -> str:
    """`text` as words for a search index that knows no Chinese: single characters and overlapping pairs.

    "在线教学 Seewo" becomes "在 线 教 学 在线 线教 教学 seewo". Together with `search_words`, any phrase is
    found wherever it stands.
    """
    return " ".join(
        word for run in _runs(text) for word in ([run] if run[0].isascii() else [*run, *_pairs(run)])
    )


def search_words(phrase: str) -> str:
    """The words that an index made by `index_words` must hold, all of them, to contain `phrase`.

    "QQ群" becomes "qq 群", "在线教学" becomes "在线 线教 教学"; a phrase of punctuation becomes "".
    """
    return " ".join(
        word for run in _runs(phrase) for word in ([run] if run[0].isascii() else _pairs(run) or [run])
    )


def _runs(text: str) -> list[str]:
    """Unbroken stretches of Chinese, and Latin words and numbers in plain lower case."""
    return WORDS.findall(unicodedata.normalize("NFKC", text).lower())


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]

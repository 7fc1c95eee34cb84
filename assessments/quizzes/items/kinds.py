"""The kinds of questions. An item says what is asked and what is right, and never changes.

Ids of options, prompts, gaps and parts are stable: answers are kept by them, so wording and order may change
in a later version without touching what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass

CHOICES = ("single", "multiple", "truefalse", "judgement", "picture")
"""Options to tick. In `judgement` several options earn something, each as much as its score says."""
GAPS = ("fill", "cloze", "numeric")
"""Text or numbers to write: text gaps only, gaps of any kind, one number."""
GAP_KINDS = ("text", "number", "choice")
KINDS = (*CHOICES, *GAPS, "matching", "ordering", "short", "passage")

RULES = ("all", "even", "options")
"""How `multiple` is marked. all: exactly the right options, or nothing. even: the share of right options
ticked less the share of wrong ones, never below 0. options: the sum of the scores of what is ticked.
Under `all` and `even` a right option has the score 1, a wrong one 0."""


@dataclass(frozen=True)
class Option:
    """One thing to choose. `score`: what choosing it earns, -1 to 1; 1 is all of the question."""

    id: str
    text: str
    score: float = 0.0
    feedback: str = ""
    image: str = ""
    """Of Choice, but not of truefalse: the name of a picture, shown instead of `text`, which describes it."""


@dataclass(frozen=True)
class Figure:
    """A picture that belongs to a stem, and the words that describe it. `image`: the picture's name."""

    image: str
    text: str


@dataclass(frozen=True)
class Choice:
    """single, multiple, truefalse, judgement, picture."""

    kind: str
    stem: str
    options: tuple[Option, ...]
    rule: str = "all"
    feedback: str = ""
    shuffle: bool = True
    figure: Figure | None = None


@dataclass(frozen=True)
class Prompt:
    """What is to be matched, and the id of the option that fits."""

    id: str
    text: str
    answer: str


@dataclass(frozen=True)
class Matching:
    """Each prompt gets one option; options that fit no prompt are distractors."""

    kind: str
    stem: str
    prompts: tuple[Prompt, ...]
    options: tuple[Option, ...]
    feedback: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Ordering:
    """Options in their right order; they are shown in another."""

    kind: str
    stem: str
    options: tuple[Option, ...]
    feedback: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Accepted:
    """What a gap accepts: a number (or *, any number) where the gap asks for one; one of the texts to choose
    from; else words, in which * stands for any and \\* for itself."""

    text: str
    score: float = 1.0
    feedback: str = ""
    tolerance: float = 0.0


@dataclass(frozen=True)
class Gap:
    """A place to write. kind: text, number, or choice (among the texts of `answers`)."""

    id: str
    kind: str
    answers: tuple[Accepted, ...]
    has_case: bool = False
    """Whether capital letters matter."""


@dataclass(frozen=True)
class Gaps:
    """fill, cloze, numeric. `[[id]]` in the stem is where a gap stands; one not named there follows it."""

    kind: str
    stem: str
    gaps: tuple[Gap, ...]
    feedback: str = ""
    unit: str = ""
    """numeric only: shown behind the gap, and allowed behind the number."""
    figure: Figure | None = None


@dataclass(frozen=True)
class Short:
    """A few sentences, marked by a person with the help of `guide`."""

    kind: str
    stem: str
    guide: str
    sample: str = ""
    feedback: str = ""
    figure: Figure | None = None


Simple = Choice | Matching | Ordering | Gaps | Short


@dataclass(frozen=True)
class Part:
    """A question under a passage."""

    id: str
    item: Simple


@dataclass(frozen=True)
class Passage:
    """A text, a case or a table with several questions; each counts the same."""

    kind: str
    stem: str
    parts: tuple[Part, ...]
    feedback: str = ""
    figure: Figure | None = None


Item = Simple | Passage
Answer = str | list[str] | dict[str, "Answer"]
"""Of Choice and Ordering a list of option ids; of Matching prompt id to option id; of Gaps gap id to text;
of Short the text; of Passage part id to that part's answer."""

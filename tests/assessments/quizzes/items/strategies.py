"""Items of every kind for hypothesis: well formed, askable, and awkward in all that people may write.

Ids run from "a" (options) or "1" (prompts, gaps, parts) in the order of the item; options that are matched
come in the order in which prompts use them, distractors last. So what a format gives back can be compared as
it is, although most formats keep no ids.
"""

from __future__ import annotations

import string
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from assessments.quizzes.items import kinds

from ..pictures import NAMES

AWKWARD = "ab学{}~=#:\\<>&%*[]()|,;\"'`$@-_/ ×√“”　（）：＝Ａ１é한𠮷"
"""What some format has a meaning for, and what encodings and normal forms treat apart."""

ANYTHING = st.characters(exclude_categories=("C", "Z"))

WHOLE = st.sampled_from([1.0, 0.9, 0.8, 0.75, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.05])
"""Shares that every system which lists its shares has on the list."""


def lines(max_size: int = 24) -> st.SearchStrategy[str]:
    """One line of text, never blank, without blanks at its ends."""
    sizes = {"min_size": 1, "max_size": max_size}
    return (st.text(AWKWARD, **sizes) | st.text(ANYTHING, **sizes)).map(str.strip).filter(bool)


def texts() -> st.SearchStrategy[str]:
    """One to three lines, some of them empty, none at the ends."""
    return st.lists(lines() | st.just(""), min_size=1, max_size=3).map("\n".join).map(str.strip).filter(bool)


def maybe(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | text


def numbers() -> st.SearchStrategy[str]:
    """A number in plain digits, without needless zeros: "-3", "0", "2.75"."""
    return st.decimals(min_value=-100_000, max_value=100_000, places=3).map(_digits)


def _digits(value: Decimal) -> str:
    text = f"{value:f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _distinct(size: int) -> st.SearchStrategy[list[str]]:
    """As many different texts; different also to who ignores case and blanks."""
    return st.lists(
        lines(), min_size=size, max_size=size, unique_by=lambda text: " ".join(text.casefold().split())
    )


@st.composite
def choices(draw: st.DrawFn, kind: str) -> kinds.Choice:
    """single, multiple, truefalse, judgement or picture."""
    size = 2 if kind == "truefalse" else draw(st.integers(2, 6))
    words = ["对", "错"] if kind == "truefalse" else draw(_distinct(size))
    rule = draw(st.sampled_from(kinds.RULES)) if kind == "multiple" else "all"
    scores = draw(_scores(kind, rule, size))
    pictures = draw(_pictures(kind, size))
    options = tuple(
        kinds.Option(letter, word, score, draw(maybe(texts())), picture)
        for letter, word, score, picture in zip(string.ascii_lowercase, words, scores, pictures, strict=False)
    )
    shuffle = False if kind == "truefalse" else draw(st.booleans())
    return kinds.Choice(kind, draw(texts()), options, rule, draw(maybe(texts())), shuffle)


def _pictures(kind: str, size: int) -> st.SearchStrategy[list[str]]:
    """The options' pictures: of all in picture choice, else of none."""
    if kind == "picture":
        return st.lists(st.sampled_from(NAMES), min_size=size, max_size=size)
    return st.just([""] * size)


def figured(item: st.SearchStrategy[kinds.Item]) -> st.SearchStrategy[kinds.Item]:
    """The item, with a picture under its words or without one."""
    figures = st.builds(kinds.Figure, st.sampled_from(NAMES), texts())
    return st.builds(lambda item, figure: replace(item, figure=figure), item, st.none() | figures)


def pictured() -> st.SearchStrategy[kinds.Choice]:
    """Questions of several kinds of which some options are pictures, and others words."""

    def with_pictures(item: kinds.Choice, names: list[str]) -> kinds.Choice:
        listed = [replace(option, image=name) for option, name in zip(item.options, names, strict=False)]
        return replace(item, options=tuple(listed))

    names = st.lists(st.sampled_from(["", *NAMES]), min_size=6, max_size=6)
    some = names.filter(lambda found: not all(found[:2]))
    return st.builds(with_pictures, choices("single") | choices("multiple") | choices("judgement"), some)


@st.composite
def _scores(draw: st.DrawFn, kind: str, rule: str, size: int) -> list[float]:
    """Scores with meaning for the kind: 1 and 0 unless each option earns its own."""
    if kind == "judgement":
        return draw(st.permutations([1.0, draw(WHOLE), *draw(_partial(size - 2))]))
    if kind == "multiple" and rule == "options":
        right = draw(st.integers(1, size - 1))
        wrong = draw(st.lists(st.just(0.0) | WHOLE.map(lambda share: -share), min_size=size, max_size=size))
        return draw(st.permutations([*_shares(right), *wrong[: size - right]]))
    right = draw(st.integers(1, size)) if kind == "multiple" else 1
    return draw(st.permutations([1.0] * right + [0.0] * (size - right)))


def _partial(size: int) -> st.SearchStrategy[list[float]]:
    share = st.just(0.0) | WHOLE | WHOLE.map(lambda share: -share)
    return st.lists(share, min_size=size, max_size=size)


def _shares(count: int) -> list[float]:
    """So many shares that make up 1, all of them on every list of shares."""
    return {1: [1.0], 2: [0.5, 0.5], 3: [0.5, 0.25, 0.25], 4: [0.25] * 4, 5: [0.2] * 5}[count]


@st.composite
def matchings(draw: st.DrawFn) -> kinds.Matching:
    """Two to five prompts, of which some share an option, and up to two distractors."""
    prompts = draw(_distinct(draw(st.integers(2, 5))))
    words = draw(_distinct(draw(st.integers(2, 6))))
    used: list[str] = []
    answers = []
    for _ in prompts:
        word = draw(st.sampled_from(words))
        if word not in used:
            used.append(word)
        answers.append(word)
    listed = [*used, *[word for word in words if word not in used]]
    ids = dict(zip(listed, string.ascii_lowercase, strict=False))
    return kinds.Matching(
        "matching",
        draw(texts()),
        tuple(
            kinds.Prompt(str(n), prompt, ids[answer])
            for n, (prompt, answer) in enumerate(zip(prompts, answers, strict=True), start=1)
        ),
        tuple(kinds.Option(ids[word], word) for word in listed),
        draw(maybe(texts())),
    )


@st.composite
def orderings(draw: st.DrawFn) -> kinds.Ordering:
    """Two to six steps."""
    words = draw(_distinct(draw(st.integers(2, 6))))
    options = tuple(kinds.Option(*pair) for pair in zip(string.ascii_lowercase, words, strict=False))
    return kinds.Ordering("ordering", draw(texts()), options, draw(maybe(texts())))


@st.composite
def gaps(draw: st.DrawFn, kind: str, number: str = "1") -> kinds.Gap:
    """A gap of text, number or choice. The first answer is right; of a choice only that one."""
    size = draw(st.integers(2 if kind == "choice" else 1, 3))
    words = (
        draw(st.lists(numbers(), min_size=size, max_size=size, unique=True))
        if kind == "number"
        else draw(_distinct(size))
    )
    scores = [1.0, *[0.0 if kind == "choice" else draw(WHOLE) for _ in words[1:]]]
    tolerance = st.sampled_from([0.0, 0.5, 0.01, 2.0]) if kind == "number" else st.just(0.0)
    accepted = tuple(
        kinds.Accepted(word, score, draw(maybe(lines())), draw(tolerance))
        for word, score in zip(words, scores, strict=True)
    )
    return kinds.Gap(number, kind, accepted, draw(st.booleans()) if kind == "text" else False)


@st.composite
def one_gap(draw: st.DrawFn, kind: str) -> kinds.Gaps:
    """fill or numeric with one gap, behind the stem (not named in it) or, in fill, inside."""
    gap = draw(gaps("number" if kind == "numeric" else "text"))
    stem = draw(texts())
    if kind == "fill" and draw(st.booleans()):
        stem = f"{stem} [[1]] {draw(lines())}"
    unit = draw(st.sampled_from(["", "cm", "千克"])) if kind == "numeric" else ""
    return kinds.Gaps(kind, stem, (gap,), draw(maybe(texts())), unit)


@st.composite
def many_gaps(draw: st.DrawFn, kind: str) -> kinds.Gaps:
    """fill or cloze with two to four gaps, each named in the stem in turn; a cloze has more than text."""
    size = draw(st.integers(2, 4))
    types = (
        ["text"] * size
        if kind == "fill"
        else [
            draw(st.sampled_from(["number", "choice"])),
            *draw(
                st.lists(st.sampled_from(["text", "number", "choice"]), min_size=size - 1, max_size=size - 1)
            ),
        ]
    )
    listed = tuple(draw(gaps(gap_kind, str(n))) for n, gap_kind in enumerate(types, start=1))
    stem = " ".join(f"{draw(lines())} [[{gap.id}]]" for gap in listed)
    return kinds.Gaps(kind, stem, listed, draw(maybe(texts())))


def shorts() -> st.SearchStrategy[kinds.Short]:
    return st.builds(kinds.Short, st.just("short"), texts(), maybe(texts()), maybe(texts()), maybe(texts()))


@st.composite
def passages(draw: st.DrawFn) -> kinds.Passage:
    """One to three questions under a text."""
    listed = draw(st.lists(simple_items(), min_size=1, max_size=3))
    parts = tuple(kinds.Part(str(n), item) for n, item in enumerate(listed, start=1))
    return kinds.Passage("passage", draw(texts()), parts, draw(maybe(texts())))


OF_KIND: dict[
    str, st.SearchStrategy[kinds.Choice | kinds.Matching | kinds.Ordering | kinds.Gaps | kinds.Short]
]
OF_KIND = {
    **{kind: choices(kind) for kind in kinds.CHOICES},
    "fill": one_gap("fill") | many_gaps("fill"),
    "numeric": one_gap("numeric"),
    "cloze": many_gaps("cloze"),
    "matching": matchings(),
    "ordering": orderings(),
    "short": shorts(),
}
"""Every kind but passages."""


def simple_items() -> st.SearchStrategy[
    kinds.Choice | kinds.Matching | kinds.Ordering | kinds.Gaps | kinds.Short
]:
    """Any item that may stand under a passage."""
    return st.one_of(*OF_KIND.values())


def items() -> st.SearchStrategy[kinds.Item]:
    """Any item."""
    return simple_items() | passages()

"""Trying answers out: whether an item of ours marks them as the file's own response processing does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import cast
from xml.etree.ElementTree import Element

from ...items.kinds import (
    Accepted,
    Answer,
    Choice,
    Gap,
    Gaps,
    Item,
    Matching,
    Ordering,
    Passage,
    Short,
    Simple,
)
from ...items.marking import ANY, ESCAPED_ANY, gap_score, mark, number, right_answer
from ..building import Refused
from .bodies import BOXES, PLACES
from .declarations import NUMERIC, Response
from .documents import value_of, within
from .scoring import Steps, Unknown, Value, contained, score_of, typed
from .sources import Source
from .texts import name_of, plain

NEAR = 0.011
"""Shares of the whole that are the same: thirds are .33 in many files."""
BEYOND = 1.5
"""Tolerances away from a number, where it is surely wrong: relative ones end at other places to QTI."""
MANY_OPTIONS = 5
"""Up to so many options, all sets of them are tried."""
MOST_STEPS = 200_000
"""Answers times elements of an item: about a tenth of a second. What would take longer cannot be told."""
LETTERS = 100
"""So many letters of an item take the time of an element."""
DIFFERS = ("marking_differs", "weights_evened")
ASKS: dict[str, type[Simple]] = {
    "choiceInteraction": Choice,
    "hottextInteraction": Choice,
    "orderInteraction": Ordering,
    "matchInteraction": Matching,
    "associateInteraction": Matching,
    "extendedTextInteraction": Short,
}
"""What interactions become, if not gaps."""


@dataclass(frozen=True)
class Asked:
    """An interaction, and which question of ours it is: of a passage, its part."""

    element: Element
    response: Response
    part: str
    item: Simple

    def given(self, answer: Answer) -> Value:
        """An answer of ours as the file's response. Raises Unknown."""
        return _given(self, answer)


Tried = dict[str, tuple[Asked, Answer]]
"""What is answered, by response."""


def try_out(item: Item, root: Element, source: Source) -> None:
    """Note where marks differ. Raises Refused where only one side gives everything, and Unknown where the
    file's side cannot be told."""
    try:
        _compare(item, root, source)
    except KeyError as error:
        raise Unknown from error  # the file has one name for several things


def _compare(item: Item, root: Element, source: Source) -> None:
    asked = list(_asked(item, root, source))
    if not asked or any(isinstance(found.item, Short) for found in asked):
        raise Unknown
    most = MOST_STEPS // _size(root)
    if not most or len(asked) ** 2 > MOST_STEPS:
        raise Unknown
    steps = Steps()
    right: Tried = {found.response.identifier: (found, _right(found)) for found in asked}
    top = _score(right, root, source, steps)
    if top <= 0:
        raise Refused("qti_right_contradicted")
    differs = False
    for count, tried in enumerate(_trials(right, root)):
        if count == most:
            raise Unknown
        theirs = min(max(_score(tried, root, source, steps) / top, 0.0), 1.0)
        ours = mark(item, _answer(item, tried)).score or 0.0
        if (theirs > 1 - NEAR) != (ours > 1 - NEAR):
            raise Refused("qti_right_contradicted")
        differs = differs or abs(theirs - ours) > NEAR
    if differs and not set(DIFFERS) & set(source.warnings):
        source.warnings.append(DIFFERS[0])


def _size(root: Element) -> int:
    letters = sum(len(text) for found in root.iter() for text in (found.text or "", *found.attrib.values()))
    return sum(1 for _ in root.iter()) + letters // LETTERS


def _score(tried: Tried, root: Element, source: Source, steps: Steps) -> float:
    given = {name: asked.given(answer) for name, (asked, answer) in tried.items()}
    return score_of(root, source.declared, given, steps)


def _asked(item: Item, root: Element, source: Source) -> Iterator[Asked]:
    if any("data-part" in element.attrib for element in root.iter()):
        raise Unknown
    parts = {part.id: part.item for part in item.parts} if isinstance(item, Passage) else {"": item}
    gaps = {gap.id: part for part, of in parts.items() if isinstance(of, Gaps) for gap in of.gaps}
    if any(gap_score(gap, "") for of in parts.values() if isinstance(of, Gaps) for gap in of.gaps):
        raise Unknown  # where anything is taken, so is nothing; a file calls that no answer
    for element in within(root, *BOXES, *PLACES):
        response = source.declared.response(element)
        part = "" if "" in parts else response.identifier
        if element.tag in PLACES:
            part = gaps.get(name_of(element), "")
        if not isinstance(parts.get(part), ASKS.get(element.tag, Gaps)):
            raise Unknown
        yield Asked(element, response, part, parts[part])


def _right(asked: Asked) -> Answer:
    if asked.element.tag not in PLACES:
        return right_answer(asked.item)
    name = name_of(asked.element)
    gap = {gap.id: gap for gap in cast(Gaps, asked.item).gaps}[name]
    if gap.kind == "text":
        return {name: next(_words(answer) for answer in gap.answers if answer.score == 1)}
    return {name: cast(Mapping[str, Answer], right_answer(asked.item))[name]}


def _words(answer: Accepted) -> str:
    """As the file has them: full-width forms are others to it."""
    return answer.text.replace(ESCAPED_ANY, ANY)


def _answer(item: Item, tried: Tried) -> Answer:
    """All that is answered as an answer to our item."""
    by_part: dict[str, Answer] = {}
    for asked, answer in tried.values():
        known = by_part.get(asked.part)
        both = {**known, **answer} if isinstance(known, dict) and isinstance(answer, dict) else answer
        by_part[asked.part] = both
    return by_part if isinstance(item, Passage) else by_part.get("", "")


def _trials(right: Tried, root: Element) -> Iterator[Tried]:
    """All right, nothing at all, and each answer with all else right, or with nothing else."""
    yield right
    yield {}
    for name, (asked, _) in right.items():
        for answer in _answers(asked, root):
            tried = {name: (asked, answer)}
            yield tried
            if len(right) > 1:
                yield right | tried


def _answers(asked: Asked, root: Element) -> Iterator[Answer]:
    item = asked.item
    if isinstance(item, Choice):
        yield from _choices(item)
    elif isinstance(item, Ordering):
        ids = [option.id for option in item.options]
        yield from (ids, ids[::-1], [ids[1], ids[0], *ids[2:]])
    elif isinstance(item, Matching):
        yield from _matches(item)
    elif isinstance(item, Gaps):
        places = [name_of(asked.element)] if asked.element.tag in PLACES else [gap.id for gap in item.gaps]
        for gap in item.gaps:
            if gap.id in places:
                for text in _texts(gap, root):
                    yield {gap.id: text}


def _choices(item: Choice) -> Iterator[Answer]:
    ids = [option.id for option in item.options]
    if item.kind != "multiple":
        yield from ([name] for name in ids)
        return
    right = [option.id for option in item.options if option.score > 0]
    if len(ids) <= MANY_OPTIONS:
        for size in range(1, len(ids) + 1):
            yield from map(list, combinations(ids, size))
        return
    yield from ([name] for name in ids)
    for name in ids:
        yield [other for other in right if other != name] if name in right else [*right, name]
    yield ids


def _matches(item: Matching) -> Iterator[Answer]:
    right = cast(dict[str, Answer], right_answer(item))
    yield dict(right)
    for prompt in item.prompts:
        yield {key: answer for key, answer in right.items() if key != prompt.id}
        yield right | {prompt.id: next(o.id for o in item.options if o.id != prompt.answer)}


def _texts(gap: Gap, root: Element) -> Iterator[str]:
    """What the gap takes, what stands in the file as an answer, and what is surely wrong."""
    wanted = [answer.text for answer in gap.answers]
    if gap.kind == "choice":
        yield from wanted
        return
    found = [value_of(element) for element in within(root, "baseValue", "value")]
    found += [element.get("mapKey", "") for element in within(root, "mapEntry")]
    if gap.kind == "number":
        for answer in gap.answers:
            value = number(answer.text)
            if value is not None:
                reach = answer.tolerance * BEYOND + 1e-6
                found += [f"{value}", f"{float(value) + reach!r}", f"{float(value) - reach!r}"]
        yield from (text for text in dict.fromkeys([*found, "-987654.5"]) if number(text) is not None)
        return
    words = list(map(_words, gap.answers))
    others = [*(text.swapcase() for text in words), *found, "~"]
    known = set(map(_shape, words))
    yield from words
    yield from (text for text in dict.fromkeys(others) if text and _shape(text) not in known)


def _shape(text: str) -> str:
    """What we look at of a text: to us, but not to QTI, full-width forms and spare blanks are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _given(asked: Asked, answer: Answer) -> Value:
    element, response = asked.element, asked.response
    if isinstance(asked.item, Choice | Ordering):
        ids = {name_of(found): found.get("identifier", "") for found in within(element, *CHOICES)}
        return contained([ids[name] for name in cast(list[str], answer)], response.cardinality)
    pairs = cast(dict[str, str], answer)
    if isinstance(asked.item, Matching):
        return _given_pairs(element, response, pairs)
    if element.tag == "gapMatchInteraction":
        return _given_words(element, response, pairs)
    return _given_text(element, response, next(iter(pairs.values()), ""))


CHOICES = ("simpleChoice", "hottext")


def _given_pairs(element: Element, response: Response, pairs: dict[str, str]) -> Value:
    choices = list(within(element, "simpleAssociableChoice"))
    ids = {name_of(found): found.get("identifier", "") for found in choices}
    side = element.find("simpleMatchSet")
    first = {found.get("identifier") for found in (choices if side is None else side)}
    both = [(ids[prompt], ids[option]) for prompt, option in pairs.items()]
    ordered = [pair if pair[0] in first else pair[::-1] for pair in both]
    return contained([typed(" ".join(pair), response.base) for pair in ordered], response.cardinality)


def _given_words(element: Element, response: Response, words: dict[str, str]) -> Value:
    texts = {plain(found): found.get("identifier", "") for found in reversed(element.findall("gapText"))}
    gaps = {name_of(found): found.get("identifier", "") for found in within(element, "gap")}
    pairs = [f"{texts[text]} {gaps[gap]}" for gap, text in words.items()]
    return contained([typed(pair, response.base) for pair in pairs], response.cardinality)


def _given_text(element: Element, response: Response, text: str) -> Value:
    if element.tag == "inlineChoiceInteraction":
        choices = reversed(element.findall("inlineChoice"))
        return {plain(found): found.get("identifier", "") for found in choices}[text]
    if response.base in NUMERIC:
        value = number(text)
        if value is None:
            raise Unknown
        return float(value)
    return text or None

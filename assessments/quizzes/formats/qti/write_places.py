"""Gaps as places in a text, with what they accept."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ...items.kinds import Accepted, Gap, Gaps
from ...items.marking import ANY, ESCAPED_ANY, UNESCAPED_ANY, number
from .conditions import words_pattern
from .documents import add
from .sheets import (
    Sheet,
    add_mapping,
    base_value,
    identifiers_for,
    mapped,
    matched,
    name_choice,
    shared,
    variable,
)
from .texts import fill, keep_exact, write_inline


def write_gaps(item: Gaps, parent: Element, sheet: Sheet) -> Element:
    """Write the words with their places into `parent`; the score."""
    ids = [gap.id for gap in item.gaps]
    responses = {ids[0]: "RESPONSE"} if len(ids) == 1 and "RESPONSE" not in sheet.names else {}
    responses = responses or identifiers_for(ids, "GAP_", sheet.names)
    places = {gap.id: _place(gap, responses[gap.id]) for gap in item.gaps}
    behind = _write_stem(item.stem, parent, dict(places))
    rest = add(parent, "div", data_role="gaps") if behind else parent
    for place in behind:
        rest.append(place)
    if item.unit:
        fill(add(add(parent, "p"), "span", data_role="unit"), item.unit)
    scores = [_score(gap, places[gap.id], responses[gap.id], sheet) for gap in item.gaps]
    if len(scores) == 1:
        return scores[0]
    return shared([sheet.worth(score) for score in scores], len(scores))


def _write_stem(stem: str, parent: Element, places: dict[str, Element]) -> list[Element]:
    """Write the stem with the places that it names; those that it does not name come back."""
    paragraph = add(parent, "p")
    marks = "|".join(re.escape(f"[[{name}]]") for name in places)
    for piece in re.split(f"({marks})", stem):
        place = places.pop(piece[2:-2], None) if piece.startswith("[[") else None
        if place is None:
            write_inline(paragraph, piece)
        else:
            paragraph.append(place)
    keep_exact(paragraph, stem)
    return list(places.values())


def _place(gap: Gap, response: str) -> Element:
    tag = "inlineChoiceInteraction" if gap.kind == "choice" else "textEntryInteraction"
    place = Element(tag, responseIdentifier=response)
    name_choice(place, response, gap.id)
    if gap.has_case:
        place.set("data-case", "true")
    return place


def _score(gap: Gap, place: Element, response: str, sheet: Sheet) -> Element:
    if gap.kind == "choice":
        return _choice_score(gap, place, response, sheet)
    right = [answer for answer in gap.answers if answer.score == 1 and not _is_open(answer)][:1]
    base = "float" if gap.kind == "number" else "string"
    values = [digits_of(answer.text) if gap.kind == "number" else _words(answer) for answer in right]
    declaration = sheet.respond(response, "single", base, values)
    if gap.kind == "text" and _is_plain(gap):
        _add_words(declaration, gap)
        return mapped(response)
    return _conditions(gap, response, sheet)


def digits_of(text: str) -> str:
    """A number as XML writes it."""
    value = number(text)
    return text if value is None else f"{value:f}"


def _is_plain(gap: Gap) -> bool:
    """Whether a mapping says all: different words, nothing left open, nothing to say."""
    keys = {answer.text if gap.has_case else answer.text.casefold() for answer in gap.answers}
    return len(keys) == len(gap.answers) and not any(_is_open(a) or a.feedback for a in gap.answers)


def _is_open(answer: Accepted) -> bool:
    """Whether an asterisk in it stands for any signs."""
    return UNESCAPED_ANY.search(answer.text) is not None


def _words(answer: Accepted) -> str:
    """The words themselves of an answer that is not open."""
    return answer.text.replace(ESCAPED_ANY, ANY)


def _add_words(declaration: Element, gap: Gap) -> None:
    add_mapping(declaration, {_words(answer): answer.score for answer in gap.answers})
    for entry in declaration.iter("mapEntry"):
        entry.set("caseSensitive", "true" if gap.has_case else "false")


def _conditions(gap: Gap, response: str, sheet: Sheet) -> Element:
    """The best of the answers that fit: a chain if they come best first, else each for itself."""
    name = f"SCORE_{response}"
    sheet.outcome(name, "float", default="0")
    if any(answer.feedback for answer in gap.answers):
        sheet.outcome(f"FEEDBACK_{response}", "identifier")
    scores = [answer.score for answer in gap.answers]
    is_chain = scores == sorted(scores, reverse=True)
    condition = Element("responseCondition")
    for position, answer in enumerate(gap.answers):
        if not is_chain:
            condition = Element("responseCondition")
        if not len(condition):
            sheet.statements.append(condition)
        branch = add(condition, "responseElseIf" if len(condition) else "responseIf")
        branch.append(_test(gap, answer, response))
        value = base_value("float", repr(answer.score))
        sheet.set(name, value if is_chain else _at_least(name, value), branch)
        if answer.feedback:
            said = f"A{position + 1}"
            sheet.set(f"FEEDBACK_{response}", base_value("identifier", said), branch)
            sheet.say(f"FEEDBACK_{response}", said, answer.feedback)
    return variable(name)


def _at_least(name: str, value: Element) -> Element:
    element = Element("max")
    element.extend([variable(name), value])
    return element


def _test(gap: Gap, answer: Accepted, response: str) -> Element:
    if gap.kind == "number":
        if answer.tolerance:
            size = repr(answer.tolerance)
            element = Element("equal", toleranceMode="absolute", tolerance=f"{size} {size}")
        else:
            element = Element("equal", toleranceMode="exact")
        element.extend([variable(response), base_value("float", digits_of(answer.text))])
    elif _is_open(answer):
        element = Element("patternMatch", pattern=words_pattern(answer.text, has_case=gap.has_case))
        element.append(variable(response))
    else:
        element = Element("stringMatch", caseSensitive="true" if gap.has_case else "false")
        element.extend([variable(response), base_value("string", _words(answer))])
    return element


def _choice_score(gap: Gap, place: Element, response: str, sheet: Sheet) -> Element:
    place.set("shuffle", "true")
    keys = [f"A{position}" for position in range(1, len(gap.answers) + 1)]
    for key, answer in zip(keys, gap.answers, strict=True):
        choice = add(place, "inlineChoice", " ".join(answer.text.split()), identifier=key)
        keep_exact(choice, answer.text)
    scores = {key: answer.score for key, answer in zip(keys, gap.answers, strict=True)}
    right = [key for key, score in scores.items() if score == 1][:1]
    declaration = sheet.respond(response, "single", "identifier", right)
    if any(answer.feedback for answer in gap.answers):
        outcome = sheet.echo(response, "single")
        for key, answer in zip(keys, gap.answers, strict=True):
            if answer.feedback:
                sheet.say(outcome, key, answer.feedback)
    if sorted(scores.values()) == [0.0] * (len(scores) - 1) + [1.0]:
        return matched(response)
    add_mapping(declaration, scores)
    return mapped(response)

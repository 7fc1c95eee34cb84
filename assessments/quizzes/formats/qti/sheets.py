"""An item's file while it is written: what is declared, scored and said beside its body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .documents import ITEM, TEMPLATES, add
from .texts import fill

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
RESERVED = frozenset(["SCORE", "MAXSCORE", "duration", "numAttempts", "completionStatus"])
ALWAYS = "general"
"""The value at which feedback to everybody is shown."""


def identifiers_for(ids: Iterable[str], prefix: str, taken: Iterable[str] = ()) -> dict[str, str]:
    """An identifier as QTI wants it for each id: the id itself where it is one."""
    used = set(taken) | RESERVED
    found: dict[str, str] = {}
    for name in ids:
        wanted, number = name, 0
        while not IDENTIFIER.fullmatch(wanted) or wanted in used:
            number += 1
            wanted = f"{prefix}{len(found) + number}"
        found[name] = wanted
        used.add(wanted)
    return found


def name_choice(element: Element, identifier: str, name: str) -> None:
    """Keep our id beside the identifier where they differ."""
    if identifier != name:
        element.set("data-id", name)


@dataclass
class Sheet:
    """Collects the parts of an item in the order in which its file has them."""

    version: str
    addresses: Mapping[str, str]
    """Names of pictures to where they lie, seen from the item."""
    responses: list[Element] = field(default_factory=list)
    outcomes: list[Element] = field(default_factory=list)
    statements: list[Element] = field(default_factory=list)
    feedback: list[Element] = field(default_factory=list)
    body: Element = field(default_factory=lambda: Element("itemBody"))

    @property
    def names(self) -> list[str]:
        return [element.get("identifier", "") for element in (*self.responses, *self.outcomes)]

    def respond(self, name: str, cardinality: str, base: str, correct: Iterable[str] = ()) -> Element:
        """Declare a response variable and what is right."""
        declaration = Element("responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
        values = list(correct)
        if values:
            parent = add(declaration, "correctResponse")
            for value in values:
                add(parent, "value", value)
        self.responses.append(declaration)
        return declaration

    def outcome(self, name: str, base: str, cardinality: str = "single", default: str = "") -> None:
        """Declare an outcome variable."""
        element = Element("outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=base)
        if default:
            add(add(element, "defaultValue"), "value", default)
        self.outcomes.append(element)

    def set(self, name: str, value: Element, parent: Element | None = None) -> None:
        """Set an outcome variable, always or in a branch of a condition."""
        statement = Element("setOutcomeValue", identifier=name)
        statement.append(value)
        if parent is None:
            self.statements.append(statement)
        else:
            parent.append(statement)

    def echo(self, response: str, cardinality: str) -> str:
        """An outcome variable that takes the value of a response, so that feedback can follow it."""
        name = f"FEEDBACK_{response}"
        self.outcome(name, "identifier", cardinality)
        self.set(name, variable(response))
        return name

    def say(self, outcome: str, value: str, text: str) -> None:
        """Feedback in a window of its own, shown when a variable has a value."""
        self.feedback.append(self._shown("modalFeedback", outcome, value, text))

    def say_always(self, number: int, text: str, part: Element | None = None) -> None:
        """Feedback to everybody who has answered: to an item, or in a part of its body."""
        if not text:
            return
        outcome = f"GENERAL_{number}"
        self.outcome(outcome, "identifier")
        self.set(outcome, base_value("identifier", ALWAYS))
        if part is None:
            self.say(outcome, ALWAYS, text)
        else:
            part.append(self._shown("feedbackBlock", outcome, ALWAYS, text))

    def _shown(self, tag: str, outcome: str, value: str, text: str) -> Element:
        element = Element(tag, outcomeIdentifier=outcome, identifier=value, showHide="show")
        fill(add(self.content(element), "p"), text)
        return element

    def content(self, element: Element) -> Element:
        """Where the words of feedback and rubrics go: QTI 3 has an element of its own for them."""
        return add(element, "contentBody") if self.version == "3.0" else element

    def score_match(self, response: str) -> Element:
        """The score of a response that is right as declared, or not."""
        name = f"SCORE_{response}"
        self.outcome(name, "float", default="0")
        condition = Element("responseCondition")
        branch = add(condition, "responseIf")
        branch.append(matched(response))
        self.set(name, base_value("float", "1"), branch)
        self.statements.append(condition)
        return variable(name)

    def finish(self, identifier: str, title: str, score: Element | None, *, top: int) -> Element:
        """The whole item. `score`: None if a person marks it; a single match or mapping goes by template."""
        attributes = {"identifier": identifier, "title": title, "adaptive": "false", "timeDependent": "false"}
        root = Element(ITEM, attributes)
        root.extend(self.responses)
        total = add(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
        total.set("normalMaximum", str(top))
        if score is None:
            total.set("externalScored", "human")
        else:
            add(add(total, "defaultValue"), "value", "0")
        processing = self._processing(score)
        root.extend(self.outcomes)
        root.append(self.body)
        if processing is not None:
            root.append(processing)
        root.extend(self.feedback)
        return root

    def _processing(self, score: Element | None) -> Element | None:
        if score is None and not self.statements:
            return None
        element = Element("responseProcessing")
        template = {"match": "match_correct", "mapResponse": "map_response"}.get(
            "" if score is None else score.tag
        )
        if template and not self.statements:
            element.set("template", TEMPLATES[self.version].format(template))
            return element
        if score is not None:
            self.set("SCORE", self.worth(score))
        element.extend(self.statements)
        return element

    def worth(self, score: Element) -> Element:
        """A score to reckon with: a match becomes a variable that a condition sets."""
        return self.score_match(score[0].get("identifier", "")) if score.tag == "match" else score


def variable(name: str) -> Element:
    return Element("variable", identifier=name)


def mapped(response: str) -> Element:
    return Element("mapResponse", identifier=response)


def base_value(base: str, text: str) -> Element:
    element = Element("baseValue", baseType=base)
    element.text = text
    return element


def matched(response: str) -> Element:
    """The test whether a response is right as declared."""
    element = Element("match")
    element.append(variable(response))
    add(element, "correct", identifier=response)
    return element


def shared(scores: list[Element], count: int) -> Element:
    """The mean of so many scores, of which some may be missing because a person gives them."""
    if len(scores) == count == 1:
        return scores[0]
    element = Element("divide")
    add(element, "sum").extend(scores)
    element.append(base_value("float", str(count)))
    return element


def add_mapping(declaration: Element, worth: dict[str, float], **bounds: str) -> None:
    """What each value of a response is worth."""
    mapping = Element("mapping", {**bounds, "defaultValue": "0"})
    for key, value in worth.items():
        add(mapping, "mapEntry", mapKey=key, mappedValue=repr(value))
    declaration.append(mapping)

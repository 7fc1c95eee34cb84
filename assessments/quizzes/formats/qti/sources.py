"""An item's file as its readers need it: variables, response processing, and what is said to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..building import Refused
from .bodies import joined
from .declarations import Declarations, Response, declarations_of
from .documents import within
from .processing import Branch, Processing, Rule, Shown, processing_of
from .texts import plain

FEEDBACK = ("feedbackInline", "feedbackBlock", "modalFeedback")


@dataclass(frozen=True)
class Source:
    """What the readers of interactions look things up in."""

    declared: Declarations
    processing: Processing
    said: dict[Shown, str]
    """The words of each piece of feedback that something shows."""
    warnings: list[str] = field(default_factory=list)
    """Codes of what is different here from what the file says."""

    def rule(self, response: Response) -> Rule:
        """How a response is scored. Raises Refused if it is not, or if one answer should be two at once."""
        if response.identifier not in self.processing.rules:
            raise Refused("qti_right_missing")
        rule = self.processing.rules[response.identifier]
        if response.cardinality == "single" and len(response.correct) > 1 and rule.kind != "map":
            raise Refused("qti_processing_unknown", element="correctResponse")
        return rule

    def echoed(self, response: Response) -> dict[str, str]:
        """What is said to each value of a response."""
        outcomes = {name for name, told in self.processing.echoes.items() if told == response.identifier}
        return {value: text for (outcome, value), text in self.said.items() if outcome in outcomes}

    def hints(self, response: Response) -> list[Branch]:
        return self.processing.hints.get(response.identifier, [])

    def words(self, branch: Branch) -> str:
        """What a branch shows."""
        return joined(*(self.said.get(shown, "") for shown in branch.shown))

    def general(self, elements: list[Element]) -> str:
        """What these pieces of feedback say to everybody."""
        return joined(*(plain(element) for element in elements if self._is_general(element)))

    def _is_general(self, element: Element) -> bool:
        if element.get("showHide", "show") == "hide":
            return _shown(element) not in self.processing.settable
        return _shown(element) in self.processing.always


def source_of(
    item: Element, understood: Callable[[Element, Declarations], Processing] = processing_of
) -> Source:
    """`understood` reads response processing. Raises Refused."""
    declared = declarations_of(item)
    said = {
        _shown(element): plain(element)
        for element in within(item, *FEEDBACK)
        if element.get("showHide", "show") == "show"
    }
    return Source(declared, understood(item, declared), said)


def _shown(element: Element) -> Shown:
    return element.get("outcomeIdentifier", ""), element.get("identifier", "")


def warn_of_marking(response: Response, rule: Rule, source: Source) -> None:
    """Note that pairs count all or nothing in the file, or each its own, but the same here."""
    if rule.kind in {"match", "chain", "best"}:
        source.warnings.append("marking_differs")
    elif rule.kind == "map" and response.mapping is not None:
        worth = {entry.value for entry in response.mapping.entries if entry.value > 0}
        is_fined = response.mapping.default < 0 or any(entry.value < 0 for entry in response.mapping.entries)
        source.warnings.extend(["weights_evened"] * (len(worth) > 1) + ["marking_differs"] * is_fined)


def right_values(response: Response, rule: Rule) -> tuple[str, ...]:
    """The values that are right together: an order, or a set of pairs or choices. Raises Refused."""
    values = response.correct
    if rule.kind == "map":
        worth = {entry.key: entry.value for entry in response.mapping.entries} if response.mapping else {}
        values = values or tuple(key for key, value in worth.items() if value > 0)
        if any(worth.get(value, 0) <= 0 for value in values):
            raise Refused("qti_right_contradicted")
    elif rule.kind == "sum":
        values = tuple(
            v for branch in rule.branches if (branch.value or 0) > 0 for v in branch.condition.values
        )
    elif rule.kind in {"chain", "best"}:
        top = max(branch.value or 0 for branch in rule.branches)
        best, *others = [branch for branch in rule.branches if (branch.value or 0) == top]
        if best.condition.kind not in {"correct", "list"} or top <= 0 or others:
            raise Refused("qti_processing_unknown", element="responseCondition")
        values = response.correct if best.condition.kind == "correct" else best.condition.values
    if not values:
        raise Refused("qti_right_missing")
    return values

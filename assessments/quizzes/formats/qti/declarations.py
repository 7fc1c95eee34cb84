"""What an item declares: the variables, their right values and what each value maps to."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..building import Refused
from .documents import XML_BLANKS, decimal, value_of

NUMERIC = frozenset(["float", "integer"])


@dataclass(frozen=True)
class MapEntry:
    """What one value is worth."""

    key: str
    value: float
    has_case: bool = True


@dataclass(frozen=True)
class Mapping:
    """What values are worth. Those not listed are worth `default`; the sum stays between the bounds."""

    entries: tuple[MapEntry, ...]
    default: float = 0.0
    lower: float | None = None
    upper: float | None = None

    def value(self, key: str) -> float:
        return next((entry.value for entry in self.entries if entry.key == key), self.default)

    def capped(self, value: float) -> float:
        return value if self.upper is None else min(value, self.upper)

    def bounded(self, value: float) -> float:
        """A sum of worths between both bounds."""
        return self.capped(value) if self.lower is None else max(self.capped(value), self.lower)


@dataclass(frozen=True)
class Response:
    """A response variable."""

    identifier: str
    cardinality: str
    base: str
    correct: tuple[str, ...] = ()
    mapping: Mapping | None = None


@dataclass(frozen=True)
class Outcome:
    """An outcome variable and the value it begins with."""

    identifier: str
    base: str
    default: str = ""


@dataclass(frozen=True)
class Declarations:
    """All variables of an item, by identifier."""

    responses: dict[str, Response] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def response(self, interaction: Element) -> Response:
        """The variable of an interaction. Raises Refused if it is not declared."""
        identifier = interaction.get("responseIdentifier", "")
        if identifier not in self.responses:
            raise Refused("qti_response_undeclared", identifier=identifier[:40])
        return self.responses[identifier]


def declarations_of(item: Element) -> Declarations:
    """What an item declares. Raises Refused for numbers that are none."""
    return Declarations(
        {
            element.get("identifier", ""): _response(element)
            for element in item.findall("responseDeclaration")
        },
        {element.get("identifier", ""): _outcome(element) for element in item.findall("outcomeDeclaration")},
    )


def _response(element: Element) -> Response:
    base, cardinality = element.get("baseType", ""), element.get("cardinality", "single")
    values = [(value.text or "").strip(XML_BLANKS) for value in element.findall("correctResponse/value")]
    if base in {"pair", "directedPair"}:
        values = [" ".join(value.split()) for value in values]
    mapping = element.find("mapping")
    return Response(
        element.get("identifier", ""),
        cardinality,
        base,
        tuple(value for value in values if value),
        None if mapping is None else _mapping(mapping, base),
    )


def _mapping(element: Element, base: str) -> Mapping:
    entries = []
    for entry in element.findall("mapEntry"):
        key = entry.get("mapKey", "")
        entries.append(
            MapEntry(
                " ".join(key.split()) if base in {"pair", "directedPair"} else key,
                decimal(entry.get("mappedValue")),
                entry.get("caseSensitive", "true") in {"true", "1"},
            )
        )
    lower, upper = element.get("lowerBound"), element.get("upperBound")
    return Mapping(
        tuple(entries),
        decimal(element.get("defaultValue"), 0.0),
        None if lower is None else decimal(lower),
        None if upper is None else decimal(upper),
    )


def _outcome(element: Element) -> Outcome:
    return Outcome(
        element.get("identifier", ""),
        element.get("baseType", ""),
        value_of(element.find("defaultValue/value")),
    )

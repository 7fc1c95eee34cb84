"""A file's own response processing, done for given answers: what its system would give for them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Dict
from contextlib import suppress
from xml.etree.ElementTree import Element

from ...items.kinds import Accepted, Gap
from ...items.marking import agrees
from .conditions import is_true, pattern_words
from .declarations import NUMERIC, Declarations, Mapping, Response
from .documents import number_of, value_of, within
from .processing import TEMPLATES, template_name

Value = None | bool | float | str | tuple[str | float, ...]
"""NULL, one value, or a container: of cardinality multiple its members are sorted, else it is Ordered."""
MOST_STEPS = 1_000_000
"""Values looked at for all answers that are tried on an item: about a second. A file of a few lines can ask
for any number of them: each line doubles what is in a container."""
SCORE = "SCORE"
ASSIGNMENTS = ("setOutcomeValue", "lookupOutcomeValue")


class Unknown(Exception):
    """Something in response processing that is not done here."""


class Ordered(tuple[str | float, ...]):
    """A container of cardinality ordered."""


class Steps:
    """What is left of MOST_STEPS."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def take(self, count: int) -> None:
        """Raises Unknown where nothing is left."""
        self.left -= count
        if self.left < 0:
            raise Unknown


class _Exit(Exception):
    """Response processing ends before its last statement."""


def score_of(item: Element, declared: Declarations, given: Dict[str, Value], steps: Steps) -> float:
    """The SCORE for these responses, by identifier; those that are missing are NULL. Raises Unknown."""
    return _Run(item, declared, given, steps).score()


def typed(value: str, base: str) -> str | float:
    """A value as it is compared. Raises Unknown for numbers that are none."""
    if base in NUMERIC:
        number = number_of(value)
        if number is None:
            raise Unknown
        return number
    if base == "boolean":
        return value in {"true", "1"}
    return " ".join(sorted(value.split())) if base == "pair" else value


def contained(values: list[str | float], cardinality: str) -> Value:
    """Values as a variable of this cardinality holds them."""
    if not values:
        return None
    if cardinality == "single":
        return values[0]
    return Ordered(values) if cardinality == "ordered" else tuple(sorted(values, key=str))


class _Run:
    def __init__(self, item: Element, declared: Declarations, given: Dict[str, Value], steps: Steps) -> None:
        self.processing = item.find("responseProcessing")
        self.tables = {found.get("identifier", ""): found for found in item.findall("outcomeDeclaration")}
        self.declared = declared
        self.given = given
        self.steps = steps
        self.outcomes: dict[str, Value] = {
            name: _first_value(outcome.base, outcome.default) for name, outcome in declared.outcomes.items()
        }

    def score(self) -> float:
        if self.processing is None or (not len(self.processing) and not self.processing.get("template")):
            raise Unknown
        if not len(self.processing):
            return self._by_template(template_name(self.processing))
        with suppress(_Exit):
            self._do(self.processing)
        if all(found.get("identifier") != SCORE for found in within(self.processing, *ASSIGNMENTS)):
            raise Unknown
        return _number(self.outcomes.get(SCORE, 0.0))

    def _by_template(self, name: str) -> float:
        names = list(self.declared.responses)
        if TEMPLATES.get(name) is None or (len(names) != 1 and "RESPONSE" not in names):
            raise Unknown
        response = self.declared.responses[names[0] if len(names) == 1 else "RESPONSE"]
        if TEMPLATES[name] == "map":
            return self._mapped(response)
        answer = self.given.get(response.identifier)
        return float(answer is not None and answer == _correct(response))

    def _do(self, statements: Element | list[Element]) -> None:
        for statement in statements:
            if statement.tag == "responseCondition":
                self._branch(statement)
            elif statement.tag == "responseProcessingFragment":
                self._do(statement)
            elif statement.tag == "exitResponse":
                raise _Exit
            elif statement.tag in ASSIGNMENTS and len(statement) == 1:
                self._assign(statement)
            else:
                raise Unknown

    def _branch(self, condition: Element) -> None:
        for branch in condition:
            if branch.tag == "responseElse":
                return self._do(branch)
            if not len(branch):
                raise Unknown
            if self._value(branch[0]) is True:
                return self._do(list(branch)[1:])
        return None

    def _assign(self, statement: Element) -> None:
        name, value = statement.get("identifier", ""), self._value(statement[0])
        if statement.tag == "lookupOutcomeValue":
            table = self.tables.get(name)
            self.steps.take(0 if table is None else sum(1 for _ in table.iter()))
            value = _looked_up(table, value)
        outcome = self.declared.outcomes.get(name)
        if outcome is not None and outcome.base in NUMERIC and isinstance(value, str):
            value = typed(value, outcome.base)
        self.outcomes[name] = value

    def _value(self, element: Element) -> Value:
        tag, name = element.tag, element.get("identifier", "")
        if tag == "baseValue":
            return typed(value_of(element), element.get("baseType", ""))
        if tag == "variable" and "weightIdentifier" not in element.attrib:
            return self.given.get(name) if name in self.declared.responses else self.outcomes.get(name)
        if tag in {"correct", "mapResponse"} and name in self.declared.responses:
            response = self.declared.responses[name]
            self.steps.take(len(response.correct))
            return _correct(response) if tag == "correct" else self._mapped(response)
        if tag == "null":
            return None
        if tag not in OPERATORS:
            raise Unknown
        values = [self._value(child) for child in element]
        self.steps.take(1 + sum(len(value) for value in values if isinstance(value, tuple)))
        return OPERATORS[tag](element, values)

    def _mapped(self, response: Response) -> float:
        mapping, given = response.mapping, self.given.get(response.identifier)
        if mapping is None:
            raise Unknown
        keys = [key for key in (given if isinstance(given, tuple) else (given,)) if key is not None]
        self.steps.take(len(keys) * len(mapping.entries))
        worth = sum(_worth(mapping, key, response.base) for key in dict.fromkeys(keys))
        return mapping.bounded(worth)


def _first_value(base: str, default: str) -> Value:
    """Numbers begin with 0, all else with nothing."""
    if base in NUMERIC:
        return typed(default or "0", base)
    return typed(default, base) if default else None


def _correct(response: Response) -> Value:
    return contained([typed(value, response.base) for value in response.correct], response.cardinality)


def _worth(mapping: Mapping, value: str | float | bool, base: str) -> float:
    for entry in mapping.entries:
        key = typed(entry.key, base)
        if key == value or (not entry.has_case and str(key).casefold() == str(value).casefold()):
            return entry.value
    return mapping.default


def _looked_up(declaration: Element | None, value: Value) -> Value:
    """The target of the first entry that fits, of a table of values or of one of lower ends."""
    if declaration is None or value is None:
        raise Unknown
    source = _number(value)
    for entry in declaration.iter("interpolationTableEntry"):
        end = _number(typed(entry.get("sourceValue", ""), "float"))
        if source > end or (source == end and is_true(entry, "includeBoundary", "true")):
            return typed(entry.get("targetValue", ""), "float")
    for entry in declaration.iter("matchTableEntry"):
        if _number(typed(entry.get("sourceValue", ""), "float")) == source:
            return typed(entry.get("targetValue", ""), "float")
    for table in (*declaration.iter("interpolationTable"), *declaration.iter("matchTable")):
        return typed(table.get("defaultValue", "0"), "float")
    raise Unknown


def _number(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, float | int) or not math.isfinite(value):
        raise Unknown
    return float(value)


def _numbers(values: list[Value]) -> list[float]:
    members = [inner for value in values for inner in (value if isinstance(value, tuple) else (value,))]
    return [_number(member) for member in members]


def _arithmetic(reckon: Callable[[list[float]], float]) -> Callable[[Element, list[Value]], Value]:
    """NULL if any of the values is."""

    def done(element: Element, values: list[Value]) -> Value:
        if not values or None in values:
            return None
        return reckon(_numbers(values))

    return done


def _comparison(
    compare: Callable[[Element, Value, Value], bool],
) -> Callable[[Element, list[Value]], Value]:
    def done(element: Element, values: list[Value]) -> Value:
        if len(values) != 2:
            raise Unknown
        return None if None in values else compare(element, values[0], values[1])

    return done


def _divided(values: list[float]) -> float:
    if len(values) != 2 or not values[1]:
        raise Unknown
    return values[0] / values[1]


def _subtracted(values: list[float]) -> float:
    if len(values) != 2:
        raise Unknown
    return values[0] - values[1]


def _one(values: list[float]) -> float:
    if len(values) != 1:
        raise Unknown
    return values[0]


def _said_alike(element: Element, first: Value, second: Value) -> bool:
    one, other = str(first), str(second)
    if not is_true(element, "caseSensitive", "true"):
        one, other = one.casefold(), other.casefold()
    return other in one if is_true(element, "substring", "false") else one == other


def _said_inside(element: Element, first: Value, second: Value) -> bool:
    one, other = str(first), str(second)
    if not is_true(element, "caseSensitive", "true"):
        one, other = one.casefold(), other.casefold()
    return one in other


def _near(element: Element, first: Value, second: Value) -> bool:
    one, other = _number(first), _number(second)
    if element.get("toleranceMode", "exact") == "exact":
        return one == other
    sizes = [_number(typed(size, "float")) for size in element.get("tolerance", "").split()]
    if not sizes:
        raise Unknown
    below, above = sizes[0], sizes[-1]
    if element.get("toleranceMode") == "relative":
        below, above = abs(one) * below / 100, abs(one) * above / 100
    is_low = other >= one - below if is_true(element, "includeLowerBound", "true") else other > one - below
    is_high = other <= one + above if is_true(element, "includeUpperBound", "true") else other < one + above
    return is_low and is_high


def _is_member(element: Element, first: Value, second: Value) -> bool:
    return first in second if isinstance(second, tuple) else first == second


def _holds(element: Element, first: Value, second: Value) -> bool:
    if not isinstance(first, tuple) or not isinstance(second, tuple):
        raise Unknown
    if isinstance(first, Ordered) or isinstance(second, Ordered):
        raise Unknown  # one must be a run within the other, and programs differ in what that is
    return not Counter(second) - Counter(first)


def _gathered(is_ordered: bool) -> Callable[[Element, list[Value]], Value]:
    def done(element: Element, values: list[Value]) -> Value:
        listed: list[str | float] = []
        for value in values:
            listed += value if isinstance(value, tuple) else [] if value is None else [value]
        return contained(listed, "ordered" if is_ordered else "multiple")

    return done


def _pattern(element: Element, values: list[Value]) -> Value:
    if len(values) != 1:
        raise Unknown
    if values[0] is None:
        return None
    words = pattern_words(element.get("pattern", ""))
    if words is None:
        raise Unknown  # engines for patterns in general can be kept busy for hours
    gap = Gap("", "text", (), has_case=words[1] is not False)
    return agrees(gap, Accepted(words[0]), str(values[0]))


def _indexed(element: Element, values: list[Value]) -> Value:
    place = number_of(element.get("n", ""))
    if len(values) != 1 or place is None or place < 1:
        raise Unknown
    found = values[0]
    if found is None:
        return None
    if not isinstance(found, tuple):
        raise Unknown
    return found[int(place) - 1] if place <= len(found) else None


def _negated(element: Element, values: list[Value]) -> Value:
    return None if values == [None] else values == [False]


def _both(element: Element, values: list[Value]) -> Value:
    return False if False in values else None if None in values else True


def _either(element: Element, values: list[Value]) -> Value:
    return True if True in values else None if None in values else False


OPERATORS: dict[str, Callable[[Element, list[Value]], Value]] = {
    "sum": _arithmetic(sum),
    "product": _arithmetic(math.prod),
    "min": _arithmetic(min),
    "max": _arithmetic(max),
    "divide": _arithmetic(_divided),
    "subtract": _arithmetic(_subtracted),
    "round": _arithmetic(lambda values: float(math.floor(_one(values) + 0.5))),
    "truncate": _arithmetic(lambda values: float(math.trunc(_one(values)))),
    "match": _comparison(lambda element, first, second: first == second),
    "equal": _comparison(_near),
    "stringMatch": _comparison(_said_alike),
    "substring": _comparison(_said_inside),
    "member": _comparison(_is_member),
    "contains": _comparison(_holds),
    "gt": _comparison(lambda element, first, second: _number(first) > _number(second)),
    "gte": _comparison(lambda element, first, second: _number(first) >= _number(second)),
    "lt": _comparison(lambda element, first, second: _number(first) < _number(second)),
    "lte": _comparison(lambda element, first, second: _number(first) <= _number(second)),
    "patternMatch": _pattern,
    "index": _indexed,
    "multiple": _gathered(is_ordered=False),
    "ordered": _gathered(is_ordered=True),
    "isNull": lambda element, values: values == [None],
    "not": _negated,
    "and": _both,
    "or": _either,
}

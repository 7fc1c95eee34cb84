"""What a condition of response processing asks of one response."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from ...items.marking import ANY, ESCAPED_ANY
from ..building import Refused
from .declarations import Declarations
from .documents import decimal, value_of


@dataclass(frozen=True)
class Condition:
    """kind: correct (is as declared), values (is one of them), list (is them together), pattern, contains,
    near (a number within `tolerance`), null, filled, else."""

    kind: str
    response: str = ""
    values: tuple[str, ...] = ()
    has_case: bool | None = None
    """None: as the values' own type compares, which for texts is with case."""
    tolerance: float = 0.0


def unknown(element: Element) -> Refused:
    """Response processing that cannot be understood for certain."""
    return Refused("qti_processing_unknown", element=element.tag)


def conditions_of(element: Element, declared: Declarations) -> list[Condition]:
    """What is asked of one response, or by `and` of each of several. Raises Refused."""
    if element.tag == "and":
        conditions = [found for child in element for found in conditions_of(child, declared)]
        filled = {found.response for found in conditions if found.kind == "filled"}
        wanted = [found for found in conditions if found.kind != "filled"]
        if len({found.response for found in wanted}) < len(wanted) or not wanted:
            raise unknown(element)
        return wanted if filled <= {found.response for found in wanted} else _refuse(element)
    return [_condition(element, declared)]


def _refuse(element: Element) -> list[Condition]:
    raise unknown(element)


def _condition(element: Element, declared: Declarations) -> Condition:
    if element.tag == "or":
        return _either([_condition(child, declared) for child in element], element)
    if element.tag == "not" and len(element) == 1:
        inner = _condition(element[0], declared)
        if inner.kind == "null":
            return replace(inner, kind="filled")
        raise unknown(element)
    response = _response(element, declared)
    if element.tag == "patternMatch":
        return _pattern(element, response)
    rest = [child for child in element if not _is_variable(child, response)]
    if element.tag == "isNull" and not rest:
        return Condition("null", response)
    if len(rest) != 1 or len(element) != 2:
        raise unknown(element)
    return _comparison(element, response, rest[0], declared)


def _either(conditions: list[Condition], element: Element) -> Condition:
    """Several conditions as one, where they differ only in their values."""
    if (
        not conditions
        or len({replace(found, values=()) for found in conditions}) > 1
        or conditions[0].kind not in {"values", "near"}
    ):
        raise unknown(element)
    return replace(conditions[0], values=tuple(value for found in conditions for value in found.values))


def _response(element: Element, declared: Declarations) -> str:
    for child in element:
        if child.tag == "variable" and child.get("identifier") in declared.responses:
            return child.get("identifier", "")
    raise unknown(element)


def _is_variable(element: Element, identifier: str) -> bool:
    return element.tag == "variable" and element.get("identifier") == identifier


def _comparison(element: Element, response: str, other: Element, declared: Declarations) -> Condition:
    tag = element.tag
    is_correct = other.tag == "correct" and other.get("identifier") == response
    values = _values(other, declared)
    if tag == "match":
        if is_correct:
            return Condition("correct", response)
        is_list = other.tag in {"ordered", "multiple"}
        return Condition("list" if is_list else "values", response, values)
    if tag == "member" and len(values) == 1:
        return Condition("values", response, values)
    if tag == "stringMatch" and len(values) == 1:
        return _string_match(element, response, values)
    if tag == "substring" and len(values) == 1 and element[1].tag == "variable":
        return Condition("contains", response, values, is_true(element, "caseSensitive", "true"))
    if tag == "equal":
        wanted = declared.responses[response].correct if is_correct else values
        return Condition("near", response, wanted, tolerance=_tolerance(element, wanted))
    raise unknown(element)


def _pattern(element: Element, response: str) -> Condition:
    words = pattern_words(element.get("pattern", ""))
    if words is None or len(element) != 1:
        raise unknown(element)
    return Condition("pattern", response, (words[0],), words[1])


def _string_match(element: Element, response: str, values: tuple[str, ...]) -> Condition:
    has_case = is_true(element, "caseSensitive", "true")
    if is_true(element, "substring", "false"):
        if element[0].tag != "variable":
            raise unknown(element)
        return Condition("contains", response, values, has_case)
    return Condition("values", response, values, has_case)


def is_true(element: Element, name: str, default: str) -> bool:
    """An attribute that is yes or no, "true" or "false" by default."""
    return element.get(name, default) in {"true", "1"}


def _values(other: Element, declared: Declarations) -> tuple[str, ...]:
    if other.tag == "baseValue":
        return (value_of(other),)
    if other.tag in {"ordered", "multiple"} and all(child.tag == "baseValue" for child in other):
        return tuple(map(value_of, other))
    if other.tag == "correct" and other.get("identifier") in declared.responses:
        return declared.responses[other.get("identifier", "")].correct
    raise unknown(other)


def _tolerance(element: Element, wanted: tuple[str, ...]) -> float:
    """Half the width of what is accepted. QTI may give two sizes, and shares in percent."""
    mode = element.get("toleranceMode", "exact")
    if mode == "exact":
        return 0.0
    sizes = [decimal(size) for size in element.get("tolerance", "").split()]
    includes = is_true(element, "includeLowerBound", "true") and is_true(element, "includeUpperBound", "true")
    if len(set(sizes)) != 1 or len(wanted) != 1 or not includes or mode not in {"absolute", "relative"}:
        raise unknown(element)
    return sizes[0] if mode == "absolute" else round(abs(decimal(wanted[0])) * sizes[0] / 100, 12)


def pattern_words(pattern: str) -> tuple[str, bool | None] | None:
    """A pattern of plain words as ours, with * for any signs, and whether its case matters; else None.

    Understood are signs as they are or escaped, `.*`, and `[Aa]` for a letter in either case.
    """
    words: list[str] = []
    cases: set[bool] = set()
    position = 0
    for found in _TOKEN.finditer(pattern):
        if found.start() != position:
            return None
        position = found.end()
        if found[0] == ".*":
            if words and words[-1] == "\\":
                return None  # together they would be an asterisk
            words.append(ANY)
            continue
        sign = found["escaped"] or found["plain"] or found["first"]
        if found["second"] and other_case(sign) != found["second"]:
            return None
        if other_case(sign):
            cases.add(not found["second"])
        words.append(ESCAPED_ANY if sign == ANY else sign)
    if position != len(pattern) or len(cases) > 1:
        return None
    return "".join(words), next(iter(cases), None)


_TOKEN = re.compile(
    r"\.\*|\\(?P<escaped>[^\w\s])|\[(?P<first>[^\\\]\[^])(?P<second>[^\\\]\[])?\]|(?P<plain>[^\\\[\]().*+?{}|^$])",
    re.DOTALL,
)


_SIGN = re.compile(r"\\\*|.", re.DOTALL)


def other_case(sign: str) -> str | None:
    """The same letter in the other case, where each has exactly one."""
    other = sign.swapcase()
    is_pair = len(other) == 1 and other != sign and other.swapcase() == sign
    return other if is_pair and other.casefold() == sign.casefold() else None


def words_pattern(words: str, *, has_case: bool) -> str:
    """The pattern for words in which * stands for any signs; `pattern_words` reads it back."""
    return "".join(_sign_pattern(found[0], has_case=has_case) for found in _SIGN.finditer(words))


def _sign_pattern(sign: str, *, has_case: bool) -> str:
    if sign == ANY:
        return ".*"
    if sign == ESCAPED_ANY:
        return sign
    if sign == "$":
        return "[$]"  # to XML Schema a plain sign, to other engines the end: in brackets it is plain to both
    if sign in r"\|.?+(){}[]^-":
        return f"\\{sign}"
    other = None if has_case else other_case(sign)
    return f"[{sign}{other}]" if other else sign

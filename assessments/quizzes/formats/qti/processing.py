"""Response processing: which answers earn what, as far as it can be understood for certain.

Known are the templates `match_correct` and `map_response`, the same written out, chains of conditions on one
response, and sums of parts. Anything else is refused: nobody should guess what is right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..building import Refused
from .conditions import Condition, conditions_of, unknown
from .declarations import NUMERIC, Declarations
from .documents import decimal, first, value_of, within

TEMPLATES = {
    "match_correct": "match",
    "map_response": "map",
    "CC2_match": "match",
    "CC2_match_basic": "match",
    "CC2_map_response": "map",
}
"""How the known templates score."""
Shown = tuple[str, str]
"""An outcome variable and the value at which a piece of feedback is shown."""


@dataclass(frozen=True)
class Branch:
    """What an answer earns that meets a condition, None if nothing is said, and the feedback it brings."""

    condition: Condition
    value: float | None = None
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Rule:
    """How a response is scored. match: as declared right; map: by its mapping; chain: the first branch that
    fits; best: the best of those; sum: all of those together."""

    kind: str
    branches: tuple[Branch, ...] = ()


@dataclass
class Processing:
    """What response processing says of each response, by identifier."""

    declared: Declarations
    rules: dict[str, Rule] = field(default_factory=dict)
    hints: dict[str, list[Branch]] = field(default_factory=dict)
    """All branches, also those that only show feedback."""
    echoes: dict[str, str] = field(default_factory=dict)
    """Outcome variables that take the value of a response, with that response."""
    always: set[Shown] = field(default_factory=set)
    settable: set[Shown] = field(default_factory=set)
    """All that anything could show; what is hidden at other values is shown to everybody."""
    setters: dict[str, frozenset[str]] = field(default_factory=dict)
    """Score variables, and the responses whose conditions set them."""


def processing_of(item: Element, declared: Declarations) -> Processing:
    """Understand an item's response processing. Raises Refused."""
    element = item.find("responseProcessing")
    if element is None or (not len(element) and not element.get("template")):
        return as_declared(item, declared)
    result = Processing(declared)
    if len(element):
        for statement in _statements(element, declared):
            _read_statement(statement, result)
    else:
        _read_template(element, result)
    _settle(item, result)
    return result


def as_declared(item: Element, declared: Declarations) -> Processing:
    """What the declarations alone say: each response is right as declared, or worth what it maps to if
    anything looks that up."""
    mapped = {found.get("identifier", "") for found in within(item, "mapResponse")}
    result = Processing(declared)
    for name, response in declared.responses.items():
        if name in mapped and response.mapping is not None:
            result.rules[name] = Rule("map")
        elif response.correct:
            result.rules[name] = Rule("match")
    _settle(item, result)
    return result


def _settle(item: Element, result: Processing) -> None:
    """Keep as shown to everybody only what nothing else can change."""
    setting = Counter(found.get("identifier", "") for found in within(item, "setOutcomeValue"))
    result.settable = {shown for found in within(item, "setOutcomeValue") for shown in _shown(found)}
    result.always = {shown for shown in result.always if setting[shown[0]] == 1}
    for outcome in result.declared.outcomes.values():
        if outcome.base == "identifier" and outcome.default:
            shown = (outcome.identifier, outcome.default)
            result.settable.add(shown)
            if not setting[outcome.identifier]:
                result.always.add(shown)


def _read_template(element: Element, result: Processing) -> None:
    """Templates speak of the variable RESPONSE; where there is only one, no other can be meant.

    Those of Common Cartridge also set FEEDBACKBASIC, and FEEDBACK to what was answered.
    """
    name = template_name(element)
    names = list(result.declared.responses)
    if name not in TEMPLATES or (len(names) != 1 and "RESPONSE" not in names):
        raise unknown(element)
    response = names[0] if len(names) == 1 else "RESPONSE"
    result.rules[response] = Rule(TEMPLATES[name])
    if name in {"CC2_match", "CC2_match_basic"}:
        right = Branch(Condition("correct", response), shown=(("FEEDBACKBASIC", "correct"),))
        wrong = Branch(Condition("else"), shown=(("FEEDBACKBASIC", "incorrect"),))
        result.hints[response] = [right, wrong]
    if name == "CC2_match":
        result.echoes["FEEDBACK"] = response


def template_name(element: Element) -> str:
    """The last part of a template's address, whichever version it belongs to."""
    return element.get("template", "").rstrip("/").rpartition("/")[2].removesuffix(".xml")


def _statements(element: Element, declared: Declarations) -> list[Element]:
    """What is done in turn. No answer earns nothing anyway, so what is kept for answers is done for all."""
    listed = []
    for child in element:
        guarded = _guarded(child, declared)
        if child.tag == "responseProcessingFragment":
            listed += _statements(child, declared)
        elif guarded is not None:
            listed += _statements(guarded, declared)
        else:
            listed.append(child)
    return listed


def _guarded(condition: Element, declared: Declarations) -> Element | None:
    """The branch of a condition that asks only whether there is an answer, if the other gives nothing."""
    if condition.tag != "responseCondition" or not len(condition) or not len(condition[0]):
        return None
    branch, *others = condition
    test = branch[0]
    is_filled = test.tag == "not" and len(test) == 1
    test = test[0] if is_filled else test
    is_known = any(found.get("identifier") in declared.responses for found in test)
    if test.tag != "isNull" or not is_known or any(other.tag != "responseElse" for other in others):
        return None
    given, empty = Element("fragment"), Element("fragment")
    (given if is_filled else empty).extend(branch[1:])
    for other in others:
        (empty if is_filled else given).extend(other)
    if any(not _is_nothing(statement, declared) for statement in empty):
        return None
    return given


def _is_nothing(statement: Element, declared: Declarations) -> bool:
    if statement.tag != "setOutcomeValue" or len(statement) != 1:
        return False
    return not _is_score(statement, declared) or _number(statement[0], declared) == 0


def _read_statement(statement: Element, result: Processing) -> None:
    if statement.tag == "setOutcomeValue" and len(statement) == 1:
        _read_assignment(statement, result)
    elif statement.tag == "responseCondition":
        _read_condition(statement, result)
    else:
        raise unknown(statement)


def _is_score(statement: Element, declared: Declarations) -> bool:
    name = statement.get("identifier", "")
    outcome = declared.outcomes.get(name)
    return name != "completionStatus" if outcome is None else outcome.base in NUMERIC


def _read_assignment(statement: Element, result: Processing) -> None:
    target, value = statement.get("identifier", ""), statement[0]
    if _is_score(statement, result.declared):
        if value.tag == "baseValue" and target == "SCORE" and decimal(value_of(value)) != 0:
            raise unknown(statement)
        _read_sum(value, result)
    elif value.tag == "variable" and value.get("identifier") in result.declared.responses:
        result.echoes[target] = value.get("identifier", "")
    else:
        result.always.update(_shown(statement))


def _read_sum(value: Element, result: Processing) -> None:
    """A score made up of mapped responses, other scores and plain numbers."""
    if value.tag == "mapResponse":
        _map(value, result)
    elif value.tag in {"sum", "divide"} or (
        value.tag in {"product", "max", "min", "round"} and first(value, "mapResponse") is None
    ):
        for child in value:
            _read_sum(child, result)
    elif not _is_harmless(value, result.declared):
        raise unknown(value)


def _is_harmless(value: Element, declared: Declarations) -> bool:
    """Whether a part of a sum leaves what is right as it is: another score, or a number not below 0."""
    if value.tag == "baseValue":
        return decimal(value_of(value)) >= 0
    return value.tag == "variable" and value.get("identifier") in declared.outcomes


def _map(value: Element, result: Processing) -> None:
    name = value.get("identifier", "")
    if name in result.rules or name not in result.declared.responses:
        raise unknown(value)
    result.rules[name] = Rule("map")


def _shown(statement: Element) -> list[Shown]:
    target = statement.get("identifier", "")
    return [(target, value_of(value)) for value in within(statement, "baseValue")]


def _read_condition(element: Element, result: Processing) -> None:
    names = {found.get("identifier") for found in within(element, "variable", "mapResponse", "correct")}
    is_score = any(_is_score(found, result.declared) for found in within(element, "setOutcomeValue"))
    if not names & result.declared.responses.keys():
        if is_score:
            raise unknown(element)
        return  # feedback by score: there is no place to say it to all who reach a score
    try:
        _read_branches(element, result)
    except Refused:
        if is_score:
            raise
        # Whom this tells something cannot be told for certain, so it tells nobody.


def _read_branches(element: Element, result: Processing) -> None:
    branches = [_split(branch, result.declared) for branch in element]
    if any(len(conditions) > 1 for conditions, _ in branches):
        _read_all_together(branches, element, result)
    else:
        _read_chain([(conditions[0], statements) for conditions, statements in branches], element, result)


Split = tuple[list[Condition], list[Element]]


def _split(branch: Element, declared: Declarations) -> Split:
    if branch.tag == "responseElse":
        conditions, statements = [Condition("else")], list(branch)
    elif branch.tag in {"responseIf", "responseElseIf"} and len(branch):
        conditions, statements = conditions_of(branch[0], declared), list(branch)[1:]
    else:
        raise unknown(branch)
    for statement in statements:
        if statement.tag != "setOutcomeValue" or len(statement) != 1:
            raise unknown(statement)
    return conditions, statements


def _read_all_together(branches: list[Split], element: Element, result: Processing) -> None:
    """Several responses that must all be right. What is right is plain; we give each its share."""
    (conditions, statements), *rest = branches
    if any(condition.kind != "else" for others, _ in rest for condition in others):
        raise unknown(element)
    _claim(statements, frozenset(condition.response for condition in conditions), result)
    value, _ = _worth(statements, result.declared)
    if not value or any(_worth(others, result.declared)[0] for _, others in rest):
        raise unknown(element)
    for condition in conditions:
        if condition.response in result.rules:
            raise unknown(element)
        result.rules[condition.response] = Rule("chain", (Branch(condition, value),))


def _claim(statements: list[Element], responses: frozenset[str], result: Processing) -> None:
    """Refuse scores that several responses set, each over the other."""
    for statement in statements:
        is_added = statement[0].tag in {"sum", "max"}
        if _is_score(statement, result.declared) and not is_added:
            target = statement.get("identifier", "")
            if result.setters.setdefault(target, responses) != responses:
                raise unknown(statement)


def _read_chain(pairs: list[tuple[Condition, list[Element]]], element: Element, result: Processing) -> None:
    names = {condition.response for condition, _ in pairs if condition.kind != "else"}
    if len(names) != 1:
        raise unknown(element)
    name = names.pop()
    branches, modes = [], set[str]()
    for condition, statements in pairs:
        _claim(statements, frozenset([name]), result)
        value, mode = _worth(statements, result.declared)
        feedback = [s for s in statements if not _is_score(s, result.declared)]
        shown = tuple(pair for statement in feedback for pair in _shown(statement))
        branches.append(Branch(condition, value, shown))
        if value is not None and condition.kind not in {"else", "null"}:
            modes.add(mode)
    result.hints.setdefault(name, []).extend(branches)
    if all(branch.value is None for branch in branches):
        return
    _add_rule(name, _mode(name, branches, modes, result), branches, element, result)


def _mode(name: str, branches: list[Branch], modes: set[str], result: Processing) -> str:
    if modes == {"max"}:
        return "best"
    is_list = result.declared.responses[name].cardinality == "multiple"
    return "sum" if modes == {"sum"} and is_list and branches[0].condition.kind == "values" else "chain"


def _add_rule(name: str, kind: str, branches: list[Branch], element: Element, result: Processing) -> None:
    """Branches that add up or compete may come in several conditions; a chain comes once."""
    if any(branch.condition.kind == "filled" and branch.value for branch in branches):
        raise unknown(element)
    if any(branch.condition.kind == "null" and branch.value for branch in branches):
        raise unknown(element)
    scored = tuple(branch for branch in branches if branch.condition.kind not in {"null", "filled"})
    known = result.rules.get(name)
    if known and (known.kind != kind or kind == "chain"):
        raise unknown(element)
    if kind != "chain" and len(scored) != 1:
        raise unknown(element)
    result.rules[name] = Rule(kind, (*(known.branches if known else ()), *scored))


def _worth(statements: list[Element], declared: Declarations) -> tuple[float | None, str]:
    """What a branch gives, None if it sets no score, and whether that is set, added ("sum") or the least
    ("max")."""
    scores = [statement for statement in statements if _is_score(statement, declared)]
    if not scores:
        return None, "set"
    if len(scores) > 1:
        raise unknown(scores[1])
    target, value = scores[0].get("identifier", ""), scores[0][0]
    if value.tag in {"sum", "max"}:
        others = [child for child in value if child.get("identifier") != target]
        if len(others) != 1 or len(value) != 2:
            raise unknown(value)
        return _number(others[0], declared), value.tag
    return _number(value, declared), "set"


def _number(value: Element, declared: Declarations) -> float:
    outcome = declared.outcomes.get(value.get("identifier", "")) if value.tag == "variable" else None
    if outcome is not None and outcome.default:
        return decimal(outcome.default)
    if value.tag != "baseValue":
        raise unknown(value)
    return decimal(value_of(value))

"""Interactions in which options are ticked: single, multiple, true or false, judgement."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from xml.etree.ElementTree import Element

from ...items.kinds import RULES, Choice, Option
from ..building import FALSE_WORDS, TRUE_WORDS, Refused
from .bodies import joined, prompt_of
from .conditions import is_true
from .declarations import MapEntry, Mapping, Response
from .documents import decimal, within
from .pictures import option_of
from .processing import Rule
from .sources import Source, right_values
from .texts import name_of, plain

TRUE, FALSE = TRUE_WORDS | {"correct"}, FALSE_WORDS | {"incorrect"}
"""Words of two options that make a question one of true or false."""
SINGLE_KINDS = frozenset(["single", "truefalse", "judgement"])


def choice_of(stem: str, interaction: Element, source: Source) -> Choice:
    """A choiceInteraction or hottextInteraction. Raises Refused."""
    response = source.declared.response(interaction)
    elements = list(within(interaction, "simpleChoice", "hottext"))
    texts = [plain(element) for element in elements]
    is_text = interaction.tag == "hottextInteraction"
    if is_text and len(set(texts)) < len(texts):
        raise Refused("qti_hottext_twice")
    ids = [element.get("identifier", "") for element in elements]
    scores, rule = _scores(response, source.rule(response), ids, interaction)
    feedback = feedback_of(response, source, scores)
    kept = _kept_scores(elements, scores) if rule != "options" else scores
    options = tuple(
        _option(element, text, kept[identifier], feedback.get(identifier, ""))
        for element, text, identifier in zip(elements, texts, ids, strict=True)
    )
    return Choice(
        _kind(response, interaction, options),
        joined(stem, plain(interaction) if is_text else prompt_of(interaction)),
        options,
        _kept_rule(response, interaction, rule),
        shuffle=is_true(interaction, "shuffle", "false") and not any(map(_is_fixed, elements)),
    )


def _is_fixed(choice: Element) -> bool:
    """Whether it keeps its place while others are shuffled, as "none of these" does at the end."""
    return is_true(choice, "fixed", "false")


def _option(element: Element, words: str, score: float, feedback: str) -> Option:
    if figure := option_of(element, words):
        return Option(name_of(element), figure.text, score, feedback, figure.image)
    return Option(name_of(element), words, score, feedback)


def _kind(response: Response, interaction: Element, options: tuple[Option, ...]) -> str:
    if response.cardinality != "single":
        return "multiple"
    if sum(option.score > 0 for option in options) > 1:
        return "judgement"
    kept = interaction.get("data-kind", "")
    if all(option.image for option in options):
        return kept if kept == "single" else "picture"
    if kept in SINGLE_KINDS:
        return kept
    words = {option.text.casefold() for option in options}
    return "truefalse" if len(options) == 2 and words & TRUE and words & FALSE else "single"


def _kept_rule(response: Response, interaction: Element, rule: str) -> str:
    """Our own rule from a file of ours, where it makes no difference to what the file says."""
    kept = interaction.get("data-rule", rule)
    return kept if response.cardinality == "single" and kept in RULES else rule


def _kept_scores(elements: list[Element], scores: dict[str, float]) -> dict[str, float]:
    """Our own scores from a file of ours, if they call the same options right."""
    kept = {
        element.get("identifier", ""): decimal(
            element.get("data-score"), scores[element.get("identifier", "")]
        )
        for element in elements
    }
    return kept if all((kept[key] > 0) == (score > 0) for key, score in scores.items()) else scores


def _scores(
    response: Response, rule: Rule, ids: list[str], interaction: Element
) -> tuple[dict[str, float], str]:
    if response.cardinality == "single":
        return single_scores(response, rule, ids), "all"
    if rule.kind == "map" or rule.kind == "sum":
        return _summed_scores(response, rule, ids, interaction)
    right = set(right_values(response, rule))
    others = [branch for branch in rule.branches if branch.condition.kind not in {"correct", "list"}]
    if len(rule.branches) - len(others) > 1 or any(branch.value for branch in others):
        raise Refused("qti_processing_unknown", element="responseCondition")
    return _right(right, ids), "all"


def _right(right: set[str], ids: list[str]) -> dict[str, float]:
    if not right <= set(ids):
        raise Refused("qti_right_missing")
    return {identifier: float(identifier in right) for identifier in ids}


def single_scores(response: Response, rule: Rule, ids: list[str]) -> dict[str, float]:
    """What each choice earns if it is the only one, the best of them 1. Raises Refused."""
    values = single_values(response, rule, ids)
    top = max(values.values())
    return {identifier: max(-1.0, value / top) for identifier, value in values.items()}


def single_values(response: Response, rule: Rule, ids: list[str]) -> dict[str, float]:
    """What each choice earns in the file if it is the only one; some more than 0. Raises Refused."""
    if rule.kind == "match":
        return _right(set(response.correct[:1]) or {""}, ids)
    mapping = _mapping(response, rule)
    values = {identifier: mapping.capped(mapping.value(identifier)) for identifier in ids}
    if max(values.values(), default=0.0) <= 0:
        raise Refused("qti_right_missing")
    return values


def _mapping(response: Response, rule: Rule) -> Mapping:
    """The declared mapping, or what conditions on the values of a response amount to."""
    if rule.kind == "map":
        if response.mapping is None:
            raise Refused("qti_right_missing")
        return response.mapping
    values: dict[str, float] = {}
    default = 0.0
    for branch in rule.branches:
        condition = branch.condition
        if condition.kind == "else":
            default = branch.value or 0.0
        elif condition.kind in {"correct", "values"}:
            for key in response.correct if condition.kind == "correct" else condition.values:
                values.setdefault(key, branch.value or 0.0)
        else:
            raise Refused("qti_processing_unknown", element="responseCondition")
    return mapping_of(values, default)


def mapping_of(values: Dict[str, float], default: float = 0.0) -> Mapping:
    """Worth by value."""
    return Mapping(tuple(MapEntry(key, value) for key, value in values.items()), default)


def _summed_scores(
    response: Response, rule: Rule, ids: list[str], interaction: Element
) -> tuple[dict[str, float], str]:
    """Shares of what can be earned at most. Refused are sums that ours, from 0 to 1, would not follow."""
    mapping = _mapping(response, rule)
    values = {identifier: mapping.value(identifier) for identifier in ids}
    gains = sorted((value for value in values.values() if value > 0), reverse=True)
    limit = int(decimal(interaction.get("maxChoices"), 0.0))
    limit = limit if limit > 0 else len(ids)
    top = 1.0 if interaction.get("data-kind") == "multiple" else mapping.capped(sum(gains[:limit]))
    if not gains or top <= 0:
        raise Refused("qti_right_missing")
    if (mapping.lower or 0.0) > 0:
        raise Refused("qti_mapping_bounds")
    is_free = limit >= len(ids) or (
        limit >= len(gains) and len(gains) + sum(v < 0 for v in values.values()) == len(ids)
    )
    if not is_free:
        raise Refused("qti_choices_limited", limit=limit)
    if sum(gains) > top * 1.000001 and max(map(abs, values.values())) > top:
        raise Refused("qti_mapping_bounds")
    scores = {identifier: max(-1.0, min(1.0, value / top)) for identifier, value in values.items()}
    if interaction.get("data-rule") == "even" and _is_even(scores):
        return {identifier: float(score > 0) for identifier, score in scores.items()}, "even"
    return scores, "options"


def _is_even(scores: dict[str, float]) -> bool:
    right = {key for key, score in scores.items() if score > 0}
    wanted = even_scores(right, list(scores))
    return all(abs(wanted[key] - score) < 1e-9 for key, score in scores.items())


def even_scores(right: set[str], ids: list[str]) -> dict[str, float]:
    """Shares of our rule "even": what is right and ticked, less what is wrong and ticked."""
    wrong = len(ids) - len(right)
    return {key: 1 / len(right) if key in right else -1 / wrong for key in ids}


def feedback_of(response: Response, source: Source, scores: dict[str, float]) -> dict[str, str]:
    """What is said to who chooses each option."""
    said = source.echoed(response)
    rest = ""
    for branch in source.hints(response):
        text, condition = source.words(branch), branch.condition
        chosen: tuple[str, ...] = ()
        if condition.kind == "values":
            chosen = condition.values
        elif response.cardinality == "single" and condition.kind == "correct":
            chosen = response.correct
        elif response.cardinality == "single" and condition.kind == "else":
            rest = text
        for key in chosen:
            said[key] = joined(said.get(key, ""), text)
    mentioned = {key for branch in source.hints(response) for key in _keys(branch.condition.values, response)}
    return {key: joined(said.get(key, ""), "" if key in mentioned else rest) for key in scores}


def _keys(values: tuple[str, ...], response: Response) -> tuple[str, ...]:
    return values or response.correct

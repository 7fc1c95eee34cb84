"""Places in a text: words or numbers to write, choices in a line, words to drag into gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ...items.kinds import GAPS, Accepted, Gap, Gaps
from ...items.marking import ANY, ESCAPED_ANY, UNESCAPED_ANY, number
from ..building import Refused, check_places
from .bodies import Segment, joined
from .choices import feedback_of, single_scores, single_values
from .conditions import other_case
from .declarations import NUMERIC, Response
from .documents import within
from .processing import Branch, Rule
from .sources import Source, right_values, warn_of_marking
from .texts import name_of, plain


@dataclass(frozen=True)
class Wanted:
    """An answer that a place takes."""

    text: str
    value: float
    has_case: bool | None = True
    """None: it makes no difference."""
    tolerance: float = 0.0
    feedback: str = ""


def gaps_of(stem: str, segment: Segment, source: Source, container: Element) -> Gaps:
    """Words with places in them. Raises Refused. Each place counts the same."""
    read = [_gap(place, source) for place in segment.places]
    gaps = tuple(gap for gap, _ in read)
    if len({top for _, top in read}) > 1:
        source.warnings.append("weights_evened")
    marked = next((found for found in container.iter() if found.get("data-kind") in GAPS), None)
    text = joined(stem, segment.text)
    if marked is None and len(gaps) == 1:
        text = re.sub(r"\n\[\[[^\]]*\]\]$", "", text)
    unit = next((found for found in container.iter() if found.get("data-role") == "unit"), None)
    kind = _kind(gaps, "" if marked is None else marked.get("data-kind", ""))
    return Gaps(kind, text, gaps, unit="" if unit is None else plain(unit))


def _kind(gaps: tuple[Gap, ...], kept: str) -> str:
    kinds = [gap.kind for gap in gaps]
    if kept == "cloze":
        return kept
    if kinds == ["number"]:
        return "numeric"
    return "fill" if set(kinds) == {"text"} else "cloze"


def _gap(place: Element, source: Source) -> tuple[Gap, float]:
    """The gap, and what it earns at most in the file."""
    response = source.declared.response(place)
    if place.tag == "inlineChoiceInteraction":
        return _choice_gap(place, response, source)
    if response.cardinality != "single" or response.base not in NUMERIC | {"string"}:
        raise Refused("qti_response_type", type=f"{response.cardinality} {response.base}")
    wanted = _wanted(response, source.rule(response), source)
    top = max((answer.value for answer in wanted), default=0.0)
    if top <= 0:
        raise Refused("qti_right_missing")
    is_number = response.base in NUMERIC
    for answer in wanted:
        if is_number and number(answer.text) is None:
            raise Refused("number_invalid")
    answers = tuple(
        Accepted(answer.text, answer.value / top, answer.feedback, answer.tolerance) for answer in wanted
    )
    has_case = not is_number and _has_case(wanted, place)
    return Gap(name_of(place), "number" if is_number else "text", answers, has_case), top


def _has_case(wanted: list[Wanted], place: Element) -> bool:
    """Whether case matters, which must be the same for all answers that have letters with two cases."""
    flags = {
        answer.has_case
        for answer in wanted
        if answer.has_case is not None and any(map(other_case, answer.text))
    }
    if len(flags) > 1:
        raise Refused("qti_case_mixed")
    return next(iter(flags), place.get("data-case") == "true")


def _wanted(response: Response, rule: Rule, source: Source) -> list[Wanted]:
    if rule.kind == "match":
        return [Wanted(_literal(text), 1.0) for text in response.correct[:1]]
    if rule.kind == "map":
        if response.mapping is None or response.mapping.default > 0:
            raise Refused("qti_mapping_bounds")
        entries = response.mapping.entries
        return [
            Wanted(_literal(entry.key), response.mapping.capped(entry.value), entry.has_case)
            for entry in entries
        ]
    wanted = [answer for branch in rule.branches for answer in _of_branch(response, branch, source)]
    values = [answer.value for answer in wanted]
    is_open = any(UNESCAPED_ANY.search(answer.text) or answer.tolerance for answer in wanted)
    if rule.kind == "chain" and is_open and values != sorted(values, reverse=True):
        # The first branch that fits decides there, the best of all answers here.
        raise Refused("qti_processing_unknown", element="responseElseIf")
    return wanted


def _literal(text: str) -> str:
    """Words in which an asterisk is one."""
    return text.replace(ANY, ESCAPED_ANY)


def _of_branch(response: Response, branch: Branch, source: Source) -> list[Wanted]:
    condition = branch.condition
    value = branch.value or 0.0
    if condition.kind == "else" and not value:
        return []
    if condition.kind not in {"correct", "values", "contains", "pattern", "near"} or (
        condition.kind == "near" and response.base not in NUMERIC
    ):
        raise Refused("qti_processing_unknown", element="responseCondition")
    texts = response.correct[:1] if condition.kind == "correct" else condition.values
    if condition.kind != "pattern":
        texts = tuple(map(_literal, texts))
    if condition.kind == "contains":
        texts = tuple(f"*{text}*" for text in texts)
    has_case = condition.has_case
    if has_case is None and condition.kind in {"correct", "values"}:
        has_case = True
    said = source.words(branch)
    return [Wanted(text, value, has_case, condition.tolerance, said) for text in texts]


def _choice_gap(place: Element, response: Response, source: Source) -> tuple[Gap, float]:
    elements = {element.get("identifier", ""): element for element in place.findall("inlineChoice")}
    rule = source.rule(response)
    scores = single_scores(response, rule, list(elements))
    top = max(single_values(response, rule, list(elements)).values())
    feedback = feedback_of(response, source, scores)
    answers = tuple(Accepted(plain(element), scores[key], feedback[key]) for key, element in elements.items())
    return Gap(name_of(place), "choice", answers, place.get("data-case") == "true"), top


def dragged_of(stem: str, interaction: Element, source: Source) -> Gaps:
    """A gapMatchInteraction of words as gaps with a choice among all of them. Raises Refused."""
    response = source.declared.response(interaction)
    words = {element.get("identifier", ""): plain(element) for element in interaction.findall("gapText")}
    places = list(within(interaction, "gap"))
    check_places(len(places), len(words))
    rule = source.rule(response)
    right = {pair.partition(" ")[::2] for pair in right_values(response, rule)}
    warn_of_marking(response, rule, source)
    gaps = []
    for element in places:
        key = element.get("identifier", "")
        fitting = {words.get(word, "") for word, gap in right if gap == key}
        if not fitting or "" in fitting:
            raise Refused("qti_right_missing")
        texts = dict.fromkeys(words.values())
        answers = tuple(Accepted(text, float(text in fitting)) for text in texts)
        gaps.append(Gap(name_of(element), "choice", answers))
    if not places:
        raise Refused("qti_no_interaction")
    return Gaps("cloze", joined(stem, plain(interaction)), tuple(gaps))

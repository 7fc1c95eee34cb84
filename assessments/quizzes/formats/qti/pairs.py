"""Interactions in which things are put together or in order: matching, associating, ordering."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ...items.kinds import Matching, Option, Ordering, Prompt
from ..building import Refused
from .bodies import joined, prompt_of
from .documents import within
from .sources import Source, right_values, warn_of_marking
from .texts import name_of, plain


def ordering_of(stem: str, interaction: Element, source: Source) -> Ordering:
    """An orderInteraction that wants all its choices in order. Raises Refused.

    Points for other orders are not kept: we give the share of neighbours in their right order.
    """
    response = source.declared.response(interaction)
    right = right_values(response, source.rule(response))
    source.warnings.append("marking_differs")
    elements = {element.get("identifier", ""): element for element in interaction.findall("simpleChoice")}
    if len(set(right)) != len(right) or set(right) != elements.keys():
        raise Refused("qti_order_partial")
    options = tuple(Option(name_of(elements[key]), plain(elements[key])) for key in right)
    return Ordering("ordering", joined(stem, prompt_of(interaction)), options)


def matching_of(stem: str, interaction: Element, source: Source) -> Matching:
    """A matchInteraction or associateInteraction in which each prompt has one option. Raises Refused.

    Of a match the first set has the prompts, unless only the second has one option for each. Each pair counts
    the same.
    """
    response = source.declared.response(interaction)
    rule = source.rule(response)
    pairs = [_pair(value) for value in right_values(response, rule)]
    warn_of_marking(response, rule, source)
    choices = {found.get("identifier", ""): found for found in within(interaction, "simpleAssociableChoice")}
    if not {key for pair in pairs for key in pair} <= choices.keys():
        raise Refused("qti_right_missing")
    if interaction.tag == "associateInteraction":
        prompts, options = _sides(pairs, list(choices))
    else:
        sides = [_identifiers(side) for side in interaction.findall("simpleMatchSet")]
        if len(sides) != 2:
            raise Refused("qti_pairs")
        prompts, options = sides
        if not _fits(pairs, prompts):
            prompts, options = options, prompts
            pairs = [(target, start) for start, target in pairs]
    if not _fits(pairs, prompts):
        raise Refused("qti_pairs")
    answers = dict(pairs)
    return Matching(
        "matching",
        joined(stem, prompt_of(interaction)),
        tuple(
            Prompt(name_of(choices[key]), plain(choices[key]), name_of(choices[answers[key]]))
            for key in prompts
        ),
        tuple(Option(name_of(choices[key]), plain(choices[key])) for key in options),
    )


def _pair(value: str) -> tuple[str, str]:
    start, _, target = value.partition(" ")
    return start, target


def _identifiers(side: Element) -> list[str]:
    return [element.get("identifier", "") for element in side.findall("simpleAssociableChoice")]


def _fits(pairs: list[tuple[str, str]], prompts: list[str]) -> bool:
    return sorted(start for start, _ in pairs) == sorted(prompts)


def _sides(pairs: list[tuple[str, str]], choices: list[str]) -> tuple[list[str], list[str]]:
    """The first of each pair as prompts, all else as options. Refused if something is in two pairs."""
    used = [key for pair in pairs for key in pair]
    if len(set(used)) < len(used):
        raise Refused("qti_pairs")
    prompts = [start for start, _ in pairs]
    return prompts, [key for key in choices if key not in prompts]

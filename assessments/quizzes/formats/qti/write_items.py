"""Our items as items of QTI."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ...items.kinds import (
    Choice,
    Figure,
    Gaps,
    Item,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Short,
    Simple,
)
from .choices import even_scores
from .documents import add
from .pictures import add_picture
from .sheets import Sheet, add_mapping, base_value, identifiers_for, mapped, matched, name_choice, shared
from .texts import fill
from .write_places import write_gaps


def write_item(
    item: Item, identifier: str, title: str, version: str, addresses: Mapping[str, str]
) -> Element:
    """The item with names of QTI 2, for `documents.write`. `addresses`: where its pictures lie, by name."""
    sheet = Sheet(version, addresses)
    main = add(sheet.body, "div", data_kind=item.kind)
    top = 1
    if isinstance(item, Passage):
        fill(add(main, "div", data_role="passage"), item.stem)
        _write_figure(item.figure, main, sheet)
        scores = [_write_part(part, number, main, sheet) for number, part in enumerate(item.parts, start=1)]
        given = [sheet.worth(score) for score in scores if score is not None]
        score = shared(given, len(item.parts)) if given else None
    else:
        score = _write_question(item, "RESPONSE", main, sheet)
        if isinstance(item, Matching):
            top = len(item.prompts)
    sheet.say_always(0, item.feedback)
    return sheet.finish(identifier, title, score, top=top)


def _write_part(part: Part, number: int, main: Element, sheet: Sheet) -> Element | None:
    element = add(main, "div", data_part=part.id, data_kind=part.item.kind)
    score = _write_question(part.item, f"RESPONSE_{number}", element, sheet)
    sheet.say_always(number, part.item.feedback, element)
    if isinstance(part.item, Matching) and score is not None:
        mean = Element("divide")
        mean.extend([score, base_value("float", str(len(part.item.prompts)))])
        return mean
    return score


def _write_figure(figure: Figure | None, parent: Element, sheet: Sheet) -> None:
    if figure:
        add_picture(add(parent, "div"), figure, sheet.addresses)


def _write_question(item: Simple, response: str, parent: Element, sheet: Sheet) -> Element | None:
    _write_figure(item.figure, parent, sheet)
    if isinstance(item, Choice):
        return _write_choice(item, response, parent, sheet)
    if isinstance(item, Gaps):
        return write_gaps(item, parent, sheet)
    if isinstance(item, Matching):
        return _write_matching(item, response, parent, sheet)
    if isinstance(item, Ordering):
        return _write_ordering(item, response, parent, sheet)
    _write_short(item, response, parent, sheet)
    return None


def _write_choice(item: Choice, response: str, parent: Element, sheet: Sheet) -> Element:
    is_many = item.kind == "multiple"
    interaction = add(
        parent,
        "choiceInteraction",
        responseIdentifier=response,
        shuffle="true" if item.shuffle else "false",
        maxChoices="0" if is_many else "1",
        data_kind=item.kind,
        data_rule=item.rule,
    )
    fill(add(interaction, "prompt"), item.stem)
    cardinality = "multiple" if is_many else "single"
    has_feedback = any(option.feedback for option in item.options)
    outcome = sheet.echo(response, cardinality) if has_feedback else ""
    identifiers = identifiers_for([option.id for option in item.options], "C")
    for option in item.options:
        element = _add_choice(interaction, option, identifiers[option.id], sheet)
        if is_many and item.rule != "options" and option.score not in {0.0, 1.0}:
            element.set("data-score", repr(option.score))
        if option.feedback:
            said = add(
                element, "feedbackInline", outcomeIdentifier=outcome, identifier=identifiers[option.id]
            )
            said.set("showHide", "show")
            fill(said, option.feedback)
    return _choice_score(item, response, cardinality, identifiers, sheet)


def _choice_score(
    item: Choice, response: str, cardinality: str, identifiers: dict[str, str], sheet: Sheet
) -> Element:
    right = [option.id for option in item.options if option.score > 0]
    best = right if item.kind == "multiple" else [o.id for o in item.options if o.score == 1][:1]
    declaration = sheet.respond(response, cardinality, "identifier", [identifiers[key] for key in best])
    scores = {option.id: option.score for option in item.options}
    if item.kind == "multiple" and item.rule == "all":
        return matched(response)
    if item.kind != "multiple" and sorted(scores.values()) == [0.0] * (len(scores) - 1) + [1.0]:
        return matched(response)
    if item.kind == "multiple" and item.rule == "even":
        scores = even_scores(set(right), list(scores))
    bounds = {"lowerBound": "0", "upperBound": "1"} if item.kind == "multiple" else {}
    add_mapping(declaration, {identifiers[key]: score for key, score in scores.items()}, **bounds)
    return mapped(response)


def _add_choice(parent: Element, option: Option, identifier: str, sheet: Sheet) -> Element:
    if not option.image:
        return _add_option(parent, "simpleChoice", option, identifier)
    element = add(parent, "simpleChoice", identifier=identifier)
    name_choice(element, identifier, option.id)
    add_picture(element, Figure(option.image, option.text), sheet.addresses)
    return element


def _add_option(parent: Element, tag: str, option: Option, identifier: str) -> Element:
    element = fill(add(parent, tag, identifier=identifier), option.text)
    name_choice(element, identifier, option.id)
    return element


def _write_matching(item: Matching, response: str, parent: Element, sheet: Sheet) -> Element:
    interaction = add(
        parent, "matchInteraction", responseIdentifier=response, shuffle="true", maxAssociations="0"
    )
    fill(add(interaction, "prompt"), item.stem)
    prompts = identifiers_for([prompt.id for prompt in item.prompts], "P")
    options = identifiers_for([option.id for option in item.options], "O", prompts.values())
    left = add(interaction, "simpleMatchSet")
    for prompt in item.prompts:
        shown = Option(prompt.id, prompt.text)
        _add_option(left, "simpleAssociableChoice", shown, prompts[prompt.id]).set("matchMax", "1")
    right = add(interaction, "simpleMatchSet")
    for option in item.options:
        _add_option(right, "simpleAssociableChoice", option, options[option.id]).set("matchMax", "0")
    pairs = [f"{prompts[prompt.id]} {options[prompt.answer]}" for prompt in item.prompts]
    declaration = sheet.respond(response, "multiple", "directedPair", pairs)
    add_mapping(declaration, dict.fromkeys(pairs, 1.0))
    return mapped(response)


def _write_ordering(item: Ordering, response: str, parent: Element, sheet: Sheet) -> Element:
    interaction = add(parent, "orderInteraction", responseIdentifier=response, shuffle="true")
    fill(add(interaction, "prompt"), item.stem)
    identifiers = identifiers_for([option.id for option in item.options], "C")
    for option in item.options:
        _add_option(interaction, "simpleChoice", option, identifiers[option.id])
    sheet.respond(response, "ordered", "identifier", identifiers.values())
    return matched(response)


def _write_short(item: Short, response: str, parent: Element, sheet: Sheet) -> None:
    interaction = add(parent, "extendedTextInteraction", responseIdentifier=response)
    fill(add(interaction, "prompt"), item.stem)
    if item.guide:
        # QTI 2 has a place for it in the body only; a reader of ours puts it back into its part.
        rubric = add(sheet.body, "rubricBlock", view="scorer")
        if "data-part" in parent.attrib:
            rubric.set("data-for", parent.attrib["data-part"])
        if sheet.version == "3.0":
            rubric.set("use", "scoring")
        fill(add(sheet.content(rubric), "p"), item.guide)
    sheet.respond(response, "single", "string", [item.sample] if item.sample else [])

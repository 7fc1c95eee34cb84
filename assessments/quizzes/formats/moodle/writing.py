"""From entries to Moodle XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape as html_escape
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from ...items.kinds import Accepted, Choice, Figure, Gaps, Item, Matching, Option, Ordering, Short
from ...items.pictures import images
from ..building import label, percent, truth
from ..categories import moodle_path
from ..comparing import MARKER, canonical, loss
from ..entries import REFUSE, WARN, Entry, Problem, Writing
from ..scores import moodle_scores
from .cloze import write_gap
from .pictures import element
from .reading import OUR_GRADING, read

Pictures = Mapping[str, bytes]

HEAD, FOOT = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n', "</quiz>\n"


def write(entries: Iterable[Entry]) -> Writing:
    """The entries, those of one category together in the order given."""
    pieces: list[str] = []
    problems: list[Problem] = []
    for category, listed in groupby(entries, key=lambda entry: entry.category):
        heading = _category(category)
        if category or pieces:
            pieces.append(heading)
        for entry in listed:
            text = _question(entry)
            if problem := loss(entry, read(f"{HEAD}{heading}{text}{FOOT}")):
                problems.append(problem)
                if problem.severity == REFUSE:
                    continue
            pieces.append(text)
            if isinstance(entry.item, Choice) and entry.item.rule == "all" and entry.item.kind == "multiple":
                problems.append(Problem("marking_differs", name=label(entry), severity=WARN))
    return Writing("".join([HEAD, *pieces, FOOT]).encode(), problems)


def _category(path: str) -> str:
    return f'<question type="category"><category>{_text(moodle_path(path))}</category></question>\n'


def _question(entry: Entry) -> str:
    item = canonical(entry.item)
    if not entry.pictures.keys() >= set(images(item)):
        return ""
    if (found := _body(item, entry.pictures)) is None:
        return ""
    kind, stem, body = found
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in entry.tags)
    lines = [
        f'<question type="{kind}">',
        f"<name>{_text(entry.name)}</name>",
        _stem(stem if kind == "cloze" else _words(stem, item), item.figure, entry.pictures),
        _said("generalfeedback", item.feedback),
        f"<idnumber>{escape(entry.key)}</idnumber>",
        body,
        f"<tags>{tags}</tags>" if tags else "",
        _extension(entry, item, item.stem if kind == "cloze" else stem),
        "</question>\n",
    ]
    return "\n".join(line for line in lines if line)


def _extension(entry: Entry, item: Item, stem: str) -> str:
    values = {
        "capability": entry.capability,
        "difficulty": entry.difficulty,
        "rule": item.rule if isinstance(item, Choice) and item.kind == "multiple" else "",
        "sample": item.sample if isinstance(item, Short) else "",
        # With a picture it is written as HTML, which folds what plain text keeps.
        "stem": stem if item.figure else "",
    }
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items() if value)
    return f"<extension {written}/>" if written else ""


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _said(name: str, text: str) -> str:
    return f'<{name} format="plain_text">{_text(text)}</{name}>'


def _words(stem: str, item: Item) -> str:
    """The stem as it stands in the file: as HTML if a picture belongs to it."""
    return html_escape(stem, quote=False) if item.figure else stem


def _stem(stem: str, figure: Figure | None, pictures: Pictures) -> str:
    if figure is None:
        return _said("questiontext", stem)
    image, file = element(figure, pictures)
    lines = stem.replace("\n", "<br>")
    html = f"<p>{lines}</p><p>{image}</p>"
    return f'<questiontext format="html">{_text(html)}{file}</questiontext>'


def _body(item: Item, pictures: Pictures) -> tuple[str, str, str] | None:
    """Type, stem and what else stands in a <question>; None for what Moodle cannot ask."""
    match item:
        case Choice(kind="truefalse"):
            return _truefalse(item)
        case Choice():
            return "multichoice", item.stem, _multichoice(item, pictures)
        case Matching():
            return "matching", item.stem, _matching(item)
        case Ordering():
            return "ordering", item.stem, _ordering(item)
        case Gaps():
            return _gaps(item)
        case Short():
            return "essay", item.stem, _said("graderinfo", item.guide)
    return None


def _answer(text: str, score: float, feedback: str, more: str = "") -> str:
    said = _said("feedback", feedback) if feedback else ""
    return f'<answer fraction="{percent(score)}" format="plain_text">{_text(text)}{said}{more}</answer>'


def _truefalse(item: Choice) -> tuple[str, str, str] | None:
    is_true = truth(item)
    if is_true is None:
        return None
    right, wrong = sorted(item.options, key=lambda option: -option.score)
    said = {is_true: right.feedback, not is_true: wrong.feedback}
    answers = [_answer(str(value).lower(), float(value == is_true), said[value]) for value in (True, False)]
    return "truefalse", item.stem, "\n".join(answers)


def _option(option: Option, score: float, pictures: Pictures) -> str:
    if not option.image:
        return _answer(option.text, score, option.feedback)
    image, file = element(Figure(option.image, option.text), pictures)
    said = _said("feedback", option.feedback) if option.feedback else ""
    return f'<answer fraction="{percent(score)}" format="html">{_text(image)}{file}{said}</answer>'


def _multichoice(item: Choice, pictures: Pictures) -> str:
    answers = [
        _option(option, score, pictures)
        for option, score in zip(item.options, moodle_scores(item), strict=True)
    ]
    single, shuffle = (str(value).lower() for value in (item.kind != "multiple", item.shuffle))
    return "\n".join([f"<single>{single}</single><shuffleanswers>{shuffle}</shuffleanswers>", *answers])


def _matching(item: Matching) -> str:
    texts = {option.id: option.text for option in item.options}
    used = {prompt.answer for prompt in item.prompts}
    pairs = [(prompt.text, texts[prompt.answer]) for prompt in item.prompts]
    pairs += [("", text) for id_, text in texts.items() if id_ not in used]
    return "\n".join(
        f'<subquestion format="plain_text">{_text(prompt)}<answer>{_text(answer)}</answer></subquestion>'
        for prompt, answer in pairs
    )


def _ordering(item: Ordering) -> str:
    head = (
        "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
        f"<selectcount>{len(item.options)}</selectcount><gradingtype>{OUR_GRADING}</gradingtype>"
    )
    answers = [
        f'<answer fraction="{number}" format="plain_text">{_text(option.text)}</answer>'
        for number, option in enumerate(item.options, start=1)
    ]
    return "\n".join([head, *answers])


def _gaps(item: Gaps) -> tuple[str, str, str]:
    if len(item.gaps) != 1 or item.kind == "cloze":
        texts = {gap.id: write_gap(gap) for gap in item.gaps}
        stem = MARKER.sub(lambda found: texts.pop(found[1], found[0]), _words(item.stem, item))
        return "cloze", stem, ""
    stem, gap = item.stem.replace("[[1]]", "_____", 1), item.gaps[0]
    if item.kind == "numeric":
        return "numerical", stem, "\n".join([*map(_number, gap.answers), _units(item.unit)])
    answers = [_answer(answer.text, answer.score, answer.feedback) for answer in gap.answers]
    return "shortanswer", stem, "\n".join([f"<usecase>{int(gap.has_case)}</usecase>", *answers])


def _number(answer: Accepted) -> str:
    margin = f"<tolerance>{answer.tolerance}</tolerance>"
    return _answer(answer.text, answer.score, answer.feedback, margin)


def _units(unit: str) -> str:
    if not unit:
        return ""
    named = f"<unit><multiplier>1</multiplier><unit_name>{escape(unit)}</unit_name></unit>"
    return f"<units>{named}</units><showunits>0</showunits>"

"""From Moodle XML to entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from organizations.tables import Unreadable

from ...items.kinds import Accepted, Choice, Figure, Gaps, Item, Option, Short
from .. import building
from ..building import Collector, Refused, choice_of_one, letters, refused_file, share, tolerance
from ..categories import category_path
from ..entries import Entry, Reading
from ..pictures import Gallery
from ..texts import Text, reduced
from ..trees import Node, parse
from .cloze import read_gaps
from .pictures import Shown
from .selecting import old_group, read_places

YES = "true"
FEEDBACKS = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
USUAL = frozenset(
    (
        "",
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
        "您的回答正确",
        "你的答案正确。",
        "你的答案部分正确。",
        "你的答案不正确。",
    )
)
"""What Moodle says by itself whether an answer is right: so do we, in our own words."""
OUR_GRADING = "RELATIVE_NEXT_EXCLUDE_LAST"
ALL_OF_THEM = frozenset(("", "ALL", "EXACT", "0"))
"""How a file says that all of what is to be ordered is shown."""


def read(text: str) -> Reading:
    """Every question of the document. A line number is that of its <question>."""
    try:
        root = parse(text)
    except Unreadable as error:
        return refused_file(error.code, **error.details)  # type: ignore[arg-type]
    if root.name not in {"quiz", "question"}:
        return refused_file("no_quiz", tag=root.name)
    collector = Collector()
    gallery = Gallery()
    category = ""
    for node in root.all("question") if root.name == "quiz" else [root]:
        if node.attributes.get("type") == "category":
            category = category_path(node.value("category", "text"))
            continue
        question = _Question(node, gallery)
        try:
            entry = _entry(question)
            collector.add(replace(entry, category=category), question.warnings)
        except Refused as error:
            collector.refuse(error, str(node.line), node.value("name", "text"))
    return collector.reading


@dataclass
class _Question:
    """A <question>, codes of what is left out of it, and the pictures it shows."""

    node: Node
    gallery: Gallery
    warnings: list[str] = field(default_factory=list)
    figure: Figure | None = None
    """Of the stem, once that has been read."""
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def format(self) -> str:
        """Of its text, and of all texts that do not say otherwise."""
        stem = self.node.first("questiontext")
        return stem.attributes.get("format", "html") if stem else "html"

    def said(self, node: Node | None, *, is_feedback: bool = False) -> str:
        """The text of an element that has one, as plain text."""
        if node is None:
            return ""
        plain, losses = reduced(
            Text(_content(node), node.attributes.get("format", self.format)), is_feedback=is_feedback
        )
        self.warnings += losses
        return plain

    def seen(self, node: Node, content: str) -> tuple[str, list[Figure]]:
        """What an element says in `content`, and the pictures that it shows."""
        shown = Shown(node, self.gallery)
        text = Text(content, node.attributes.get("format", self.format))
        plain, losses = reduced(text, shows=shown.take)
        self.warnings += losses
        self.pictures |= shown.pictures
        return plain, shown.figures

    def stem(self) -> str:
        node = self.node.first("questiontext")
        return self.stem_of(node, _content(node)) if node else ""

    def stem_of(self, node: Node, content: str) -> str:
        """The words of the stem. Its picture is in `figure` from then on."""
        if self.node.value("image"):
            raise Refused("picture")
        plain, figures = self.seen(node, content)
        if len(figures) > 1:
            raise Refused("pictures_several")
        self.figure = figures[0] if figures else None
        exact = self.ours("stem")
        return exact if exact.split() == plain.split() else plain

    def options(self) -> tuple[Option, ...]:
        """What can be chosen, in words or as a picture each. One without either is none, as in Moodle."""
        found = [option for answer in self.answers() if (option := self._option(*answer)).text]
        return tuple(replace(option, id=id_) for id_, option in zip(letters(len(found)), found, strict=True))

    def _option(self, node: Node, score: float, feedback: str) -> Option:
        plain, figures = self.seen(node, _content(node))
        if not figures:
            return Option("", plain, score, feedback)
        if plain or len(figures) > 1:
            raise Refused("picture_with_words")
        return Option("", figures[0].text, score, feedback, figures[0].image)

    def feedback(self) -> str:
        """What is said to everybody. What only some are told depends on marks, and is left out."""
        if any(self.said(self.node.first(name), is_feedback=True) not in USUAL for name in FEEDBACKS):
            self.warnings.append("feedback_left_out")
        if any(_content(hint.first("hintcontent") or hint).strip() for hint in self.node.all("hint")):
            self.warnings.append("hints_left_out")
        return self.said(self.node.first("generalfeedback"), is_feedback=True)

    def ours(self, name: str) -> str:
        extension = self.node.first("extension")
        return extension.attributes.get(name, "") if extension else ""

    def answers(self) -> Iterable[tuple[Node, float, str]]:
        """Each <answer>, what it earns, and what is said to who gave it."""
        for node in self.node.all("answer"):
            score = share(node.attributes.get("fraction", "0") or "0")
            yield node, score, self.said(node.first("feedback"), is_feedback=True)


def _content(node: Node) -> str:
    """What the <text> of an element says. Raises Refused for tags that were not escaped."""
    text = node.first("text")
    if text is None:
        return node.text
    if text.children:
        raise Refused("text_not_escaped")
    return text.text


def _entry(question: _Question) -> Entry:
    node = question.node
    kind = node.attributes.get("type", "")
    if kind == "description":
        raise Refused("nothing_asked")
    if kind not in READERS:
        raise Refused("kind_unsupported", type=kind)
    tags = [
        tag.value("text")
        for name in ("tags", "coursetags")
        for tag in (node.first(name) or Node("")).all("tag")
    ]
    item = READERS[kind](question)
    return Entry(
        " ".join(node.value("name", "text").split()),
        replace(item, figure=question.figure),
        where=str(node.line),
        capability=question.ours("capability"),
        tags=tuple(dict.fromkeys(tags)),
        difficulty=question.ours("difficulty"),
        key=node.value("idnumber"),
        pictures=question.pictures,
    )


def _is_on(text: str) -> bool:
    return text.strip() not in {"", "0", "false"}


def _multichoice(question: _Question) -> Item:
    node, options = question.node, question.options()
    stem, feedback = question.stem(), question.feedback()
    shuffle = _is_on(node.value("shuffleanswers", default="false"))
    if _is_on(node.value("single", default=YES)):
        item = choice_of_one(stem, options, feedback=feedback, shuffle=shuffle)
        are_pictures = item.kind == "single" and all(option.image for option in options)
        return replace(item, kind="picture") if are_pictures else item
    rule = question.ours("rule") or "options"
    if rule != "options":
        options = tuple(replace(option, score=float(option.score > 0)) for option in options)
    return Choice("multiple", stem, options, rule, feedback, shuffle)


def _truefalse(question: _Question) -> Item:
    """Old files name the answers in the language of their site: then the first is true."""
    is_true = False
    said = {YES: "", "false": ""}
    for number, (answer, score, feedback) in enumerate(question.answers()):
        text = _content(answer).strip()
        text = text if text in said else (YES if number == 0 else "false")
        is_true = (text == YES) == (score == 1)
        said[text] = feedback
    return building.true_or_false(question.stem(), is_true, said[YES], said["false"], question.feedback())


def _shortanswer(question: _Question) -> Item:
    accepted = [
        Accepted(text, score, feedback)
        for answer, score, feedback in question.answers()
        if (text := _content(answer).strip()) or score or feedback
    ]
    has_case = _is_on(question.node.value("usecase", default="0"))
    return building.one_gap(
        question.stem(), "text", accepted, feedback=question.feedback(), has_case=has_case
    )


def _numerical(question: _Question) -> Item:
    accepted = []
    for answer, share_of_attribute, feedback in question.answers():
        old = answer.value("fraction")
        score = share(old) * 100 if old else share_of_attribute
        margin = tolerance(answer.value("tolerance").replace(",", "."))
        if (value := _content(answer).strip()) or score or feedback:
            accepted.append(Accepted(value, score, feedback, margin))
    return building.one_gap(
        question.stem(), "number", accepted, feedback=question.feedback(), unit=_unit(question)
    )


def _unit(question: _Question) -> str:
    """The unit in which the answer is given. Others, and marks taken off for a wrong one, are left out."""
    units = list((question.node.first("units") or Node("")).all("unit"))
    if not units:
        return ""
    if len(units) > 1 or _is_on(question.node.value("unitgradingtype", default="0")):
        question.warnings.append("units_left_out")
    base = next((unit for unit in units if float_of(unit.value("multiplier", default="1")) == 1), units[0])
    return base.value("unit_name")


def float_of(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _matching(question: _Question) -> Item:
    pairs = [(question.said(node), node.value("answer", "text")) for node in question.node.all("subquestion")]
    return building.matching(question.stem(), filter(any, pairs), question.feedback())


def _essay(question: _Question) -> Item:
    node = question.node
    template = node.first("responsetemplate")
    if template and _content(template).strip():
        question.warnings.append("template_left_out")
    if _is_on(node.value("attachments", default="0")):
        question.warnings.append("attachments_left_out")
    if any(_is_on(node.value(name)) for name in ("minwordlimit", "maxwordlimit")):
        question.warnings.append("length_left_out")
    guide = question.said(node.first("graderinfo"), is_feedback=True)
    return Short("short", question.stem(), guide, question.ours("sample"), question.feedback())


def _ordering(question: _Question) -> Item:
    if question.node.value("gradingtype") != OUR_GRADING:
        question.warnings.append("marking_differs")
    if (question.node.value("selecttype") or question.node.value("logical")) not in ALL_OF_THEM:
        question.warnings.append("all_ordered")
    texts = [question.said(answer) for answer in question.node.all("answer")]
    if any(
        question.said(answer.first("feedback"), is_feedback=True) for answer in question.node.all("answer")
    ):
        question.warnings.append("feedback_left_out")
    return building.ordering(question.stem(), texts, question.feedback())


def _cloze(question: _Question) -> Item:
    node = question.node.first("questiontext")
    if node is None:
        raise Refused("stem_missing")
    found = read_gaps(_content(node))
    text = question.stem_of(node, found.text)
    question.warnings += found.warnings
    return Gaps(building.kind_of_gaps(found.gaps), text, found.gaps, question.feedback())


def _select(question: _Question) -> Item:
    listed = [*question.node.all("selectoption"), *question.node.all("dragbox")]
    choices = [(question.said(node), node.value("group", default="1")) for node in listed]
    old = [
        (question.said(node), old_group(node.value("feedback", "text")))
        for node in question.node.all("answer")
    ]
    stem, gaps = read_places(question.stem(), choices or old)
    return Gaps(building.kind_of_gaps(gaps), stem, gaps, question.feedback())


READERS: dict[str, Callable[[_Question], Item]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _select,
    "ddwtos": _select,
}
"""By the type of the question as Moodle names it."""

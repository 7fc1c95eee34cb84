"""From GIFT to entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ...items.kinds import Accepted, Choice, Gaps, Item, Short
from ...items.marking import number
from .. import building
from ..building import Collector, Refused, choice_of_one, options, share, tolerance
from ..categories import category_path
from ..entries import Entry, Reading
from ..texts import Text, reduced
from .escapes import comment_values, hide, show

WEIGHT = re.compile(r"%-*[0-9]{1,2}\.?[0-9]*%")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
GENERAL = "####"
CATEGORY = "$CATEGORY:"
TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
ORDER = re.compile(
    r"""\s*>\s*\d+[^\S\n]*+(?:(?:ALL|EXACT|(?P<some>RANDOM|REL|CONTIGUOUS|CONTIG))\b)?[^\S\n]*+
    (?:(?:HORIZONTAL|HORI|H|VERTICAL|VERT|V|0|1)\b)?[^\S\n]*+
    (?:(?P<grading>ALL_OR_NOTHING|ABSOLUTE_POSITION|ABSOLUTE|ABS|RELATIVE_NEXT_EXCLUDE_LAST
    |RELATIVE_NEXT_INCLUDE_LAST|RELATIVE_ONE_PREVIOUS_AND_NEXT|RELATIVE_ALL_PREVIOUS_AND_NEXT
    |RELATIVE_TO_CORRECT|RELATIVE|REL|LONGEST_ORDERED_SUBSET|LONGEST_CONTIGUOUS_SUBSET)\b)?[^\S\n]*+
    (?:(?:SHOW|TRUE|YES|HIDE|FALSE|NO|0|1)\b)?[^\S\n]*+(?:(?:none|123|abc|ABCD|iii|IIII)\b)?
    (?P<items>[^\n]*\n.*)""",
    re.VERBOSE | re.DOTALL,
)
"""What is to be ordered, behind the options of its kind. Each run of blanks is taken whole (`*+`): parted
among five places in every way, a hundred of them would take minutes."""
OUR_GRADING = "RELATIVE_NEXT_EXCLUDE_LAST"


def read(text: str) -> Reading:
    """Every question of the text. A line number is that of the first line of a question."""
    collector = Collector()
    category = ""
    for line, block in _blocks(text):
        if block[0].startswith(CATEGORY):
            category = category_path(block[0].removeprefix(CATEGORY))
            continue
        question = _Question.of(block)
        try:
            entry = _entry(question)
            collector.add(replace(entry, where=str(line), category=category), question.warnings)
        except Refused as error:
            collector.refuse(error, str(line), show(question.name or question.parted(question.text)[1]))
    return collector.reading


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of each question, stripped, and the number of the first that is no comment.

    A category is a block of its own. To Moodle, a question right below it is a part of its name, and lost.
    """
    block: list[str] = []
    start = 0
    for number_, line in enumerate(map(str.strip, [*text.split("\n"), ""]), start=1):
        if line.startswith(CATEGORY) and not start:
            yield number_, [line]
            block = []
        elif line:
            block.append(line)
            if not start and not line.startswith("//"):
                start = number_
        else:
            if start:
                yield start, block
            block, start = [], 0


@dataclass
class _Question:
    """A question taken apart: its name, the text with what is hidden in it, and what its comments say."""

    name: str
    text: str
    told: dict[str, list[str]]
    format: str = "moodle"
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, block: list[str]) -> _Question:
        lines: list[str] = []
        comments: list[str] = []
        for line in block:
            (comments if line.startswith("//") else lines).append(line)
        text = hide("\n".join(lines).strip())
        name = ""
        if text.startswith("::"):
            text, is_closed, rest = text.removeprefix("::").partition("::")
            name, text = (" ".join(show(text).split()), rest) if is_closed else ("", text)
        return cls(name, text.strip(), comment_values("\n".join(comments)))

    def value(self, name: str) -> str:
        return self.told.get(name, [""])[0]

    def parted(self, text: str) -> tuple[str, str]:
        """The format that a piece of text names, else that of the question, and the text without that."""
        text = text.strip()
        found = FORMAT.match(text)
        return (found[1], text[found.end() :]) if found else (self.format, text)

    def said(self, text: str, *, is_feedback: bool = False) -> str:
        """A piece of text as plain text."""
        return self.plain(*self.parted(text), is_feedback=is_feedback)

    def plain(self, format_: str, text: str, *, is_feedback: bool = False) -> str:
        plain, losses = reduced(Text(show(text), format_), is_feedback=is_feedback)
        self.warnings += losses
        return plain

    def commented(self, answer: str) -> tuple[str, str]:
        """An answer and its feedback, which stands behind #."""
        text, _, feedback = answer.partition("#")
        return text.strip(), self.said(feedback, is_feedback=True)

    def typed(self, answer: str) -> tuple[str, str]:
        """The same of an answer that has to be typed: its text is taken as it is, in whatever format."""
        text, feedback = self.commented(answer)
        return show(self.parted(text)[1]), feedback


def _entry(question: _Question) -> Entry:
    stem, answers = _halves(question.text)
    question.format, stem = question.parted(stem)
    stem = question.plain(question.format, stem)
    answers, feedback = _general(answers)
    item = _item(question, stem, answers, question.said(feedback, is_feedback=True))
    return Entry(
        question.name,
        item,
        capability=question.value("capability"),
        tags=tuple(question.told.get("tag", [])),
        difficulty=question.value("difficulty"),
        key=question.value("id"),
    )


def _halves(text: str) -> tuple[str, str]:
    """What is asked and what stands in the braces. Raises Refused, also for a text that asks nothing."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Refused("nothing_asked")
    if start < 0 or end < start:
        raise Refused("brace_missing")
    blank = "" if text.endswith("}") else "_____"
    return f"{text[:start]}{blank}{text[end + 1 :]}".strip(), text[start + 1 : end].strip()


def _general(answers: str) -> tuple[str, str]:
    at = answers.rfind(GENERAL)
    return (answers, "") if at < 0 else (answers[:at].strip(), answers[at + len(GENERAL) :])


def _item(question: _Question, stem: str, answers: str, feedback: str) -> Item:
    if found := ORDER.fullmatch(answers):
        return _ordering(question, stem, found, feedback)
    if not answers:
        return Short("short", stem, "", feedback=feedback)
    return _reader(answers)(question, stem, answers, feedback)


def _reader(answers: str) -> Callable[[_Question, str, str, str], Item]:
    """Which kind the answers are of. Moodle asks in this order."""
    if answers.startswith("#"):
        return _numeric
    if "~" in answers:
        return _choice
    if "=" in answers and "->" in answers:
        return _matching
    return _true_or_false if answers.partition("#")[0].strip() in TRUTHS else _fill


def _parts(answers: str, sign: str) -> list[str]:
    first, *rest = answers.split(sign)
    return [part.strip() for part in ([first, *rest] if first.strip() else rest)]


def _weight(answer: str, default: float) -> tuple[float, str]:
    """The share that an answer gives itself, and the answer without it."""
    if not (found := WEIGHT.match(answer)):
        return default, answer
    return share(found[0].strip("%")), answer[found.end() :]


def _choice(question: _Question, stem: str, answers: str, feedback: str) -> Choice:
    """Options without words are none, as in Moodle."""
    is_single = "=" in answers
    texts, scores, said = [], [], []
    for part in _parts(answers.replace("=", "~="), "~"):
        score, answer = (1.0, part[1:]) if part.startswith("=") else _weight(part, 0.0)
        words, comment = question.commented(answer)
        if text := question.said(words):
            texts.append(text)
            scores.append(score)
            said.append(comment)
    shuffle = question.value("shuffle") != "no"
    if is_single:
        return choice_of_one(stem, options(texts, scores, said), feedback=feedback, shuffle=shuffle)
    rule = question.value("rule") or "options"
    if rule != "options":
        scores = [float(score > 0) for score in scores]
    return Choice("multiple", stem, options(texts, scores, said), rule, feedback, shuffle)


def _true_or_false(question: _Question, stem: str, answers: str, feedback: str) -> Choice:
    answer, wrong, right = [*answers.split("#", 2), "", ""][:3]
    is_true = TRUTHS[answer.strip()]
    said_wrong, said_right = (question.said(text, is_feedback=True) for text in (wrong, right))
    when_true, when_false = (said_right, said_wrong) if is_true else (said_wrong, said_right)
    return building.true_or_false(stem, is_true, when_true, when_false, feedback)


def _matching(question: _Question, stem: str, answers: str, feedback: str) -> Item:
    pairs = []
    for part in _parts(answers, "="):
        prompt, arrow, answer = part.partition("->")
        if not arrow:
            raise Refused("arrow_missing")
        pairs.append((question.said(prompt), show(answer)))
    return building.matching(stem, filter(any, pairs), feedback)


def _ordering(question: _Question, stem: str, found: re.Match[str], feedback: str) -> Item:
    if found["grading"] != OUR_GRADING:
        question.warnings.append("marking_differs")
    if found["some"]:
        question.warnings.append("all_ordered")
    lines = [question.said(line) for line in found["items"].split("\n")]
    return building.ordering(stem, [line for line in lines if line], feedback)


def _fill(question: _Question, stem: str, answers: str, feedback: str) -> Gaps:
    accepted = []
    for part in _parts(answers, "="):
        score, answer = _weight(part, 1.0)
        text, comment = question.typed(answer)
        accepted.append(Accepted(text, score, comment))
    has_case = question.value("case") == "yes"
    return building.one_gap(stem, "text", accepted, feedback=feedback, has_case=has_case)


def _numeric(question: _Question, stem: str, answers: str, feedback: str) -> Gaps:
    answers, sign, wrong = answers.removeprefix("#").partition("~")
    accepted = []
    for part in _parts(answers, "="):
        score, answer = _weight(part, 1.0)
        text, comment = question.typed(answer)
        accepted.append(replace(_number(text), score=score, feedback=comment))
    if sign:
        accepted.append(Accepted("*", 0.0, question.commented(wrong)[1]))
    return building.one_gap(stem, "number", accepted, feedback=feedback, unit=question.value("unit"))


def _number(text: str) -> Accepted:
    """A number, one with what it may differ by (3:2), or the ends of what is right (1..5)."""
    low, dots, high = text.partition("..")
    if dots and low:
        ends = number(low), number(high)
        if ends[0] is None or ends[1] is None or ends[1] < ends[0]:
            raise Refused("number_invalid")
        middle = (ends[0] + ends[1]) / 2
        return Accepted(building.digits(middle), tolerance=float(ends[1] - middle))
    text, _, margin = text.partition(":")
    return Accepted(text.strip(), tolerance=tolerance(margin))

"""From entries to GIFT."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from ...items.kinds import Accepted, Choice, Gaps, Item, Matching, Ordering, Short
from ..building import label, percent, truth
from ..categories import moodle_path
from ..comparing import canonical, loss
from ..entries import REFUSE, WARN, Entry, Problem, Writing
from ..scores import moodle_scores
from .escapes import SPECIAL, SPECIAL_IN_A_LINE, comment, escape
from .reading import FORMAT, OUR_GRADING, read


def write(entries: Iterable[Entry]) -> Writing:
    """The entries, those of one category together in the order given."""
    pieces: list[str] = []
    problems: list[Problem] = []
    for category, listed in groupby(entries, key=lambda entry: entry.category):
        heading = f"$CATEGORY: {moodle_path(category)}\n\n"
        if category or pieces:
            pieces.append(heading)
        for entry in listed:
            text = _question(entry)
            if problem := loss(entry, read(heading + text)):
                problems.append(problem)
                if problem.severity == REFUSE:
                    continue
            pieces.append(text)
            if isinstance(entry.item, Choice) and entry.item.rule == "all" and entry.item.kind == "multiple":
                problems.append(Problem("marking_differs", name=label(entry), severity=WARN))
    return Writing("".join(pieces).encode(), problems)


def _question(entry: Entry) -> str:
    item = canonical(entry.item)
    answers = _answers(item)
    if answers is None:
        return ""
    name = f"::{escape(entry.name)}::" if entry.name else ""
    feedback = f"####{_text(item.feedback)}\n" if item.feedback else ""
    before, _, after = item.stem.partition("[[1]]") if isinstance(item, Gaps) else (item.stem, "", "")
    braces = f"{{{answers}{feedback}}}"
    return f"{_told(entry, item)}{name}[plain]{escape(before)}{braces}{escape(after)}\n\n"


def _told(entry: Entry, item: Item) -> str:
    values = [("id", entry.key), *[("tag", tag) for tag in entry.tags]]
    values += [("capability", entry.capability), ("difficulty", entry.difficulty)]
    if isinstance(item, Choice):
        values.append(("rule", item.rule if item.kind == "multiple" else ""))
        values.append(("shuffle", "" if item.shuffle or item.kind == "truefalse" else "no"))
    if isinstance(item, Gaps):
        values += [("unit", item.unit), ("case", "yes" if item.gaps and item.gaps[0].has_case else "")]
    return comment(values)


def _answers(item: Item) -> str | None:
    """What stands in the braces; None for what GIFT cannot ask."""
    match item:
        case Choice(kind="truefalse"):
            return _true_or_false(item)
        case Choice(kind="picture"):
            return None
        case Choice():
            return _choice(item)
        case Matching():
            return _matching(item)
        case Ordering():
            head = f">{len(item.options)} ALL VERTICAL {OUR_GRADING} SHOW none\n"
            return head + "".join(f"{_text(option.text, SPECIAL_IN_A_LINE)}\n" for option in item.options)
        case Gaps():
            return _gap(item)
        case Short():
            return ""
    return None


def _text(text: str, special: re.Pattern[str] = SPECIAL) -> str:
    """Escaped, with the format named where the text itself begins like the name of one, or like a comment."""
    is_plain = not FORMAT.match(text) and not text.startswith("//")
    return escape(text, special) if is_plain else f"[plain]{escape(text, special)}"


def _commented(answer: str, feedback: str) -> str:
    return f"{answer}#{_text(feedback)}\n" if feedback else f"{answer}\n"


def _true_or_false(item: Choice) -> str | None:
    is_true = truth(item)
    if is_true is None:
        return None
    right, wrong = sorted(item.options, key=lambda option: -option.score)
    said = f"#{_text(wrong.feedback)}#{_text(right.feedback)}" if right.feedback or wrong.feedback else ""
    return f"{'TRUE' if is_true else 'FALSE'}{said}\n"


def _choice(item: Choice) -> str:
    lines: list[str] = []
    for option, score in zip(item.options, moodle_scores(item), strict=True):
        if score == 1 and item.kind != "multiple" and not any(line.startswith("=") for line in lines):
            sign = "="  # once: without a ~ it would be a gap
        else:
            sign = f"~%{percent(score)}%" if score or option.text.startswith("%") else "~"
        lines.append(_commented(sign + _text(option.text), option.feedback))
    return "\n" + "".join(lines)


def _matching(item: Matching) -> str:
    texts = {option.id: escape(option.text) for option in item.options}
    used = {prompt.answer for prompt in item.prompts}
    pairs = [f"={_text(prompt.text)} -> {texts[prompt.answer]}\n" for prompt in item.prompts]
    return "\n" + "".join(pairs + [f"= -> {text}\n" for id_, text in texts.items() if id_ not in used])


def _gap(item: Gaps) -> str | None:
    if len(item.gaps) != 1 or item.kind == "cloze":
        return None
    is_number = item.kind == "numeric"
    lines = [_accepted(answer, is_number) for answer in item.gaps[0].answers]
    return ("#\n" if is_number else "\n") + "".join(lines)


def _accepted(answer: Accepted, is_number: bool) -> str:
    if is_number and answer.text == "*":
        return _commented("~", answer.feedback)
    margin = f":{answer.tolerance}" if is_number else ""
    return _commented(f"=%{percent(answer.score)}%{_text(answer.text)}{margin}", answer.feedback)

"""From entries to a workbook, and the empty workbook with an example of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from organizations.workbooks import Sheet, workbook_of

from ...items.kinds import Choice, Gaps, Item, Matching, Ordering, Passage, Short, Simple
from ..building import FALSE, TRUE, label
from ..comparing import canonical, loss
from ..entries import REFUSE, Entry, Problem, Writing
from .answers import write_gaps, write_letters, write_pair
from .columns import (
    DIFFICULTIES,
    FEEDBACK,
    IMAGE,
    KINDS,
    OPTION,
    ORDERS,
    RULES,
    fields,
    headings,
)
from .examples import EXAMPLES, NOTES
from .reading import Row, read_rows

MOST_OPTIONS = 26
LONGEST_CELL = 32_767
"""Characters that Excel keeps in a cell."""

USUAL_OPTIONS = 8
QUESTIONS, GUIDE = "题目", "填写说明"

Cells = dict[str, str]


def write(entries: Iterable[Entry]) -> Writing:
    """A workbook with the entries on one sheet and how to fill it in on another."""
    rows: list[Cells] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, start=1):
        written = _rows(entry, f"M{number}")
        if problem := _problem(entry, written):
            problems.append(problem)
            if problem.severity == REFUSE:
                continue
        rows += written
    return Writing(_workbook(rows), problems)


def template() -> bytes:
    """The workbook to fill in."""
    return _workbook([])


def _problem(entry: Entry, written: list[Cells]) -> Problem | None:
    if any(len(text) > LONGEST_CELL for cells in written for text in cells.values()):
        return Problem("cell_too_long", name=label(entry), details={"limit": LONGEST_CELL})
    return loss(entry, read_rows(Row(n, cells) for n, cells in enumerate(written, start=1)))


def _workbook(rows: Sequence[Cells]) -> bytes:
    examples = [cells for entry in EXAMPLES for cells in _rows(entry, "M1")]
    return workbook_of(
        [
            _sheet(QUESTIONS, rows, _fields(rows)),
            _sheet(GUIDE, examples, _fields(examples), notes=NOTES),
        ],
        is_small=True,
    )


def _fields(rows: Sequence[Cells]) -> list[str]:
    """The columns these rows need, and those that people expect."""
    used = {name for cells in rows for name, text in cells.items() if text}
    letters = [ord(name[-1]) - ord("A") + 1 for name in used if name[:-1] in {OPTION, FEEDBACK, IMAGE}]
    return fields(
        max([USUAL_OPTIONS, *letters]),
        with_feedback=not rows or any(name[:-1] == FEEDBACK for name in used),
        with_images=any(name[:-1] == IMAGE for name in used),
    )


def _sheet(name: str, rows: Sequence[Cells], columns: list[str], notes: Sequence[str] = ()) -> Sheet:
    lines = [[cells.get(column, "") for column in columns] for cells in rows]
    return Sheet(headings(columns), [*lines, *([note] for note in notes)], name=name)


def _rows(entry: Entry, group: str) -> list[Cells]:
    """The rows of an entry: one, or one for each question under its passage. Empty cells may be missing."""
    told = {
        "key": entry.key,
        "name": entry.name,
        "capability": entry.capability,
        "difficulty": DIFFICULTIES[entry.difficulty][0] if entry.difficulty in DIFFICULTIES else "",
        "tags": "、".join(entry.tags),
        "category": entry.category,
    }
    item: Item = canonical(entry.item)
    if not isinstance(item, Passage):
        return [{**told, **_cells(item)}]
    rows = [{"passage_key": group, **_cells(part.item)} for part in item.parts]
    if rows:
        rows[0] |= {**told, "passage": item.stem, "passage_feedback": item.feedback}
    return rows


def _cells(item: Simple) -> Cells:
    name = KINDS[item.kind][0] if item.kind in KINDS else item.kind
    cells = {"kind": name, "stem": item.stem, "feedback": item.feedback}
    match item:
        case Choice():
            return cells | _choice(item)
        case Gaps():
            return cells | _gaps(item)
        case Matching():
            return cells | _lettered(OPTION, _pairs(item))
        case Ordering():
            cells |= _lettered(FEEDBACK, [option.feedback for option in item.options])
            return cells | _lettered(OPTION, [option.text for option in item.options])
        case Short():
            return cells | {"answer": item.sample, "guide": item.guide}


def _lettered(prefix: str, texts: Sequence[str]) -> Cells:
    return {f"{prefix}{chr(ord('A') + n)}": text for n, text in enumerate(texts[:MOST_OPTIONS])}


def _choice(item: Choice) -> Cells:
    texts = [option.text for option in item.options]
    scores = [option.score for option in item.options]
    cells = _lettered(FEEDBACK, [option.feedback for option in item.options])
    cells |= _lettered(IMAGE, [option.image for option in item.options])
    if item.kind == "truefalse" and texts == [TRUE, FALSE]:
        return cells | {"answer": TRUE if scores[0] > 0 else FALSE, "order": _order(item)}
    rule = RULES[item.rule][0] if item.kind == "multiple" and item.rule in RULES else ""
    written = {"answer": write_letters(scores), "rule": rule, "order": _order(item)}
    return cells | _lettered(OPTION, texts) | written


def _order(item: Choice) -> str:
    """Nothing where it is as usual."""
    if item.shuffle == (item.kind != "truefalse"):
        return ""
    return ORDERS["shuffled" if item.shuffle else "fixed"][0]


def _gaps(item: Gaps) -> Cells:
    default = "number" if item.kind == "numeric" else "text"
    # Named even where it need not be: without a marker, what looks like a blank would be one.
    stem = item.stem if "[[1]]" in item.stem or len(item.gaps) != 1 else f"{item.stem}[[1]]"
    return {"stem": stem, "answer": write_gaps(item.gaps, default), "unit": item.unit}


def _pairs(item: Matching) -> list[str]:
    texts = {option.id: option.text for option in item.options}
    used = {prompt.answer for prompt in item.prompts}
    pairs = [write_pair(prompt.text, texts[prompt.answer]) for prompt in item.prompts]
    return pairs + [write_pair("", text) for id_, text in texts.items() if id_ not in used]

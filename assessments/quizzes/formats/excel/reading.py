"""From a table to entries."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from organizations.tables import Unreadable, tables

from ...items.kinds import Choice, Gap, Gaps, Option, Part, Passage, Short, Simple
from .. import building
from ..building import FALSE, FALSE_WORDS, TRUE, TRUE_WORDS, Collector, Refused, checked, refused_file
from ..comparing import MARKER, canonical_gaps
from ..entries import Entry, Reading
from .answers import read_gaps, read_letters, read_pair
from .columns import (
    DIFFICULTY_OF,
    FEEDBACK,
    IMAGE,
    KIND_OF,
    OPTION,
    ORDER_OF,
    RULE_OF,
    header,
    word,
)

HEADER_WITHIN = 20
"""How many rows may stand above and with the column names."""

BLANK = re.compile(r"_{2,}|＿{2,}|[（(][ \u3000\xa0]*[)）]")
"""How people draw a gap."""

CHOICES = frozenset(("single", "multiple", "judgement", "picture"))


@dataclass
class Row:
    """A row that has something in it: its number in the file, and its cells by field."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")

    def listed(self, prefix: str) -> dict[str, str]:
        """The cells of 选项A, 选项B …, those that are filled, by letter."""
        return {
            name.removeprefix(prefix): text
            for name, text in self.cells.items()
            if text and len(name) == len(prefix) + 1 and name.startswith(prefix)
        }


def read(content: bytes) -> Reading:
    """Every question of the first sheet that has the columns. A place is the number of a row."""
    try:
        for table in tables(io.BytesIO(content)):
            head = list(islice(table.lines, HEADER_WITHIN))
            for place, (_, cells) in enumerate(head):
                if columns := header(cells):
                    return read_rows(_rows(chain(head[place + 1 :], table.lines), columns))
    except Unreadable as error:
        return refused_file(error.code, **error.details)  # type: ignore[arg-type]
    return refused_file("no_header", limit=HEADER_WITHIN)


def _rows(lines: Iterable[tuple[int, list[str]]], columns: dict[str, int]) -> Iterator[Row]:
    for number, cells in lines:
        texts = {
            name: cells[index].replace("\r\n", "\n").strip()
            for name, index in columns.items()
            if index < len(cells)
        }
        if any(text for name, text in texts.items() if name not in {"key", "passage_key"}):
            yield Row(number, texts)


def read_rows(rows: Iterable[Row]) -> Reading:
    """Entries of these rows: one of each, or one of all that share a passage, in place of the first."""
    collector = Collector()
    groups: dict[str, list[Row]] = {}
    for row in rows:
        group = word(row["passage_key"])
        groups.setdefault(f"passage {group}" if group else f"row {row.number}", []).append(row)
    for name, members in groups.items():
        if name.startswith("row"):
            _add_one(collector, members[0])
        else:
            _add_passage(collector, members)
    return collector.reading


def _add_one(collector: Collector, row: Row) -> None:
    try:
        collector.add(_entry(row, _item(row)))
    except Refused as error:
        collector.refuse(error, str(row.number), row["name"] or row["key"] or row["stem"])


def _add_passage(collector: Collector, rows: list[Row]) -> None:
    """A passage is taken whole or not at all; everything that is wrong with its questions is said."""
    parts: list[Part] = []
    for row in rows:
        try:
            parts.append(Part(str(len(parts) + 1), _item(row)))
        except Refused as error:
            collector.refuse(error, str(row.number), row["name"] or row["key"] or row["stem"])
    if len(parts) < len(rows):
        return
    stem, feedback = (
        next((row[field] for row in rows if row[field]), "") for field in ("passage", "passage_feedback")
    )
    passage = Passage("passage", stem, tuple(parts), feedback)
    try:
        collector.add(_entry(rows[0], passage))
    except Refused as error:
        collector.refuse(error, str(rows[0].number), rows[0]["name"] or stem)


def _entry(row: Row, item: Simple | Passage) -> Entry:
    difficulty = row["difficulty"]
    if difficulty and word(difficulty) not in DIFFICULTY_OF:
        raise Refused("difficulty_unknown", value=difficulty)
    return Entry(
        row["name"],
        item,
        where=str(row.number),
        capability=row["capability"],
        tags=tuple(tag.strip() for tag in re.split("[,，、;；]", row["tags"]) if tag.strip()),
        difficulty=DIFFICULTY_OF.get(word(difficulty), ""),
        category=row["category"],
        key=row["key"],
    )


def _item(row: Row) -> Simple:
    for text in row.cells.values():
        checked(text)
    kind = _kind(row)
    return READERS[kind](row, kind)


def _kind(row: Row) -> str:
    """The kind that is named, else the one that options and answer look like."""
    if named := row["kind"]:
        if word(named) not in KIND_OF:
            raise Refused("kind_unsupported", type=named)
        return KIND_OF[word(named)]
    if word(row["answer"]) in TRUE_WORDS | FALSE_WORDS:
        return "truefalse"
    if row.listed(OPTION):
        return "single" if len(read_letters(row["answer"], list(row.listed(OPTION)))) == 1 else "multiple"
    return "fill" if row["answer"] and BLANK.search(row["stem"]) else "short"


def _options(row: Row) -> dict[str, Option]:
    """The options by their letters, with ids in order."""
    texts, said, images = row.listed(OPTION), row.listed(FEEDBACK), row.listed(IMAGE)
    ids = building.letters(len(texts))
    return {
        letter: Option(id_, text, 0.0, said.get(letter, ""), images.get(letter, ""))
        for id_, (letter, text) in zip(ids, texts.items(), strict=True)
    }


def _shuffles(row: Row, default: bool) -> bool:
    if not row["order"]:
        return default
    if word(row["order"]) not in ORDER_OF:
        raise Refused("order_unknown", value=row["order"])
    return ORDER_OF[word(row["order"])] == "shuffled"


def _choice(row: Row, kind: str) -> Choice:
    listed = _options(row)
    scores = read_letters(row["answer"], list(listed))
    rule = "all"
    if kind == "multiple" and row["rule"]:
        if word(row["rule"]) not in RULE_OF:
            raise Refused("rule_unknown")
        rule = RULE_OF[word(row["rule"])]
    options = tuple(replace(option, score=scores.get(letter, 0.0)) for letter, option in listed.items())
    return Choice(kind, row["stem"], options, rule, row["feedback"], _shuffles(row, default=True))


def _truefalse(row: Row, kind: str) -> Choice:
    said = row.listed(FEEDBACK)
    listed = _options(row) or {
        letter: Option(letter.lower(), text, feedback=said.get(letter, ""))
        for letter, text in (("A", TRUE), ("B", FALSE))
    }
    answer = word(row["answer"])
    words = next((words for words in (TRUE_WORDS, FALSE_WORDS) if answer in words), None)
    right = [letter for letter, option in listed.items() if words and word(option.text) in words]
    right = right or list(read_letters(row["answer"], list(listed)))
    options = tuple(replace(option, score=float(letter in right)) for letter, option in listed.items())
    return Choice(kind, row["stem"], options, "all", row["feedback"], _shuffles(row, default=False))


def _gaps(row: Row, kind: str) -> Gaps:
    gaps = read_gaps(row["answer"], "number" if kind == "numeric" else "text")
    stem = _marked(row["stem"], gaps)
    kinds = [gap.kind for gap in gaps]
    if kind == "fill" and set(kinds) - {"text"}:
        kind = "cloze"
    if kind == "numeric" and kinds != ["number"]:
        raise Refused("one_number", count=len(gaps))
    unit = row["unit"] if kind == "numeric" else ""
    return canonical_gaps(Gaps(kind, stem, tuple(gaps), row["feedback"], unit))


def _marked(stem: str, gaps: list[Gap]) -> str:
    """The stem with a marker for each blank that somebody drew, unless it has markers already."""
    if MARKER.search(stem):
        return stem
    blanks = len(BLANK.findall(stem))
    if blanks and blanks != len(gaps):
        raise Refused("gap_count_differs", blanks=blanks, answers=len(gaps))
    ids = iter(gap.id for gap in gaps)
    return BLANK.sub(lambda _: f"[[{next(ids)}]]", stem)


def _matching(row: Row, kind: str) -> Simple:
    pairs = [read_pair(text) for text in row.listed(OPTION).values()]
    return building.matching(row["stem"], pairs, row["feedback"])


def _ordering(row: Row, kind: str) -> Simple:
    listed, said = row.listed(OPTION), row.listed(FEEDBACK)
    order = list(read_letters(row["answer"], list(listed))) if row["answer"] else list(listed)
    if len(order) != len(listed):
        raise Refused("order_incomplete")
    return building.ordering(
        row["stem"],
        [listed[letter] for letter in order],
        row["feedback"],
        [said.get(letter, "") for letter in order],
    )


def _short(row: Row, kind: str) -> Short:
    return Short("short", row["stem"], row["guide"], row["answer"], row["feedback"])


READERS: dict[str, Callable[[Row, str], Simple]] = {
    **dict.fromkeys(CHOICES, _choice),
    "truefalse": _truefalse,
    "fill": _gaps,
    "cloze": _gaps,
    "numeric": _gaps,
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
}

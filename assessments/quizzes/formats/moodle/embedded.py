"""A file that is one text with gaps: what Moodle calls embedded answers.

Source: Moodle, question/format/multianswer.
"""

from __future__ import annotations

from ...items.kinds import Gaps
from ..building import Collector, Refused, kind_of_gaps
from ..entries import Entry, Reading
from ..texts import Text, reduced
from .cloze import START, read_gaps

FIRST_LINE = "1"


def is_meant(text: str) -> bool:
    return bool(START.search(text))


def read(text: str) -> Reading:
    """The one question of the file. It has no name."""
    collector = Collector()
    try:
        found = read_gaps(text)
        stem, losses = reduced(Text(found.text, "moodle"))
        item = Gaps(kind_of_gaps(found.gaps), stem, found.gaps)
        collector.add(Entry("", item, where=FIRST_LINE), [*found.warnings, *losses])
    except Refused as error:
        collector.refuse(error, FIRST_LINE, text)
    return collector.reading

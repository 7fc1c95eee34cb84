"""What is written as QTI reads back as it was."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.quizzes.formats.entries import WARN, Entry
from assessments.quizzes.formats.qti import read, write
from assessments.quizzes.items import kinds
from tests.assessments.quizzes.items import strategies

VERSIONS = ["2.2", "3.0"]
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def without_pictures(item: kinds.Item) -> bool:
    listed = [part.item for part in item.parts] if isinstance(item, kinds.Passage) else [item]
    return all(inner.kind != "picture" for inner in listed)


def entries() -> st.SearchStrategy[Entry]:
    words = strategies.lines()
    return st.builds(
        Entry,
        words,
        strategies.items().filter(without_pictures),
        capability=strategies.maybe(words),
        tags=st.lists(words, max_size=3).map(tuple),
        difficulty=st.sampled_from(["", "easy", "medium", "hard"]),
        key=strategies.maybe(words) | st.sampled_from(["Q7", "item00001"]),
        category=st.lists(words.map(lambda text: text.replace("/", "-")), max_size=3).map("/".join),
    )


def read_back(listed: list[Entry], version: str) -> list[Entry]:
    writing = write(listed, version)
    reading = read(writing.content, "questions.zip")
    for problem in writing.problems + reading.problems:
        assert (problem.code, problem.severity) == ("marking_differs", WARN)
    return [replace(entry, where="") for entry in reading.entries]


@UNHURRIED
@given(st.lists(entries(), min_size=1, max_size=3), st.sampled_from(VERSIONS))
def test_what_is_written_reads_back_as_it_was(listed, version):
    assert read_back(listed, version) == listed


@pytest.mark.parametrize("kind", [kind for kind in strategies.OF_KIND if kind != "picture"])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_reads_back_as_it_was(kind, version):
    @settings(UNHURRIED, max_examples=40)
    @given(strategies.OF_KIND[kind])
    def check(item):
        assert read_back([Entry("Q", item)], version) == [Entry("Q", item)]

    check()

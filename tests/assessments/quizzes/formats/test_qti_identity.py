"""What is written as QTI reads back as it was."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.quizzes.formats.entries import WARN, Entry
from assessments.quizzes.formats.qti import read, write
from assessments.quizzes.items.pictures import images
from tests.assessments.quizzes.items import strategies
from tests.assessments.quizzes.pictures import PICTURES

VERSIONS = ["2.2", "3.0"]
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def entries() -> st.SearchStrategy[Entry]:
    words = strategies.lines()
    return st.builds(
        Entry,
        words,
        strategies.figured(strategies.items()) | strategies.pictured(),
        capability=strategies.maybe(words),
        tags=st.lists(words, max_size=3).map(tuple),
        difficulty=st.sampled_from(["", "easy", "medium", "hard"]),
        key=strategies.maybe(words) | st.sampled_from(["Q7", "item00001"]),
        pictures=st.just(PICTURES),
        category=st.lists(words.map(lambda text: text.replace("/", "-")), max_size=3).map("/".join),
    )


def read_back(listed: list[Entry], version: str) -> list[Entry]:
    writing = write(listed, version)
    reading = read(writing.content, "questions.zip")
    for problem in writing.problems + reading.problems:
        assert (problem.code, problem.severity) == ("marking_differs", WARN)
    for entry in reading.entries:
        assert entry.pictures == {name: PICTURES[name] for name in images(entry.item)}
    return [replace(entry, where="") for entry in reading.entries]


@UNHURRIED
@given(st.lists(entries(), min_size=1, max_size=3), st.sampled_from(VERSIONS))
def test_what_is_written_reads_back_as_it_was(listed, version):
    assert read_back(listed, version) == listed


@pytest.mark.parametrize("kind", strategies.OF_KIND)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_reads_back_as_it_was(kind, version):
    @settings(UNHURRIED, max_examples=40)
    @given(strategies.OF_KIND[kind])
    def check(item):
        assert read_back([Entry("Q", item, pictures=PICTURES)], version) == [Entry("Q", item)]

    check()

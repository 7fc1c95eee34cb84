"""Whatever is in a file, reading it ends in entries and problems and in nothing else."""

import json
import re
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.quizzes.formats import aiken, excel, gift, moodle
from assessments.quizzes.formats.excel.examples import EXAMPLES
from assessments.quizzes.formats.messages import message
from assessments.quizzes.formats.reading import read
from assessments.quizzes.items.stored import dump, problems

FILES = {
    "a.gift.txt": gift.write(EXAMPLES).content,
    "a.aiken.txt": aiken.write(EXAMPLES).content,
    "a.xml": moodle.write(EXAMPLES).content,
    "a.multianswer.txt": "题{1:SA:=甲#好~%50%乙}，{2:NM:=3:0.5}和{:MCS:=丙~丁}".encode(),
    "a.csv": "\n".join(
        [
            "题型,题干,选项A,选项B,答案,计分方式,单位,难度",
            "单选题,题,甲,乙,A=1；B=-0.5,,,易",
            "填空题,__和（）,,,%50%甲##旧|乙；[数]3±0.1,,,",
            "匹配题,题,a→b,→c,,,,",
        ]
    ).encode(),
    "a.xlsx": excel.write(EXAMPLES).content,
}
BITS = st.sampled_from(
    re.findall(
        r"\S+",
        r"""{ } ~ = # % %nan% %-1e9% [[1]] -> :: \ 1e9999 .. ± ； < > & {1:SA: {:NM:=nan:inf fraction="nan"
    <text> </text> ]]> A= | ## <!-- <sup> </sup> <a <img [选] [数] \n""",
    )
) | st.sampled_from("\n\0\ufdd0")
SOME = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def check(reading):
    check_what_came_of_it(reading)
    assert reading.entries or reading.problems


def check_what_came_of_it(reading):
    assert all(problems(entry.item) == [] for entry in reading.entries)
    assert not any(r"\u0000" in json.dumps(dump(entry.item)) for entry in reading.entries)
    assert all(message(problem.code, problem.details) for problem in reading.problems)


@SOME
@given(st.data())
def test_a_file_that_somebody_cut_and_pasted_in(data):
    name = data.draw(st.sampled_from([*FILES]))
    content = FILES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 30))
        content = content[:at] + data.draw(BITS).encode() + content[at + length :]
    check(read(content, name))


@SOME
@given(st.lists(BITS | st.text(max_size=5), max_size=30).map("".join), st.sampled_from([*FILES]))
def test_text_without_sense(text, name):
    check(read(text.encode("utf-8", "surrogatepass"), name))


@SOME
@given(st.lists(BITS | st.text(max_size=5), max_size=20).map("".join))
def test_questions_without_sense(text):
    text = text.replace("\0", "")  # as it is left out before a format sees it
    for format_, before, after in ((gift, "题{", "}"), (gift, "题{#", "}"), (gift, "", "")):
        check_what_came_of_it(format_.read(f"{before}{text}{after}"))
    stem = f"<questiontext><text>{escape(text)}</text></questiontext>"
    check_what_came_of_it(moodle.read(f'<quiz><question type="cloze">{stem}</question></quiz>'))


@given(st.binary(max_size=200), st.sampled_from([*FILES, "a"]))
def test_bytes_without_sense(content, name):
    check(read(content, name))

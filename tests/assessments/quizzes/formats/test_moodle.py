"""Moodle XML is read as Moodle reads it."""

import time

import pytest

from assessments.quizzes.formats import moodle
from assessments.quizzes.formats.moodle.cloze import read_gaps, write_gap
from assessments.quizzes.items.kinds import Accepted, Gap

NAME = "<name><text>名</text></name>"


def question(kind, body, stem="题", more=""):
    text = f'<questiontext format="html"><text><![CDATA[{stem}]]></text>{more}</questiontext>'
    return f'<question type="{kind}">{NAME}{text}{body}</question>'


def quiz(*questions):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(q + chr(10) for q in questions)}</quiz>'


def answer(fraction, text, feedback="", more=""):
    said = f"<feedback><text>{feedback}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}"><text>{text}</text>{said}{more}</answer>'


def read(kind, body="", **more):
    return moodle.read(quiz(question(kind, body, **more)))


def item(kind, body="", **more):
    reading = read(kind, body, **more)
    assert [problem for problem in reading.problems if problem.severity == "refuse"] == []
    return reading.entries[0].item


def warnings(kind, body="", **more):
    return [problem.code for problem in read(kind, body, **more).problems]


RIGHT, WRONG = answer(100, "甲", "好"), answer(0, "乙")
SHOWN = "<img src='@@PLUGINFILE@@/a.png' alt='图'>"


def test_one_right_option_is_the_default():
    read = item("multichoice", RIGHT + WRONG)

    assert (read.kind, read.shuffle) == ("single", False)
    assert [(o.text, o.score, o.feedback) for o in read.options] == [("甲", 1, "好"), ("乙", 0, "")]


@pytest.mark.parametrize("single", ["false", "0", ""])
def test_several_right_options_earn_their_fractions(single):
    body = answer("33.33333", "甲") + answer("66.66667", "乙") + answer("-100", "丙")
    read = item("multichoice", f"<single>{single}</single><shuffleanswers>true</shuffleanswers>{body}")

    assert (read.kind, read.rule, read.shuffle) == ("multiple", "options", True)
    assert [option.score for option in read.options] == [0.3333333, 0.6666667, -1]


def test_one_best_option_and_others_that_earn_something_are_a_judgement():
    assert item("multichoice", answer(100, "甲") + answer(50, "乙")).kind == "judgement"


@pytest.mark.parametrize(
    ("body", "scores", "said"),
    [
        (answer(100, "true", "对了") + answer(0, "false", "错了"), (1, 0), ("对了", "错了")),
        (answer(100, "false", "对了") + answer(0, "true", "错了"), (0, 1), ("错了", "对了")),
        (answer(0, "Richtig", "一") + answer(100, "Falsch", "二"), (0, 1), ("一", "二")),
    ],
)
def test_true_and_false_go_by_their_text_or_else_by_their_order(body, scores, said):
    read = item("truefalse", body)

    assert tuple(option.score for option in read.options) == scores
    assert tuple(option.feedback for option in read.options) == said


def test_a_short_answer_may_stand_inside_the_text():
    read = item(
        "shortanswer", f"<usecase>1</usecase>{answer(100, '北京')}{answer(50, '北*')}", stem="首都_____。"
    )

    assert (read.kind, read.stem) == ("fill", "首都[[1]]。")
    assert read.gaps == (Gap("1", "text", (Accepted("北京"), Accepted("北*", 0.5)), True),)


def test_brackets_in_a_text_are_no_gap():
    typed = item("shortanswer", answer(100, "首项"), stem="R 里 x[[1]] 是_____。")
    chosen = item("cloze", stem="x[[2]]：{1:MC:=第二项~首项}，x[[1]]：{1:SA:=首项}")

    assert (typed.stem, [gap.id for gap in typed.gaps]) == ("R 里 x[[1]] 是[[2]]。", ["2"])
    assert (chosen.stem, [gap.id for gap in chosen.gaps]) == ("x[[2]]：[[3]]，x[[1]]：[[4]]", ["3", "4"])


def test_numbers_have_a_tolerance_and_a_unit():
    units = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>"
    read = item(
        "numerical", answer(100, "23", "", "<tolerance>0.5</tolerance>") + answer(0, "*", "不对") + units
    )

    assert (read.kind, read.unit) == ("numeric", "m")
    assert read.gaps[0].answers == (Accepted("23", tolerance=0.5), Accepted("*", 0, "不对"))


@pytest.mark.parametrize(
    "body", ["<answer>5<fraction>1</fraction></answer>", '<answer fraction="100">5</answer>']
)
def test_numbers_of_old_files(body):
    assert item("numerical", body).gaps[0].answers == (Accepted("5"),)


@pytest.mark.parametrize("kind", ["matching", "match"])
def test_pairs(kind):
    pairs = [("一", "A"), ("二", "B"), ("", "C"), ("三", "A")]
    body = "".join(
        f"<subquestion><text>{prompt}</text><answer><text>{text}</text></answer></subquestion>"
        for prompt, text in pairs
    )
    read = item(kind, body)

    assert [(prompt.text, prompt.answer) for prompt in read.prompts] == [
        ("一", "a"),
        ("二", "b"),
        ("三", "a"),
    ]
    assert [option.text for option in read.options] == ["A", "B", "C"]


def test_an_order_is_that_of_its_answers():
    body = "<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>" + "".join(answer(n, n) for n in (1, 2, 3))
    assert [option.text for option in item("ordering", body).options] == ["1", "2", "3"]


def test_an_essay_keeps_what_its_marker_is_told():
    read = item("essay", '<graderinfo format="html"><text>&lt;p&gt;要点&lt;/p&gt;</text></graderinfo>')
    assert (read.kind, read.guide) == ("short", "要点")


CLOZE = (
    "<p>首都{1:SHORTANSWER:=北京#对&amp;好~%50%北平#旧称<br>了~*#错}，圆周率{:NM:=3.14:0.01~%50%3,1}，</p>"
    "{1:MULTICHOICE_VS:甲#不~=乙 &lt; \\} &#126;\\#}{1:SAC:%100%Word}"
)


def test_gaps_of_every_kind_in_one_text():
    read = item("cloze", stem=CLOZE)

    assert (read.kind, read.stem) == ("cloze", "首都[[1]]，圆周率[[2]]，\n[[3]][[4]]")
    assert [(gap.kind, gap.answers, gap.has_case) for gap in read.gaps] == [
        (
            "text",
            (Accepted("北京", 1, "对&好"), Accepted("北平", 0.5, "旧称\n了"), Accepted("*", 0, "错")),
            False,
        ),
        ("number", (Accepted("3.14", tolerance=0.01), Accepted("3.1", 0.5)), False),
        ("choice", (Accepted("甲", 0, "不"), Accepted("乙 < } ~#")), False),
        ("text", (Accepted("Word"),), True),
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("=&&~|~||", (Accepted("&&"), Accepted("|", 0), Accepted("||", 0))),
        ("=甲&amp;~乙&#空", (Accepted("甲&"), Accepted("乙&", 0, "空"))),
        ("=it&#39;s~&#x41;#甲&#66;", (Accepted("it's"), Accepted("A", 0, "甲B"))),
        ("=it&amp;#39;s~乙", (Accepted("it's"), Accepted("乙", 0))),
        (r"=\(\frac{1\}{2\}\)~\#", (Accepted(r"\(\frac{1}{2}\)"), Accepted("#", 0))),
        ("=甲#\\#好\\~~%0%乙", (Accepted("甲", 1, r"#好\~"), Accepted("乙", 0))),
    ],
)
def test_an_ampersand_ends_nothing_and_a_letter_may_be_written_by_its_number(answers, expected):
    assert item("cloze", stem=f"选{{1:MC:{answers}}}").gaps[0].answers == expected


@pytest.mark.parametrize(
    ("gap", "written"),
    [
        (
            Gap("1", "text", (Accepted("a#b}c"), Accepted("R&D", 0.5))),
            r"{1:SHORTANSWER:=a\#b\}c~%50%R&amp;D}",
        ),
        (Gap("1", "text", (Accepted("a\\"), Accepted("&"))), r"{1:SHORTANSWER:=a\ ~=&amp; }"),
        (Gap("1", "text", (Accepted("甲~乙", 1, "好~#"),)), r"{1:SHORTANSWER:=甲&#126;乙#好&amp;\#126;\#}"),
        (
            Gap("1", "choice", (Accepted("a<b"), Accepted("~\\#", 0))),
            r"{1:MULTICHOICE:=a&amp;lt;b~%0%&amp;\#126;&amp;\#92;\#}",
        ),
    ],
)
def test_what_has_a_meaning_in_gaps_is_written_so_that_new_and_old_moodles_read_it(gap, written):
    assert write_gap(gap) == written
    assert read_gaps(written).gaps == (gap,)


def test_gaps_for_text_alone_are_a_fill_question():
    assert item("multianswer", stem="{1:MW:=a} {2:SA:=b}").kind == "fill"
    assert warnings("multianswer", stem="{1:MW:=a} {2:SA:=b}") == ["weights_evened"]


def test_places_to_fill_from_a_list_offer_their_group():
    listed = [("快", 1), ("狗", 2), ("狐", 2), ("慢", 1)]
    options = "".join(
        f"<selectoption><text>{text}</text><group>{n}</group></selectoption>" for text, n in listed
    )
    read = item("gapselect", options, stem="[[1]]的[[3]]跳过[[2]]")

    assert read.stem == "[[1]]的[[2]]跳过[[3]]"
    assert [[(a.text, a.score) for a in gap.answers] for gap in read.gaps] == [
        [("快", 1), ("慢", 0)],
        [("狗", 0), ("狐", 1)],
        [("狗", 1), ("狐", 0)],
    ]


@pytest.mark.parametrize(
    ("places", "words", "is_taken"), [(200, 200, True), (201, 2, False), (1, 201, False)]
)
def test_so_many_gaps_and_words_for_them_are_no_question(places, words, is_taken):
    options = "".join(f"<selectoption><text>{n}</text><group>1</group></selectoption>" for n in range(words))
    reading = read("gapselect", options, stem="[[1]] " * places)

    assert [problem.code for problem in reading.problems] == ([] if is_taken else ["places_many"])


def test_places_of_old_files_have_their_groups_in_what_php_makes_of_an_object():
    listed = [("氢", 1), ("氧", 1), ("大于", 2), ("小于", 2)]
    packed = 'O:8:"stdClass":2:{{s:9:"draggroup";s:1:"{n}";s:8:"infinite";i:0;}}'
    options = "".join(answer(0, text, packed.format(n=n)) for text, n in listed)
    read = item("ddwtos", options, stem="[[1]] [[4]]")

    assert [[(a.text, a.score) for a in gap.answers] for gap in read.gaps] == [
        [("氢", 1), ("氧", 0)],
        [("大于", 0), ("小于", 1)],
    ]


def test_answers_without_words_are_none():
    empty = answer(0, " ")

    assert [o.text for o in item("multichoice", empty + RIGHT + empty + WRONG).options] == ["甲", "乙"]
    assert item("shortanswer", RIGHT + empty).gaps[0].answers == (Accepted("甲", 1, "好"),)
    assert item("numerical", answer(100, 3) + empty).gaps[0].answers == (Accepted("3"),)
    pair = "<subquestion><text>{0}</text><answer><text>{0}</text></answer></subquestion>"
    assert len(item("matching", "".join(map(pair.format, ["一", "", "二"]))).options) == 2


def test_a_question_that_stands_alone_is_read():
    assert [entry.name for entry in moodle.read(question("multichoice", RIGHT + WRONG)).entries] == ["名"]


def test_what_a_file_says_about_a_question():
    category = '<question type="category"><category><text>$course$/top/备课/学情</text></category></question>'
    more = "<idnumber>T &amp; F</idnumber><tags><tag><text>甲</text></tag></tags>"
    more += (
        '<coursetags><tag><text>乙</text></tag></coursetags><extension capability="A1" difficulty="hard"/>'
    )
    (entry,) = moodle.read(quiz(category, question("multichoice", RIGHT + WRONG + more))).entries

    assert (entry.name, entry.key, entry.tags) == ("名", "T & F", ("甲", "乙"))
    assert (entry.category, entry.capability, entry.difficulty, entry.where) == (
        "备课/学情",
        "A1",
        "hard",
        "4",
    )


@pytest.mark.parametrize(
    ("kind", "body", "more", "code"),
    [
        ("description", "", {}, "nothing_asked"),
        ("calculated", "", {}, "kind_unsupported"),
        ("multichoice", RIGHT, {}, "options_missing"),
        ("multichoice", WRONG * 2, {}, "right_missing"),
        ("multichoice", answer(50, "甲") + WRONG, {}, "full_score_missing"),
        (
            "multichoice",
            f"<single>false</single>{answer(33, '甲')}{answer(33, '乙')}",
            {},
            "full_score_missing",
        ),
        ("multichoice", answer("viel", "甲") + WRONG, {}, "number_invalid"),
        ("multichoice", answer(200, "甲") + WRONG, {}, "score_out_of_range"),
        ("multichoice", RIGHT + answer(0, "<b>乙</b>"), {}, "text_not_escaped"),
        ("multichoice", RIGHT + WRONG, {"stem": "<img src='@@PLUGINFILE@@/a.png'>"}, "picture"),
        ("multichoice", RIGHT + WRONG, {"stem": "<a href='@@PLUGINFILE@@/a.mp3'>听</a>"}, "file"),
        ("multichoice", f"<image>a.png</image>{RIGHT}{WRONG}", {}, "picture"),
        ("multichoice", RIGHT + WRONG, {"stem": ""}, "stem_missing"),
        (
            "multichoice",
            RIGHT + WRONG,
            {"stem": SHOWN, "more": "<file name='a.png'>图</file>"},
            "picture_damaged",
        ),
        ("numerical", answer(100, "三"), {}, "number_invalid"),
        ("numerical", answer(100, ""), {}, "option_empty"),
        ("numerical", answer(100, "3", "", "<tolerance>-1</tolerance>"), {}, "number_invalid"),
        ("shortanswer", "", {}, "right_missing"),
        ("matching", "", {}, "options_missing"),
        ("cloze", "", {"stem": "没有空"}, "gaps_missing"),
        ("cloze", "", {"stem": "{1:MULTICHOICE}"}, "gaps_missing"),
        ("cloze", "", {"stem": "{1:SA:=没有完"}, "gaps_missing"),
        ("cloze", "", {"stem": "{1:MC:=甲}"}, "options_missing"),
        ("cloze", "", {"stem": "{1:MC:甲~%50%乙}"}, "full_score_missing"),
        ("cloze", "", {"stem": "{3:NUMERICAL:=zero}"}, "number_invalid"),
        ("cloze", "", {"stem": "{1:MULTIRESPONSE:=甲~=乙}"}, "gap_of_several"),
        ("gapselect", "", {"stem": "[[1]]"}, "answer_unknown"),
    ],
)
def test_what_cannot_be_asked_costs_its_own_question_only(kind, body, more, code):
    good = question("multichoice", RIGHT + WRONG)
    reading = moodle.read(quiz(question(kind, body, **more), good))

    assert (reading.problems[0].where, reading.problems[0].code) == ("3", code)
    assert [entry.where for entry in reading.entries] == ["4"]


TEXT = "<text>另外</text>"


@pytest.mark.parametrize(
    ("kind", "body", "more", "code"),
    [
        ("multichoice", f"{RIGHT}{WRONG}<correctfeedback>{TEXT}</correctfeedback>", {}, "feedback_left_out"),
        ("multichoice", f"{RIGHT}{WRONG}<hint>{TEXT}</hint>", {}, "hints_left_out"),
        ("multichoice", RIGHT + WRONG, {"stem": "看 <img alt='旗'>"}, "media_left_out"),
        ("multichoice", RIGHT + answer(0, "乙", "&lt;img src='a'&gt;不"), {}, "media_left_out"),
        ("essay", f"<responsetemplate>{TEXT}</responsetemplate>", {}, "template_left_out"),
        ("essay", "<attachments>2</attachments>", {}, "attachments_left_out"),
        ("essay", "<minwordlimit>50</minwordlimit>", {}, "length_left_out"),
        (
            "multichoice",
            f"{RIGHT}{WRONG}<hint><hintcontent>{TEXT}</hintcontent></hint>",
            {},
            "hints_left_out",
        ),
        ("ordering", RIGHT + WRONG, {}, "marking_differs"),
        ("ordering", f"<selecttype>RANDOM</selecttype>{RIGHT}{WRONG}", {}, "all_ordered"),
        ("ordering", f"<logical>1</logical>{RIGHT}{WRONG}", {}, "all_ordered"),
        ("numerical", f"{answer(100, 3)}<units><unit/><unit/></units>", {}, "units_left_out"),
    ],
)
def test_what_is_left_out_is_said(kind, body, more, code):
    reading = read(kind, body, **more)

    assert code in [problem.code for problem in reading.problems if problem.severity == "warn"]
    assert len(reading.entries) == 1


def test_what_moodle_says_by_itself_is_no_loss():
    usual = "<correctfeedback><text>Your answer is correct.</text></correctfeedback>"
    assert warnings("multichoice", RIGHT + WRONG + usual) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<quiz>", "xml_invalid"),
        ("", "xml_invalid"),
        ("<html/>", "no_quiz"),
        ('<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', "dtd"),
        ('<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "dtd"),
        ("<quiz>&undefined;</quiz>", "xml_invalid"),
        ("<quiz>" + "<a>" * 100 + "</a>" * 100 + "</quiz>", "too_deep"),
        ("<quiz>" + "<a>" * 1_000_000, "too_deep"),
    ],
)
def test_a_document_that_is_no_quiz_is_refused_at_once(text, code):
    started = time.monotonic()
    reading = moodle.read(text)

    assert ([p.code for p in reading.problems], reading.entries) == ([code], [])
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("stem", ["{1:SA:=a" * 6_000, "{1:SA:=a}" * 5_000, "{1:SA:" + "~" * 49_000])
def test_gaps_without_end_take_no_time(stem):
    started = time.monotonic()

    read("cloze", stem=stem)

    assert time.monotonic() - started < 5

"""GIFT is read as Moodle reads it."""

import time

import pytest

from assessments.quizzes.formats import gift
from assessments.quizzes.formats.entries import Entry
from assessments.quizzes.items.kinds import Accepted, Option, Ordering


def one(text):
    reading = gift.read(text)
    assert [problem.code for problem in reading.problems] == []
    (entry,) = reading.entries
    return entry


def item(text):
    return one(text).item


def scores(text):
    return [(option.text, option.score) for option in item(text).options]


def answers(text):
    return item(text).gaps[0].answers


def codes(text):
    return [(problem.where, problem.code) for problem in gift.read(text).problems]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("哪个对？{~甲 =乙 ~丙}", "single", [("甲", 0), ("乙", 1), ("丙", 0)]),
        ("哪个对？{~%-25%甲 =乙}", "single", [("甲", -0.25), ("乙", 1)]),
        ("哪个好？{=甲 ~%50%乙 ~丙}", "judgement", [("甲", 1), ("乙", 0.5), ("丙", 0)]),
        ("哪些对？{~%50%甲 ~%50%乙 ~%-100%丙}", "multiple", [("甲", 0.5), ("乙", 0.5), ("丙", -1)]),
        (
            "哪些对？{~%33.33333%甲 ~%33.33333%乙 ~%33.33333%丙}",
            "multiple",
            [(t, 0.3333333) for t in "甲乙丙"],
        ),
        ("哪些对？{~%100%甲 ~%-50%乙}", "multiple", [("甲", 1), ("乙", -0.5)]),
        (r"哪个是 5？{~ \= 2 + 2 = \= 2 + 3}", "single", [("= 2 + 2", 0), ("= 2 + 3", 1)]),
        (r"{=\~\#\{\}\:\\ ~ a\nb}问", "single", [(r"~#{}:" + "\\", 1), ("a\nb", 0)]),
        (
            "题{=[html]a &lt; <b>b</b> ~[plain]<b> ~[foo]c}",
            "single",
            [("a < b", 1), ("<b>", 0), ("[foo]c", 0)],
        ),
        ("哪个对？{~ ~甲 =乙 ~#空}", "single", [("甲", 0), ("乙", 1)]),
        ("题{TRUE}", "truefalse", [("对", 1), ("错", 0)]),
        ("题{F}", "truefalse", [("对", 0), ("错", 1)]),
    ],
)
def test_choices(text, kind, expected):
    assert item(text).kind == kind
    assert scores(text) == expected


def test_several_right_options_earn_what_is_written():
    assert item("题{~%50%甲 ~%50%乙 ~丙}").rule == "options"
    marked = item("// [rule:all]\n题{~%50%甲 ~%50%乙 ~%-100%丙}")
    assert (marked.rule, [option.score for option in marked.options]) == ("all", [1, 1, 0])


def test_feedback_stands_behind_its_answer_and_general_feedback_last():
    read = item("题{\n=甲 # 好！\n~乙 #[html]<i>不</i>好\n####总的说来\n}")

    assert [option.feedback for option in read.options] == ["好！", "不好"]
    assert read.feedback == "总的说来"


@pytest.mark.parametrize(
    ("text", "when_true", "when_false"),
    [
        ("题{T#错了#对了}", "对了", "错了"),
        ("题{FALSE#错了#对了}", "错了", "对了"),
        ("题{F#错了}", "错了", ""),
        ("题{T####总}", "", ""),
    ],
)
def test_feedback_to_true_and_false_names_the_wrong_one_first(text, when_true, when_false):
    assert [option.feedback for option in item(text).options] == [when_true, when_false]


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("首都是{=北京}", "首都是"),
        ("首都是{=北京}。", "首都是[[1]]。"),
        ("{=北京}是首都", "[[1]]是首都"),
        ("首都是{~甲 =乙}吗", "首都是_____吗"),
        ("[html]<p>首都<br>是</p>{=北京}", "首都\n是"),
        ("[markdown]**首都**{=北京}", "**首都**"),
        ("首都\n  是\n{=北京}", "首都\n是"),
        ("首都<b>是</b> &amp;{=北京}", "首都是 &"),
        ("[plain]a<b>c{=北京}", "a<b>c"),
        ("[plain][html]是 <b> 吗{=北京}", "[html]是 <b> 吗"),
        ("::没有写完的名称{=北京}", "没有写完的名称"),
        ("1 < 2 且 x<y{=北京}", "1 < 2 且 x<y"),
    ],
)
def test_the_answers_leave_a_blank_unless_they_come_last(text, stem):
    assert item(text).stem == stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("题{=甲 =乙}", (Accepted("甲"), Accepted("乙"))),
        ("题{甲}", (Accepted("甲"),)),
        ("题{=%50%甲#一半 =%100%乙}", (Accepted("甲", 0.5, "一半"), Accepted("乙"))),
        ("题{=甲 =%0%*#都不是}", (Accepted("甲"), Accepted("*", 0, "都不是"))),
        ("题{true}", (Accepted("true"),)),
        ("题{=[html]H<sub>2</sub>O =[plain][甲]}", (Accepted("H<sub>2</sub>O"), Accepted("[甲]"))),
    ],
)
def test_a_short_answer_is_a_gap_for_text(text, expected):
    assert (item(text).kind, answers(text)) == ("fill", expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("题{#3}", (Accepted("3"),)),
        ("题{#3.14:0.01}", (Accepted("3.14", tolerance=0.01),)),
        ("题{#3.13..3.15}", (Accepted("3.14", tolerance=0.01),)),
        ("题{#-5..-1}", (Accepted("-3", tolerance=2),)),
        (
            "题{#=1822:0#对 =%50%1822:2#差不多}",
            (Accepted("1822", 1, "对"), Accepted("1822", 0.5, "差不多", 2)),
        ),
        ("题{#3:2~#全错}", (Accepted("3", tolerance=2), Accepted("*", 0, "全错"))),
        (r"题{#3\:2}", (Accepted("3", tolerance=2),)),
    ],
)
def test_numbers(text, expected):
    assert (item(text).kind, answers(text)) == ("numeric", expected)


def test_pairs_share_options_and_those_without_a_prompt_distract():
    read = item("连{=陕西 -> 西北 =甘肃->西北 = -> 华东 = -> =四川 -> 西南}")

    assert [(prompt.text, prompt.answer) for prompt in read.prompts] == [
        ("陕西", "a"),
        ("甘肃", "a"),
        ("四川", "b"),
    ]
    assert [(option.id, option.text) for option in read.options] == [
        ("a", "西北"),
        ("b", "西南"),
        ("c", "华东"),
    ]


def test_an_order_has_a_line_for_each_step():
    read = gift.read("排{>2 ALL VERTICAL ALL_OR_NOTHING SHOW none\n一\n二\n#### 说明\n}")

    assert [option.text for option in read.entries[0].item.options] == ["一", "二"]
    assert read.entries[0].item.feedback == "说明"
    assert [(p.code, p.severity) for p in read.problems] == [("marking_differs", "warn")]


@pytest.mark.parametrize(
    ("head", "steps", "codes"),
    [
        (">3 ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW none\n备课", "备课 上课 反思", []),
        (">3\n备课", "备课 上课 反思", ["marking_differs"]),
        ("> 3 备课", "备课 上课 反思", ["marking_differs"]),
        (">3 H\nHTML", "HTML 上课 反思", ["marking_differs"]),
        (">3 ALL\nNO", "NO 上课 反思", ["marking_differs"]),
        (">2 RANDOM H ABS\n备课", "备课 上课 反思", ["marking_differs", "all_ordered"]),
        (">2 CONTIGUOUS VERT ABSOLUTE TRUE ABCD\n备课", "备课 上课 反思", ["marking_differs", "all_ordered"]),
    ],
)
def test_what_is_ordered_begins_behind_the_settings(head, steps, codes):
    reading = gift.read(f"排{{{head}\n上课\n\n反思\n}}".replace("\n\n", "\n"))

    assert [option.text for option in reading.entries[0].item.options] == steps.split()
    assert [problem.code for problem in reading.problems] == codes


def test_a_line_to_be_ordered_is_escaped_only_where_it_must_be():
    steps = ("时间: 9:00=上课", r"存到 C:\new", "用 {甲}", "####", "// 注释", "[html]标签")
    options = tuple(Option(id_, text) for id_, text in zip("abcdef", steps, strict=True))
    written = gift.write([Entry("", Ordering("ordering", "排", options))])

    assert written.content.decode().split("\n")[1:7] == [
        "时间: 9:00=上课",
        r"存到 C:\\new",
        r"用 \{甲\}",
        r"\####",
        "[plain]// 注释",
        "[plain][html]标签",
    ]
    assert written.problems == []


def test_an_essay_waits_for_a_person():
    assert (item("你怎么看？{}").kind, item("你怎么看？{####谢谢}").feedback) == ("short", "谢谢")


def test_names_comments_tags_and_categories_belong_to_the_question():
    text = (
        "// 注释\n$CATEGORY: $course$/top/备课 /学情\n\n"
        "// 注释\n// [id:Q 1] [tag:甲] [tag:b\\]c]\n// [capability:A1] [difficulty:easy]\n"
        "::名\\:称::题\n// 中间的注释\n还有{=甲}\n"
    )
    entry = one(text)

    assert (entry.name, entry.key, entry.tags) == ("名:称", "Q 1", ("甲", "b]c"))
    assert (entry.category, entry.capability, entry.difficulty) == ("备课/学情", "A1", "easy")
    assert (entry.where, entry.item.stem) == ("7", "题\n还有")


def test_a_question_may_stand_right_below_its_category():
    text = "// 注释\n$CATEGORY: $course$/top/备课 1: 导入\n// [id:7]\n::导入::题{T}\n\n$CATEGORY: 二\n\n题{F}"

    assert [(e.category, e.where, e.name, e.key) for e in gift.read(text).entries] == [
        ("备课 1: 导入", "4", "导入", "7"),
        ("二", "8", "", ""),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("::第二部分::", "第二部分"),
        ("::说明::请先读材料", "说明"),
        ("[html]<b>请先读</b>材料", "<b>请先读</b>材料"),
        ("[markdown] 请先读", "请先读"),
        ("::", ""),
    ],
)
def test_a_text_that_asks_nothing_is_listed(text, name):
    reading = gift.read(f"// 注释\n\n{text}\n\n// 只是注释")

    assert [(p.where, p.code, p.name) for p in reading.problems] == [("3", "nothing_asked", name)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("只是一段说明", "nothing_asked"),
        ("题{=甲", "brace_missing"),
        ("题}{=甲", "brace_missing"),
        ("题{~甲}", "options_missing"),
        ("题{~甲 ~乙}", "right_missing"),
        ("题{~%50%甲 ~乙}", "full_score_missing"),
        ("题{#三}", "number_invalid"),
        ("题{#5..1}", "number_invalid"),
        ("题{#3:x}", "number_invalid"),
        ("题{#}", "right_missing"),
        ("题{=甲->一 =乙}", "arrow_missing"),
        ("题{=甲->一}", "options_missing"),
        ("[html]<img src=a.png>{=甲}", "picture"),
        ("[html]<video src=a.mp4></video>{=甲}", "media"),
        ("{=甲}", "stem_missing"),
        ("题{=%999%甲}", "score_out_of_range"),
    ],
)
def test_what_cannot_be_asked_costs_its_own_question_only(text, code):
    reading = gift.read(f"// 一\n{text}\n\n下一题{{T}}")

    assert (reading.problems[0].where, reading.problems[0].code) == ("2", code)
    assert [entry.where for entry in reading.entries] == ["4"]


def test_a_picture_that_is_described_is_told_and_one_in_feedback_left_out():
    reading = gift.read("[html]看图 <img src=a.png alt=国旗>{=甲#<img src\\=b.png>好}")

    assert reading.entries[0].item.stem == "看图 [国旗]"
    assert reading.entries[0].item.gaps[0].answers[0].feedback == "好"
    assert [(p.code, p.severity) for p in reading.problems] == [("media_left_out", "warn")]


@pytest.mark.parametrize(
    "text", [f"排序{{>3{' ' * 20_000}x}}", f"// {'[id:' * 100_000}\n题{{=甲}}"], ids=["blanks", "brackets"]
)
def test_what_does_not_end_takes_no_time(text):
    started = time.process_time()

    assert len(gift.read(text).entries) == 1
    assert time.process_time() - started < 2


def test_a_value_in_a_comment_ends_with_its_bracket_or_with_its_line():
    text = "// [tag:[甲] [tag:乙\n// [tag:丙\\]丁] [tag:] [tag:戊]\n题{=甲}"

    assert one(text).tags == ("[甲", "丙]丁", "戊")

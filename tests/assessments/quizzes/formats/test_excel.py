"""Tables as teachers fill them in by hand."""

import csv
import io
import time
from dataclasses import replace

import pytest
import xlsxwriter
from openpyxl import load_workbook

from assessments.quizzes.formats import excel
from assessments.quizzes.formats.entries import Entry
from assessments.quizzes.formats.excel.examples import EXAMPLES
from assessments.quizzes.items.kinds import KINDS, Accepted, Choice, Gap, Option, Ordering
from organizations.tables import tables
from organizations.workbooks import workbook


def table(*rows, encoding="utf-8", delimiter=","):
    """A CSV with these rows, given as {column: text}."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([columns, *[[row.get(name, "") for name in columns] for row in rows]])
    return file.getvalue().encode(encoding)


def item(**cells):
    reading = excel.read(table({"题干": "题", **cells}))
    assert reading.problems == []
    return reading.entries[0].item


def codes(**cells):
    reading = excel.read(table({"题干": "题", "答案": "", **cells}))
    assert reading.entries == []
    return [problem.code for problem in reading.problems]


AB = {"选项A": "甲", "选项B": "乙", "选项C": "丙"}


def scores(**cells):
    return [option.score for option in item(**AB, **cells).options]


@pytest.mark.parametrize("answer", ["A,C", "AC", "A、C", "Ａ，Ｃ", "a c", "A；C", "C.A", "A和C"])
def test_letters_may_be_parted_in_any_way(answer):
    assert scores(题型="多选题", 答案=answer) == [1, 0, 1]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        *[(word, [1, 0]) for word in ("对", "√", "正确", "T", "A")],
        *[(word, [0, 1]) for word in ("错", "×", "错误", "x", "Ｂ", "否")],
    ],
)
def test_true_and_false_may_be_said_in_any_way(answer, expected):
    read = item(题型="判断题", 答案=answer)

    assert ([o.text for o in read.options], [o.score for o in read.options]) == (["对", "错"], expected)
    assert not read.shuffle


def test_true_and_false_may_be_written_out_as_options():
    read = item(题型="判断", 选项A="错误", 选项B="正确", 答案="√")
    assert [(option.text, option.score) for option in read.options] == [("错误", 0), ("正确", 1)]


@pytest.mark.parametrize(
    ("kind", "answer", "rule", "expected"),
    [
        ("单选题", "B", "", ("single", "all", [0, 1, 0])),
        ("单选题", "B=1；A=-0.5", "", ("single", "all", [-0.5, 1, 0])),
        ("情境判断题", "A=1, B=0.5", "", ("judgement", "all", [1, 0.5, 0])),
        ("多选题", "AB", "", ("multiple", "all", [1, 1, 0])),
        ("不定项选择题", "AB", "按比例", ("multiple", "even", [1, 1, 0])),
        ("多选", "A=0.5；B＝0.5；C=-0.5", "按选项得分", ("multiple", "options", [0.5, 0.5, -0.5])),
        ("", "B", "", ("single", "all", [0, 1, 0])),
        ("", "BC", "", ("multiple", "all", [0, 1, 1])),
    ],
)
def test_choices_are_marked_as_the_row_says(kind, answer, rule, expected):
    read = item(**AB, 题型=kind, 答案=answer, 计分方式=rule)
    assert (read.kind, read.rule, [option.score for option in read.options]) == expected


def test_columns_may_have_other_names_and_places():
    content = table(
        {
            "序号": "1",
            "正确答案": "B",
            "A": "甲",
            "B选项": "乙",
            "题目（必填）": "题",
            " 题 型 *": "选择题",
            "解析": "说",
        }
    )
    (entry,) = excel.read(content).entries

    assert entry.item == Choice("single", "题", (Option("a", "甲"), Option("b", "乙", 1.0)), feedback="说")


def test_an_option_may_be_missing_between_others():
    read = item(选项A="甲", 选项B="", 选项D="丁", 答案="D", 反馈D="好")
    assert [(o.id, o.text, o.score, o.feedback) for o in read.options] == [
        ("a", "甲", 0, ""),
        ("b", "丁", 1, "好"),
    ]


@pytest.mark.parametrize(
    ("stem", "answer", "kind", "read_stem", "gaps"),
    [
        ("首都____。", "北京|北平", "填空题", "首都[[1]]。", [("text", ["北京", "北平"])]),
        ("（　）和( )", "甲；乙", "填空", "[[1]]和[[2]]", [("text", ["甲"]), ("text", ["乙"])]),
        ("[[1]]、[[2]]", "甲\n乙", "填空", "[[1]]、[[2]]", [("text", ["甲"]), ("text", ["乙"])]),
        ("首都是", "北京", "填空题", "首都是", [("text", ["北京"])]),
        ("会C＿＿吗", r"C#|\;", "填空题", "会C[[1]]吗", [("text", ["C#", ";"])]),
        ("__", "[选]甲|乙", "综合填空题", "", [("choice", ["甲", "乙"])]),
        ("多少？", "3.14±0.01", "数值题", "多少？", [("number", ["3.14"])]),
        ("填__", "北京", "", "填", [("text", ["北京"])]),
    ],
)
def test_gaps_are_drawn_in_the_text_and_answered_in_order(stem, answer, kind, read_stem, gaps):
    reading = excel.read(table({"题干": stem or "题", "答案": answer, "题型": kind}))
    if not read_stem:  # nothing but a gap
        assert [problem.code for problem in reading.problems] == ["stem_missing"]
        return
    read = reading.entries[0].item
    assert read.stem == read_stem
    assert [(gap.kind, [answer.text for answer in gap.answers]) for gap in read.gaps] == gaps


@pytest.mark.parametrize(
    ("answer", "gap"),
    [
        ("%50%北平##旧称|北京", Gap("1", "text", (Accepted("北平", 0.5, "旧称"), Accepted("北京")))),
        ("[区分大小写]Word", Gap("1", "text", (Accepted("Word"),), has_case=True)),
        ("[选]甲|乙##不对", Gap("1", "choice", (Accepted("甲"), Accepted("乙", 0, "不对")))),
        ("[选]%0%甲|%100%乙", Gap("1", "choice", (Accepted("甲", 0), Accepted("乙")))),
        ("[数]３±０.５", Gap("1", "number", (Accepted("３", tolerance=0.5),))),
        ("[数]1~3", Gap("1", "number", (Accepted("2", tolerance=1),))),
    ],
)
def test_an_answer_may_say_what_it_earns_and_what_is_said_to_it(answer, gap):
    assert item(题型="综合填空题", 答案=answer).gaps == (gap,)


@pytest.mark.parametrize("arrow", ["→", "->", "=>", " —— "])
def test_pairs_stand_in_the_options(arrow):
    read = item(题型="连线题", 选项A=f"陕西{arrow}西安", 选项B=f"四川{arrow}成都", 选项C=f"{arrow}兰州")

    assert [(prompt.text, prompt.answer) for prompt in read.prompts] == [("陕西", "a"), ("四川", "b")]
    assert [option.text for option in read.options] == ["西安", "成都", "兰州"]


def test_an_order_is_that_of_the_options_or_of_the_answer():
    assert [o.text for o in item(**AB, 题型="排序题").options] == ["甲", "乙", "丙"]
    assert [o.text for o in item(**AB, 题型="排序题", 答案="CAB").options] == ["丙", "甲", "乙"]


def test_rows_that_share_a_number_share_a_passage():
    rows = [
        {
            "材料编号": "一",
            "材料": "一段话",
            "题干": "问一",
            "答案": "√",
            "题型": "判断题",
            "编号": "P1",
            "标签": "甲，乙",
        },
        {"题干": "别的", "题型": "简答题", "答案": "范例", "评分要点": "要点", "难度": "难"},
        {"材料编号": "一", "题干": "问二", "题型": "简答题"},
    ]
    passage, short = excel.read(table(*rows)).entries

    assert (passage.key, passage.tags, passage.where, passage.item.stem) == (
        "P1",
        ("甲", "乙"),
        "2",
        "一段话",
    )
    assert [part.item.stem for part in passage.item.parts] == ["问一", "问二"]
    assert (short.item.sample, short.item.guide, short.difficulty) == ("范例", "要点", "hard")


def test_what_is_said_to_things_in_order_stands_with_them():
    options = (
        Option("a", "写脚本", feedback="先想好。"),
        Option("b", "录制"),
        Option("c", "剪辑", feedback="最后。"),
    )
    entry = Entry("", Ordering("ordering", "排一排", options), key="1")

    writing = excel.write([entry])

    assert writing.problems == []
    assert [replace(one, where="") for one in excel.read(writing.content).entries] == [entry]
    moved = item(题型="排序题", 选项A="乙", 选项B="甲", 反馈B="先来", 答案="BA")
    assert [(option.text, option.feedback) for option in moved.options] == [("甲", "先来"), ("乙", "")]


def test_what_is_merged_across_rows_holds_for_each_of_them():
    rows = [
        ["题型", "材料编号", "材料", "题干", "选项A", "选项B", "答案"],
        ["单选题", "M1", "一节课。", "问一", "甲", "乙", "A"],
        ["", "", "", "问二", "甲", "乙", "B"],
        ["判断题", "", "", "问三", "", "", "对"],
    ]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for line, cells in enumerate(rows, start=2):
        sheet.write_row(line, 1, cells)
    sheet.merge_range("B4:B5", "单选题")
    sheet.merge_range("C4:C5", "M1")
    sheet.merge_range("D4:D5", "一节课。")
    book.close()

    reading = excel.read(buffer.getvalue())

    assert reading.problems == []
    assert [(entry.where, entry.item.kind) for entry in reading.entries] == [
        ("4", "passage"),
        ("6", "truefalse"),
    ]
    assert [part.item.stem for part in reading.entries[0].item.parts] == ["问一", "问二"]


def test_a_passage_with_a_bad_question_is_not_taken():
    rows = [
        {"材料编号": "1", "材料": "文", "题干": "问一", "答案": "√", "题型": "判断题"},
        {"材料编号": "1", "题干": "问二", "题型": "唱歌题"},
    ]
    reading = excel.read(table(*rows))

    assert [(p.where, p.code) for p in reading.problems] == [("3", "kind_unsupported")]
    assert reading.entries == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"题型": "唱歌题"}, "kind_unsupported"),
        ({"题型": "单选题", **AB, "答案": "D"}, "answer_unknown"),
        ({"题型": "单选题", **AB, "答案": "甲"}, "answer_unknown"),
        ({"题型": "单选题", **AB, "答案": "A=1，其余不对"}, "answer_unknown"),
        ({"题型": "单选题", **AB, "答案": "AB"}, "right_too_many"),
        ({"题型": "单选题", **AB}, "right_missing"),
        ({"题型": "单选题", "选项A": "甲", "答案": "A"}, "options_missing"),
        ({"题型": "多选题", **AB, "答案": "A", "计分方式": "看心情"}, "rule_unknown"),
        ({"题型": "单选题", **AB, "答案": "A", "选项顺序": "倒"}, "order_unknown"),
        ({"题型": "单选题", **AB, "答案": "A", "难度": "五星"}, "difficulty_unknown"),
        ({"题型": "图片题", **AB, "答案": "A"}, "picture_missing"),
        ({"题型": "填空题", "题干": "__和__", "答案": "甲"}, "gap_count_differs"),
        ({"题型": "填空题"}, "gaps_missing"),
        ({"题型": "数值题", "答案": "三"}, "number_invalid"),
        ({"题型": "数值题", "答案": "3±x"}, "number_invalid"),
        ({"题型": "数值题", "答案": "3~1"}, "number_invalid"),
        ({"题型": "数值题", "答案": "1；2"}, "one_number"),
        ({"题型": "匹配题", "选项A": "陕西"}, "arrow_missing"),
        ({"题型": "排序题", **AB, "答案": "AB"}, "order_incomplete"),
        ({"题型": "单选题", **AB, "答案": "A", "题干": ""}, "stem_missing"),
        ({"题型": "简答题", "题干": "长" * 50_001}, "text_too_long"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(cells, code):
    assert codes(**cells) == [code]


def test_an_error_in_a_row_costs_that_row_only():
    good = {"题干": "题", **AB, "答案": "A", "名称": "好"}
    reading = excel.read(table(good, {"题干": "坏", "题型": "？"}, {}, good))

    assert [entry.where for entry in reading.entries] == ["2", "5"]
    assert [(p.where, p.name, p.code) for p in reading.problems] == [("3", "坏", "kind_unsupported")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_table_may_be_a_csv_in_any_usual_encoding(encoding, delimiter):
    content = table({"题干": "题", **AB, "答案": "A"}, encoding=encoding, delimiter=delimiter)
    assert [entry.item.kind for entry in excel.read(content).entries] == ["single"]


def test_a_title_may_stand_above_the_columns():
    content = workbook(["题干", "答案"], [["首都____", "北京"]], title="某校题库")
    assert [entry.where for entry in excel.read(content).entries] == ["3"]


def test_a_table_without_the_columns_is_none():
    assert [p.code for p in excel.read(table({"姓名": "沈磊"})).problems] == ["no_header"]


def test_the_template_has_an_example_of_each_kind_that_reads_as_it_was_meant():
    _, guide = tables(io.BytesIO(excel.template()))
    rows = [cells for _, cells in guide.lines]
    examples = [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row[1:] != [""] * (len(row) - 1)]
    reading = excel.read(table(*examples))

    assert reading.problems == []
    assert [replace(entry, where="") for entry in reading.entries] == list(EXAMPLES)
    assert {entry.item.kind for entry in EXAMPLES} == set(KINDS) - {"picture"}


def test_the_template_asks_nothing_yet():
    reading = excel.read(excel.template())
    assert (reading.entries, reading.problems) == ([], [])


def test_what_is_typed_into_the_template_stays_as_typed():
    book = load_workbook(io.BytesIO(excel.template()))
    columns = book["题目"].column_dimensions["A"]

    assert (columns.number_format, columns.min, columns.max) == ("@", 1, book["题目"].max_column)
    assert book["填写说明"]["A2"].number_format == "General"  # what is there already may be long


def test_a_name_like_a_formula_stays_text():
    entry = Entry("=1+1", Choice("single", "=A1", (Option("a", "+1", 1.0), Option("b", "@x"))))
    assert excel.read(excel.write([entry]).content).entries == [replace(entry, where="2")]


def test_five_thousand_questions_take_seconds():
    listed = [replace(entry, key=f"{n}") for n in range(455) for entry in EXAMPLES]
    content = excel.write(listed).content
    started = time.monotonic()

    reading = excel.read(content)

    assert len(reading.entries) == len(listed) == 5005
    assert time.monotonic() - started < 20

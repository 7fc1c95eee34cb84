"""Lesson files: what is read from them, and what is said of faulty ones."""

from __future__ import annotations

from decimal import Decimal

import pytest

from courses import content
from courses.content import ContentError, modules, stable_id


def test_the_whole_catalogue_can_be_read():
    found = modules()

    assert [module.code for module in found] == [f"M{number:02}" for number in range(1, 17)]
    assert sum(len(module.lessons) for module in found) == 61
    assert sum(lesson.hours for module in found for lesson in module.lessons) == 50


def test_a_module_has_its_lessons_in_order(folder):
    [module] = modules()

    assert (module.code, module.title, module.capabilities) == ("M02", "在线直播教学", ["A5", "A6"])
    assert [lesson.position for lesson in module.lessons] == [1, 2, 3, 4]
    assert sum(lesson.hours for lesson in module.lessons) == Decimal(3)
    assert [block["type"] for block in module.lessons[0].body if block["type"] != "tool"] == [
        "outcomes", "text", "example", "steps", "pitfalls", "job_aid", "task", "self_check",
    ]  # fmt: skip


def test_the_same_file_gives_the_same_ids(folder):
    assert modules() == modules()
    assert stable_id("M02/1/0/outcomes") == stable_id("M02/1/0/outcomes") != stable_id("M02/1/1/text")


def spoil_option(lesson):
    del lesson["checks"][1]["options"][0]["feedback"]


def spoil_answers(lesson):
    for option in lesson["checks"][0]["options"]:
        option["correct"] = False


def allow_two_answers(lesson):
    lesson["checks"][0]["kind"] = "single"
    for option in lesson["checks"][0]["options"][:2]:
        option["correct"] = True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lesson: lesson.pop("pitfalls"), "M02/1.yaml: pitfalls is missing or not as it should be"),
        (lambda lesson: lesson.update(outcomes=[]), "M02/1.yaml: outcomes is missing"),
        (lambda lesson: lesson.update(intro="  "), "M02/1.yaml: intro is missing"),
        (lambda lesson: lesson.update(steps=["只有一步"]), "M02/1.yaml: steps is missing"),
        (lambda lesson: lesson["steps"]["items"][2].pop("body"), "M02/1.yaml: steps.items.3.body is missing"),
        (lambda lesson: lesson["job_aid"]["groups"][0].pop("items"), "M02/1.yaml: job_aid.groups.1.items is"),
        (lambda lesson: lesson["task"].pop("keep"), "M02/1.yaml: task.keep is missing"),
        (spoil_option, "M02/1.yaml: checks.2.options.1.feedback is missing"),
        (spoil_answers, "M02/1.yaml: checks.1 has 0 right options"),
        (allow_two_answers, "M02/1.yaml: checks.1 has 2 right options"),
        (lambda lesson: lesson["checks"][0].update(kind="both"), "M02/1.yaml: checks.1.kind is neither"),
        (lambda lesson: lesson.update(title="别的题目"), "M02/1.yaml: the title is not that of lessons.csv"),
    ],
)  # fmt: skip
def test_a_faulty_lesson_is_named_with_the_place(folder, change, message):
    folder.edit("M02/1.yaml", change)

    with pytest.raises(ContentError) as refusal:
        modules()
    assert str(refusal.value).startswith(message)


def test_all_faults_of_a_file_are_named_at_once(folder):
    folder.edit("M02/1.yaml", lambda lesson: (lesson.pop("intro"), lesson.pop("example")))

    with pytest.raises(ContentError, match=r"intro is missing .*; example is missing"):
        modules()


@pytest.mark.parametrize("text", ["", "- 1\n- 2\n"], ids=["empty", "list"])
def test_a_file_that_holds_no_mapping_is_refused(folder, text):
    (folder.path / "M02" / "1.yaml").write_text(text)

    with pytest.raises(ContentError, match=r"^M02/1.yaml: the file is missing or not as it should be"):
        modules()


def test_a_file_that_is_no_yaml_is_refused_with_its_line(folder):
    (folder.path / "M02" / "1.yaml").write_text("title: [\nintro: x")

    with pytest.raises(ContentError, match=r"(?s)^M02/1.yaml: .*line 2"):
        modules()


def test_a_file_that_is_not_there_is_named(folder):
    (folder.path / "M02" / "3.yaml").unlink()

    with pytest.raises(ContentError, match=r"^M02/3.yaml: .*No such file"):
        modules()


def test_a_module_without_summary_is_refused(folder):
    folder.edit("M02/module.yaml", lambda module: module.pop("summary"))

    with pytest.raises(ContentError, match=r"^M02/module.yaml: summary is missing"):
        modules()


def test_a_lesson_of_an_unknown_module_is_refused(folder):
    folder.edit_rows("lessons.csv", lambda rows: rows[1].update(module="M99"))

    with pytest.raises(ContentError, match=r"^lessons.csv, line 3: modules.csv has no module M99$"):
        modules()


def test_tables_may_begin_with_the_mark_that_spreadsheets_write(folder):
    path = folder.path / "modules.csv"
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert content.rows("modules.csv")[0]["code"] == "M02"

"""Putting files into the database: again and again, without undoing what an editor changed."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Page, Site

from courses import content
from courses.content import ContentError
from courses.loading import digest, load_catalogue
from courses.models import Capability, CatalogPage, Framework, LessonPage, ModulePage, Tool

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(folder):
    load_catalogue()
    return folder


def first_lesson() -> LessonPage:
    return LessonPage.objects.get(slug="m02-1")


def change_title(folder, title: str, position: int = 1) -> None:
    folder.edit(f"M02/{position}.yaml", lambda lesson: lesson.update(title=title))
    folder.edit_rows("lessons.csv", lambda rows: rows[position - 1].update(title_zh=title))


def test_the_whole_catalogue_loads_and_each_lesson_opens(teacher):
    assert load_catalogue() == {"added": 16 + 61}
    assert load_catalogue() == {"same": 16 + 61}

    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(teacher)
    lessons = list(LessonPage.objects.all())
    assert len(lessons) == 61
    for lesson in lessons:
        response = client.get(lesson.path_on_site())
        assert response.status_code == 200
        assert escape(lesson.title) in response.content.decode()
        assert lesson.questions
    assert client.get(reverse("courses:catalogue")).content.decode().count("/learn/M") == 16


def test_frameworks_come_from_tables_and_keep_their_version(loaded):
    load_catalogue()

    frameworks = {(framework.code, framework.version): framework for framework in Framework.objects.all()}
    assert set(frameworks) == {("microcapabilities", "2.0"), ("jyt0646", "2022")}
    micro = frameworks["microcapabilities", "2.0"].capabilities.all()
    assert micro.count() == len(content.rows("frameworks/microcapabilities.csv")) == 30
    assert str(micro[0]) == "A1 Technology-supported learner analysis"
    assert not Capability.objects.filter(name_zh="").exists()


def test_the_catalogue_becomes_the_root_of_the_site(loaded):
    [site] = Site.objects.all()
    assert site.root_page.specific == CatalogPage.objects.get()
    assert not Page.objects.filter(slug="home").exists()
    assert list(ModulePage.objects.get().capabilities.values_list("code", flat=True)) == ["A5", "A6"]


def test_a_second_load_changes_nothing(loaded):
    before = list(Page.objects.order_by("pk").values())

    assert load_catalogue() == {"same": 5}
    assert list(Page.objects.order_by("pk").values()) == before


def test_a_changed_file_updates_its_page_and_no_other(loaded):
    change_title(loaded, "新的题目")

    assert load_catalogue() == {"updated": 1, "same": 4}
    assert first_lesson().title == "新的题目"
    assert load_catalogue() == {"same": 5}


def test_a_changed_module_is_updated(loaded):
    loaded.edit("M02/module.yaml", lambda module: module.update(summary="新的简介。"))
    loaded.edit_rows("modules.csv", lambda rows: rows[0].update(microcapabilities="A5 B2"))

    assert load_catalogue() == {"updated": 1, "same": 4}
    module = ModulePage.objects.get()
    assert module.summary == "新的简介。"
    assert {capability.code for capability in module.capabilities.all()} == {"A5", "B2"}


def test_what_an_editor_published_is_kept(loaded):
    lesson = first_lesson()
    lesson.title = "编辑改过的题目"
    lesson.save_revision().publish()
    change_title(loaded, "文件里的新题目")

    assert load_catalogue() == {"kept": 1, "same": 4}
    assert first_lesson().title == "编辑改过的题目"


def test_a_draft_that_waits_is_kept(loaded):
    lesson = first_lesson()
    was = lesson.title
    lesson.title = "还没发布的题目"
    lesson.save_revision()
    change_title(loaded, "文件里的新题目")

    assert load_catalogue() == {"kept": 1, "same": 4}
    assert first_lesson().title == was
    assert first_lesson().get_latest_revision_as_object().title == "还没发布的题目"


def test_a_lesson_taken_off_the_site_stays_off(loaded):
    first_lesson().unpublish()
    change_title(loaded, "文件里的新题目")

    assert load_catalogue() == {"kept": 1, "same": 4}
    assert not first_lesson().live


def test_an_editor_may_move_a_lesson_to_another_address(loaded):
    lesson = first_lesson()
    lesson.slug = "before-the-lesson"
    lesson.save_revision().publish()

    assert load_catalogue() == {"same": 5}
    assert LessonPage.objects.count() == 4


def test_an_editor_may_rename_a_module(loaded):
    module = ModulePage.objects.get()
    module.code = "L2"
    module.save_revision().publish()

    assert load_catalogue() == {"same": 5}


def test_an_editors_own_lesson_is_left_alone(loaded):
    module = ModulePage.objects.get()
    body = LessonPage.objects.first().body.get_prep_value()
    own = LessonPage(title="我们自己的课", slug="own", position=5, hours=1, body=body)
    module.add_child(instance=own)

    assert load_catalogue() == {"same": 5}
    assert LessonPage.objects.count() == 5


def test_lines_that_a_browser_sent_back_are_nobodys_change(loaded):
    lesson = first_lesson()
    text = next(block for block in lesson.body.get_prep_value() if block["type"] == "text")
    assert "\n" in text["value"]
    was = digest(lesson)
    lesson.body = [
        {**block, "value": block["value"].replace("\n", "\r\n")} if block["type"] == "text" else block
        for block in lesson.body.get_prep_value()
    ]

    assert digest(lesson) == was == lesson.loaded_digest


def test_a_new_lesson_is_added_to_a_module_that_is_there(loaded):
    (loaded.path / "M02" / "5.yaml").write_text((loaded.path / "M02" / "4.yaml").read_text(encoding="utf-8"))
    loaded.edit_rows("lessons.csv", lambda rows: rows.append({**rows[3], "seq": "5"}))

    assert load_catalogue() == {"added": 1, "same": 5}
    assert [lesson.position for lesson in LessonPage.objects.order_by("path")] == [1, 2, 3, 4, 5]


def test_tools_come_from_the_list_and_then_belong_to_the_editors(loaded):
    closed = Tool.objects.get(name="腾讯课堂")
    assert (closed.status, closed.closed_on) == (Tool.Status.CLOSED, date(2024, 10, 1))
    assert {tool.name for tool in closed.substitutes.all()} == {"腾讯会议", "钉钉", "希沃白板5"}
    Tool.objects.filter(name="钉钉").update(status=Tool.Status.UNKNOWN)
    closed.substitutes.clear()

    load_catalogue()

    assert Tool.objects.get(name="钉钉").status == Tool.Status.UNKNOWN
    assert not closed.substitutes.exists()
    assert Tool.objects.count() == len(content.document(content.CONTENT / "tools.yaml"))


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("M02/2.yaml", lambda lesson: lesson.update(tools=["无此工具"]), "M02/2.yaml: there is no 无此工具"),
        ("M02/2.yaml", lambda lesson: lesson["task"].update(capability="Z9"), "M02/2.yaml: there is no Z9"),
        (
            "tools.yaml",
            lambda tools: tools[0].update(instead=["无此工具"]),
            "tools.yaml, 腾讯课堂: there is no 无此工具",
        ),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_its_place(folder, file, change, message):
    folder.edit(file, change)

    with pytest.raises(ContentError) as refusal:
        load_catalogue()
    assert str(refusal.value) == message


def test_a_module_with_an_unknown_capability_is_refused(folder):
    folder.edit_rows("modules.csv", lambda rows: rows[0].update(microcapabilities="A5 Z9"))

    with pytest.raises(ContentError, match=r"^modules.csv, M02: there is no Z9$"):
        load_catalogue()


def test_a_faulty_file_leaves_everything_as_it_was(loaded):
    change_title(loaded, "新的题目")
    loaded.edit("M02/4.yaml", lambda lesson: lesson.pop("intro"))

    with pytest.raises(CommandError, match=r"^M02/4.yaml: intro"):
        call_command("load_catalogue")
    assert not LessonPage.objects.filter(title="新的题目").exists()


def test_the_command_says_what_it_did(folder, capsys):
    call_command("load_catalogue")

    assert capsys.readouterr().out == "5 added\n"


def test_editors_may_keep_the_list_of_tools(loaded):
    for name in ("Editors", "Moderators"):
        rights = Group.objects.get(name=name).permissions.filter(content_type__model="tool")
        assert set(rights.values_list("codename", flat=True)) == {"add_tool", "change_tool"}

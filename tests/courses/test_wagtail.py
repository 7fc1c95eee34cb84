"""The catalogue in Wagtail's admin: what may be where, writing a lesson, preview, approval, deleting."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Task, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, streamfield

from courses.loading import let_editors_keep_tools
from courses.models import CatalogPage, LessonPage, ModulePage, SelfCheck, Tool

from ..factories import UserFactory

pytestmark = pytest.mark.django_db


def client_of(group: str) -> Client:
    person = UserFactory(name="文编")
    person.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def editor() -> Client:
    return client_of("Editors")


@pytest.fixture
def moderator() -> Client:
    return client_of("Moderators")


def items(*values: object) -> dict:
    """Form data of a list block."""
    listed = {
        str(n): {"value": value, "order": str(n), "deleted": "", "id": ""} for n, value in enumerate(values)
    }
    return {"count": str(len(values)), **listed}


def option(text: str, *, correct: bool = False) -> dict:
    return {"text": text, "feedback": f"因为{text}", **({"correct": "on"} if correct else {})}


def lesson_form(*, right: int = 1, kind: str = "single", **fields: object) -> dict:
    """What the editor's form sends for a lesson with a text, a tool's worth of steps, and a self-check."""
    options = [option(letter, correct=n < right) for n, letter in enumerate("甲乙丙")]
    question = {"stem": "选哪一个？", "kind": kind, "options": items(*options)}
    data = {
        "title": "编辑写的课",
        "slug": "written",
        "position": "3",
        "title_en": "",
        "hours": "0.5",
        "body": streamfield(
            [
                ("outcomes", items("能写一节课")),
                ("text", "第一段。\r\n\r\n第二段。"),
                ("steps", {"title": "步骤", "items": items({"title": "先", "body": "做这个"})}),
                ("self_check", {"questions": items(question)}),
            ]
        ),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
    }
    return nested_form_data({**data, **fields})


def add_address(module: ModulePage) -> str:
    return reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])


def edit_address(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def delete_address(page: Page) -> str:
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def test_each_kind_of_page_has_its_place():
    assert CatalogPage.allowed_subpage_models() == [ModulePage]
    assert ModulePage.allowed_subpage_models() == [LessonPage]
    assert LessonPage.allowed_subpage_models() == []
    assert (CatalogPage.allowed_parent_page_models(), ModulePage.allowed_parent_page_models()) == (
        [Page],
        [CatalogPage],
    )
    assert LessonPage.allowed_parent_page_models() == [ModulePage]


def test_there_is_one_catalogue(module):
    assert not CatalogPage.can_create_at(Page.get_first_root_node())
    assert ModulePage.can_create_at(CatalogPage.objects.get())


def test_an_editor_writes_a_lesson_and_it_waits_as_a_draft(editor, module):
    response = editor.post(add_address(module), lesson_form())

    lesson = LessonPage.objects.get(slug="written")
    assert response.headers["Location"] == edit_address(lesson)
    assert not lesson.live
    draft = lesson.get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == ["outcomes", "text", "steps", "self_check"]
    [question] = draft.questions
    assert [(given["text"], given["correct"]) for given in question["options"]] == [
        ("甲", True),
        ("乙", False),
        ("丙", False),
    ]


def test_options_keep_their_ids_when_a_lesson_is_read_again(moderator, module):
    moderator.post(add_address(module), {**lesson_form(), "action-publish": "1"})

    first, again = (LessonPage.objects.get(slug="written").questions for _ in range(2))
    assert first == again
    assert len({given["id"] for given in first[0]["options"]}) == 3


def test_what_a_moderator_published_learners_read(moderator, module, teacher):
    moderator.post(add_address(module), {**lesson_form(), "action-publish": "1"})
    client = Client()
    client.force_login(teacher)

    page = client.get("/learn/M02/3/").content.decode()
    assert "编辑写的课" in page
    assert "第二段。" in page
    assert "选哪一个？" in page
    assert "因为甲" not in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"position": "1"}, "Another lesson of this module has this position."),
        ({"hours": "-1"}, "Hours cannot be less than none."),
        ({"right": 0}, "Mark one option as right"),
        ({"right": 2}, "Mark one option as right"),
        ({"body": streamfield([("text", "没有自测")])}, "The minimum number of items is 1"),
    ],
)
def test_a_lesson_that_could_not_work_is_not_published(moderator, module, fields, message):
    response = moderator.post(add_address(module), {**lesson_form(**fields), "action-publish": "1"})

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not LessonPage.objects.filter(slug="written").exists()


def test_several_right_options_are_fine_where_several_are_asked_for(moderator, module):
    moderator.post(add_address(module), {**lesson_form(right=2, kind="multiple"), "action-publish": "1"})

    assert LessonPage.objects.get(slug="written").live


def test_a_lesson_keeps_its_position_when_edited(moderator, lesson):
    form = lesson_form(position="1", slug="m02-1", title="改过的课")

    moderator.post(edit_address(lesson), {**form, "action-publish": "1"})

    lesson.refresh_from_db()
    assert lesson.title == "改过的课"


def test_an_editor_cannot_publish(editor, lesson):
    form = lesson_form(position="1", slug="m02-1", title="改过的课")

    editor.post(edit_address(lesson), {**form, "action-publish": "1"})

    lesson.refresh_from_db()
    assert lesson.title == "M02第1课"


def test_a_draft_is_published_once_a_moderator_approves_it(editor, moderator, lesson):
    form = lesson_form(position="1", slug="m02-1", title="改过的课")
    editor.post(edit_address(lesson), {**form, "action-submit": "1"})
    state = WorkflowState.objects.get()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    lesson.refresh_from_db()
    assert lesson.title == "M02第1课"

    address = reverse(
        "wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", state.current_task_state_id]
    )
    moderator.post(address, {"comment": ""})

    lesson.refresh_from_db()
    assert lesson.title == "改过的课"
    assert Task.objects.get().name == "Moderators approval"


def test_a_lesson_can_be_seen_before_it_is_there(editor, module):
    address = reverse("wagtailadmin_pages:preview_on_add", args=["courses", "lessonpage", module.pk])

    assert editor.post(address, lesson_form()).json() == {"is_valid": True, "is_available": True}
    page = editor.get(address)
    assert page.status_code == 200
    assert "选哪一个？" in page.content.decode()
    assert "第二段。" in page.content.decode()


@pytest.mark.parametrize("kind", ["lesson", "module"])
def test_a_page_can_be_previewed(editor, lesson, module, kind):
    page = {"lesson": lesson, "module": module}[kind]
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    form = (
        lesson_form(position="1", slug="m02-1")
        if kind == "lesson"
        else {"title": "新名", "slug": "m02", "code": "M02"}
    )
    form |= nested_form_data({"comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0}})

    assert editor.post(address, form).json() == {"is_valid": True, "is_available": True}
    shown = editor.get(address).content.decode()
    assert ("编辑写的课" if kind == "lesson" else "新名") in shown


def test_the_admin_lists_and_opens_every_kind_of_page(moderator, lesson, module):
    for page in (CatalogPage.objects.get(), module, lesson):
        assert moderator.get(edit_address(page)).status_code == 200
        assert moderator.get(reverse("wagtailadmin_explore", args=[page.pk])).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_records_point_to_is_kept(admin_client, lesson, module, teacher, method):
    SelfCheck.objects.create(learner=teacher, lesson=lesson, answers={}, right=0, total=1, passed=False)
    for page in (lesson, module):
        response = getattr(admin_client, method)(delete_address(page), follow=True)

        assert response.status_code == 200
        assert f"People&#x27;s records point to “{page.title}”, so it is kept." in response.content.decode()
    assert LessonPage.objects.filter(pk=lesson.pk).exists()


def test_among_several_pages_one_with_records_keeps_all(moderator, lesson, teacher):
    SelfCheck.objects.create(learner=teacher, lesson=lesson, answers={}, right=0, total=1, passed=False)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    chosen = "&".join(f"id={pk}" for pk in LessonPage.objects.values_list("pk", flat=True))

    response = moderator.post(f"{address}?{chosen}", follow=True)

    assert "Unpublish it instead." in response.content.decode()
    assert LessonPage.objects.count() == 2


def test_a_page_that_nothing_points_to_may_go(moderator, lesson):
    moderator.post(delete_address(lesson))

    assert not LessonPage.objects.filter(pk=lesson.pk).exists()


def test_an_editor_retires_a_tool(editor):
    tool = Tool.objects.create(name="腾讯课堂", checked_on=timezone.localdate())
    let_editors_keep_tools()
    address = reverse("wagtailsnippets_courses_tool:edit", args=[tool.pk])
    assert editor.get(address).status_code == 200

    editor.post(
        address, {"name": tool.name, "status": "closed", "notice": "已停止服务。", "checked_on": "2026-11-01"}
    )

    tool.refresh_from_db()
    assert (tool.status, tool.notice) == (Tool.Status.CLOSED, "已停止服务。")


def test_editors_do_not_delete_tools(editor):
    tool = Tool.objects.create(name="腾讯课堂", checked_on=timezone.localdate())
    let_editors_keep_tools()

    editor.post(reverse("wagtailsnippets_courses_tool:delete", args=[tool.pk]))

    assert Tool.objects.exists()

"""Catalogue, module and lesson, as learners meet them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Bookmark, Completion, LessonPage, SelfCheck, Tool

from ..factories import plant_module, self_check

pytestmark = pytest.mark.django_db

LESSON = "/learn/M02/1/"


@pytest.fixture
def learner(teacher) -> Client:
    client = Client()
    client.force_login(teacher)
    return client


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("address", ["/learn/M02/", LESSON, "/search/"])
def test_lessons_are_for_those_who_signed_in(module, client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=/")


def test_everybody_sees_the_catalogue(module, client):
    page = text_of(client.get("/learn/"))

    assert "M02 模块M02" in page
    assert "2 lessons, 1.0 hours" in page


@pytest.mark.parametrize("size", [3, 30])
def test_the_catalogue_costs_the_same_for_any_size(size, learner, teacher, django_assert_max_num_queries):
    for number in range(size):
        plant_module(f"M{number:02}")

    with django_assert_max_num_queries(6):
        assert text_of(learner.get("/learn/")).count("/learn/M") == size


@pytest.mark.parametrize("size", [3, 30])
def test_a_lesson_costs_the_same_for_any_number_beside_it(size, learner, django_assert_max_num_queries):
    plant_module("M02", lessons=size)
    learner.get(LESSON)

    with django_assert_max_num_queries(12):
        learner.get(LESSON)


@pytest.mark.parametrize("address", ["/learn/M99/", "/learn/M02/9/", "/learn/M99/1/"])
def test_what_is_not_there_is_not_found(module, learner, address):
    assert learner.get(address).status_code == 404


def test_a_lesson_off_the_site_is_not_found(lesson, learner):
    lesson.unpublish()

    assert learner.get(LESSON).status_code == 404
    assert learner.post(LESSON, {"q1": "q1a"}).status_code == 404
    assert LESSON not in text_of(learner.get("/learn/M02/"))
    assert not SelfCheck.objects.exists()


def test_the_lessons_of_a_module_off_the_site_are_not_found(module, learner):
    module.unpublish()

    assert learner.get("/learn/M02/").status_code == 404
    assert learner.get(LESSON).status_code == 404


def test_of_two_lessons_at_one_address_the_first_is_shown(lesson, module, learner):
    module.refresh_from_db()
    copy = LessonPage(title="抄来的课", slug="copy", position=1, hours=1, body=[self_check()])
    module.add_child(instance=copy)

    assert lesson.title in text_of(learner.get(LESSON))


def test_nothing_on_the_page_tells_the_right_answer_beforehand(lesson, learner):
    page = text_of(learner.get(LESSON))

    assert "选项a" in page
    assert "反馈" not in page
    assert "option--right" not in page
    assert "verdict" not in page
    assert "correct" not in page.lower()


def test_passing_ends_the_lesson_and_leads_on(lesson, learner, teacher):
    response = learner.post(LESSON, {"q1": "q1a"})

    assert response.status_code == 302
    assert response.headers["Location"] == f"{LESSON}#check"
    assert Completion.objects.get().learner == teacher
    page = text_of(learner.get(LESSON))
    assert "Lesson completed." in page
    assert "1 of 1 right." in page
    assert "反馈a" in page
    assert "Check my answers" not in page
    assert 'href="/learn/M02/2/"' in page


def test_after_the_last_lesson_comes_the_quiz(lesson, learner):
    for position in (1, 2):
        learner.post(f"/learn/M02/{position}/", {"q1": "q1a"})

    assert "To the module quiz" in text_of(learner.get(LESSON))
    assert "All lessons done: take the quiz" in text_of(learner.get("/learn/M02/"))


def test_failing_says_what_was_wrong_and_not_what_is_right(lesson, learner):
    learner.post(LESSON, {"q1": "q1b"})
    page = text_of(learner.get(LESSON))

    assert "Not quite yet" in page
    assert "0 of 1 right." in page
    assert "反馈b" in page
    assert "反馈a" not in page
    assert "option--right" not in page
    assert "Check my answers" in page


def test_a_failure_after_passing_does_not_take_the_page_back(lesson, learner):
    learner.post(LESSON, {"q1": "q1a"})
    learner.post(LESSON, {"q1": "q1b"})
    page = text_of(learner.get(LESSON))

    assert "1 of 1 right." in page
    assert "Not quite yet" not in page


def test_an_answer_that_is_missing_is_asked_for_and_the_others_are_kept(lesson, learner):
    lesson.body = [self_check(3)]
    lesson.save_revision().publish()

    page = text_of(learner.post(LESSON, {"q2": "q2b"}))

    assert "Not answered yet: question 1, 3." in page
    assert 'value="q2b" checked' in page
    assert "反馈" not in page
    assert not SelfCheck.objects.exists()


def test_options_that_do_not_exist_are_not_kept(lesson, learner):
    page = text_of(learner.post(LESSON, {"q1": "made-up"}))

    assert "Not answered yet: question 1." in page
    assert "made-up" not in page


def test_other_methods_are_refused(lesson, learner):
    assert learner.put(LESSON).status_code == 405
    assert learner.get(f"{LESSON}bookmark/").status_code == 405


def test_the_reader_is_led_back_to_where_they_stopped(lesson, learner):
    assert "Go on where you stopped" not in text_of(learner.get(LESSON))

    assert learner.post(f"{LESSON}bookmark/", {"section": "part-3"}).status_code == 204
    page = text_of(learner.get(LESSON))
    assert '<a href="#part-3">Go on where you stopped</a>' in page


@pytest.mark.parametrize("section", ["", "a b", '"><script>', "x" * 41])
def test_a_bookmark_names_a_part_and_nothing_else(lesson, learner, section):
    assert learner.post(f"{LESSON}bookmark/", {"section": section}).status_code == 400
    assert not Bookmark.objects.exists()


def test_the_module_leads_to_the_lesson_opened_last(module, learner):
    assert 'href="/learn/M02/1/"' in text_of(learner.get("/learn/M02/"))
    learner.get("/learn/M02/2/")

    page = text_of(learner.get("/learn/M02/"))
    assert page.index('href="/learn/M02/2/"') < page.index('href="/learn/M02/1/"')


@pytest.fixture
def tool(lesson) -> Tool:
    """A tool that the lesson names."""
    tool = Tool.objects.create(name="腾讯课堂", checked_on=timezone.localdate(), use="直播")
    lesson.body = [{"type": "tool", "value": tool.pk, "id": str(uuid4())}, self_check()]
    lesson.save_revision().publish()
    return tool


def test_a_tool_that_is_retired_is_so_at_once_in_every_lesson(tool, learner):
    page = text_of(learner.get(LESSON))
    assert "<strong>腾讯课堂</strong>" in page
    assert "callout--closed" not in page

    tool.status, tool.notice = Tool.Status.CLOSED, "腾讯课堂已于2024年10月1日停止服务。"
    tool.save()
    tool.substitutes.add(Tool.objects.create(name="腾讯会议", checked_on=timezone.localdate()))

    page = text_of(learner.get(LESSON))
    assert "腾讯课堂 · Closed" in page
    assert "腾讯课堂已于2024年10月1日停止服务。" in page
    assert "Use instead: 腾讯会议" in page


def test_a_tool_nobody_is_sure_of_says_so(tool, learner):
    tool.status = Tool.Status.UNKNOWN
    tool.save()

    assert "腾讯课堂 · Not confirmed" in text_of(learner.get(LESSON))


def test_a_tool_that_was_deleted_leaves_no_trace(tool, learner):
    tool.delete()

    page = text_of(learner.get(LESSON))
    assert "腾讯课堂" not in page
    assert "callout--" not in page


def test_a_task_with_an_impossible_capability_does_not_break_the_page(lesson, learner):
    task = {"title": "课堂导入", "capability": "A5/A6", "body": "做一次。", "keep": []}
    lesson.body = [{"type": "task", "value": task, "id": str(uuid4())}, self_check()]
    lesson.save_revision().publish()

    page = text_of(learner.get(LESSON))
    assert "课堂导入" in page
    assert "Start evidence" not in page

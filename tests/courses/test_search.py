"""Finding lessons by words of Chinese and Latin, on either database."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import LessonPage, Tool
from courses.queries import find_lessons

from ..factories import plant_module, self_check

pytestmark = pytest.mark.django_db

TEXT = (
    "国家中小学智慧教育平台上的资源，先用WPS打开；再把链接发到QQ群里。"
    "The offline-first way, 𠮷野家老师用二〇二六年的PPT课件。"
)


@pytest.fixture
def lesson() -> LessonPage:
    """A lesson with this text, and a second one beside it."""
    plant_module("M02", lessons=2)
    tool = Tool.objects.create(name="希沃白板5", checked_on=timezone.localdate())
    found = LessonPage.objects.get(position=1)
    found.title, found.title_en = "低带宽条件下的在线教学", "Teaching on slow lines"
    found.body = [
        {"type": "text", "value": TEXT, "id": str(uuid4())},
        {"type": "tool", "value": tool.pk, "id": str(uuid4())},
        self_check(),
    ]
    found.save_revision().publish()
    return found


CHINESE = [
    "智慧教育",
    "慧教",
    "资源",
    "低带宽",
    "带宽条件",
    "国家中小学智慧教育平台",
    "𠮷野",
    "二〇二六",
    "希沃白板",
    "群",
]
LATIN = ["WPS", "wps", "ＷＰＳ", "offline", "slow lines"]
BOTH = ["QQ群", "PPT课", "PPT课件", "白板5", "智慧 WPS"]


@pytest.mark.parametrize("words", [*CHINESE, *LATIN, *BOTH])
def test_words_are_found_wherever_they_stand(lesson, words):
    assert find_lessons(words) == [lesson]


@pytest.mark.parametrize("words", ["教学国家", "人工智能", "慧资", "WP", "智慧 人工", "！？", ""])
def test_what_is_not_there_is_not_found(lesson, words):
    assert find_lessons(words) == []


def test_every_phrase_of_the_text_is_found(lesson):
    chinese = "国家中小学智慧教育平台上的资源"
    phrases = {
        chinese[start : start + size] for size in (2, 3, 5) for start in range(len(chinese) - size + 1)
    }

    assert {phrase for phrase in phrases if find_lessons(phrase) != [lesson]} == set()


def test_a_lesson_off_the_site_is_not_found(lesson):
    lesson.unpublish()

    assert find_lessons("智慧教育") == []


def test_a_lesson_of_a_module_off_the_site_is_not_found(lesson):
    lesson.module.unpublish()

    assert find_lessons("智慧教育") == []


def test_words_of_a_draft_are_not_found(lesson):
    lesson.title = "尚未公开的题目"
    lesson.save_revision()

    assert find_lessons("尚未公开") == []


@pytest.mark.parametrize("size", [3, 30])
def test_searching_costs_the_same_for_any_number_found(size, django_assert_max_num_queries):
    plant_module("M02", lessons=size)

    with django_assert_max_num_queries(3):
        found = find_lessons("正文")
        assert len(found) == size
        assert {lesson.module.code for lesson in found} == {"M02"}


def test_the_page_shows_what_was_found(lesson, teacher, client):
    client.force_login(teacher)
    page = client.get(reverse("courses:search"), {"words": "智慧教育"}).content.decode()

    assert "1 lesson found" in page
    assert lesson.path_on_site() in page
    assert "Teaching on slow lines" in page


def test_the_page_says_when_nothing_was_found(lesson, teacher, client):
    client.force_login(teacher)

    assert "Nothing found" in client.get(reverse("courses:search"), {"words": "量子"}).content.decode()
    assert client.get(reverse("courses:search")).status_code == 200


def test_only_members_search(client):
    response = client.get(reverse("courses:search"), {"words": "智慧"})

    assert response.status_code == 302

"""What a teacher sees of a quiz; above all, what must not be seen before its time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.quizzes import actions
from assessments.quizzes.models import GRACE, Attempt


@pytest.fixture
def learner(client, teacher):
    client.force_login(teacher)
    return client


def page(client, attempt: Attempt) -> str:
    return client.get(reverse("quizzes:attempt", args=[attempt.pk])).content.decode()


def fail(quiz, teacher, answered, right: int = 1) -> Attempt:
    attempt = actions.start(quiz=quiz, by=teacher)
    return actions.submit(attempt=attempt, answers=answered(attempt, right=right), by=teacher)


def test_starting_leads_to_the_paper_and_back_to_it(learner, quiz):
    url = reverse("quizzes:start", args=["M02"])

    first, second = learner.post(url), learner.post(url)

    assert first.url == second.url == reverse("quizzes:attempt", args=[Attempt.objects.get().pk])
    assert first.url in learner.get(reverse("quizzes:quiz", args=["M02"])).content.decode()


def test_an_open_paper_tells_nothing_of_what_is_right(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    html = page(learner, attempt)

    assert html.count("选项") == 12
    assert not any(word in html for word in ("反馈", "correct", "option--", "verdict"))


def test_a_paper_with_gaps_is_saved_and_shown_again(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    question = attempt.paper[1]["id"]

    html = learner.post(reverse("quizzes:attempt", args=[attempt.pk]), {question: "b"}).content.decode()

    attempt.refresh_from_db()
    assert (attempt.is_open, attempt.answers) == (True, {question: ["b"]})
    assert "Questions 1, 3, 4." in html
    assert html.count("checked") == 1
    assert "反馈" not in html


def test_a_paper_with_gaps_can_be_handed_in_as_it_is(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    learner.post(reverse("quizzes:attempt", args=[attempt.pk]), {attempt.paper[0]["id"]: "a", "anyway": "1"})

    attempt.refresh_from_db()
    assert (attempt.right, attempt.passed) == (1, False)


def test_the_script_saves_without_handing_in(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    answers = answered(attempt, right=4)

    response = learner.post(reverse("quizzes:attempt", args=[attempt.pk]), {**answers, "save": "1"})

    attempt.refresh_from_db()
    assert (response.status_code, attempt.answers, attempt.is_open) == (204, answers, True)


def test_questions_and_options_that_are_not_on_the_paper_are_dropped(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    known = attempt.paper[0]["id"]

    learner.post(
        reverse("quizzes:attempt", args=[attempt.pk]),
        {known: ["z", "a"], "999999": "a", attempt.paper[1]["id"]: "<script>", "anyway": "1"},
    )

    attempt.refresh_from_db()
    assert attempt.answers == {known: ["a"]}


def test_what_the_browser_says_of_time_is_not_heard(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    answers = answered(attempt, right=4)
    Attempt.objects.update(due_at=timezone.now() - GRACE - timedelta(seconds=1))

    response = learner.post(
        reverse("quizzes:attempt", args=[attempt.pk]),
        {**answers, "due_at": "2099-01-01", "started_at": "2099-01-01"},
        follow=True,
    )

    attempt.refresh_from_db()
    assert (attempt.right, attempt.passed) == (0, False)
    assert "Time is up" in response.content.decode()


def test_a_paper_whose_time_is_up_is_marked_when_it_is_opened(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    actions.save_answers(attempt=attempt, answers=answered(attempt, right=3), by=teacher)
    Attempt.objects.update(due_at=timezone.now() - GRACE - timedelta(seconds=1))
    assert "Time is up" in learner.get(reverse("quizzes:quiz", args=["M02"])).content.decode()

    page(learner, attempt)

    attempt.refresh_from_db()
    assert (attempt.right, attempt.passed) == (3, True)


def test_a_failed_result_says_why_but_not_what_was_right(learner, quiz, teacher, answered):
    html = page(learner, fail(quiz, teacher, answered))

    assert html.count("反馈b") == 3
    assert html.count("反馈a") == 1  # the one answered rightly
    assert "This one is right" not in html
    assert "反馈c" not in html


def test_right_answers_are_shown_once_passed(learner, quiz, teacher, answered):
    failed = fail(quiz, teacher, answered)
    passed = fail(quiz, teacher, answered, right=3)

    assert page(learner, passed).count("This one is right") == 1
    assert page(learner, failed).count("This one is right") == 3


def test_right_answers_are_shown_once_no_attempt_is_left(learner, quiz, teacher, answered):
    quiz.attempts_allowed = 2
    quiz.save()
    first = fail(quiz, teacher, answered)
    last = actions.start(quiz=quiz, by=teacher)
    # None is left to begin, but one is being taken: what is shown now could be used in it.
    assert "This one is right" not in page(learner, first)

    actions.submit(attempt=last, answers={}, by=teacher)

    assert page(learner, first).count("This one is right") == 3


def test_another_persons_attempt_does_not_exist(client, quiz, teacher, outsider, assessor, lead):
    url = reverse("quizzes:attempt", args=[actions.start(quiz=quiz, by=teacher).pk])
    for person in (outsider, assessor, lead):
        client.force_login(person)
        assert [client.get(url).status_code, client.post(url).status_code] == [404, 404]
    assert Attempt.objects.get().is_open


def test_the_last_attempt_is_followed_by_a_clear_word(learner, quiz, teacher, answered):
    quiz.attempts_allowed = 1
    quiz.save()
    fail(quiz, teacher, answered)

    response = learner.post(reverse("quizzes:start", args=["M02"]), follow=True)

    assert "No attempt is left at this quiz." in response.content.decode()
    assert reverse("quizzes:start", args=["M02"]) not in response.content.decode()


def test_a_passed_quiz_offers_no_further_attempt(learner, quiz, teacher, answered):
    fail(quiz, teacher, answered, right=4)

    response = learner.post(reverse("quizzes:start", args=["M02"]), follow=True)

    assert "You have passed this quiz already." in response.content.decode()
    assert Attempt.objects.count() == 1


def test_an_unpublished_module_has_no_quiz(learner, quiz):
    quiz.module.unpublish()

    assert learner.get(reverse("quizzes:quiz", args=["M02"])).status_code == 404
    assert learner.post(reverse("quizzes:start", args=["M02"])).status_code == 404


@pytest.mark.parametrize("attempts", [1, 4])
def test_each_page_costs_the_same_however_often_it_was_tried(
    learner, quiz, teacher, answered, attempts, django_assert_num_queries
):
    for _ in range(attempts):
        attempt = fail(quiz, teacher, answered)
    user_and_postings = 2

    with django_assert_num_queries(user_and_postings + 2):
        learner.get(reverse("quizzes:quiz", args=["M02"]))
    with django_assert_num_queries(user_and_postings + 2):
        page(learner, attempt)
    attempt = actions.start(quiz=quiz, by=teacher)
    with django_assert_num_queries(user_and_postings + 1):
        page(learner, attempt)

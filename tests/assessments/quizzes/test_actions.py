"""Starting, saving and handing in: one attempt, one result, by the server's clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.quizzes import actions
from assessments.quizzes.models import GRACE, Attempt, Question, QuestionVersion
from courses.signals import learner_progressed


@pytest.fixture
def announced():
    """Who was announced to have got further."""
    learners = []

    def hear(sender, learner, **kwargs):
        learners.append(learner)

    learner_progressed.connect(hear)
    yield learners
    learner_progressed.disconnect(hear)


def run_out(attempt: Attempt, late: timedelta = GRACE + timedelta(seconds=1)) -> None:
    """Let the attempt's time be over since `late`."""
    attempt.due_at = timezone.now() - late
    attempt.save()


def fail(quiz, teacher) -> Attempt:
    return actions.submit(attempt=actions.start(quiz=quiz, by=teacher), answers={}, by=teacher)


def test_a_paper_holds_each_question_once_with_all_that_marking_needs(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    assert sorted(question["stem"] for question in attempt.paper) == [f"M02第{n}题？" for n in range(1, 5)]
    assert {option["id"] for question in attempt.paper for option in question["options"]} == {"a", "b", "c"}
    assert attempt.due_at - attempt.started_at == timedelta(minutes=quiz.minutes)
    assert (attempt.number, attempt.total, attempt.pass_share) == (1, 4, quiz.pass_share)


def test_a_paper_has_no_more_questions_than_the_quiz_asks_for(quiz, teacher):
    quiz.size = 2

    assert len(actions.start(quiz=quiz, by=teacher).paper) == 2


def test_a_paper_stays_as_it_was_served(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    served = attempt.paper
    for version in QuestionVersion.objects.all():
        QuestionVersion.objects.create(
            question=version.question,
            number=2,
            kind="single",
            stem="另一题？",
            options=[{"id": "z", "text": "另一项", "correct": True, "feedback": ""}],
        )
        version.stem, version.options = "改了", []
        version.save()
    quiz.pass_share = 1
    quiz.save()

    marked = actions.submit(attempt=attempt, answers=answered(attempt, right=3), by=teacher)

    assert (marked.paper, marked.right, marked.passed) == (served, 3, True)


def test_new_papers_are_drawn_from_the_newest_versions_in_use(quiz, teacher):
    first, second, *others = Question.objects.order_by("key")
    for question in others:
        question.status = Question.Status.RETIRED
        question.save()
    QuestionVersion.objects.create(question=first, number=2, kind="single", stem="新题面？", options=[])

    paper = actions.start(quiz=quiz, by=teacher).paper

    assert sorted(question["stem"] for question in paper) == [second.versions.get().stem, "新题面？"]


def test_a_second_start_gives_the_same_attempt(quiz, teacher):
    first = actions.start(quiz=quiz, by=teacher)

    assert actions.start(quiz=quiz, by=teacher) == first
    assert Attempt.objects.count() == 1


def test_a_quiz_without_questions_cannot_be_started(quiz, teacher):
    Question.objects.update(status=Question.Status.DRAFT)

    with pytest.raises(actions.NoQuestions):
        actions.start(quiz=quiz, by=teacher)


def test_attempts_are_used_up(quiz, teacher):
    quiz.attempts_allowed = 2
    numbers = [fail(quiz, teacher).number for _ in range(2)]

    with pytest.raises(actions.AttemptsUsedUp):
        actions.start(quiz=quiz, by=teacher)
    assert numbers == [1, 2]


def test_a_passed_quiz_is_not_taken_again(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    actions.submit(attempt=attempt, answers=answered(attempt, right=4), by=teacher)

    with pytest.raises(actions.AlreadyPassed):
        actions.start(quiz=quiz, by=teacher)


def test_an_open_attempt_whose_time_is_up_is_closed_by_the_next_start(quiz, teacher, answered):
    old = actions.start(quiz=quiz, by=teacher)
    actions.save_answers(attempt=old, answers=answered(old, right=2), by=teacher)
    run_out(Attempt.objects.get())

    new = actions.start(quiz=quiz, by=teacher)

    old.refresh_from_db()
    assert (old.right, old.passed, new.number, new.is_open) == (2, False, 2, True)


def test_saved_answers_that_pass_are_not_lost_when_time_is_up(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    actions.save_answers(attempt=attempt, answers=answered(attempt, right=4), by=teacher)
    run_out(Attempt.objects.get())

    with pytest.raises(actions.AlreadyPassed):
        actions.start(quiz=quiz, by=teacher)


@pytest.mark.parametrize(
    ("late", "right"), [(GRACE - timedelta(seconds=30), 4), (GRACE + timedelta(seconds=1), 1)]
)
def test_what_comes_after_time_and_grace_does_not_count(quiz, teacher, answered, late, right):
    attempt = actions.start(quiz=quiz, by=teacher)
    actions.save_answers(attempt=attempt, answers=answered(attempt, right=1), by=teacher)
    run_out(Attempt.objects.get(), late)

    assert actions.submit(attempt=attempt, answers=answered(attempt, right=4), by=teacher).right == right


def test_nothing_is_saved_once_time_is_up_or_the_paper_is_in(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    run_out(attempt)
    late = actions.save_answers(attempt=attempt, answers=answered(attempt, right=4), by=teacher)
    handed_in = actions.submit(attempt=attempt, answers={}, by=teacher)

    again = actions.save_answers(attempt=attempt, answers=answered(attempt, right=4), by=teacher)

    assert late.answers == handed_in.answers == again.answers == {}


def test_handing_in_again_changes_nothing(
    quiz, teacher, answered, announced, django_capture_on_commit_callbacks
):
    attempt = actions.start(quiz=quiz, by=teacher)
    with django_capture_on_commit_callbacks(execute=True):
        first = actions.submit(attempt=attempt, answers=answered(attempt, right=3), by=teacher)
        second = actions.submit(attempt=attempt, answers=answered(attempt, right=0), by=teacher)

    assert (first.right, second.right, second.submitted_at) == (3, 3, first.submitted_at)
    assert announced == [teacher]


def test_a_failed_attempt_is_no_news(quiz, teacher, announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        fail(quiz, teacher)

    assert announced == []


@pytest.mark.parametrize("action", [actions.submit, actions.save_answers])
def test_nobody_answers_for_another(quiz, teacher, outsider, action):
    attempt = actions.start(quiz=quiz, by=teacher)

    with pytest.raises(Attempt.DoesNotExist):
        action(attempt=attempt, answers={}, by=outsider)

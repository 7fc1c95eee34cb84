"""Starting, saving and handing in: one attempt, one result, by the server's clock."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.quizzes import actions, queries
from assessments.quizzes.bank import add_version
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.items.stored import dump
from assessments.quizzes.models import GRACE, Attempt, Extension, Question, Quiz, Response
from courses.signals import learner_progressed
from tests.factories import plant_module, post, single

from .papers import EVERY_KIND, fail, hand_in, keep, plant_paper


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
    started = timezone.now() - timedelta(minutes=attempt.quiz.minutes) - late
    Attempt.objects.filter(pk=attempt.pk).update(due_at=timezone.now() - late, started_at=started)
    attempt.refresh_from_db()


def stems(attempt: Attempt) -> list[str]:
    return sorted(version.stem for version in queries.paper_of(attempt))


def test_a_paper_holds_each_question_once_with_all_its_options(quiz, teacher, school):
    attempt = actions.start(quiz=quiz, by=teacher)

    assert stems(attempt) == [f"M02第{n}题？" for n in range(1, 5)]
    assert [sorted(order) for _version, order in attempt.paper] == [["a", "b", "c"]] * 4
    assert attempt.due_at - attempt.started_at == timedelta(minutes=quiz.minutes)
    assert (attempt.number, attempt.total, attempt.pass_share, attempt.school_id) == (
        1,
        4,
        Decimal(quiz.pass_share),
        school.pk,
    )


def test_a_paper_has_no_more_questions_than_the_quiz_asks_for(quiz, teacher):
    quiz.sections.update(count=2)

    assert len(actions.start(quiz=quiz, by=teacher).paper) == 2


def test_questions_that_are_named_come_in_their_order_and_those_a_person_marks_too(teacher, db):
    attempt = actions.start(quiz=plant_paper(), by=teacher)

    assert [version.kind for version in queries.paper_of(attempt)] == list(EVERY_KIND)


def test_a_paper_stays_as_it_was_served(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    served = stems(attempt)
    for question in Question.objects.all():
        add_version(question=question, content=dump(single("改了？")), by=None)
    quiz.pass_share = 1
    quiz.save()

    marked = hand_in(attempt, answered(attempt, right=3), teacher)

    assert (stems(marked), marked.score, marked.passed) == (served, 3, True)


def test_new_papers_are_drawn_from_the_newest_versions_in_use(quiz, teacher):
    first, second, *others = Question.objects.order_by("key")
    for question in others:
        question.status = Question.Status.RETIRED
        question.save()
    add_version(question=first, content=dump(single("新题面？")), by=None)

    paper = stems(actions.start(quiz=quiz, by=teacher))

    assert paper == [second.current.stem, "新题面？"]


def test_nothing_repeats_while_the_pool_lasts(teacher, db):
    quiz = plant_module("M03", questions=4).quiz
    quiz.sections.update(count=2)

    papers = [stems(fail(quiz, teacher, lambda attempt, right: {})) for _ in range(2)]

    assert sorted(papers[0] + papers[1]) == [f"M03第{n}题？" for n in range(1, 5)]


def test_a_second_start_gives_the_same_attempt(quiz, teacher):
    first = actions.start(quiz=quiz, by=teacher)

    assert actions.start(quiz=quiz, by=teacher) == first
    assert Attempt.objects.count() == 1


def test_a_quiz_without_questions_cannot_be_started(quiz, teacher):
    Question.objects.update(status=Question.Status.DRAFT)

    with pytest.raises(actions.NoQuestions):
        actions.start(quiz=quiz, by=teacher)


@pytest.mark.parametrize("opening", [{"opens_at": 1}, {"closes_at": -1}])
def test_a_quiz_starts_only_while_it_is_open(quiz, teacher, opening):
    for name, hours in opening.items():
        setattr(quiz, name, timezone.now() + timedelta(hours=hours))

    with pytest.raises(actions.NotOpen):
        actions.start(quiz=quiz, by=teacher)


def test_no_attempt_lasts_longer_than_its_quiz(quiz, teacher):
    quiz.closes_at = timezone.now() + timedelta(minutes=10)

    assert actions.start(quiz=quiz, by=teacher).due_at == quiz.closes_at


def test_attempts_are_used_up(quiz, teacher, answered):
    quiz.attempts_allowed = 2
    numbers = [fail(quiz, teacher, answered).number for _ in range(2)]

    with pytest.raises(actions.AttemptsUsedUp):
        actions.start(quiz=quiz, by=teacher)
    assert numbers == [1, 2]


def test_a_passed_quiz_is_not_taken_again_unless_it_is_diagnostic(quiz, teacher, answered):
    fail(quiz, teacher, answered, right=4)

    with pytest.raises(actions.AlreadyPassed):
        actions.start(quiz=quiz, by=teacher)
    quiz.purpose = Quiz.Purpose.DIAGNOSTIC
    assert actions.start(quiz=quiz, by=teacher).number == 2


def test_an_open_attempt_whose_time_is_up_is_closed_by_the_next_start(quiz, teacher, answered):
    old = actions.start(quiz=quiz, by=teacher)
    keep(old, answered(old, right=2), teacher)
    run_out(old)

    new = actions.start(quiz=quiz, by=teacher)

    old.refresh_from_db()
    assert (old.score, old.passed, new.number, new.is_open) == (2, False, 2, True)


def test_saved_answers_that_pass_are_not_lost_when_time_is_up(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    keep(attempt, answered(attempt, right=4), teacher)
    run_out(attempt)

    with pytest.raises(actions.AlreadyPassed):
        actions.start(quiz=quiz, by=teacher)


@pytest.mark.parametrize(
    ("late", "right"), [(GRACE - timedelta(seconds=30), 4), (GRACE + timedelta(seconds=1), 1)]
)
def test_what_comes_after_time_and_grace_does_not_count(quiz, teacher, answered, late, right):
    attempt = actions.start(quiz=quiz, by=teacher)
    keep(attempt, answered(attempt, right=1), teacher)
    run_out(attempt, late)

    assert hand_in(attempt, answered(attempt, right=4), teacher).score == right


def test_nothing_is_saved_once_time_is_up_or_the_paper_is_in(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    run_out(attempt)
    late = keep(attempt, answered(attempt, right=4), teacher)
    handed_in = hand_in(attempt, {}, teacher)

    again = keep(attempt, answered(attempt, right=4), teacher)

    assert late.answers == handed_in.answers == again.answers == {}


def test_handing_in_again_changes_nothing(
    quiz, teacher, answered, announced, django_capture_on_commit_callbacks
):
    attempt = actions.start(quiz=quiz, by=teacher)
    with django_capture_on_commit_callbacks(execute=True):
        first = hand_in(attempt, answered(attempt, right=3), teacher)
        second = hand_in(attempt, answered(attempt, right=0), teacher)

    assert (first.score, second.score, second.receipt) == (3, 3, first.receipt)
    assert announced == [teacher]
    assert Response.objects.count() == 4


def test_a_failed_attempt_is_no_news(quiz, teacher, answered, announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        fail(quiz, teacher, answered, right=0)

    assert announced == []


def test_nobody_answers_for_another(quiz, teacher, outsider):
    attempt = actions.start(quiz=quiz, by=teacher)

    for act in (hand_in, keep):
        with pytest.raises(Attempt.DoesNotExist):
            act(attempt, {}, outsider)
    for act in (actions.open_paper, actions.add_missing):
        extra = {"answers": {}} if act is actions.add_missing else {}
        with pytest.raises(Attempt.DoesNotExist):
            act(attempt=attempt, by=outsider, **extra)


def test_every_kind_is_answered_and_marked_but_for_what_a_person_marks(teacher, db):
    attempt = actions.start(quiz=plant_paper(), by=teacher)
    paper = queries.paper_of(attempt)

    marked = hand_in(attempt, {str(v.pk): right_answer(v.item) for v in paper}, teacher)

    rows = {(row.version.kind, row.part): row.score for row in Response.objects.select_related("version")}
    by_hand = {("short", ""), ("passage", "3")}
    assert (marked.score, marked.passed) == (None, None)
    assert len(rows) == len(EVERY_KIND) + 2
    assert {place for place, score in rows.items() if score is None} == by_hand
    assert {score for place, score in rows.items() if place not in by_hand} == {Decimal(1)}


def test_a_response_is_never_changed(quiz, teacher, answered):
    fail(quiz, teacher, answered)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Response.objects.update(score=1)


# Saving


def test_a_save_leaves_other_answers_as_they_are_and_takes_back_what_is_taken_back(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first, second = (str(version) for version, _order in attempt.paper[:2])
    keep(attempt, {first: ["a"], second: ["b"]}, teacher, sequence=1)

    kept = keep(attempt, {first: None, "999999": ["a"]}, teacher, sequence=2)

    assert kept.answers == {second: ["b"]}


def test_only_the_page_opened_last_may_send(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first = str(attempt.paper[0][0])
    old = actions.open_paper(attempt=attempt, by=teacher).lease
    new = actions.open_paper(attempt=attempt, by=teacher).lease

    with pytest.raises(actions.TakenElsewhere):
        keep(attempt, {first: ["a"]}, teacher, lease=old)
    with pytest.raises(actions.TakenElsewhere):
        actions.submit(attempt=attempt, answers={}, lease=old, by=teacher)
    assert keep(attempt, {first: ["b"]}, teacher, lease=new).answers == {first: ["b"]}


def test_an_older_page_fills_gaps_and_turns_nothing_back(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first, second = (str(version) for version, _order in attempt.paper[:2])
    keep(attempt, {first: ["b"]}, teacher)

    actions.add_missing(attempt=attempt, answers={first: ["a"], second: ["a"]}, by=teacher)

    attempt.refresh_from_db()
    assert attempt.answers == {first: ["b"], second: ["a"]}


def test_time_before_the_eyes_only_grows(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first = str(attempt.paper[0][0])
    for number, seconds in enumerate([5, 30, 12], start=1):
        keep(attempt, {}, teacher, sequence=number, seconds={first: seconds, "999999": 7})

    attempt.refresh_from_db()
    assert attempt.seconds == {first: 30}


# When time is up


def test_all_attempts_whose_time_is_up_are_marked_once(quiz, school, answered, capsys):
    people = [post(school) for _ in range(3)]
    overdue = [actions.start(quiz=quiz, by=person) for person in people[:2]]
    still_open = actions.start(quiz=quiz, by=people[2])
    keep(overdue[0], answered(overdue[0], right=3), people[0])
    for attempt in overdue:
        run_out(attempt)

    call_command("close_overdue")
    call_command("close_overdue")

    assert capsys.readouterr().out == "2 attempts closed\n0 attempts closed\n"
    scores = dict(Attempt.objects.values_list("pk", "score"))
    assert scores == {overdue[0].pk: 3, overdue[1].pk: 0, still_open.pk: None}


def test_an_attempt_that_cannot_be_marked_keeps_no_other_open(quiz, school, caplog):
    broken, sound = (actions.start(quiz=quiz, by=post(school)) for _ in range(2))
    for attempt in (broken, sound):
        run_out(attempt)
    Attempt.objects.filter(pk=broken.pk).update(answers={str(broken.paper[0][0]): 5})

    assert actions.close_overdue() == 1

    sound.refresh_from_db()
    assert sound.submitted_at
    assert f"attempt {broken.pk} was not closed" in caplog.text


def extend(quiz: Quiz, learner, by, **granted) -> None:
    Extension.objects.create(quiz=quiz, learner=learner, reason="手机坏了", granted_by=by, **granted)


def test_an_extension_gives_more_time_and_attempts(quiz, teacher, lead, answered):
    quiz.attempts_allowed = 1
    quiz.save()
    fail(quiz, teacher, answered)
    extend(quiz, teacher, lead, minutes=15, attempts=1)

    attempt = actions.start(quiz=quiz, by=teacher)

    assert attempt.number == 2
    assert attempt.due_at - attempt.started_at == timedelta(minutes=quiz.minutes + 15)


def test_minutes_granted_meanwhile_count_from_the_next_look_at_the_page(quiz, teacher, lead):
    attempt = actions.start(quiz=quiz, by=teacher)
    extend(quiz, teacher, lead, minutes=15)

    opened = actions.open_paper(attempt=attempt, by=teacher)

    assert opened.due_at == attempt.due_at + timedelta(minutes=15)


def test_minutes_granted_in_time_keep_an_attempt_open(quiz, teacher, lead, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    run_out(attempt)
    extend(quiz, teacher, lead, minutes=15)

    actions.close_overdue()
    kept = keep(attempt, answered(attempt, right=4), teacher)

    assert (kept.is_open, len(kept.answers)) == (True, 4)
    assert actions.start(quiz=quiz, by=teacher) == attempt


def test_fewer_minutes_take_no_time_from_an_open_attempt(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    Quiz.objects.update(minutes=1)
    attempt.quiz.refresh_from_db()

    assert actions.open_paper(attempt=attempt, by=teacher).due_at == attempt.due_at

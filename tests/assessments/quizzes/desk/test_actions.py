"""A wrong key is corrected by two people, and everybody's score with it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.log_actions import registry

from assessments.quizzes import actions as taking
from assessments.quizzes.bank import NotAskable, add_version
from assessments.quizzes.desk import actions
from assessments.quizzes.desk.queries import Progress, progress_of
from assessments.quizzes.items.kinds import Short
from assessments.quizzes.loading import Listed, load_questions
from assessments.quizzes.models import Attempt, Question, Repair, Response, ResponseScore
from assessments.quizzes.queries import corrected_paper_of
from assessments.quizzes.tasks import approve_repair
from certificates.models import Certificate
from courses.signals import learner_progressed
from organizations.jobs.models import Job
from organizations.jobs.worker import run_due
from organizations.roles import Role
from tests.factories import CertificateFactory, plant_programme, plant_question, post, single

from .people import keyed, sit, strangers, ticks

KNOWING = ["a", "b", "a", "a", "a", "a"]


def answering(versions, *letters) -> list[dict]:
    """Sheets of people who tick these: "abaaaa"."""
    return [{version: [letter] for version, letter in zip(versions, word, strict=True)} for word in letters]


def repair_of(version, right, officer, second, **fields) -> Repair:
    repair = actions.propose(
        version=version, content=keyed(version, right), reason="选项b才对", by=officer, **fields
    )
    return actions.approve(repair=repair, by=second)


def state() -> tuple[list, list]:
    """Scores of all attempts, and what every response was given first."""
    attempts = Attempt.objects.order_by("pk").values_list("pk", "score")
    return list(attempts), list(Response.objects.order_by("pk").values_list("pk", "score"))


@pytest.fixture
def heard():
    learners = []

    def hear(sender, learner, **kwargs):
        learners.append(learner)

    learner_progressed.connect(hear)
    yield learners
    learner_progressed.disconnect(hear)


def test_a_proposal_foresees_and_changes_nothing(quiz, versions, wrong, officer):
    # Five of six points are needed.
    sit(quiz, answering(versions, "abaaab", "aaaaac", "aaaaaa", "acaaaa"), strangers(4))
    before = state()

    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    assert repair.effects == {"attempts": 4, "scores": 3, "to_pass": 1, "to_fail": 1, "certificates": 0}
    assert state() == before
    assert ResponseScore.objects.count() == 0
    assert [entry.user for entry in registry.get_logs_for_instance(repair)] == [officer]


def test_approval_gives_everybody_their_score(
    quiz, versions, wrong, officer, second, heard, django_capture_on_commit_callbacks
):
    people = strangers(4)
    attempts = sit(quiz, answering(versions, "abaaab", "aaaaac", "aaaaaa", "acaaaa"), people)
    given = list(Response.objects.order_by("pk").values_list("pk", "score"))

    with django_capture_on_commit_callbacks(execute=True):
        repair = repair_of(wrong, "b", officer, second)
        assert heard == []
        run_due()

    for attempt in attempts:
        attempt.refresh_from_db()
    assert [attempt.score for attempt in attempts] == [5, 4, 5, 5]
    assert [attempt.passed for attempt in attempts] == [True, True, True, True]
    assert list(Response.objects.order_by("pk").values_list("pk", "score")) == given
    assert list(repair.scores.order_by("response").values_list("score", flat=True)) == [1, 0, 0]
    assert heard == [people[0]]
    assert [entry.action for entry in registry.get_logs_for_instance(repair)] == [
        "quizzes.repair.approve",
        "quizzes.repair.propose",
    ]


def test_approval_is_asked_for_once_and_done_by_a_job(quiz, versions, wrong, officer, second, bureau):
    attempts = sit(quiz, answering(versions, "abaaab"), strangers(1))
    third = post(bureau, Role.BUREAU_OFFICER)
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    repair = actions.request_approval(repair=repair, by=second)
    for decide, person in ((actions.request_approval, third), (actions.decline, officer)):
        with pytest.raises(actions.AlreadyDecided):
            decide(repair=repair, by=person)
    assert progress_of(repair) == Progress(is_approving=True, has_stopped=False, follows=False)
    assert ResponseScore.objects.count() == 0
    run_due()

    repair.refresh_from_db()
    attempts[0].refresh_from_db()
    assert (repair.approved_by, attempts[0].score) == (second, 5)
    assert progress_of(repair) == Progress(is_approving=False, has_stopped=False, follows=False)


def test_what_follows_is_shown_until_it_is_done(quiz, versions, wrong, officer, second):
    sit(quiz, answering(versions, "abaaab"), strangers(1))

    repair = repair_of(wrong, "b", officer, second)

    assert progress_of(repair) == Progress(is_approving=False, has_stopped=False, follows=True)


def test_a_job_run_twice_computes_once(quiz, versions, wrong, officer, second):
    sit(quiz, answering(versions, "abaaab"), strangers(1))
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    for _try in range(2):
        approve_repair(repair_id=repair.pk, by=second.pk)

    assert ResponseScore.objects.count() == 1
    assert Job.objects.filter(name="repairs.announce").count() == 1


def test_an_approval_whose_job_gave_up_can_be_given_again(quiz, versions, wrong, officer, second):
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)
    repair = actions.request_approval(repair=repair, by=second)
    Job.objects.update(status=Job.Status.FAILED)
    assert progress_of(repair).has_stopped

    actions.request_approval(repair=repair, by=second)
    run_due()

    repair.refresh_from_db()
    assert repair.approved_by == second


def test_nobody_asks_for_their_own_approval(quiz, wrong, officer):
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    with pytest.raises(actions.OwnProposal):
        actions.request_approval(repair=repair, by=officer)


def test_papers_to_come_hold_the_corrected_version(quiz, wrong, officer, second):
    repair_of(wrong, "b", officer, second)

    question = Question.objects.get(pk=wrong.question_id)
    assert (question.current.number, question.current.content) == (2, keyed(wrong, "b"))


def test_a_wording_that_is_no_longer_asked_is_not_brought_back(quiz, versions, wrong, officer, second):
    newer = {**wrong.content, "stem": "改过的题？"}
    current = add_version(question=wrong.question, content=newer, by=None)
    [attempt] = sit(quiz, answering(versions, "abaaaa"), strangers(1))

    repair_of(wrong, "b", officer, second)

    attempt.refresh_from_db()
    assert attempt.score == 6
    assert Question.objects.get(pk=wrong.question_id).current == current


def test_a_pass_stands_unless_the_bureau_decides_otherwise(quiz, versions, wrong, officer, second):
    attempts = sit(quiz, answering(versions, "aaaaac", "aaaaaa"), strangers(2))

    repair = repair_of(wrong, "b", officer, second, takes_passes=True)

    for attempt in attempts:
        attempt.refresh_from_db()
    assert [attempt.passed for attempt in attempts] == [False, True]
    assert repair.effects["to_fail"] == 1


def test_certificates_that_rest_on_a_lost_pass_are_counted(quiz, versions, wrong, officer):
    holder, free, revoked = strangers(3)
    programme = plant_programme([quiz.module])
    CertificateFactory(programme=programme, learner=holder)
    CertificateFactory(programme=programme, learner=revoked, status=Certificate.Status.REVOKED)
    CertificateFactory(programme=plant_programme([]), learner=free)
    sit(quiz, answering(versions, "aaaaac", "aaaaac", "aaaaac"), [holder, free, revoked])

    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    assert (repair.effects["to_fail"], repair.effects["certificates"]) == (3, 1)


def test_nobody_approves_their_own_proposal(quiz, wrong, officer):
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    with pytest.raises(actions.OwnProposal):
        actions.approve(repair=repair, by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Repair.objects.update(approved_by=officer)


@pytest.mark.parametrize("decide", [actions.approve, actions.decline])
@pytest.mark.parametrize("again", [actions.approve, actions.decline])
def test_a_proposal_is_decided_once(quiz, wrong, officer, second, decide, again):
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)
    decide(repair=repair, by=second)

    with pytest.raises(actions.AlreadyDecided):
        again(repair=repair, by=second)


def test_what_was_put_aside_changes_nothing_and_may_be_proposed_again(quiz, versions, wrong, officer):
    sit(quiz, answering(versions, "abaaaa"), strangers(1))
    before = state()
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    with pytest.raises(actions.AlreadyProposed):
        actions.propose(version=wrong, content=keyed(wrong, "c"), reason="c", by=officer)
    actions.decline(repair=repair, by=officer)

    assert state() == before
    assert actions.propose(version=wrong, content=keyed(wrong, "c"), reason="c", by=officer).is_waiting


def test_another_wording_is_no_repair(quiz, wrong, officer):
    with pytest.raises(actions.OtherQuestion):
        actions.propose(version=wrong, content={**wrong.content, "stem": "？"}, reason="?", by=officer)


def test_a_key_by_which_nothing_is_right_is_refused(quiz, wrong, officer):
    with pytest.raises(NotAskable):
        actions.propose(version=wrong, content=keyed(wrong, "z"), reason="?", by=officer)


def test_the_same_key_changes_nothing(quiz, versions, wrong, officer, second):
    sit(quiz, answering(versions, "abaaaa"), strangers(1))
    with pytest.raises(actions.SameKey):
        actions.propose(version=wrong, content=wrong.content, reason="a", by=officer)
    repair_of(wrong, "b", officer, second)
    before = state()

    with pytest.raises(actions.SameKey):
        actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)

    assert state() == before
    assert ResponseScore.objects.count() == 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text("abc", min_size=6, max_size=6), min_size=1, max_size=5))
def test_there_and_back_restores_all_scores(quiz, versions, wrong, officer, second, words):
    with transaction.atomic():
        sit(quiz, answering(versions, *words), strangers(len(words)))
        before = state()

        there = repair_of(wrong, "b", officer, second)
        moved = sum(word[1] in "ab" for word in words)
        assert there.scores.count() == moved
        back = repair_of(wrong, "a", officer, second)

        assert state() == before
        assert back.scores.count() == moved
        transaction.set_rollback(True)


def test_answers_to_the_corrected_version_follow_a_further_correction(quiz, versions, wrong, officer, second):
    repair_of(wrong, "b", officer, second)
    corrected = Question.objects.get(pk=wrong.question_id).current
    [attempt] = sit(quiz, answering([versions[0], corrected], "ab"), strangers(1))

    repair_of(wrong, "c", officer, second)

    attempt.refresh_from_db()
    assert attempt.score == 1


def test_a_paper_handed_in_after_the_correction_is_marked_by_it(quiz, wrong, teacher, officer, second):
    attempt = taking.open_paper(attempt=taking.start(quiz=quiz, by=teacher), by=teacher)
    repair_of(wrong, "b", officer, second)
    answers = {str(pk): ["b" if pk == wrong.pk else "a"] for pk, _order in attempt.paper}

    done = taking.submit(attempt=attempt, answers=answers, by=teacher, lease=attempt.lease)

    assert (done.score, done.passed) == (6, True)
    [response] = Response.objects.filter(version=wrong)
    assert response.score == 1
    assert ResponseScore.objects.count() == 0
    assert [version.item for version in corrected_paper_of(done)].count(wrong.item) == 0


def test_later_scores_are_never_changed(quiz, versions, wrong, officer, second):
    sit(quiz, answering(versions, "abaaaa"), strangers(1))
    repair_of(wrong, "b", officer, second)

    for change in (lambda rows: rows.update(score=0), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(ResponseScore.objects.all())


@pytest.mark.parametrize("people", [3, 30, 300])
def test_a_repair_reads_the_same_for_any_number_of_attempts(quiz, versions, wrong, officer, second, people):
    sit(quiz, ticks(versions, KNOWING, people), strangers(people))
    # Somebody who loses a pass: only then is anything asked of the layers above.
    sit(quiz, answering(versions, "aaaaac"), strangers(1))
    repair = actions.propose(
        version=wrong, content=keyed(wrong, "b"), reason="b", takes_passes=True, by=officer
    )

    with CaptureQueriesContext(connection) as queries:
        actions.approve(repair=repair, by=second)

    # Scores are written in batches, whose size is the database's; kinds of rows are remembered.
    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len([sql for sql in reads if "django_content_type" not in sql]) == 19


@pytest.fixture
def short(db):
    return plant_question("S1", Short("short", "为什么？", "说出一个理由", "因为……")).current


@pytest.fixture
def waiting(quiz, versions, short, teacher) -> Attempt:
    """All six that a key marks are right, and one waits: 5.25 of seven points are needed."""
    [sheet] = answering(versions, "aaaaaa")
    [attempt] = sit(quiz, [sheet | {short: "因为课前要了解学情"}], [teacher])
    return attempt


def response_of(attempt: Attempt) -> Response:
    return attempt.responses.get(score=None)


@pytest.mark.parametrize(("score", "points"), [("0", "6"), ("0.3333", "6.3333"), ("1", "7")])
def test_the_last_mark_gives_the_attempt_its_result(
    waiting, assessor, teacher, score, points, heard, django_capture_on_commit_callbacks
):
    assert (waiting.score, waiting.passed) == (None, None)

    with django_capture_on_commit_callbacks(execute=True):
        actions.mark_answer(response=response_of(waiting), score=Decimal(score), comment="好", by=assessor)

    waiting.refresh_from_db()
    assert (waiting.score, waiting.passed) == (Decimal(points), True)
    assert heard == [teacher]


def test_an_attempt_waits_for_its_last_mark(quiz, short, teacher, assessor):
    other = plant_question("S2", Short("short", "怎么做？", "两步")).current
    [attempt] = sit(quiz, [{short: "因为", other: "先后"}], [teacher])
    first, last = attempt.responses.order_by("pk")

    actions.mark_answer(response=first, score=Decimal(1), comment="好", by=assessor)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (None, None)

    actions.mark_answer(response=last, score=Decimal(0), comment="不对", by=assessor)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (1, False)


def test_an_answer_is_marked_once(waiting, assessor):
    actions.mark_answer(response=response_of(waiting), score=Decimal(1), comment="好", by=assessor)

    with pytest.raises(actions.AlreadyMarked):
        actions.mark_answer(response=response_of(waiting), score=Decimal(0), comment="不", by=assessor)


def test_what_the_key_marks_is_not_marked_by_people(waiting, assessor):
    with pytest.raises(actions.AlreadyMarked):
        actions.mark_answer(response=waiting.responses.first(), score=Decimal(0), comment="不", by=assessor)


def test_nobody_marks_their_own_answer(waiting, teacher):
    with pytest.raises(actions.OwnAnswer):
        actions.mark_answer(response=response_of(waiting), score=Decimal(1), comment="好", by=teacher)


def test_a_correction_leaves_what_a_person_gave(waiting, assessor, wrong, officer, second):
    actions.mark_answer(response=response_of(waiting), score=Decimal("0.6667"), comment="好", by=assessor)

    repair_of(wrong, "b", officer, second)

    waiting.refresh_from_db()
    assert (waiting.score, waiting.passed) == (Decimal("5.6667"), True)


def test_a_correction_before_the_mark_gives_no_result_yet(waiting, assessor, wrong, officer, second):
    repair_of(wrong, "b", officer, second)

    waiting.refresh_from_db()
    assert (waiting.score, waiting.passed) == (None, None)


def test_answers_are_marked_in_the_school_of_their_author(waiting, school, other_school, assessor, teacher):
    stranger = post(other_school, Role.ASSESSOR)
    teacher.postings.create(organization=school, role=Role.ASSESSOR)

    assert Response.objects.reviewable_by(assessor).waiting().get() == response_of(waiting)
    assert Response.objects.reviewable_by(stranger).count() == 0
    assert Response.objects.reviewable_by(teacher).count() == 0


def test_loading_the_files_again_does_not_bring_the_wrong_key_back(db, officer, second, monkeypatch):
    question = plant_question("M02-Q01", single("哪个？"))
    listed = question.current.content
    monkeypatch.setattr(
        "assessments.quizzes.loading._listed", lambda: [Listed("M02-Q01", None, None, "", (), listed)]
    )
    assert load_questions() == 0
    repair_of(question.current, "b", officer, second)

    assert load_questions() == 0

    question.refresh_from_db()
    assert question.current.content == keyed(question.current, "b")

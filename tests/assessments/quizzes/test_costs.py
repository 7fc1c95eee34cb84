"""What starting, saving and handing in ask of the database, and that saving without a lock loses nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.quizzes import actions, queries
from assessments.quizzes.items.kinds import Answer
from assessments.quizzes.models import Attempt, Question, Quiz, Section, SectionQuestion
from organizations.models import User
from tests.factories import plant_module, plant_question, single

START, POOLS, SAVE, SUBMIT = 7, 2, 3, 6
"""Queries of a POST, without those that begin and end a transaction; SUBMIT of one that is not passed."""


@pytest.fixture
def opened(quiz, teacher) -> Attempt:
    """An attempt whose paper has been opened."""
    return actions.open_paper(attempt=actions.start(quiz=quiz, by=teacher), by=teacher)


def ids(attempt: Attempt) -> list[str]:
    return [str(pk) for pk, _order in attempt.paper]


def keep(attempt: Attempt, answers: Mapping[str, Answer], sequence: int, by: User, meanwhile=None) -> Attempt:
    """Save answers; once they are read, `meanwhile` happens, once."""
    happenings = [meanwhile] if meanwhile else []

    def read(_paper):
        if happenings:
            happenings.pop()()
        return answers

    return actions.save_answers(
        attempt_id=attempt.pk, read=read, seconds={}, lease=attempt.lease, sequence=sequence, by=by
    )


def asked(client: Client, address: str, fields: dict[str, str]) -> list[str]:
    """The statements that a POST needs, without those that begin and end transactions."""
    client.get(reverse("healthz"))  # so that the session's first reading counts nowhere
    with CaptureQueriesContext(connection) as found:
        response = client.post(address, fields)
    assert response.status_code in {200, 302}
    around = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in found if not query["sql"].startswith(around)]


def divide(quiz: Quiz, sections: int) -> None:
    """Let a quiz draw one question in each of so many sections."""
    quiz.sections.all().delete()
    for position in range(sections):
        Section.objects.create(quiz=quiz, position=position, module=quiz.module, count=1)


@pytest.mark.parametrize("sections", [1, 4])
def test_starting_costs_the_same_for_any_number_of_sections(client, quiz, teacher, sections):
    divide(quiz, sections)
    client.force_login(teacher)
    queries.versions(Question.objects.values_list("current", flat=True))  # they are in the cache by then

    found = asked(client, reverse("quizzes:start", args=[quiz.code]), {})

    assert len(found) == START
    assert len(Attempt.objects.get(learner=teacher).paper) == sections


def test_who_starts_soon_after_another_draws_from_what_that_one_has_read(
    client, quiz, teacher, lead, settings
):
    settings.POOLS_KEPT_S = 60
    actions.start(quiz=quiz, by=lead)
    client.force_login(teacher)

    found = asked(client, reverse("quizzes:start", args=[quiz.code]), {})

    assert len(found) == START - POOLS
    assert len(Attempt.objects.get(learner=teacher).paper) == 4


def test_what_is_retired_leaves_the_papers_when_the_time_is_over(
    quiz, teacher, lead, assessor, settings, monkeypatch
):
    settings.POOLS_KEPT_S = 10
    clock = iter([0.0, 9.9, 10.0])
    monkeypatch.setattr(queries, "monotonic", lambda: next(clock))
    sizes = []
    for starter in (teacher, lead, assessor):
        sizes.append(len(actions.start(quiz=quiz, by=starter).paper))
        Question.objects.exclude(pk=Question.objects.earliest("pk").pk).update(status=Question.Status.RETIRED)

    assert sizes == [4, 4, 1]


def test_saving_reads_the_person_and_the_attempt_and_writes_once(client, opened, teacher):
    client.force_login(teacher)
    one = ids(opened)[0]
    message = {"lease": opened.lease, "sequence": "1", "changed": one, one: "a"}

    found = asked(client, reverse("quizzes:save", args=[opened.pk]), message)

    assert [sql.split()[0] for sql in found] == ["SELECT", "SELECT", "UPDATE"]
    assert len(found) == SAVE


def test_saving_one_answer_looks_up_one_question(client, opened, teacher, monkeypatch):
    looked_up = []
    original = queries.versions
    monkeypatch.setattr(queries, "versions", lambda pks: looked_up.extend(pks) or original(looked_up))
    client.force_login(teacher)
    one = ids(opened)[2]

    client.post(
        reverse("quizzes:save", args=[opened.pk]),
        {"lease": opened.lease, "sequence": "1", "changed": one, one: "a"},
    )

    assert [str(pk) for pk in looked_up] == [one]


def test_handing_in_costs_six_queries_for_any_number_of_questions(client, opened, teacher):
    client.force_login(teacher)

    found = asked(
        client, reverse("quizzes:attempt", args=[opened.pk]), {"lease": opened.lease, "anyway": "1"}
    )

    assert len(found) == SUBMIT
    assert Attempt.objects.get().submitted_at is not None


def test_a_save_that_another_one_overtakes_keeps_what_both_brought(opened, teacher):
    first, second, *_ = ids(opened)

    keep(
        opened, {second: ["b"]}, 2, teacher,
        meanwhile=lambda: keep(opened, {first: ["a"]}, 1, teacher),
    )  # fmt: skip

    kept = Attempt.objects.get()
    assert (kept.answers, kept.sequence) == ({first: ["a"], second: ["b"]}, 2)


def test_a_save_that_a_later_one_overtakes_changes_nothing(opened, teacher):
    one = ids(opened)[0]

    attempt = keep(
        opened, {one: ["b"]}, 1, teacher,
        meanwhile=lambda: keep(opened, {one: ["a"]}, 2, teacher),
    )  # fmt: skip

    assert (attempt.answers, attempt.sequence) == ({one: ["a"]}, 2)
    assert Attempt.objects.get().answers == {one: ["a"]}


def test_a_save_that_meets_the_handing_in_changes_nothing(opened, teacher):
    one = ids(opened)[0]

    attempt = keep(
        opened, {one: ["a"]}, 1, teacher,
        meanwhile=lambda: actions.submit(attempt=opened, answers={}, lease=opened.lease, by=teacher),
    )  # fmt: skip

    assert not attempt.is_open
    assert Attempt.objects.get().answers == {}


def test_a_save_keeps_an_answer_that_came_meanwhile_in_no_message(opened, teacher):
    first, second, *_ = ids(opened)

    keep(
        opened, {second: ["b"]}, 1, teacher,
        meanwhile=lambda: Attempt.objects.update(answers={first: ["a"]}),
    )  # fmt: skip

    assert Attempt.objects.get().answers == {first: ["a"], second: ["b"]}


def test_a_save_that_meets_another_page_being_opened_is_refused(opened, teacher):
    one = ids(opened)[0]

    with pytest.raises(actions.TakenElsewhere):
        keep(
            opened, {one: ["a"]}, 1, teacher,
            meanwhile=lambda: actions.open_paper(attempt=opened, by=teacher),
        )  # fmt: skip

    assert Attempt.objects.get().answers == {}


def test_opening_a_page_meets_a_save_and_shows_what_it_brought(opened, teacher):
    """As in two requests at once: the page was read before the save, and takes the lease after it."""
    one = ids(opened)[0]
    as_read = Attempt.objects.get()
    keep(opened, {one: ["a"]}, 1, teacher)

    reopened = actions.open_paper(attempt=as_read, by=teacher)

    assert (reopened.answers, reopened.sequence) == ({one: ["a"]}, 1)
    assert Attempt.objects.get().lease == reopened.lease != opened.lease


def test_opening_a_page_meets_the_handing_in_and_changes_nothing(client, opened, teacher):
    as_read = Attempt.objects.get()
    actions.submit(attempt=opened, answers={}, lease=opened.lease, by=teacher)

    reopened = actions.open_paper(attempt=as_read, by=teacher)

    assert not reopened.is_open
    assert Attempt.objects.get().lease == opened.lease


def test_named_questions_come_in_the_order_in_which_they_are_named(quiz, teacher):
    section = quiz.sections.get()
    section.count = 0
    section.save()
    named = [plant_question(key, single(f"{key}？")) for key in ("z", "a", "m")]
    for position, question in enumerate(named):
        SectionQuestion.objects.create(section=section, question=question, position=position)

    attempt = actions.start(quiz=quiz, by=teacher)

    assert [pk for pk, _order in attempt.paper] == [question.current_id for question in named]


def test_people_without_a_school_do_not_all_get_the_same_paper(db):
    quiz = plant_module("M03", questions=30).quiz
    quiz.sections.update(count=10)

    papers = [
        actions.start(quiz=quiz, by=User.objects.create_user(f"62{number}", name="王欣怡"))
        for number in range(2)
    ]

    assert set(ids(papers[0])) != set(ids(papers[1]))
    assert Question.objects.count() == 30

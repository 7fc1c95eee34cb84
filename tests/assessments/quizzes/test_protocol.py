"""Messages of several pages, in any order, late, twice or never: what was acknowledged stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assessments.quizzes import actions
from assessments.quizzes.models import GRACE, Attempt, Quiz, Response
from organizations.models import User

from .papers import keep

ANSWERS = st.dictionaries(st.integers(0, 3), st.sampled_from([None, ["a"], ["b"], ["c"]]), max_size=4)
"""Place of a question on the paper to what is answered; None takes an answer back."""


@dataclass
class Page:
    lease: str
    sequence: int


@dataclass
class Message:
    page: Page
    number: int
    answers: dict = field(default_factory=dict)


class Taking(RuleBasedStateMachine):
    """One attempt, and what its learner was told was kept."""

    quiz: Quiz
    learner: User
    pages: Bundle = Bundle("pages")
    messages: Bundle = Bundle("messages")

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.attempt = actions.start(quiz=self.quiz, by=self.learner)
        self.keys = [str(version) for version, _order in self.attempt.paper]
        self.told: dict[str, list[str]] = {}
        self.result: tuple | None = None

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def stored(self) -> Attempt:
        return Attempt.objects.get(pk=self.attempt.pk)

    def note(self, answers: dict) -> None:
        """The learner was told that these are kept."""
        self.told = {key: answer for key, answer in (self.told | answers).items() if answer}

    @initialize(target=pages)
    def begin(self):
        return self.open_page()

    @precondition(lambda self: self.stored().is_open)
    @rule(target=pages)
    def another_page(self):
        return self.open_page()

    def open_page(self) -> Page:
        opened = actions.open_paper(attempt=self.attempt, by=self.learner)
        return Page(opened.lease, opened.sequence)

    @rule(target=messages, page=pages, answers=ANSWERS)
    def write(self, page, answers):
        page.sequence += 1
        return Message(page, page.sequence, {self.keys[place]: answer for place, answer in answers.items()})

    @rule(message=messages)
    def arrive(self, message):
        before = self.stored()
        try:
            after = keep(
                before, message.answers, self.learner, lease=message.page.lease, sequence=message.number
            )
        except actions.TakenElsewhere:
            return
        # The learner's page takes its answers for kept if it reads its number; a copy tells it so again.
        is_first = before.sequence < message.number
        if after.is_open and after.sequence == message.number and is_first:
            self.note(message.answers)

    @rule(page=pages, answers=ANSWERS)
    def post_whole_form(self, page, answers):
        """As a page without scripts: every question, also what is blank."""
        form = {key: answers.get(place) for place, key in enumerate(self.keys)}
        before = self.stored()
        try:
            after = keep(before, form, self.learner, lease=page.lease)
            if after.is_open:
                self.note(form)
        except actions.TakenElsewhere:
            actions.add_missing(attempt=before, answers=form, by=self.learner)
            self.note({key: answer for key, answer in form.items() if key not in self.told})

    @rule(page=pages, answers=ANSWERS)
    def submit(self, page, answers):
        form = {self.keys[place]: answer for place, answer in answers.items()}
        was_open = self.stored().is_open
        try:
            actions.submit(attempt=self.attempt, answers=form, lease=page.lease, by=self.learner)
        except actions.TakenElsewhere:
            return
        if was_open:
            self.note(form)

    @precondition(lambda self: self.stored().is_open)
    @rule()
    def time_runs_out(self):
        late = timezone.now() - GRACE - timedelta(seconds=1)
        Attempt.objects.filter(pk=self.attempt.pk).update(
            due_at=late, started_at=late - timedelta(minutes=self.quiz.minutes)
        )

    @rule()
    def close_overdue(self):
        actions.close_overdue()

    @invariant()
    def what_was_told_is_kept(self):
        assert self.stored().answers == self.told

    @invariant()
    def a_result_never_changes(self):
        stored = self.stored()
        if stored.submitted_at is None:
            assert not Response.objects.filter(attempt=stored).exists()
            return
        rows = Response.objects.filter(attempt=stored)
        given = {str(row.version_id): row.answer for row in rows if row.is_answered}
        result = (stored.receipt, stored.score, stored.passed, stored.answers, rows.count())
        assert given == stored.answers
        assert self.result in (None, result)
        self.result = result


def run(quiz: Quiz, teacher: User) -> None:
    machine = type("TakingThis", (Taking,), {"quiz": quiz, "learner": teacher})
    common = {"stateful_step_count": 25, "deadline": None, "suppress_health_check": list(HealthCheck)}
    run_state_machine_as_test(machine, settings=settings(max_examples=60, **common))


def test_what_is_acknowledged_is_kept_and_what_is_handed_in_stays(quiz, teacher):
    run(quiz, teacher)


def test_the_machine_notices_an_old_message_that_overwrites(quiz, teacher, monkeypatch):
    # The twin: without a look at the number, a message that comes late turns an answer back.
    def take_all(**told):
        attempt = Attempt.objects.get(pk=told["attempt_id"])
        if attempt.is_open:
            actions._merge(attempt, told["read"]([]), {})
            attempt.sequence = max(attempt.sequence, told.get("sequence") or 0)
            attempt.save()
        return attempt

    monkeypatch.setattr(actions, "save_answers", take_all)
    taking = type("TakingThis", (Taking,), {"quiz": quiz, "learner": teacher})()
    page = taking.open_page()
    early, late = taking.write(page, {0: ["a"]}), taking.write(page, {0: ["b"]})
    taking.arrive(late)
    taking.what_was_told_is_kept()
    taking.arrive(early)

    with pytest.raises(AssertionError):
        taking.what_was_told_is_kept()
    taking.teardown()

"""An adaptive sitting in a real browser: over a dead line, pressed twice, opened again, read aloud."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.diagnostics import actions, stepping
from assessments.diagnostics.loading import plant_diagnostic
from assessments.diagnostics.models import Diagnostic, Step
from assessments.quizzes.models import Attempt
from assessments.standards.actions import invite, open_panel
from organizations.roles import Role

from .assessments.diagnostics.conftest import DIMENSIONS, plant_bank, plant_run
from .factories import plant_bureau, plant_county, plant_module, plant_programme, plant_school, post
from .test_browser import DESKTOP, PHONE, page_for
from .test_browser_quizzes import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def world(transactional_db) -> SimpleNamespace:
    """A learner whose sitting has begun, and a school and bureau for who else there is."""
    bureau = plant_bureau()
    school = plant_school(plant_county(bureau), code="3161000001")
    framework = plant_bank()
    quiz = plant_diagnostic(framework).quiz
    Diagnostic.objects.update(form=Diagnostic.Form.ADAPTIVE)
    plant_run(quiz)
    programme = plant_programme([plant_module("M02", lessons=1)], framework=framework)
    learner = post(school, name="田思洋")
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    cohort.enrollments.create(learner=learner)
    attempt = actions.begin(quiz=quiz, environment="A", ratings=dict.fromkeys(DIMENSIONS, 3), by=learner)
    return SimpleNamespace(bureau=bureau, school=school, attempt=attempt)


@pytest.fixture
def at(browser, live_server):
    """Opens a path for a person."""
    contexts = []

    def at(path: str, person, viewport=PHONE) -> Page:
        page = page_for(browser, live_server.url, person, viewport)
        contexts.append(page.context)
        page.goto(live_server.url + path)
        return page

    yield at
    for context in contexts:
        context.close()


def step_of(attempt: Attempt) -> str:
    return reverse("diagnostics:step", args=[attempt.pk])


def finish(attempt: Attempt) -> None:
    while attempt.is_open:
        attempt = stepping.answer(
            attempt=attempt, position=len(attempt.paper), read=lambda version: ["a"], by=attempt.learner
        )


def test_an_answer_waits_for_the_line_and_counts_once(at, world):
    page = at(step_of(world.attempt), world.attempt.learner)
    send = page.locator("main form button[type=submit]")
    page.get_by_label("选项a").check()
    page.context.set_offline(True)
    send.dblclick()
    unsent = page.locator("[data-step]").get_attribute("data-unsent")
    expect(page.locator(".paper__status")).to_have_text(unsent)
    assert Step.objects.count() == 1

    page.context.set_offline(False)

    expect(page.locator("input[name=position]")).to_have_value("2")
    world.attempt.refresh_from_db()
    assert list(world.attempt.answers.values()) == [["a"]]
    assert Step.objects.count() == 2


def test_an_answer_whose_receipt_was_lost_is_not_taken_for_the_next(at, world):
    page = at(step_of(world.attempt), world.attempt.learner)
    # The server gets it; the page never hears of it, and sends it again.
    page.route("**/sittings/*/", lambda route: (route.fetch(max_redirects=0), route.abort()), times=1)
    page.get_by_label("选项a").check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("input[name=position]")).to_have_value("2", timeout=15000)

    world.attempt.refresh_from_db()
    assert (len(world.attempt.answers), Step.objects.count()) == (1, 2)


def test_two_clicks_are_one_answer_and_a_page_opened_again_goes_on(at, world):
    page = at(step_of(world.attempt), world.attempt.learner)
    page.get_by_label("选项a").check()
    page.locator("main form button[type=submit]").dblclick()
    expect(page.locator("input[name=position]")).to_have_value("2")

    page.reload()
    shown = page.locator("fieldset.question legend").text_content()
    again = at(step_of(world.attempt), world.attempt.learner, DESKTOP)

    expect(page.locator("input[name=position]")).to_have_value("2")
    expect(again.locator("fieldset.question legend")).to_have_text(shown.strip())
    world.attempt.refresh_from_db()
    assert (len(world.attempt.answers), Step.objects.count()) == (1, 2)


def test_the_pages_of_a_sitting_and_of_a_panel_are_no_barriers(at, world):
    officer, judge = post(world.bureau, Role.BUREAU_OFFICER), post(world.school, Role.ASSESSOR)
    panel = open_panel(quiz=world.attempt.quiz, method="angoff", by=officer)
    invite(panel=panel, people=[judge], by=officer)
    learner = world.attempt.learner

    found = look(at(step_of(world.attempt), learner), "step")
    finish(world.attempt)
    for name, person, path, viewport in [
        ("result", learner, reverse("diagnostics:mine"), PHONE),
        ("judge", judge, reverse("standards:judge", args=[panel.pk]), PHONE),
        ("panel", officer, reverse("standards:panel", args=[panel.pk]), DESKTOP),
    ]:
        found += look(at(path, person, viewport), name)

    assert found == []

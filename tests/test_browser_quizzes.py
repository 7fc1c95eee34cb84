"""A paper over a bad line, in a real browser: no answer is lost, and the page says what is so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from assessments.quizzes.items.kinds import (
    Accepted,
    Choice,
    Gap,
    Gaps,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
)
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.models import Attempt, Quiz
from assessments.quizzes.queries import paper_of

from .assessments.quizzes.papers import EVERY_KIND, plant_paper
from .factories import plant_bureau, plant_county, plant_school, post, single
from .test_browser import DESKTOP, PHONE, WCAG, page_for, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def teacher(transactional_db):
    return post(plant_school(plant_county(plant_bureau()), code="3161000001"), name="田思洋")


@pytest.fixture
def quiz(teacher):
    return plant_paper(*(single(f"第{number}题？") for number in range(1, 5)), code="line")


@pytest.fixture
def at(browser, live_server, teacher):
    """Opens a page in which the teacher is signed in; several at once are several devices."""
    contexts: list[BrowserContext] = []

    def at(viewport=PHONE) -> Page:
        page = page_for(browser, live_server.url, teacher, viewport)
        contexts.append(page.context)
        return page

    yield at
    for context in contexts:
        context.close()


def begin(page: Page, site: str, quiz: Quiz) -> str:
    """Start the quiz; returns the address of its paper."""
    page.goto(site + reverse("quizzes:quiz", args=[quiz.code]))
    page.locator("main form button").click()
    page.wait_for_url("**/attempts/*/")
    return page.url


def tick(page: Page, number: int, letter: str = "a") -> None:
    page.locator("fieldset.question").nth(number - 1).get_by_label(f"选项{letter}").check()


def kept() -> int:
    return len(Attempt.objects.get().answers)


def state(page: Page, word: str) -> None:
    expect(page.locator(".paper__status")).to_have_attribute("data-state", word, timeout=20000)


def test_answers_go_up_by_themselves_when_the_line_is_back(at, live_server, quiz):
    page = at()
    begin(page, live_server.url, quiz)
    tick(page, 1)
    state(page, "saved")

    page.context.set_offline(True)
    tick(page, 2)
    tick(page, 3)
    state(page, "unsaved")
    tick(page, 4)
    expect(page.locator(".paper__status")).to_contain_text("3")
    page.locator("main form .actions button").first.click()  # nothing is lost by handing in without a line
    assert (kept(), Attempt.objects.get().is_open) == (1, True)
    page.context.set_offline(False)

    wait_until(lambda: kept() == 4, seconds=30)
    state(page, "saved")


def test_a_killed_tab_brings_its_answers_back(at, live_server, quiz):
    page = at()
    address = begin(page, live_server.url, quiz)
    page.context.set_offline(True)
    tick(page, 1)
    tick(page, 2)
    state(page, "unsaved")
    page.close()
    page.context.set_offline(False)

    again = page.context.new_page()
    again.goto(address)

    expect(again.locator("input:checked")).to_have_count(2)
    wait_until(lambda: kept() == 2, seconds=20)


def test_a_message_whose_answer_was_lost_is_not_taken_for_the_next(at, live_server, quiz):
    page = at()
    begin(page, live_server.url, quiz)
    # The server gets the first message; the page never hears of it.
    page.route("**/save/", lambda route: (route.fetch(), route.abort()), times=1)
    tick(page, 1)
    state(page, "unsaved")
    tick(page, 2)

    state(page, "saved")
    assert kept() == 2


def test_the_page_opened_last_goes_on_and_the_first_says_so(at, live_server, quiz):
    first = at()
    address = begin(first, live_server.url, quiz)
    tick(first, 1)
    state(first, "saved")
    second = at()
    second.goto(address)
    tick(second, 1, "b")
    state(second, "saved")

    tick(first, 1, "c")
    state(first, "elsewhere")
    first.reload()

    expect(first.get_by_label("选项b").first).to_be_checked()
    assert Attempt.objects.get().answers == {str(Attempt.objects.get().paper[0][0]): ["b"]}


def test_a_second_tab_takes_over_even_without_a_line(at, live_server, quiz):
    first = at()
    address = begin(first, live_server.url, quiz)

    second = first.context.new_page()
    second.goto(address)

    state(first, "elsewhere")
    expect(first.get_by_label("选项a").first).to_be_disabled()


def test_things_are_put_in_order_by_buttons(at, live_server, teacher):
    page = at()
    begin(page, live_server.url, plant_paper(EVERY_KIND["ordering"], code="order"))
    wanted = [option.text for option in EVERY_KIND["ordering"].options]

    for place, text in enumerate(wanted):
        line = page.locator(".order > li").filter(has_text=text)
        while page.locator(".order__text").all_text_contents().index(text) > place:
            line.locator("button").first.click()
    page.locator(".order > li").first.locator("button").first.click()  # at the top already: nothing happens

    state(page, "saved")
    [answer] = Attempt.objects.get().answers.values()
    assert answer == ["a", "b", "c"]


@pytest.mark.parametrize("hours", [-5, 5])
def test_the_clock_is_the_servers(at, live_server, quiz, hours):
    page = at()
    page.clock.install(time=timezone.now() + timedelta(hours=hours))

    begin(page, live_server.url, quiz)

    expect(page.locator("[data-clock]")).to_contain_text("30")
    page.clock.run_for(6000)  # long enough for the script to have written the time itself
    expect(page.locator("[data-clock]")).to_have_text(re.compile("29|30"))


def fill_in(page: Page, attempt: Attempt) -> None:
    """Answer rightly what has a right answer, by what a person sees."""
    for version in paper_of(attempt):
        box = page.locator(f'[data-question="{version.pk}"]')
        answer_in(box, version.item, right_answer(version.item))


def answer_in(box, item, answer) -> None:
    if item.kind == "passage":
        for part, place in zip(item.parts, box.locator(".question").all(), strict=True):
            answer_in(place, part.item, answer[part.id])
    elif item.kind == "short":
        box.locator("textarea").fill(answer)
    elif item.kind == "ordering":
        for place, option in enumerate(item.options, start=1):
            line = box.locator(".order > li").filter(has_text=option.text)
            line.locator("select").select_option(str(place))
    elif item.kind == "matching":
        texts = {option.id: option.text for option in item.options}
        for prompt in item.prompts:
            box.get_by_label(prompt.text).select_option(label=texts[answer[prompt.id]])
    elif hasattr(item, "gaps"):
        for gap, place in zip(item.gaps, box.locator(".slot").all(), strict=True):
            place.select_option(answer[gap.id]) if gap.kind == "choice" else place.fill(answer[gap.id])
    else:
        texts = {option.id: option.text for option in item.options}
        role = "checkbox" if item.kind == "multiple" else "radio"
        for option in answer:
            box.get_by_role(role, name=texts[option], exact=True).check()


def test_every_kind_can_be_answered_without_scripts(browser, live_server, teacher):
    quiz = plant_paper()
    page = page_for(browser, live_server.url, teacher, PHONE, scripts=False)
    begin(page, live_server.url, quiz)
    attempt = Attempt.objects.get()

    fill_in(page, attempt)
    page.locator("main form .actions button").first.click()
    page.wait_for_load_state()

    attempt.refresh_from_db()
    right = {str(version.pk): right_answer(version.item) for version in paper_of(attempt)}
    assert (attempt.answers, attempt.is_open) == (right, False)
    assert attempt.receipt in page.content()
    page.context.close()


def test_enter_in_a_gap_hands_nothing_in(at, live_server, teacher):
    page = at()
    begin(page, live_server.url, plant_paper(EVERY_KIND["numeric"]))
    gap = page.locator("input.slot")

    gap.fill("73.5")
    gap.press("Enter")
    state(page, "saved")

    assert (kept(), Attempt.objects.get().is_open) == (1, True)
    assert page.locator("main form .actions button").first.is_enabled()


def test_a_long_address_in_a_question_does_not_widen_the_page(at, live_server, teacher):
    long = "https://example.org/" + "a" * 200
    options = (Option("a", long, 1.0), Option("b", "b" * 200))
    gap = Gap("1", "choice", (Accepted("c" * 200), Accepted("d", 0.0)))
    items = (
        Choice("single", long, options),
        Gaps("cloze", f"{long}[[1]]", (gap,)),
        Matching("matching", long, (Prompt("1", long, "a"), Prompt("2", "y", "b")), options),
        Ordering("ordering", long, options),
        Passage("passage", long, (Part("1", Choice("single", long, options)),)),
    )
    page = at(PHONE)
    begin(page, live_server.url, plant_paper(*items, review=Quiz.Review.AFTERWARDS))
    assert width(page) == PHONE["width"]

    page.locator("main form .actions button").first.click()
    page.locator("[name=anyway]").last.click()
    page.locator(".facts").wait_for()
    assert width(page) == PHONE["width"]


def width(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_kind_of_question_is_a_barrier(at, live_server, teacher, viewport):
    page = at(viewport)
    begin(page, live_server.url, plant_paper(review=Quiz.Review.AFTERWARDS))
    found = look(page, "paper")
    fill_in(page, Attempt.objects.get())
    page.locator("fieldset.question").first.locator("input").last.check()
    page.locator("main form .actions button").first.click()
    page.locator(".facts").wait_for()  # the receipt: answers are sent before the paper is handed in

    assert [*found, *look(page, "result")] == []


def look(page: Page, name: str) -> list[str]:
    result = Axe().run(page, options={"runOnly": WCAG})
    problems = [f"{name} {v['id']}: {v['nodes'][0]['html'][:120]}" for v in result.response["violations"]]
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*problems, *([f"{name} scrolls sideways by {width} px"] if width > 0 else [])]

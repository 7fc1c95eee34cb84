"""The teacher's way in a real browser: with JavaScript, without it, and every page under axe."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.queries import paper_of
from certificates.models import Certificate
from courses.actions import enrol_school
from courses.models import Bookmark, Completion, LessonPage
from organizations.jobs.worker import run_due
from organizations.roles import Role

from .assessments.quizzes.papers import form_for
from .factories import (
    plant_bureau,
    plant_county,
    plant_module,
    plant_programme,
    plant_rule_pack,
    plant_school,
    post,
)
from .test_journey import pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PASSWORD = "qin-ling-yun-heng"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


@pytest.fixture
def school_at_work(transactional_db):
    """A school in a programme: a teacher who can sign in, a lead, an assessor, an officer."""
    bureau = plant_bureau()
    school = plant_school(plant_county(bureau), code="3161000001")
    module = plant_module("M02", lessons=1, questions=2)
    programme = plant_programme([module])
    plant_rule_pack(programme)
    teacher = post(school, name="田思洋", number="61030300002", password=PASSWORD)
    people = {
        "teacher": teacher,
        "lead": post(school, Role.SCHOOL_LEAD, name="彭华博"),
        "assessor": post(school, Role.ASSESSOR, name="万远"),
        "officer": post(bureau, Role.BUREAU_OFFICER, name="崔子燕"),
    }
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    enrol_school(cohort=cohort, by=people["lead"])
    return cohort, people


def sign_in(page: Page, site: str) -> None:
    page.goto(site + reverse("account_login"))
    page.get_by_role("textbox").first.fill("61030300002")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(site + "/")


def answer_everything(page: Page) -> None:
    """Tick the first option of the made-up questions: it is the right one, wherever it stands."""
    page.locator("fieldset.question").first.wait_for()  # the page is still the one before, else
    for question in page.locator("fieldset.question").all():
        question.get_by_label("选项a").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_teacher_goes_the_whole_way(browser, live_server, school_at_work, tmp_path, scripts):
    _, people = school_at_work
    site = live_server.url
    page = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=scripts).new_page()

    sign_in(page, site)
    page.locator(".next a.button").click()
    answer_everything(page)
    page.locator("#check button").click()
    assert Completion.objects.filter(learner=people["teacher"]).count() == 1

    page.goto(site)
    page.locator(".next a.button").click()
    page.locator("main form button").first.click()
    answer_everything(page)
    page.locator("main form button").first.click()
    wait_until(lambda: people["teacher"].quiz_attempts.get().passed)

    page.goto(site + reverse("evidence:submission", args=["A5"]))
    file = tmp_path / "导入设计.pdf"
    file.write_bytes(pdf().read())
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form[enctype='multipart/form-data'] button").click()
    page.locator("textarea").fill("试了投票导入，有用。")
    page.locator("input[type=checkbox]").check()
    page.locator("form[action$='hand-in/'] button").click()
    assert people["teacher"].submissions.get().status == "submitted"

    mark_in_browser(browser, site, people["assessor"])
    run_due()
    page.goto(site)
    page.locator(".next a.button").click()
    certificate = Certificate.objects.get()
    assert certificate.number in page.content()
    with page.expect_download() as download:
        page.locator("a[href$='/pdf/']").first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.context.close()


def page_for(browser: Browser, site: str, person, viewport, scheme="light", scripts=True) -> Page:
    """A page in which this person is signed in already (nobody for None)."""
    context = browser.new_context(
        viewport=viewport, locale="zh-CN", color_scheme=scheme, java_script_enabled=scripts
    )
    if person:
        client = Client()
        client.force_login(person)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return context.new_page()


def mark_in_browser(browser: Browser, site: str, assessor) -> None:
    page = page_for(browser, site, assessor, DESKTOP)
    page.goto(site + reverse("evidence:review_queue"))
    page.locator("main .items a").first.click()
    for yes in page.locator("input[type=radio][value=yes]").all():
        yes.check()
    page.locator("main form button").last.click()
    page.wait_for_url(site + reverse("evidence:review_queue"))
    page.context.close()


def addresses(cohort, people) -> dict[str, list[str]]:
    """Who looks at which page, once everything has something to show."""
    organization = cohort.school
    submission = people["teacher"].submissions.get()
    certificate = Certificate.objects.get()
    attempt = people["teacher"].quiz_attempts.get()
    return {
        "": ["/", reverse("account_login"), reverse("organizations:activate"),
             reverse("account_reset_password"), reverse("courses:catalogue"), reverse("certificates:verify"),
             reverse("certificates:verification", args=[certificate.token]), "/nothing-here/"],
        "teacher": ["/", reverse("me"), reverse("courses:catalogue"), reverse("courses:module", args=["M02"]),
                    reverse("courses:lesson", args=["M02", 1]), reverse("courses:search") + "?words=正文",
                    reverse("quizzes:quiz", args=["M02"]), reverse("quizzes:attempt", args=[attempt.pk]),
                    reverse("evidence:portfolio"), reverse("evidence:submission", args=["A5"]),
                    reverse("certificates:mine"), reverse("certificates:transcript"),
                    reverse("certificates:hours") + "?first=2020-01-01&last=2100-01-01",
                    reverse("account_change_password"), reverse("mfa_index"),
                    reverse("account_email"), reverse("usersessions_list"), reverse("account_logout")],
        "lead": [reverse("tracking:cohorts"), reverse("tracking:cohort", args=[cohort.pk]),
                 reverse("organizations:codes", args=[organization.pk]), reverse("certificates:register"),
                 reverse("courses:trainings", args=[cohort.pk])],
        "assessor": [reverse("evidence:review_queue"), reverse("evidence:review", args=[submission.pk])],
        "officer": [reverse("organizations:roster_imports"),
                    reverse("certificates:register"), reverse("offices:tokens"),
                    reverse("certificates:certificate", args=[certificate.number]),
                    reverse("certificates:step", args=[certificate.number, "revoke"])],
    }  # fmt: skip


def go_the_whole_way(cohort, people) -> None:
    """Facts for the pages to show, by the pages' own addresses."""
    client, assessor = Client(), Client()
    client.force_login(people["teacher"])
    assessor.force_login(people["assessor"])
    lesson = LessonPage.objects.get()
    client.post(
        reverse("courses:lesson", args=["M02", 1]), {q["id"]: q["options"][0]["id"] for q in lesson.questions}
    )
    paper = client.post(reverse("quizzes:start", args=["M02"]), follow=True).context["attempt"]
    right = {str(version.pk): right_answer(version.item) for version in paper_of(paper)}
    form = {"lease": paper.lease, **form_for(paper, right)}
    client.post(reverse("quizzes:attempt", args=[paper.pk]), form)
    client.post(reverse("evidence:upload", args=["A5", "plan"]), {"plan-file": pdf()})
    client.post(reverse("evidence:hand_in", args=["A5"]), {"reflection": "有用。", "deidentified": "on"})
    submission = people["teacher"].submissions.get()
    address = reverse("evidence:review", args=[submission.pk])
    form = assessor.get(address).context["form"]
    assessor.post(address, {"round": 1, "feedback": "", **{f"met-{i.pk}": "yes" for i in form.indicators}})
    run_due()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone, light", "desktop, dark"]
)
def test_no_page_has_a_barrier(browser, live_server, school_at_work, viewport, scheme):
    cohort, people = school_at_work
    go_the_whole_way(cohort, people)
    axe, found = Axe(), {}
    for role, paths in addresses(cohort, people).items():
        page = page_for(browser, live_server.url, people.get(role), viewport, scheme)
        for path in paths:
            page.goto(live_server.url + path)
            result = axe.run(page, options={"runOnly": WCAG})
            problems = [f"{v['id']}: {v['nodes'][0]['html'][:90]}" for v in result.response["violations"]]
            width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if width > 0:
                problems.append(f"scrolls sideways by {width} px")
            if problems:
                found[f"{role or 'nobody'} {path}"] = problems
        page.context.close()

    assert found == {}


def test_nothing_is_asked_of_another_host(browser, live_server, school_at_work):
    cohort, people = school_at_work
    go_the_whole_way(cohort, people)
    asked, complaints = set(), []
    for role, paths in addresses(cohort, people).items():
        page = page_for(browser, live_server.url, people.get(role), DESKTOP)
        page.on("request", lambda request: asked.add(request.url.split("/")[2]))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Security" in message.text else None
        )
        for path in paths:
            page.goto(live_server.url + path)
        page.context.close()

    assert asked == {live_server.url.split("/")[2]}
    assert complaints == []


def wait_until(is_so: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for what the server does in its own time."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_lesson_is_taken_up_where_it_was_left(browser, live_server, school_at_work):
    _, people = school_at_work
    page = page_for(browser, live_server.url, people["teacher"], PHONE)
    page.goto(live_server.url + reverse("courses:lesson", args=["M02", 1]))
    page.evaluate("document.getElementById('part-1').scrollIntoView()")
    page.wait_for_timeout(300)
    page.goto(live_server.url + reverse("me"))  # a beacon goes out as the page is left

    page.goto(live_server.url + reverse("courses:lesson", args=["M02", 1]))

    wait_until(lambda: Bookmark.objects.get(learner=people["teacher"]).section == "part-1")
    page.reload()
    assert page.locator("a[href='#part-1']").count() == 1
    page.context.close()

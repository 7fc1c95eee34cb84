"""The pages of a teacher's evidence and of its marking: who may see what, and what it costs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.evidence import actions, rules
from assessments.evidence.models import EvidenceFile, EvidenceTask, Review, Submission
from courses.models import Capability, Framework
from organizations.roles import Role
from tests.factories import PostingFactory, plant_framework, plant_programme, post

from .conftest import PDF


@pytest.fixture
def as_(client):
    """A client signed in as somebody."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def submission_url() -> str:
    return reverse("evidence:submission", args=["A5"])


def send(client, content: bytes = PDF, name: str = "教学设计.pdf", key: str = "plan", **options):
    url = reverse("evidence:upload", args=["A5", key])
    return client.post(url, {f"{key}-file": SimpleUploadedFile(name, content)}, **options)


def verdict(
    capability: Capability, *, round_: int = 1, met: str = "yes", comment: str = ""
) -> dict[str, str]:
    indicators = [i for task in capability.evidence_tasks.all() for i in task.indicators.all()]
    return {
        "round": str(round_),
        "feedback": "清楚。",
        **{f"met-{indicator.pk}": met for indicator in indicators},
        **{f"comment-{indicator.pk}": comment for indicator in indicators},
    }


def test_looking_begins_nothing(as_, teacher, capability):
    html = as_(teacher).get(submission_url()).content.decode()

    assert "Not chosen" in html
    assert not Submission.objects.exists()


def test_a_file_sent_begins_the_evidence(as_, teacher, capability):
    response = send(as_(teacher), follow=True)

    assert "Received: 教学设计.pdf" in response.content.decode()
    assert response.redirect_chain[-1][0] == f"{submission_url()}#plan"
    assert EvidenceFile.objects.get().submission.learner == teacher


def test_a_refused_file_begins_nothing_and_says_what_to_do(as_, teacher, capability):
    response = send(as_(teacher), b"<svg/>", "图.svg")

    assert response.status_code == 200
    assert "This is a svg file. Hand in one of: pdf." in response.content.decode()
    assert not Submission.objects.exists()


def test_a_task_that_is_asked_for_no_longer_takes_no_file(as_, teacher, capability):
    capability.evidence_tasks.update(retired=True)

    assert send(as_(teacher)).status_code == 404


def test_handing_in_needs_a_reflection_and_the_promise_about_pupils(as_, teacher, evidence):
    evidence.begin()
    url = reverse("evidence:hand_in", args=["A5"])
    client = as_(teacher)

    without = client.post(url, {"reflection": "先提问。"}).content.decode()
    handed_in = client.post(
        url, {"reflection": "先提问。", "deidentified": "on"}, follow=True
    ).content.decode()

    assert 'href="#id_deidentified"' in without
    assert "Handed in. An assessor of your school or county will mark it." in handed_in
    assert Submission.objects.get().status == "submitted"


def test_handing_in_too_early_names_what_is_missing(as_, teacher, capability):
    actions.begin(capability=capability, by=teacher)

    response = as_(teacher).post(
        reverse("evidence:hand_in", args=["A5"]), {"reflection": "…", "deidentified": "on"}, follow=True
    )

    assert "Still missing: 教学设计、课堂照片" in response.content.decode()


def test_what_was_handed_in_takes_no_further_file(as_, teacher, evidence):
    evidence.hand_in()

    assert "it cannot be changed now" in send(as_(teacher), follow=True).content.decode()
    assert EvidenceFile.objects.count() == 2


def test_a_returned_page_shows_each_no_with_its_reason(as_, teacher, evidence):
    evidence.review(evidence.hand_in(), misses=rules.PASS)

    html = as_(teacher).get(submission_url()).content.decode()

    assert "请看各条。" in html
    assert html.count("缺一句。") == 1
    assert "Send another file in its place" in html


def test_the_queue_holds_what_waits_in_ones_schools_longest_first(
    as_, capability, evidence, school, teacher, assessor, outsider
):
    first, second = evidence.hand_in(), evidence.hand_in(by=post(school, name="欧阳文博"))
    evidence.hand_in(by=outsider)
    evidence.begin(by=post(school))
    evidence.review(evidence.hand_in(by=post(school)))

    page = as_(assessor).get(reverse("evidence:review_queue")).context["page"]

    assert list(page.object_list) == [first, second]


def test_a_county_assessor_sees_every_school_of_the_county(as_, evidence, county, outsider, assessor):
    submission = evidence.hand_in(by=outsider)

    assert as_(assessor).get(reverse("evidence:review", args=[submission.pk])).status_code == 404
    assert (
        as_(post(county, Role.ASSESSOR)).get(reverse("evidence:review", args=[submission.pk])).status_code
        == 200
    )


def test_nobody_marks_their_own_evidence(as_, capability, evidence, assessor, school):
    submission = evidence.hand_in(by=assessor)
    client, url = as_(assessor), reverse("evidence:review", args=[submission.pk])

    assert submission not in client.get(reverse("evidence:review_queue")).context["page"].object_list
    assert client.get(url).status_code == 403
    assert client.post(url, verdict(capability)).status_code == 403
    assert not Review.objects.exists()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_LEAD, Role.COUNTY_LEAD, Role.BUREAU_OFFICER])
def test_who_may_not_mark_finds_no_evidence_and_a_closed_queue(as_, evidence, school, county, bureau, role):
    place = {Role.COUNTY_LEAD: county, Role.BUREAU_OFFICER: bureau}.get(role, school)
    client = as_(post(place, role))

    assert client.get(reverse("evidence:review_queue")).status_code == 403
    assert client.get(reverse("evidence:review", args=[evidence.hand_in().pk])).status_code == 404


def test_a_draft_is_its_authors_alone(as_, evidence, assessor):
    submission = evidence.begin()

    assert as_(assessor).get(reverse("evidence:review", args=[submission.pk])).status_code == 404


def test_an_assessor_who_was_moved_loses_the_evidence(as_, evidence, assessor, other_school):
    submission = evidence.hand_in()
    assessor.postings.update(organization=other_school)

    assert as_(assessor).get(reverse("evidence:review", args=[submission.pk])).status_code == 404


def test_a_verdict_leads_back_to_the_queue(as_, capability, evidence, assessor):
    url = reverse("evidence:review", args=[evidence.hand_in().pk])

    response = as_(assessor).post(url, verdict(capability), follow=True)

    assert response.redirect_chain == [(reverse("evidence:review_queue"), 302)]
    assert "Marked: Excellent" in response.content.decode()
    assert Submission.objects.get().grade == "excellent"


@pytest.mark.parametrize("comment", ["", "   "])
def test_a_no_needs_a_reason(as_, capability, evidence, assessor, comment):
    url = reverse("evidence:review", args=[evidence.hand_in().pk])

    response = as_(assessor).post(url, verdict(capability, met="no", comment=comment))

    assert response.content.decode().count("Say in a few words what is missing.") == 4  # summary and field
    assert not Review.objects.exists()


def test_every_line_wants_an_answer(as_, capability, evidence, assessor):
    url = reverse("evidence:review", args=[evidence.hand_in().pk])

    response = as_(assessor).post(url, {"round": "1"})

    assert response.status_code == 200
    assert not Review.objects.exists()


def test_who_comes_second_is_told_so(as_, capability, evidence, assessor, school):
    submission = evidence.hand_in()
    evidence.review(submission, misses=rules.PASS, by=post(school, Role.ASSESSOR))

    response = as_(assessor).post(
        reverse("evidence:review", args=[submission.pk]), verdict(capability), follow=True
    )

    assert "A colleague marked this while you were reading" in response.content.decode()
    assert Review.objects.get().grade == "fail"


def test_a_marked_page_shows_the_marks_and_no_form(as_, evidence, assessor):
    submission = evidence.hand_in()
    evidence.review(submission)

    html = as_(assessor).get(reverse("evidence:review", args=[submission.pk])).content.decode()

    assert "Give the verdict" not in html
    assert (html.count("status--excellent"), html.count("status--done")) == (1, 2)


def test_a_task_added_after_handing_in_does_not_break_the_marking(as_, capability, evidence, assessor):
    submission = evidence.hand_in()
    EvidenceTask.objects.create(
        capability=capability, key="new", position=9, title="新任务", formats=["pdf"], max_mb=1
    )

    response = as_(assessor).get(reverse("evidence:review", args=[submission.pk]))

    assert "this part was added later" in response.content.decode()


def test_a_file_goes_to_its_author_and_to_assessors_only(
    as_, evidence, teacher, assessor, lead, outsider, county
):
    url = reverse("evidence:file", args=[evidence.hand_in().files.get(task__key="plan").pk])
    people = [teacher, assessor, post(county, Role.ASSESSOR), lead, outsider, post(county, Role.COUNTY_LEAD)]
    responses = [as_(person).get(url) for person in people]
    for response in responses[:3]:
        assert response.getvalue() == PDF  # read to its end, which closes the file

    assert [response.status_code for response in responses] == [200, 200, 200, 404, 404, 404]


def test_a_file_can_only_be_saved_not_shown(as_, evidence, teacher):
    file = evidence.begin().files.get(task__key="plan")

    response = as_(teacher).get(reverse("evidence:file", args=[file.pk]), headers={"accept-encoding": "gzip"})

    assert response.getvalue() == PDF
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Length"] == str(len(PDF))
    assert "no-store" in response.headers["Cache-Control"]


def test_the_portfolio_puts_what_was_begun_first_then_the_schools_choice(as_, teacher, school, evidence):
    framework = plant_framework(["A5", "A6", "A7"])
    programme = plant_programme(framework=framework)
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    cohort.enrollments.create(learner=teacher)
    cohort.capabilities.set(framework.capabilities.filter(code__in=["A5", "A7"]))
    evidence.begin()

    groups = as_(teacher).get(reverse("evidence:portfolio")).context["groups"]

    assert [[line.capability.code for line in lines] for _, lines in groups] == [["A5"], ["A7"], ["A6"]]


def test_a_portfolio_without_a_programme_says_what_to_do(as_, teacher):
    assert "Your school lead enrols you." in as_(teacher).get(reverse("evidence:portfolio")).content.decode()


def test_a_code_means_the_framework_of_ones_own_programme(as_, teacher, school, capability):
    newer = Framework.objects.create(code="microcapabilities", version="3.0", name="新版")
    theirs = Capability.objects.create(framework=newer, code="A5", position=1, name_zh="新版A5")
    EvidenceTask.objects.create(
        capability=theirs, key="plan", position=1, title="新", formats=["pdf"], max_mb=1
    )
    client = as_(teacher)
    assert client.get(submission_url()).context["capability"] == theirs

    programme = plant_programme(framework=capability.framework)
    programme.cohorts.create(school=school, due_on=programme.ends_on).enrollments.create(learner=teacher)

    assert client.get(submission_url()).context["capability"] == capability


USER_AND_POSTINGS = 2


@pytest.mark.parametrize("size", [3, 30])
def test_the_queue_costs_the_same_for_any_length(
    as_, evidence, school, assessor, size, django_assert_num_queries
):
    for _ in range(size):
        evidence.hand_in(by=post(school))
    client = as_(assessor)

    with django_assert_num_queries(USER_AND_POSTINGS + 2):
        client.get(reverse("evidence:review_queue"))


@pytest.mark.parametrize("size", [3, 30])
def test_the_portfolio_costs_the_same_for_any_framework(
    as_, teacher, school, size, django_assert_num_queries
):
    programme = plant_programme(framework=plant_framework([f"A{number}" for number in range(size)]))
    programme.cohorts.create(school=school, due_on=programme.ends_on).enrollments.create(learner=teacher)
    client = as_(teacher)

    with django_assert_num_queries(USER_AND_POSTINGS + 4):
        client.get(reverse("evidence:portfolio"))


@pytest.mark.parametrize("tasks", [1, 12])
def test_evidence_and_its_marking_cost_the_same_for_any_rubric(
    as_, capability, evidence, teacher, assessor, tasks, django_assert_num_queries
):
    for number in range(tasks):
        task = EvidenceTask.objects.create(
            capability=capability,
            key=f"t{number}",
            position=number + 5,
            title="材料",
            formats=["pdf"],
            max_mb=1,
        )
        task.indicators.create(level=rules.PASS, position=1, text="写明了目标")
    submission = evidence.hand_in()
    evidence.review(submission, misses=rules.PASS)
    submission.refresh_from_db()
    client = as_(teacher)

    with django_assert_num_queries(USER_AND_POSTINGS + 10):
        client.get(submission_url())
    actions.hand_in(submission=submission, reflection="补了。", by=teacher)
    client = as_(assessor)
    with django_assert_num_queries(USER_AND_POSTINGS + 8):
        client.get(reverse("evidence:review", args=[submission.pk]))


def test_a_second_posting_does_not_show_evidence_twice(as_, evidence, school, teacher, assessor, county):
    PostingFactory(person=teacher, organization=county, role=Role.TEACHER)
    PostingFactory(person=assessor, organization=county, role=Role.ASSESSOR)
    submission = evidence.hand_in()

    page = as_(assessor).get(reverse("evidence:review_queue")).context["page"]

    assert list(page.object_list) == [submission]

"""One teacher's whole way through the real addresses, from a roster file to a verified certificate."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from weasyprint import HTML

from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.queries import paper_of
from certificates.models import Certificate
from courses.models import LessonPage
from organizations.jobs.worker import run_due
from organizations.models import Organization, RosterImport, User
from organizations.roles import Role

from .assessments.quizzes.papers import form_for
from .factories import plant_bureau, plant_county, plant_module, plant_programme, plant_rule_pack, post

ROSTER = Path(__file__).parent / "data" / "roster" / "school.xlsx"
PASSWORD = "qin-ling-yun-heng"

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def workbook(response) -> list[list[str]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("导入设计.pdf", HTML(string="<h1>导入环节教学设计</h1>").write_pdf())


def import_roster(bureau: Organization, officer: User) -> None:
    client = signed_in(officer)
    with ROSTER.open("rb") as file:
        client.post(reverse("organizations:roster_imports"), {"organization": bureau.pk, "file": file})
    run_due()
    found = RosterImport.objects.get()
    shown = client.get(reverse("organizations:roster_import", args=[found.pk]))
    assert shown.context["counts"]["add"] == 90
    client.post(reverse("organizations:roster_apply", args=[found.pk]))
    run_due()


def activate(lead: User, school: Organization, number: str) -> Client:
    """The lead prints codes; the person with this number uses theirs on a phone."""
    sheet = workbook(signed_in(lead).post(reverse("organizations:codes", args=[school.pk])))
    [code] = [row[-1] for row in sheet if number in row]
    phone = Client()
    answer = phone.post(
        reverse("organizations:activate"),
        {"login": number, "code": code, "password": PASSWORD, "password_again": PASSWORD},
    )
    assert answer.status_code == 302
    return phone


def study(phone: Client, lesson: LessonPage) -> None:
    address = reverse("courses:lesson", args=[lesson.module.code, lesson.position])
    phone.get(address)
    answers = {
        question["id"]: [o["id"] for o in question["options"] if o["correct"]]
        for question in lesson.questions
    }
    phone.post(address, answers)


def take_quiz(phone: Client, code: str) -> None:
    paper = phone.post(reverse("quizzes:start", args=[code]), follow=True)
    address = paper.redirect_chain[-1][0]
    attempt = paper.context["attempt"]
    right = {str(version.pk): right_answer(version.item) for version in paper_of(attempt)}
    phone.post(address, {**form_for(attempt, right), "lease": attempt.lease})


def hand_in(phone: Client) -> None:
    phone.post(reverse("evidence:upload", args=["A5", "plan"]), {"plan-file": pdf()})
    phone.post(
        reverse("evidence:hand_in", args=["A5"]), {"reflection": "试了投票导入，有用。", "deidentified": "on"}
    )


def mark(assessor: User, *, met: bool) -> None:
    client = signed_in(assessor)
    queue = client.get(reverse("evidence:review_queue"))
    [waiting] = queue.context["page"].object_list
    address = reverse("evidence:review", args=[waiting.pk])
    form = client.get(address).context["form"]
    data = {"round": waiting.round, "feedback": "请补上过渡语。" if not met else "很好。"}
    for indicator in form.indicators:
        data[f"met-{indicator.pk}"] = "yes" if met else "no"
        data[f"comment-{indicator.pk}"] = "" if met else "没有写出"
    client.post(address, data)


def test_a_teacher_goes_from_the_roster_to_a_verified_certificate():
    bureau = plant_bureau()
    for name in ("渭滨区", "金台区", "陈仓区"):
        plant_county(bureau, name, code=None)
    officer = post(bureau, Role.BUREAU_OFFICER)
    module = plant_module("M02", lessons=2, questions=2)
    programme = plant_programme([module])
    plant_rule_pack(programme)

    import_roster(bureau, officer)
    school = Organization.objects.schools().first()
    lead = User.objects.in_organizations(Organization.objects.filter(pk=school.pk)).get(
        postings__role=Role.SCHOOL_LEAD
    )
    teacher = (
        User.objects.in_organizations(Organization.objects.filter(pk=school.pk)).exclude(pk=lead.pk).first()
    )
    assessor = post(school, Role.ASSESSOR)
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    signed_in(lead).post(reverse("tracking:enrol", args=[cohort.pk]))

    phone = activate(lead, school, teacher.number)
    assert phone.get(reverse("home")).context["plan"].step.kind == "lesson"
    for lesson in LessonPage.objects.child_of(module):
        study(phone, lesson)
    assert phone.get(reverse("home")).context["plan"].step.kind == "quiz"
    take_quiz(phone, "M02")
    assert phone.get(reverse("home")).context["plan"].step.kind == "evidence"
    hand_in(phone)
    assert phone.get(reverse("home")).context["plan"].step.kind == "wait"
    mark(assessor, met=False)
    assert phone.get(reverse("home")).context["plan"].step.kind == "revise"
    hand_in(phone)
    mark(assessor, met=True)
    run_due()

    assert phone.get(reverse("home")).context["plan"].step.kind == "certificate"
    certificate = Certificate.objects.get()
    assert certificate.status == Certificate.Status.ISSUED
    download = phone.get(reverse("certificates:pdf", args=[certificate.number]))
    assert download.content.startswith(b"%PDF")
    public = Client().get(reverse("certificates:verification", args=[certificate.token]))
    assert certificate.number in public.content.decode()
    assert teacher.name not in public.content.decode()
    page = signed_in(lead).get(reverse("tracking:cohort", args=[cohort.pk]), {"show": "certified"})
    [(name, cells)] = page.context["rows"]
    assert name == teacher.name
    assert certificate.number in cells

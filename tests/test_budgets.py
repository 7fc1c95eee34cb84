"""What a page may weigh and ask of the database: a phone on a slow line opens it in seconds.

Weighed with the real lessons and questions. Bytes as gzip sends them; the first visit brings stylesheets,
scripts and pictures along, a repeated one the page alone.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.diagnostics.loading import plant_diagnostic
from assessments.evidence.actions import begin
from assessments.evidence.loading import load_evidence_tasks
from assessments.quizzes.actions import start, submit
from assessments.quizzes.desk.actions import propose
from assessments.quizzes.exchange.exporting import entries
from assessments.quizzes.exchange.importing import hand_in
from assessments.quizzes.exchange.making import request_export
from assessments.quizzes.formats import excel
from assessments.quizzes.items.kinds import Short
from assessments.quizzes.loading import let_editors_keep_the_bank, load_questions
from assessments.quizzes.models import Question, QuestionVersion, Quiz
from assessments.quizzes.queries import size
from assessments.standards.actions import invite, open_panel
from courses.actions import answer_self_check, enrol_school, open_lesson
from courses.loading import load_catalogue
from courses.models import Capability, LessonPage, ModulePage
from organizations.jobs.worker import run_due
from organizations.models import User

from .assessments.diagnostics.conftest import plant_sitting
from .assessments.quizzes.desk.people import keyed, sit, strangers, ticks
from .factories import CertificateFactory, UserFactory, plant_programme, plant_question, plant_rule_pack, post

STATIC = Path(__file__).parent.parent / "static"

TEACHER = (40, 12)
QUIZ = (45, 15)
UPLOAD = (65, 15)
SCHOOL = (60, 25)
PUBLIC = (20, 10)
ADMIN = (600, 30)
"""KB of a first visit, and of a repeated one."""

# page: its budget in KB, queries at most
BUDGETS = {
    "front page": (TEACHER, 0),
    "sign in": (TEACHER, 0),
    "home": (TEACHER, 12),
    "account": (TEACHER, 2),
    "catalogue": (TEACHER, 5),
    "module": (TEACHER, 7),
    "heaviest lesson": (TEACHER, 6),
    "completed lesson": (TEACHER, 8),
    "quiz": (QUIZ, 6),
    "paper": (QUIZ, 5),
    "result": (QUIZ, 7),
    "portfolio": (TEACHER, 6),
    "upload": (UPLOAD, 11),
    "certificates": (TEACHER, 10),
    "transcript": (TEACHER, 8),
    "hours": (TEACHER, 5),
    "register": (SCHOOL, 12),
    "history": (SCHOOL, 8),
    "training elsewhere": (SCHOOL, 8),
    "schools": (SCHOOL, 4),
    "school": (SCHOOL, 6),
    "verification": (PUBLIC, 1),
    "before the diagnosis": (TEACHER, 6),
    "beginning the diagnosis": (TEACHER, 7),
    "step of the diagnosis": (QUIZ, 3),
    "diagnosis": (TEACHER, 15),
    "how the diagnosis works": (TEACHER, 8),
    "answers to mark": (TEACHER, 4),
    "answer": (TEACHER, 4),
    "item desk": (SCHOOL, 7),
    "quiz at the desk": (SCHOOL, 7),
    "question at the desk": (SCHOOL, 8),
    "wrong key": (SCHOOL, 4),
    "corrected keys": (SCHOOL, 4),
    "corrected key": (SCHOOL, 12),
    "panels": (SCHOOL, 5),
    "panel": (SCHOOL, 4),
    "judging": (SCHOOL, 4),
    "bank": (ADMIN, 13),
    "imports": (ADMIN, 10),
    "import": (ADMIN, 9),
    "export": (ADMIN, 10),
    "exported": (ADMIN, 9),
    "badge": (TEACHER, 3),
    "checking a badge": (PUBLIC, 0),
}

LOADED = re.compile(r'<(?!a\b)[a-z]+\b[^>]*?\b(?:src|href|action|poster|srcset|data)="([^"]*)"')
"""Addresses that a browser fetches or sends to by itself: all but those of links."""
IN_FILES = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)|["'](https?:)?(//[^"'\s]+)["']""")


@dataclass(frozen=True)
class Visit:
    html: str
    queries: int

    @property
    def assets(self) -> set[str]:
        """The static files that the page names, and those that its stylesheets name."""
        named = {path.partition("#")[0] for path in LOADED.findall(self.html)}
        files = {path.removeprefix("/static/") for path in named if path.startswith("/static/")}
        files |= {f"css/{name}" for file in files for name in re.findall(r'@import "([\w.]+)"', text(file))}
        pictures = {name for file in files for name in re.findall(r"\.\./img/([\w.]+)", text(file))}
        return files | {f"img/{name}" for name in pictures}

    @property
    def weight(self) -> tuple[float, float]:
        """KB of a first visit, and of a repeated one."""
        page = compressed(self.html.encode())
        return page + sum(compressed(content(file)) for file in self.assets), page


def content(file: str) -> bytes:
    return Path(finders.find(file)).read_bytes()


def text(file: str) -> str:
    return content(file).decode(errors="replace")


def compressed(data: bytes) -> float:
    return len(gzip.compress(data, 6)) / 1000


@pytest.fixture
def editor() -> User:
    person = UserFactory(name="文编")
    person.groups.add(Group.objects.get_or_create(name="Editors")[0])
    return person


@pytest.fixture
def desk(teacher, assessor, bureau_officer, editor) -> Callable[[], dict[str, tuple[User | None, str]]]:
    """Plants what those see who look after questions: sixty attempts, an answer, a key, a panel, files."""

    def pages() -> dict[str, tuple[User | None, str]]:
        let_editors_keep_the_bank()
        versions = list(QuestionVersion.objects.filter(question__module__code="M02", kind="single")[:10])
        right = [next(option.id for option in v.item.options if option.score == 1) for v in versions]
        sit(Quiz.objects.get(code="M02"), ticks(versions, right, 60), strangers(60))
        wrong = versions[0]
        other = next(option.id for option in wrong.item.options if option.id != right[0])
        repair = propose(version=wrong, content=keyed(wrong, other), reason="错", by=bureau_officer)
        short = plant_question("S-1", Short("short", "为什么？", "理由")).current
        [attempt] = sit(Quiz.objects.get(code="M03"), [{short: "因为"}], [teacher])
        panel = open_panel(quiz=Quiz.objects.get(code="M02"), method="angoff", by=bureau_officer)
        invite(panel=panel, people=[assessor], by=bureau_officer)
        file = io.BytesIO(excel.write(entries(Question.objects.filter(module__code="M02"))).content)
        row = hand_in(file=file, file_name="题.xlsx", module=None, by=editor)
        made = request_export(format_name="aiken", query="", by=editor)
        run_due()
        return {
            "answers to mark": (assessor, reverse("desk:answers")),
            "answer": (assessor, reverse("desk:answer", args=[attempt.responses.get().pk])),
            "item desk": (bureau_officer, reverse("desk:quizzes")),
            "quiz at the desk": (bureau_officer, reverse("desk:quiz", args=["M02"])),
            "question at the desk": (bureau_officer, reverse("desk:question", args=["M02", wrong.pk])),
            "wrong key": (bureau_officer, reverse("desk:propose", args=[versions[1].pk])),
            "corrected keys": (bureau_officer, reverse("desk:repairs")),
            "corrected key": (bureau_officer, reverse("desk:repair", args=[repair.pk])),
            "panels": (bureau_officer, reverse("standards:panels")),
            "panel": (bureau_officer, reverse("standards:panel", args=[panel.pk])),
            "judging": (assessor, reverse("standards:judge", args=[panel.pk])),
            "bank": (editor, reverse("questions:index")),
            "imports": (editor, reverse("questions:imports")),
            "import": (editor, reverse("questions:import", args=[row.pk])),
            "export": (editor, reverse("questions:export")),
            "exported": (editor, reverse("questions:exported", args=[made.pk])),
        }

    return pages


@pytest.fixture
def diagnosed(teacher) -> Callable[..., dict[str, tuple[User | None, str]]]:
    """Plants the diagnosis for one who has not begun, at a question, and with a result."""

    def pages(framework, colleague: User) -> dict[str, tuple[User | None, str]]:
        quiz = plant_diagnostic(framework).quiz
        longest = max(QuestionVersion.objects.all(), key=lambda version: len(str(version.content)))
        open_one = plant_sitting(longest, teacher)
        submit(attempt=start(quiz=quiz, by=teacher), answers={}, lease="", by=teacher)
        return {
            "before the diagnosis": (colleague, reverse("diagnostics:mine")),
            "beginning the diagnosis": (colleague, reverse("diagnostics:begin")),
            "step of the diagnosis": (teacher, reverse("diagnostics:step", args=[open_one.pk])),
            "diagnosis": (teacher, reverse("diagnostics:mine")),
            "how the diagnosis works": (teacher, reverse("diagnostics:how")),
        }

    return pages


@pytest.fixture
def addresses(teacher, lead, school, desk, diagnosed) -> dict[str, tuple[User | None, str]]:
    """Name of a page to who opens it, and where it is: with the real content, and a school of sixty."""
    load_catalogue()
    load_questions()
    load_evidence_tasks()
    heaviest = max(LessonPage.objects.all(), key=lambda lesson: len(str(lesson.body.raw_data)))
    module = ModulePage.objects.get(code="M02")
    programme = plant_programme(ModulePage.objects.all())
    plant_rule_pack(programme)
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    colleague, *_others = [post(school) for _ in range(58)]
    enrol_school(cohort=cohort, by=lead)
    call_command("rebuild_standings", stdout=io.StringIO())

    lesson = LessonPage.objects.child_of(module).get(position=1)
    for page in (lesson, heaviest):
        open_lesson(lesson_id=page.pk, by=teacher)
    right = {q["id"]: [o["id"] for o in q["options"] if o["correct"]] for q in lesson.questions}
    answer_self_check(lesson=lesson, answers=right, by=teacher)
    done = submit(attempt=start(quiz=module.quiz, by=teacher), answers={}, lease="", by=teacher)
    paper = start(quiz=max(Quiz.objects.exclude(pk=done.quiz_id), key=size), by=teacher)
    begin(capability=Capability.objects.get(code="A5", framework=programme.framework), by=teacher)
    certificate = CertificateFactory(learner=teacher, programme=programme)
    return (
        desk()
        | diagnosed(programme.framework, colleague)
        | {
            "front page": (None, reverse("home")),
            "sign in": (None, reverse("account_login")),
            "home": (teacher, reverse("home")),
            "account": (teacher, reverse("me")),
            "catalogue": (teacher, reverse("courses:catalogue")),
            "module": (teacher, reverse("courses:module", args=["M02"])),
            "heaviest lesson": (teacher, heaviest.path_on_site()),
            "completed lesson": (teacher, lesson.path_on_site()),
            "quiz": (teacher, reverse("quizzes:quiz", args=["M02"])),
            "paper": (teacher, reverse("quizzes:attempt", args=[paper.pk])),
            "result": (teacher, reverse("quizzes:attempt", args=[done.pk])),
            "portfolio": (teacher, reverse("evidence:portfolio")),
            "upload": (teacher, reverse("evidence:submission", args=["A5"])),
            "certificates": (teacher, reverse("certificates:mine")),
            "transcript": (teacher, reverse("certificates:transcript")),
            "hours": (teacher, reverse("certificates:hours") + "?first=2020-01-01&last=2100-01-01"),
            "register": (lead, reverse("certificates:register")),
            "history": (lead, reverse("certificates:certificate", args=[certificate.number])),
            "training elsewhere": (lead, reverse("courses:trainings", args=[cohort.pk])),
            "schools": (lead, reverse("tracking:cohorts")),
            "school": (lead, reverse("tracking:cohort", args=[cohort.pk])),
            "verification": (None, reverse("certificates:verification", args=[certificate.token])),
            "badge": (teacher, reverse("badges:badge", args=[certificate.number])),
            "checking a badge": (None, reverse("badges:verify")),
        }
    )


def visits_of(addresses: dict[str, tuple[User | None, str]]) -> dict[str, Visit]:
    """Every page as a person gets it who has been there before."""
    return {name: visit(user, address) for name, (user, address) in addresses.items()}


def visit(user: User | None, address: str) -> Visit:
    client = Client()
    if user:
        client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return Visit(response.content.decode(), len(queries))


def test_every_page_keeps_its_budget_and_loads_nothing_from_elsewhere(addresses, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    visits = visits_of(addresses)

    over = {}
    for name, ((first, repeated), queries) in BUDGETS.items():
        found = visits[name]
        if found.weight[0] > first or found.weight[1] > repeated or found.queries > queries:
            over[name] = (*found.weight, found.queries)

    loaded = {(name, path) for name, found in visits.items() for path in LOADED.findall(found.html)}
    assert over == {}
    assert set(visits) == set(BUDGETS)
    assert [(name, path) for name, path in loaded if "//" in path] == []


def test_stylesheets_and_scripts_load_nothing_from_elsewhere():
    foreign = [
        (path.name, found.group())
        for path in STATIC.rglob("*.*")
        if path.suffix in {".css", ".js", ".svg"}
        for found in IN_FILES.finditer(path.read_text(encoding="utf-8"))
        if "//" in found.group() and "www.w3.org" not in found.group()
    ]

    assert foreign == []

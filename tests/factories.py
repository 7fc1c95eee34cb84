"""Rows for tests: small, and without surprises. Each factory makes just what it is called after."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import factory
from django.utils import timezone
from wagtail.models import Page, Site

from assessments.evidence.models import EvidenceTask, Indicator
from assessments.quizzes.bank import add_version
from assessments.quizzes.items.kinds import Choice, Item, Option
from assessments.quizzes.items.pictures import images
from assessments.quizzes.items.stored import dump
from assessments.quizzes.loading import plant_quiz
from assessments.quizzes.models import Question
from assessments.quizzes.pictures import keep_all
from certificates.facts import facts_of
from certificates.files import keep
from certificates.lifecycle import Status
from certificates.models import Certificate, CertificateEvent, RulePack
from certificates.numbers import certificate_number
from certificates.rules import Record, Shown
from courses.models import (
    Capability,
    CatalogPage,
    Cohort,
    Enrollment,
    Framework,
    LessonPage,
    ModulePage,
    Programme,
)
from organizations.models import Organization, Posting, User
from organizations.roles import Role

from .assessments.quizzes.pictures import PICTURES


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a number. Without `password=` they have not activated, though `force_login` works."""

    class Meta:
        model = User

    name = "王小明"
    number = factory.Sequence(lambda n: f"9{n:010d}")

    @classmethod
    def _create(cls, model_class, *args, **fields):
        return model_class.objects.create_user(*args, **fields)


class PostingFactory(factory.django.DjangoModelFactory):
    """A person's posting, open since today."""

    class Meta:
        model = Posting

    person = factory.SubFactory(UserFactory)
    role = Role.TEACHER


def plant_bureau(name: str = "宝鸡市教育局", code: str | None = "610300") -> Organization:
    """A tree's root."""
    return Organization.add_root(kind=Organization.Kind.BUREAU, name=name, code=code)


def plant_county(bureau: Organization, name: str = "渭滨区", code: str | None = "610302") -> Organization:
    """A county below `bureau`."""
    return plant(bureau, Organization.Kind.COUNTY, name=name, code=code)


def plant_school(
    county: Organization, name: str = "渭滨区第一小学", code: str | None = None, **fields
) -> Organization:
    """A school below `county`."""
    return plant(county, Organization.Kind.SCHOOL, name=name, code=code, **fields)


def plant(parent: Organization, kind: str, **fields) -> Organization:
    """An organization below `parent`, which is read again first: treebeard counts children on the row."""
    parent.refresh_from_db()
    return parent.add_child(kind=kind, **fields)


def post(organization: Organization, role: str = Role.TEACHER, **person) -> User:
    """A new person posted in `organization`."""
    user = UserFactory(**person)
    PostingFactory(person=user, organization=organization, role=role)
    return user


def plant_framework(codes: Sequence[str] = ("A5",)) -> Framework:
    """The framework, with these capabilities, each with one graded task of two indicators."""
    framework, _ = Framework.objects.get_or_create(
        code="microcapabilities", version="2.0", defaults={"name": "信息技术应用微能力"}
    )
    for position, code in enumerate(codes, start=1):
        capability, created = Capability.objects.get_or_create(
            framework=framework,
            code=code,
            defaults={"position": position, "dimension": "学法指导", "name_zh": f"微能力{code}"},
        )
        if created:
            task = EvidenceTask.objects.create(
                capability=capability, key="plan", position=1, title="教学设计", formats=["pdf"], max_mb=20
            )
            for number, level in enumerate(Indicator.Level.values, start=1):
                Indicator.objects.create(task=task, level=level, position=number, text=f"{level} {number}")
    return framework


def self_check(questions: int = 1) -> dict:
    """A self-check whose first option is right in each question."""
    return {
        "type": "self_check",
        "id": str(uuid4()),
        "value": {
            "questions": [
                {
                    "type": "item",
                    "id": f"q{number}",
                    "value": {
                        "stem": f"第{number}题？",
                        "kind": "single",
                        "options": [
                            {
                                "type": "item",
                                "id": f"q{number}{letter}",
                                "value": {
                                    "text": f"选项{letter}",
                                    "correct": letter == "a",
                                    "feedback": f"反馈{letter}",
                                },
                            }
                            for letter in "abc"
                        ],
                    },
                }
                for number in range(1, questions + 1)
            ]
        },
    }


def plant_catalogue() -> CatalogPage:
    """The catalogue page, as the root of the default site."""
    if catalogue := CatalogPage.objects.first():
        return catalogue
    catalogue = Page.get_first_root_node().add_child(instance=CatalogPage(title="课程目录", slug="catalogue"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": catalogue}
    )
    return catalogue


def plant_module(code: str = "M02", *, lessons: int = 1, questions: int = 0) -> ModulePage:
    """A published module with lessons of half an hour, and a quiz of as many questions as told."""
    module = plant_catalogue().add_child(
        instance=ModulePage(title=f"模块{code}", slug=code.lower(), code=code, audience="全员")
    )
    for position in range(1, lessons + 1):
        module.refresh_from_db()
        module.add_child(
            instance=LessonPage(
                title=f"{code}第{position}课",
                slug=f"{code.lower()}-{position}",
                position=position,
                hours="0.5",
                body=[{"type": "text", "value": "正文。", "id": str(uuid4())}, self_check()],
            )
        )
    if questions:
        plant_quiz(module=module.pk, code=code, title=f"{code}单元测验", size=questions)
    for number in range(1, questions + 1):
        plant_question(f"{code}-Q{number:02}", single(f"{code}第{number}题？"), module=module)
    return module


def single(stem: str) -> Choice:
    """A question with three options, of which a is right."""
    options = [Option(letter, f"选项{letter}", float(letter == "a"), f"反馈{letter}") for letter in "abc"]
    return Choice("single", stem, tuple(options))


def plant_question(key: str, item: Item, **fields) -> Question:
    """A question in use."""
    question = Question.objects.create(key=key, **fields)
    keep_all({name: PICTURES[name] for name in images(item)}, by=None)
    add_version(question=question, content=dump(item), by=None)
    question.status = Question.Status.OPERATIONAL
    question.save()
    return question


def plant_programme(modules: Sequence[ModulePage] = (), **fields) -> Programme:
    """A programme that runs now, over these modules."""
    today = timezone.localdate()
    defaults = {
        "slug": f"programme-{uuid4().hex[:8]}",
        "title": "2026年起步研修",
        "framework": plant_framework(),
        "starts_on": today - datetime.timedelta(days=10),
        "ends_on": today + datetime.timedelta(days=60),
        "online_hours": 3,
        "practice_hours": 0,
    }
    programme = Programme.objects.create(**{**defaults, **fields})
    programme.modules.set(modules)
    return programme


RULES = {
    "online_hours": 0.5,
    "practice_hours": 0,
    "capabilities": {"count": 1, "dimensions": 1, "grade": "pass"},
    "quizzes": "all",
}


def plant_rule_pack(programme: Programme, **fields) -> RulePack:
    """A rule pack in force: half an online hour, one capability, every quiz."""
    defaults = {"code": f"pack-{programme.pk}", "title": "合格证书", "rules": RULES}
    return RulePack.objects.create(
        **{**defaults, **fields}, programme=programme, effective_from=programme.starts_on
    )


class CertificateFactory(factory.django.DjangoModelFactory):
    """A certificate in the programme told, issued unless told, with a file that is no real PDF."""

    class Meta:
        model = Certificate

    class Params:
        programme = factory.LazyFunction(plant_programme)

    learner = factory.SubFactory(UserFactory)
    rule_pack = factory.LazyAttribute(
        lambda o: o.programme.rule_packs.first() or plant_rule_pack(o.programme)
    )
    number = factory.Sequence(
        lambda n: certificate_number(prefix="BJXJ20", year=2025, area="610302", serial=n + 1)
    )
    token = factory.LazyFunction(lambda: uuid4().hex)
    status = Certificate.Status.ISSUED
    holder = factory.LazyAttribute(lambda o: o.learner.name)
    holder_number = factory.LazyAttribute(lambda o: o.learner.number)
    school = "渭滨区第一小学"
    county = "渭滨区"
    facts = factory.LazyAttribute(lambda o: facts_of_programme(o.programme))

    @classmethod
    def _create(cls, model_class, *args, reason: str = "", **fields):
        certificate = model_class(*args, **fields)
        if certificate.status not in {Status.DRAFT, Status.APPROVED, Status.HELD}:
            content = f"%PDF-1.7 {certificate.number}".encode()
            certificate.pdf, certificate.sha256 = keep(certificate, content)
            certificate.issued_at = certificate.awarded_at
        certificate.save()
        if certificate.status != Status.DRAFT:
            CertificateEvent.objects.create(certificate=certificate, after=certificate.status, reason=reason)
        return certificate


def facts_of_programme(programme: Programme) -> dict:
    """What a certificate of this programme says: three hours and one capability."""
    shown = Shown("A5", "学法指导", "pass", "技术支持的课堂导入")
    record = Record(online_hours=Decimal(3), capabilities=(shown,))
    cohort = Cohort(programme=programme)
    return facts_of(Enrollment(cohort=cohort), record, RulePack(code="pack", title="合格证书"))

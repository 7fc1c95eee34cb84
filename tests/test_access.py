"""Who may open what: every address of the site × every kind of person. An address that is not here fails the build.

200 and 302 are open doors, 403 is for colleagues without the right, 404 for strangers: what they may not
see does not exist. Nobody is sent to the one login door.
"""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from assessments.diagnostics.loading import plant_diagnostic
from assessments.evidence.actions import begin
from assessments.evidence.models import EvidenceFile, Submission
from assessments.quizzes.actions import start
from assessments.quizzes.desk.actions import propose
from assessments.quizzes.items.kinds import Short
from assessments.quizzes.models import Question, Quiz
from assessments.quizzes.pictures import keep
from assessments.standards.actions import invite, open_panel
from certificates.actions import award_due
from certificates.badges.actions import replace_keys
from certificates.batches.actions import create
from certificates.loading import document_of, read_document
from certificates.models import Certificate
from certificates.offices.actions import make_token
from certificates.rulebook.actions import begin_trial, run_trial
from courses.actions import credit_hours, record_training
from courses.models import OutsideTraining
from organizations.actions import check_roster, hand_in_roster
from organizations.files import CheckedFile
from organizations.jobs.worker import run_due
from organizations.models import Organization
from organizations.roles import Role

from .assessments.diagnostics.conftest import plant_sitting
from .assessments.quizzes.desk.people import keyed, sit
from .assessments.quizzes.pictures import PICTURES, RED
from .factories import (
    plant_county,
    plant_module,
    plant_programme,
    plant_question,
    plant_rule_pack,
    plant_school,
    post,
)

ACTORS = (
    "nobody",
    "owner",
    "colleague",
    "assessor",
    "lead",
    "outsider",
    "other_lead",
    "other_assessor",
    "county_lead",
    "other_county",
    "bureau",
)
"""Owner, colleague, assessor and lead are of one school; outsider and the other_ two of another in the same county."""

REFUSED_ROSTER = "姓名,教职工号,区县,学校名称,学校标识码\n,61030300002,渭滨区,渭滨区第一小学,3161000001\n"
"""One person without a name."""

NOTHING_MUCH = {
    "online_hours": 0.5,
    "practice_hours": 0,
    "capabilities": {"count": 0, "dimensions": 0, "grade": "pass"},
    "quizzes": 0,
}

GET, POST = "get", "post"
OPEN = (200,) * 11
MEMBERS = (302, *(200,) * 10)
SENT_ON = (302,) * 11
OWN = (302, 200, *(404,) * 9)
OWN_POST = (302, 302, *(404,) * 9)

# fmt: off
TABLE = [
    # method, name, whose arguments, then by actor:
    #                                                     nobody own  coll asse lead outs o.le o.as coun o.co bure
    (GET,  "home",                        "",              OPEN),
    (GET,  "healthz",                     "",              OPEN),
    (GET,  "me",                          "",              MEMBERS),
    (POST, "set_language",                "",              SENT_ON),
    (GET,  "organizations:activate",      "",             (200, *(302,) * 10)),
    (GET,  "organizations:codes",         "school",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (POST, "organizations:codes",         "school",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "organizations:roster_imports", "",            (302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200)),
    (GET,  "organizations:roster_import", "roster_import", (302, 404, 404, 404, 404, 404, 404, 404, 200, 404, 200)),
    (POST, "organizations:roster_apply",  "roster_import", (302, 404, 404, 404, 404, 404, 404, 404, 302, 404, 302)),
    (POST, "organizations:roster_undo",   "roster_import", (302, 404, 404, 404, 404, 404, 404, 404, 302, 404, 302)),
    (GET,  "organizations:roster_refused", "roster_import", (302, 404, 404, 404, 404, 404, 404, 404, 200, 404, 200)),
    (GET,  "courses:catalogue",           "",              OPEN),
    (GET,  "courses:module",              "module",        MEMBERS),
    (GET,  "courses:lesson",              "lesson",        MEMBERS),
    (POST, "courses:lesson",              "lesson",        MEMBERS),
    (POST, "courses:bookmark",            "lesson",       (302, *(400,) * 10)),
    (GET,  "courses:trainings",           "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (POST, "courses:trainings",           "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "courses:training",            "training",     (302, 403, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (POST, "courses:training",            "training",     (302, 403, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "courses:training_document",   "training",     (302, 200, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "courses:search",              "",              MEMBERS),
    (GET,  "quizzes:quiz",                "module",        MEMBERS),
    (POST, "quizzes:start",               "module",        SENT_ON),
    (GET,  "quizzes:picture",             "picture",       MEMBERS),
    (GET,  "quizzes:attempt",             "attempt",       OWN),
    (POST, "quizzes:attempt",             "attempt",       OWN),
    (POST, "quizzes:save",                "attempt",      (302, *(400,) * 10)),
    (GET,  "diagnostics:mine",            "",              MEMBERS),
    (GET,  "diagnostics:begin",           "",              OWN),
    (POST, "diagnostics:begin",           "",              OWN),
    (POST, "diagnostics:again",           "",              OWN_POST),
    (GET,  "diagnostics:how",             "",              OWN),
    (GET,  "diagnostics:step",            "sitting",       OWN),
    (POST, "diagnostics:step",            "sitting",       OWN_POST),
    (GET,  "diagnostics:cohort",          "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "desk:quizzes",                "",             (302, *(403,) * 9, 200)),
    (GET,  "desk:quizzes_export",         "",             (302, *(403,) * 9, 200)),
    (GET,  "desk:quiz",                   "module",       (302, *(403,) * 9, 200)),
    (GET,  "desk:quiz_export",            "module",       (302, *(403,) * 9, 200)),
    (GET,  "desk:question",               "question",     (302, *(403,) * 9, 200)),
    (GET,  "desk:propose",                "version",      (302, *(403,) * 9, 200)),
    (POST, "desk:propose",                "version",      (302, *(403,) * 9, 200)),
    (GET,  "desk:repairs",                "",             (302, *(403,) * 9, 200)),
    (GET,  "desk:repair",                 "repair",       (302, *(403,) * 9, 200)),
    (POST, "desk:repair",                 "repair",       (302, *(403,) * 9, 302)),
    (POST, "desk:decline",                "repair",       (302, *(403,) * 9, 302)),
    (GET,  "desk:answers",                "",             (302, 403, 403, 200, 403, 403, 403, 200, 403, 403, 403)),
    (GET,  "desk:answer",                 "response",     (302, 403, 403, 200, 403, 403, 403, 404, 403, 403, 403)),
    (POST, "desk:answer",                 "response",     (302, 403, 403, 200, 403, 403, 403, 404, 403, 403, 403)),
    (GET,  "standards:panels",            "",             (302, 403, 403, 200, 403, 403, 403, 200, 403, 403, 200)),
    (POST, "standards:panels",            "",             (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200)),
    (GET,  "standards:panel",             "panel",        (302, *(403,) * 9, 200)),
    (POST, "standards:panel",             "panel",        (302, *(403,) * 9, 200)),
    (POST, "standards:close",             "panel",        (302, *(403,) * 9, 302)),
    (POST, "standards:adopt",             "panel",        (302, *(403,) * 9, 302)),
    (GET,  "standards:judge",             "panel",        (302, 404, 404, 200, 404, 404, 404, 404, 404, 404, 403)),
    (POST, "standards:judge",             "panel",        (302, 404, 404, 302, 404, 404, 404, 404, 404, 404, 403)),
    (GET,  "diagnostics:programme",       "programme",    (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "evidence:portfolio",          "",              MEMBERS),
    (GET,  "evidence:submission",         "capability",    MEMBERS),
    (POST, "evidence:upload",             "task",         (302, *(200,) * 10)),
    (POST, "evidence:hand_in",            "capability",   (302, 200, *(404,) * 9)),
    (GET,  "evidence:file",               "file",         (302, 200, 404, 200, 404, 404, 404, 404, 404, 404, 404)),
    (GET,  "evidence:review_queue",       "",             (302, 403, 403, 200, 403, 403, 403, 200, 403, 403, 403)),
    (GET,  "evidence:review",             "submission",   (302, 403, 404, 200, 404, 404, 404, 404, 404, 404, 404)),
    (POST, "evidence:review",             "submission",   (302, 403, 404, 200, 404, 404, 404, 404, 404, 404, 404)),
    (GET,  "certificates:mine",           "",              MEMBERS),
    (GET,  "certificates:pdf",            "number",       (302, 200, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "certificates:register",       "",             (302, 403, 403, 403, 200, 403, 200, 403, 200, 200, 200)),
    (GET,  "certificates:export",         "",             (302, 403, 403, 403, 200, 403, 200, 403, 200, 200, 200)),
    (GET,  "certificates:transcript",     "",              MEMBERS),
    (GET,  "certificates:hours",          "",              MEMBERS),
    (GET,  "certificates:certificate",    "number",       (302, 403, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "certificates:step",           "step",         (302, 403, 404, 404, 403, 404, 404, 404, 403, 404, 200)),
    (POST, "certificates:step",           "step",         (302, 403, 404, 404, 403, 404, 404, 404, 403, 404, 200)),
    (GET,  "offices:tokens",              "",             (302, *(403,) * 9, 200)),
    (POST, "offices:tokens",              "",             (302, *(403,) * 9, 200)),
    (POST, "offices:revoke",              "bulk_token",   (302, *(403,) * 9, 302)),
    (POST, "offices:verify",              "",             (401,) * 11),
    (GET,  "certificates:verify",         "",              OPEN),
    (GET,  "certificates:verification",   "token",         OPEN),
    (GET,  "batches:batches",             "",             (302, *(403,) * 9, 200)),
    (POST, "batches:batches",             "",             (302, *(403,) * 9, 200)),
    (GET,  "batches:batch",               "batch",        (302, *(403,) * 9, 200)),
    (GET,  "batches:people",              "batch",        (302, *(403,) * 9, 200)),
    (GET,  "batches:sample",              "sample",       (302, *(403,) * 9, 404)),
    (GET,  "batches:package",             "batch_school", (302, *(403,) * 9, 404)),
    (GET,  "batches:sheet",               "batch_school", (302, *(403,) * 9, 404)),
    (POST, "batches:step",                "batch_step",   (302, *(403,) * 9, 302)),
    (GET,  "rulebook:packs",              "",             (302, *(403,) * 9, 200)),
    (POST, "rulebook:packs",              "",             (302, *(403,) * 9, 200)),
    (GET,  "rulebook:pack",               "pack",         (302, *(403,) * 9, 200)),
    (GET,  "rulebook:trial",              "trial",        (302, *(403,) * 9, 200)),
    (GET,  "rulebook:trial_export",       "trial",        (302, *(403,) * 9, 200)),
    (GET,  "rulebook:granted_under",      "number",       (302, 200, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "rulebook:statements",         "",              MEMBERS),
    (POST, "rulebook:statements",         "",              MEMBERS),
    (POST, "rulebook:capability",         "statement",    (302, *(404,) * 10)),
    (GET,  "rulebook:sign_offs",          "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (POST, "rulebook:sign_offs",          "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "badges:badge",                "number",       (302, 200, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "badges:download",             "badge_form",   (302, 200, 404, 404, 200, 404, 404, 404, 200, 404, 200)),
    (GET,  "badges:verify",               "",              OPEN),
    (POST, "badges:verify",               "",              OPEN),
    (GET,  "badges:issuer",               "",              OPEN),
    (GET,  "badges:key",                  "badge_key",     OPEN),
    (GET,  "badges:status_list",          "status_list",   OPEN),
    (GET,  "tracking:cohorts",            "",             (302, 403, 403, 403, 200, 403, 200, 403, 200, 200, 200)),
    (GET,  "tracking:cohort",             "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
    (POST, "tracking:enrol",              "cohort",       (302, 403, 403, 403, 302, 404, 404, 404, 302, 404, 302)),
    (GET,  "tracking:cohort_export",      "cohort",       (302, 403, 403, 403, 200, 404, 404, 404, 200, 404, 200)),
]
# fmt: on

LIBRARIES = {
    "accounts/": "allauth: each page asks for its own login",
    "cms/": "Wagtail: behind its own permission, tested below",
    "documents/": "Wagtail: files in lessons, open to all by design",
}
"""Parts of the site that libraries bring."""


def own_addresses(resolver, namespaces=()) -> set[str]:
    """Names of all addresses outside LIBRARIES, with their namespaces."""
    found = set()
    for pattern in resolver.url_patterns:
        if str(pattern.pattern) in LIBRARIES:
            continue
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            found |= own_addresses(pattern, inner)
        else:
            found.add(":".join((*namespaces, pattern.name or str(pattern.pattern))))
    return found


@pytest.fixture
def world(school, other_school, county, bureau, test_settings) -> SimpleNamespace:
    """One of everything, belonging to the owner or to the owner's school; and one person of each kind."""
    other_county = plant_county(bureau, "金台区", code="610303")
    plant_school(other_county, "金台区第一小学", code="3161000009")
    module = plant_module("M02", lessons=1, questions=2)
    programme = plant_programme([module])
    owner = post(school, Role.TEACHER, name="田思洋")
    plant_diagnostic(programme.framework)
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    enrollment = cohort.enrollments.create(learner=owner)
    credit_hours(enrollment=enrollment, kind="online", hours=Decimal("0.5"), source="lesson", note="")
    capability = programme.framework.capabilities.get()
    submission = begin(capability=capability, by=owner)
    task = capability.evidence_tasks.get()
    file = EvidenceFile(submission=submission, task=task, round=1, name="plan.pdf", size=4, sha256="0" * 64)
    file.file.save("evidence/plan.pdf", ContentFile(b"%PDF"))
    Submission.objects.update(status=Submission.Status.SUBMITTED)
    pack = plant_rule_pack(programme, rules=NOTHING_MUCH)
    [certificate] = award_due(learner=owner)
    run_due()
    certificate.refresh_from_db()
    _document_key, token_key = replace_keys()
    officer = post(bureau, Role.BUREAU_OFFICER)
    roster = hand_in_roster(
        organization=county,
        file=BytesIO(REFUSED_ROSTER.encode()),
        file_name="roster.csv",
        is_complete=False,
        by=officer,
        in_background=False,
    )
    check_roster(roster_import=roster)
    training = record_training(
        enrollment=enrollment, kind=OutsideTraining.Kind.CITY, title="人工智能进课堂", organiser="宝鸡市教研室",
        first_day=programme.starts_on, last_day=programme.starts_on, hours=Decimal(6), by=officer,
        document=CheckedFile("证书.pdf", "pdf", ContentFile(b"%PDF"), "0" * 64),
    )  # fmt: skip
    document = {**read_document(document_of(pack)), "version": 2}
    trial = begin_trial(document=document, bureau=bureau, by=officer, in_background=False)
    run_trial(simulation=trial, tell=lambda share: None)
    version = Question.objects.select_related("current").earliest("key").current
    short = plant_question("S1", Short("short", "为什么？", "说出一个理由")).current
    [written] = sit(Quiz.objects.create(code="S", title="简答"), [{short: "因为"}], [owner])
    [_taken] = sit(module.quiz, [{version: ["a"]}], [post(school)])
    assessor = post(school, Role.ASSESSOR)
    panel = open_panel(quiz=module.quiz, method="angoff", by=officer)
    invite(panel=panel, people=[assessor], by=officer)
    sitting = plant_sitting(version, owner)
    token, _secret = make_token(office="区人事科", expires_on=programme.ends_on, by=officer)
    repair = propose(version=version, content=keyed(version, "b"), reason="选项b才对", by=officer)
    batch = create(rule_pack=certificate.rule_pack, place=county, by=officer)
    run_due()
    return SimpleNamespace(
        people={
            "owner": owner,
            "colleague": post(school),
            "assessor": assessor,
            "lead": post(school, Role.SCHOOL_LEAD),
            "outsider": post(other_school),
            "other_lead": post(other_school, Role.SCHOOL_LEAD),
            "other_assessor": post(other_school, Role.ASSESSOR),
            "county_lead": post(county, Role.COUNTY_LEAD),
            "other_county": post(other_county, Role.COUNTY_LEAD),
            "bureau": officer,
        },
        arguments={
            "": [],
            "batch": [batch.pk],
            "sample": [batch.pk, 1],
            "batch_school": [batch.pk, school.pk],
            "batch_step": [batch.pk, "cancel"],
            "school": [school.pk],
            "roster_import": [roster.pk],
            "pack": [pack.pk],
            "trial": [trial.pk],
            "statement": [pack.pk, "A5"],
            "module": [module.code],
            "lesson": [module.code, 1],
            "question": [module.code, version.pk],
            "version": [version.pk],
            "repair": [repair.pk],
            "panel": [panel.pk],
            "sitting": [sitting.pk],
            "response": [written.responses.get().pk],
            "attempt": [start(quiz=module.quiz, by=owner).pk],
            "picture": [keep(name=RED, content=PICTURES[RED], title="", by=None).pk],
            "capability": [capability.code],
            "task": [capability.code, task.key],
            "file": [file.pk],
            "submission": [submission.pk],
            "number": [certificate.number],
            "badge_form": [certificate.number, "json"],
            "badge_key": [token_key.identifier],
            "status_list": [1],
            "step": [certificate.number, "suspend"],
            "bulk_token": [token.pk],
            "token": [certificate.token],
            "cohort": [cohort.pk],
            "programme": [programme.pk],
            "training": [training.pk],
        },
    )


def answer(world, actor: str, method: str, address: str) -> int:
    """The status an actor gets; what the request changed is taken back."""
    client = Client(raise_request_exception=True)
    if actor != "nobody":
        client.force_login(world.people[actor])
    with transaction.atomic():
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()  # to its end, which closes the file; close() would close PostgreSQL's connection too
    return response.status_code


@pytest.mark.parametrize(("method", "name", "whose", "statuses"), TABLE, ids=lambda value: str(value)[:40])
def test_each_person_gets_through_the_right_doors(world, method, name, whose, statuses):
    address = reverse(name, args=world.arguments[whose])

    found = {actor: answer(world, actor, method, address) for actor in ACTORS}

    assert found == dict(zip(ACTORS, statuses, strict=True))


def test_every_address_is_declared():
    declared = {name for _, name, _, _ in TABLE}

    assert own_addresses(get_resolver()) == declared


@pytest.mark.parametrize(
    "name", ["wagtailadmin_home", "wagtailusers_users:index", "wagtailadmin_explore_root"]
)
@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor != "nobody"])
def test_no_role_opens_the_editors_door(world, name, actor):
    client = Client()
    client.force_login(world.people[actor])

    response = client.get(reverse(name))

    assert response.status_code in {302, 403}
    assert not response.headers.get("Location", "").startswith("/cms/pages")


def test_the_editors_door_is_the_one_login_door(db):
    response = Client().get(reverse("wagtailadmin_home"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_an_editor_opens_the_editors_door(teacher):
    teacher.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(teacher)

    assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_nobody_is_sent_to_the_login_door(world):
    for method, name, whose, statuses in TABLE:
        if statuses[0] == 302 and name != "set_language":
            response = getattr(Client(), method)(reverse(name, args=world.arguments[whose]))
            assert response.headers["Location"].startswith("/accounts/login/"), name


def test_a_transfer_closes_the_old_door(world, school, other_school):
    lead = world.people["lead"]
    lead.postings.update(organization=other_school)

    assert answer(world, "lead", GET, reverse("tracking:cohort", args=world.arguments["cohort"])) == 404
    assert Certificate.objects.visible_to(type(lead).objects.get(pk=lead.pk)).count() == 0
    assert (
        Organization.objects.granting("progress:read", to=type(lead).objects.get(pk=lead.pk)).get()
        == other_school
    )

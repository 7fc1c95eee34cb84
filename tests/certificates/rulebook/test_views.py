"""Pages about rules, as the people they are for use them."""

from __future__ import annotations

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from certificates.actions import award_due
from certificates.loading import RULE_PACKS, document_of
from certificates.models import Certificate, RulePack, SignOff, Simulation
from certificates.rulebook.actions import OwnSignOff, begin_trial, run_trial, sign_off
from certificates.rules import RulesError
from organizations.jobs.models import Job
from organizations.jobs.worker import run_due

from ...factories import RULES, CertificateFactory, UserFactory, plant_rule_pack, post
from ..conftest import enrol, show, study

LOOSER = {"online_hours": 0.5}


@pytest.fixture
def pack(programme) -> RulePack:
    return RulePack.objects.get()


def text_of(pack: RulePack, **changes) -> str:
    changed = RulePack(
        **{name: getattr(pack, name) for name in ("kind", "programme", "code", "title", "effective_from")},
        **{"rules": pack.rules, "version": 2, **changes},
    )
    return document_of(changed)


def test_an_officer_tries_out_a_change(client, bureau_officer, earned, programme, pack, school):
    CertificateFactory(learner=earned.learner, programme=programme)
    client.force_login(bureau_officer)
    start = client.get(reverse("rulebook:packs"), {"from": pack.pk}).content.decode()
    assert "online_hours: 0.5" in start

    response = client.post(
        reverse("rulebook:packs"), {"text": text_of(pack, rules={**RULES, "online_hours": 9})}
    )
    simulation = Simulation.objects.get()
    assert response.headers["Location"] == reverse("rulebook:trial", args=[simulation.pk])
    assert "data-poll" in client.get(response.headers["Location"]).content.decode()

    run_due()
    page = client.get(response.headers["Location"]).content.decode()
    assert "Certificates already given stay" in page
    assert "田思洋" in page
    assert "Online study: 3 of 9 hours" in page
    assert Certificate.objects.get().status == Certificate.Status.ISSUED
    assert RulePack.objects.count() == 1

    sheets = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(reverse("rulebook:trial_export", args=[simulation.pk])).content)
    )
    rows = sheets.get_sheet_by_name("Names").to_python()
    assert rows[2] == [
        "Would not earn it again; the certificate stays", "渭滨区", school.name, "田思洋",
        earned.learner.number, "Online study: 3 of 9 hours",
    ]  # fmt: skip
    assert sheets.get_sheet_by_name("Counts").to_python()[2] == ["渭滨区", "0", "1", "0", "0", "0"]


def test_a_file_is_tried_out_as_well(client, bureau_officer, programme):
    programme.slug = "starter-2026"
    programme.save()
    client.force_login(bureau_officer)
    file = SimpleUploadedFile("starter.yaml", (RULE_PACKS / "starter.yaml").read_bytes())

    assert client.post(reverse("rulebook:packs"), {"file": file}).status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": ""}, "Write a rule pack, or choose a file."),
        ({"text": "code: x"}, "title is missing"),
        ({"text": (RULE_PACKS / "hours.yaml").read_text(encoding="utf-8")}, "have nobody to be tried out on"),
        ({"text": (RULE_PACKS / "starter.yaml").read_text(encoding="utf-8")}, "exactly one programme"),
    ],
)
def test_what_cannot_be_tried_out_is_said_in_words(client, bureau_officer, data, words):
    client.force_login(bureau_officer)

    response = client.post(reverse("rulebook:packs"), data)

    assert words in response.content.decode()
    assert not Simulation.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe\x00", "Save the file as UTF-8"), (b"a" * 65537, "too large")]
)
def test_a_file_that_is_none_is_refused(client, bureau_officer, content, words):
    client.force_login(bureau_officer)
    file = SimpleUploadedFile("pack.yaml", content)

    assert words in client.post(reverse("rulebook:packs"), {"file": file}).content.decode()


def test_a_trial_run_twice_counts_once(bureau, bureau_officer, earned, pack):
    simulation = begin_trial(
        document={**_document(pack), "rules": LOOSER}, bureau=bureau, by=bureau_officer, in_background=False
    )
    run_trial(simulation=simulation, tell=lambda share: None)
    Simulation.objects.update(status=Simulation.Status.COUNTING)  # the worker died before saying so

    run_trial(simulation=Simulation.objects.get(), tell=lambda share: None)

    assert Simulation.objects.get().counts == [
        {"county": "渭滨区", "gains": 0, "loses": 0, "forfeits": 0, "stays": 1, "open": 0}
    ]


def _document(pack: RulePack) -> dict:
    return {
        "kind": pack.kind, "code": pack.code, "version": 2, "title": pack.title, "rules": pack.rules,
        "effective_from": "2026-01-01", "effective_until": None, "awards": "at once", "valid_months": None,
        "renewal_months": 0, "programmes": [pack.programme.slug],
    }  # fmt: skip


def test_a_trial_whose_programme_is_gone_says_that_it_stopped(client, bureau, bureau_officer, pack):
    simulation = begin_trial(document=_document(pack), bureau=bureau, by=bureau_officer)
    pack.programme.slug = "renamed"
    pack.programme.save()
    Job.objects.update(tries=4)
    run_due()
    client.force_login(bureau_officer)

    page = client.get(reverse("rulebook:trial", args=[simulation.pk])).content.decode()

    assert "The work in the background stopped" in page
    with pytest.raises(RulesError):
        begin_trial(document=simulation.document, bureau=bureau, by=bureau_officer)


def test_a_certificate_shows_the_rules_it_was_given_under(client, earned, programme):
    [certificate] = award_due(learner=earned.learner)
    plant_rule_pack(programme, code="starter", version=2, rules={"online_hours": 40})
    client.force_login(earned.learner)

    page = client.get(reverse("rulebook:granted_under", args=[certificate.number])).content.decode()

    assert "At least 0.5 hours of online study." in page
    assert "1 capability shown with evidence." in page
    assert "40" not in page.partition("<main")[2].partition("</main>")[0].replace(certificate.number, "")


def test_the_register_leads_to_the_rules(client, lead, earned):
    [certificate] = award_due(learner=earned.learner)
    client.force_login(lead)

    page = client.get(reverse("certificates:register")).content.decode()

    assert reverse("rulebook:granted_under", args=[certificate.number]) in page


def test_a_teacher_has_hours_stated(client, enrollment, teacher):
    RulePack.objects.create(
        kind="hours", code="hours", title="培训学时证明", rules={"total_hours": 1}, awards="on request",
        effective_from=datetime.date(2026, 1, 1),
    )  # fmt: skip
    study(enrollment)
    client.force_login(teacher)
    today = timezone.localdate().isoformat()
    period = {"first": "2026-01-01", "last": today}
    assert "Have this stated" in client.get(reverse("rulebook:statements"), period).content.decode()

    for _twice in range(2):
        assert client.post(reverse("rulebook:statements"), period).status_code == 302

    certificate = Certificate.objects.get()
    assert (certificate.subject, certificate.facts["hours"]["total"]) == (f"2026-01-01/{today}", "3")
    assert "already" in client.get(reverse("rulebook:statements"), period).content.decode()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-03-02", "2026-03-01", "This day is before the first."),
        ("2026-03-02", "2999-01-01", "Today at the latest"),
        ("x", "2026-03-01", "Enter a valid date."),
    ],
)
def test_days_that_make_no_period_are_refused_in_words(client, teacher, first, last, words):
    client.force_login(teacher)

    page = client.get(reverse("rulebook:statements"), {"first": first, "last": last}).content.decode()

    assert words in page


def test_a_teacher_has_a_capability_stated(client, programme, teacher, outsider):
    pack = RulePack.objects.create(
        kind="capability", code="capability", title="微能力证明", rules={"framework": "microcapabilities"},
        awards="on request", effective_from=datetime.date(2026, 1, 1),
    )  # fmt: skip
    show(teacher, "A5")
    client.force_login(teacher)
    address = reverse("rulebook:capability", args=[pack.pk, "A5"])
    assert address in client.get(reverse("rulebook:statements")).content.decode()

    client.post(address)
    assert Certificate.objects.get().facts["capability"]["code"] == "A5"

    client.force_login(outsider)
    assert client.post(address).status_code == 404


def test_what_is_given_in_batches_cannot_be_asked_for(client, programme, teacher):
    pack = RulePack.objects.create(
        kind="capability", code="capability", title="微能力证明", rules={"framework": "microcapabilities"},
        awards="in batches", effective_from=datetime.date(2026, 1, 1),
    )  # fmt: skip
    show(teacher, "A5")
    client.force_login(teacher)

    assert client.post(reverse("rulebook:capability", args=[pack.pk, "A5"])).status_code == 404

    hours = RulePack.objects.create(
        kind="hours", code="hours", title="学时证明", rules={"total_hours": 1}, awards="in batches",
        effective_from=datetime.date(2026, 1, 1),
    )  # fmt: skip
    study(enrol(teacher, programme, teacher.school))
    period = {"first": hours.effective_from.isoformat(), "last": timezone.localdate().isoformat()}
    client.post(reverse("rulebook:statements"), period)
    assert not Certificate.objects.exists()


def test_a_lead_confirms_and_withdraws(client, lead, programme, school):
    plant_rule_pack(programme, code="starter", version=2, rules={"sign_offs": ["公开课"], "online_hours": 1})
    first, second = (enrol(post(school, name=name), programme, school) for name in ("王一", "李二"))
    client.force_login(lead)
    address = reverse("rulebook:sign_offs", args=[first.cohort_id])

    client.post(address, {"name": "公开课", "people": [first.pk, second.pk]})
    client.post(address, {"name": "公开课", "people": [first.pk]})
    client.post(address, {"name": "公开课", "people": [second.pk], "withdraw": "1"})

    said = SignOff.objects.order_by("pk").values_list("enrollment", "is_given", "by")
    assert list(said) == [(second.pk, True, lead.pk), (first.pk, True, lead.pk), (second.pk, False, lead.pk)]
    page = client.get(address).content.decode()
    assert page.index("李二") < page.index("王一")  # what is open comes first


def test_a_confirmation_completes_what_was_missing(client, lead, earned, programme):
    plant_rule_pack(programme, code="starter", version=2, rules={"sign_offs": ["公开课"]})
    assert award_due(learner=earned.learner) == []

    sign_off(cohort=earned.cohort, name="公开课", enrollments=[earned], by=lead)

    assert len(award_due(learner=earned.learner)) == 1


def test_a_large_school_confirms_page_by_page(client, programme, cohort, lead):
    plant_rule_pack(programme, code="starter", version=2, rules={"sign_offs": ["公开课"]})
    for number in range(51):
        cohort.enrollments.create(learner=UserFactory(name=f"教师{number:02}"))
    last = cohort.enrollments.get(learner__name="教师50")
    client.force_login(lead)
    address = reverse("rulebook:sign_offs", args=[cohort.pk])

    shown = [len(client.get(address, {"page": page}).context["page"]) for page in (1, 2)]
    client.post(f"{address}?name=公开课&page=2", {"name": "公开课", "people": [last.pk]})

    assert shown == [50, 1]
    assert [row.enrollment for row in SignOff.objects.all()] == [last]


def test_the_school_itself_is_confirmed(client, lead, cohort, programme):
    plant_rule_pack(programme, code="school", kind="school", rules={"sign_offs": ["材料齐全"]})
    client.force_login(lead)

    client.post(reverse("rulebook:sign_offs", args=[cohort.pk]), {"name": "材料齐全"})

    assert list(SignOff.objects.values_list("enrollment", "name")) == [(None, "材料齐全")]


def test_nobody_confirms_anything_of_themselves(client, lead, programme, school):
    plant_rule_pack(programme, code="starter", version=2, rules={"sign_offs": ["公开课"]})
    own = enrol(lead, programme, school)
    with pytest.raises(OwnSignOff):
        sign_off(cohort=own.cohort, name="公开课", enrollments=[own], by=lead)

    client.force_login(lead)
    page = client.post(
        reverse("rulebook:sign_offs", args=[own.cohort_id]),
        {"name": "公开课", "people": [own.pk]},
        follow=True,
    )
    assert "Nobody confirms anything of themselves" in page.content.decode()
    assert not SignOff.objects.exists()


def test_a_confirmation_is_never_changed_or_deleted(lead, cohort):
    [row] = sign_off(cohort=cohort, name="材料齐全", by=lead)

    for change in (lambda: SignOff.objects.update(name="别的"), row.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_pack_in_force_is_neither_changed_nor_deleted(pack):
    changes = [
        lambda: RulePack.objects.update(rules={"online_hours": 1}),
        lambda: RulePack.objects.update(title="别的"),
        lambda: RulePack.objects.update(is_draft=True),
        pack.delete,
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert RulePack.objects.update(effective_until=timezone.localdate()) == 1


def test_a_draft_may_be_changed_and_deleted(programme):
    draft = plant_rule_pack(programme, code="starter", version=2, is_draft=True)
    draft.rules = {"online_hours": 1}
    draft.save()

    assert draft.delete()[0] == 1

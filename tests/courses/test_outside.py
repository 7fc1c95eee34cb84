"""Training elsewhere: recorded by the school, counted at once, withdrawn by further lines."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses import actions
from courses.models import Cohort, Enrollment, HoursEntry, OutsideTraining
from courses.queries import hours_earned
from courses.rules import fit_into
from organizations.storage import private_storage
from tests.factories import plant_programme, post
from tests.organizations.samples import picture

FIRST, LAST = datetime.date(2026, 3, 2), datetime.date(2026, 3, 4)
FIELDS = {
    "kind": "national",
    "title": "人工智能进课堂",
    "organiser": "陕西师范大学",
    "first_day": FIRST,
    "last_day": LAST,
    "hours": Decimal("18.0"),
}


@pytest.fixture
def enrollment(cohort, teacher) -> Enrollment:
    return cohort.enrollments.create(learner=teacher)


@pytest.fixture
def training(enrollment, lead) -> OutsideTraining:
    return actions.record_training(enrollment=enrollment, document=None, by=lead, **FIELDS)


def outside_hours(enrollment: Enrollment) -> Decimal:
    return hours_earned([enrollment.pk])[enrollment.pk].outside


# What counts


def test_hours_elsewhere_count_at_once_with_a_line_that_says_what_for(training, enrollment, lead):
    line = HoursEntry.objects.get()

    assert (line.kind, line.hours, line.source) == ("outside", 18, f"outside:{training.pk}")
    assert line.note == "人工智能进课堂 (陕西师范大学, 2026-03-02—2026-03-04)"
    assert outside_hours(enrollment) == 18
    entry = ModelLogEntry.objects.get(action="courses.record_training")
    assert (entry.user, entry.data["hours"]) == (lead, "18.0")


def test_what_was_withdrawn_counts_no_longer_and_stays_readable(training, enrollment, county_lead):
    actions.withdraw_training(training=training, reason="重复登记", by=county_lead)

    assert outside_hours(enrollment) == 0
    assert [line.hours for line in HoursEntry.objects.order_by("pk")] == [18, -18]
    assert HoursEntry.objects.latest("pk").note == "人工智能进课堂: 重复登记"
    assert not OutsideTraining.objects.standing().exists()
    with pytest.raises(actions.AlreadyWithdrawn):
        actions.withdraw_training(training=training, reason="再撤", by=county_lead)


def test_the_ledger_says_all_of_it_however_long_the_words(enrollment, lead):
    long = {"title": "题" * 60, "organiser": "校" * 60}
    training = actions.record_training(enrollment=enrollment, document=None, by=lead, **{**FIELDS, **long})
    actions.withdraw_training(training=training, reason="因" * 100, by=lead)

    assert [line.note for line in HoursEntry.objects.order_by("pk")] == [
        f"{long['title']} ({long['organiser']}, 2026-03-02—2026-03-04)",
        f"{long['title']}: {'因' * 100}",
    ]


def test_the_same_training_is_recorded_once_and_again_after_it_was_withdrawn(training, enrollment, lead):
    again = {"enrollment": enrollment, "document": None, "by": lead, **FIELDS}
    with pytest.raises(actions.AlreadyRecorded):
        actions.record_training(**again)

    actions.withdraw_training(training=training, reason="学时有误", by=lead)
    actions.record_training(**{**again, "hours": Decimal("12.0")})

    assert outside_hours(enrollment) == 12


@pytest.mark.parametrize(
    "other",
    [
        {"title": "智慧课堂"},
        {"organiser": "市教研室"},
        {"first_day": FIRST - datetime.timedelta(1)},
        {"last_day": LAST + datetime.timedelta(1)},
    ],
    ids=["title", "organiser", "first day", "last day"],
)
def test_what_differs_in_one_thing_is_another_training(training, enrollment, lead, other):
    actions.record_training(enrollment=enrollment, document=None, by=lead, **{**FIELDS, **other})

    assert outside_hours(enrollment) == 36


def test_nobody_records_or_takes_back_hours_of_their_own(cohort, lead, county_lead):
    own = cohort.enrollments.create(learner=lead)
    with pytest.raises(actions.OwnTraining):
        actions.record_training(enrollment=own, document=None, by=lead, **FIELDS)

    training = actions.record_training(enrollment=own, document=None, by=county_lead, **FIELDS)
    with pytest.raises(actions.OwnTraining):
        actions.withdraw_training(training=training, reason="x", by=lead)


def test_hours_elsewhere_follow_to_another_school_of_the_programme_and_are_withdrawn_there_too(
    training, enrollment, other_school, bureau_officer
):
    programme = enrollment.cohort.programme
    new = programme.cohorts.create(school=other_school, due_on=programme.ends_on)
    elsewhere = plant_programme().cohorts.create(school=other_school, due_on=programme.ends_on)

    moved = actions.enrol(cohort=new, learner=enrollment.learner, by=bureau_officer)
    other = actions.enrol(cohort=elsewhere, learner=enrollment.learner, by=bureau_officer)
    assert (outside_hours(moved), hours_earned([other.pk])) == (18, {})

    actions.withdraw_training(training=training, reason="查无此事", by=bureau_officer)
    assert (outside_hours(enrollment), outside_hours(moved)) == (0, 0)


def test_hours_elsewhere_count_in_every_school_of_the_programme_at_once(
    enrollment, other_school, lead, teacher
):
    programme = enrollment.cohort.programme
    new = programme.cohorts.create(school=other_school, due_on=programme.ends_on)
    moved = new.enrollments.create(learner=teacher)

    actions.record_training(enrollment=enrollment, document=None, by=lead, **FIELDS)

    assert (outside_hours(enrollment), outside_hours(moved)) == (18, 18)


def test_what_was_withdrawn_follows_nobody(training, enrollment, other_school, bureau_officer):
    actions.withdraw_training(training=training, reason="查无此事", by=bureau_officer)
    programme = enrollment.cohort.programme
    new = programme.cohorts.create(school=other_school, due_on=programme.ends_on)

    moved = actions.enrol(cohort=new, learner=enrollment.learner, by=bureau_officer)

    assert hours_earned([moved.pk]) == {}


@pytest.mark.parametrize(("hours", "is_possible"), [("30", True), ("30.1", False)])
def test_no_more_than_ten_hours_a_day(hours, is_possible):
    assert fit_into(Decimal(hours), FIRST, LAST) == is_possible


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE courses_outsidetraining SET hours = 99",
        "DELETE FROM courses_outsidetraining",
        "UPDATE courses_outsidewithdrawal SET reason = 'x'",
        "DELETE FROM courses_outsidewithdrawal",
    ],
)
def test_the_database_changes_and_deletes_nothing_of_it(training, lead, statement):
    actions.withdraw_training(training=training, reason="重复登记", by=lead)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# The pages


def url(cohort: Cohort) -> str:
    return reverse("courses:trainings", args=[cohort.pk])


def typed(**changed) -> dict[str, str]:
    fields = {name: str(value) for name, value in FIELDS.items()}
    return {"person": "田思洋", **fields, **changed}


@pytest.mark.parametrize("by_number", [True, False])
def test_a_school_lead_records_training_with_its_proof(client, enrollment, lead, by_number):
    client.force_login(lead)
    person = enrollment.learner.number if by_number else enrollment.learner.name
    proof = SimpleUploadedFile("结业证书.jpg", picture())

    page = client.post(
        url(enrollment.cohort), typed(person=person) | {"document": proof}, follow=True
    ).content.decode()

    training = OutsideTraining.objects.get()
    assert (training.enrollment, training.recorded_by) == (enrollment, lead)
    assert "Recorded: 18 hours for 田思洋." in page
    assert page.count("人工智能进课堂") == 1
    client.force_login(enrollment.learner)
    response = client.get(reverse("courses:training_document", args=[training.pk]))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%BB%93%E4%B8%9A")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.getvalue()[:3] == b"\xff\xd8\xff"


def test_training_is_recorded_of_who_takes_part_in_this_cohort(
    client, enrollment, teacher, school, other_school, lead
):
    programme = enrollment.cohort.programme
    elsewhere = programme.cohorts.create(school=other_school, due_on=programme.ends_on)
    elsewhere.enrollments.create(learner=post(other_school, name="远方"))
    enrollment.cohort.enrollments.create(learner=post(school, name="已退"), left_at=timezone.now())
    client.force_login(lead)

    for name in ("远方", "已退"):
        page = client.post(url(enrollment.cohort), typed(person=name)).content.decode()
        assert "Nobody who takes part here has this number or name." in page


def test_a_single_day_counts_on_that_very_day(client, enrollment, lead):
    client.force_login(lead)
    today = timezone.localdate().isoformat()

    client.post(url(enrollment.cohort), typed(first_day=today, last_day=today, hours="10"))

    assert OutsideTraining.objects.get().hours == 10


def test_round_numbers_of_hours_are_told_as_people_write_them(client, enrollment, lead):
    client.force_login(lead)

    page = client.post(url(enrollment.cohort), typed(hours="20"), follow=True).content.decode()

    assert "Recorded: 20 hours for 田思洋." in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"person": "无此人"}, "Nobody who takes part here has this number or name."),
        ({"person": "同名"}, "Several people here have this name"),
        ({"last_day": "2026-03-01"}, "The last day lies before the first."),
        ({"first_day": "0206-03-02"}, "More than a year lies between the days: look again."),
        ({"hours": "180"}, "More than 10 hours a day"),
        ({"hours": "0"}, "greater than or equal to 0.5"),
        ({"first_day": "2126-01-01", "last_day": "2126-01-02"}, "Record it once it is over."),
        ({"organiser": ""}, "This field is required."),
        ({"person": "彭华博"}, "Nobody records hours of their own."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(
    client, enrollment, school, lead, changed, words
):
    cohort = enrollment.cohort
    for person in (post(school, name="同名"), post(school, name="同名"), lead):
        cohort.enrollments.create(learner=person)
    client.force_login(lead)

    page = client.post(url(cohort), typed(**changed)).content.decode()

    assert words in page
    assert "陕西师范大学" in page or "organiser" in changed, "what was typed stays"
    assert not OutsideTraining.objects.exists()


def test_a_file_that_is_no_proof_is_refused_and_of_what_is_refused_no_file_stays(client, training, lead):
    client.force_login(lead)
    cohort = training.enrollment.cohort

    damaged = client.post(
        url(cohort), typed(title="另一次", document=SimpleUploadedFile("证书.pdf", b"MZ"))
    ).content.decode()
    twice = client.post(
        url(cohort), typed() | {"document": SimpleUploadedFile("证书.pdf", b"%PDF-1.7\n")}
    ).content.decode()

    assert "The file is named pdf but is not one." in damaged
    assert "This training of this person is recorded already" in twice
    assert OutsideTraining.objects.get() == training
    assert not private_storage().exists("hours") or private_storage().listdir("hours") == ([], [])


def test_a_record_is_withdrawn_on_its_own_page_with_a_reason(client, training, lead):
    client.force_login(lead)
    address = reverse("courses:training", args=[training.pk])
    assert "This field is required." in client.post(address, {"reason": " "}).content.decode()

    page = client.post(address, {"reason": "登记错人"}, follow=True).content.decode()

    assert "Withdrawn: the hours no longer count." in page
    assert "登记错人" in client.get(address).content.decode()
    assert (
        "It was withdrawn meanwhile."
        in client.post(address, {"reason": "再来"}, follow=True).content.decode()
    )


def test_the_teacher_reads_it_among_the_hours(client, training, lead):
    client.force_login(training.enrollment.learner)
    today = timezone.localdate().isoformat()

    page = client.get(reverse("certificates:hours"), {"first": today, "last": today}).content.decode()

    assert page.count("人工智能进课堂 (陕西师范大学, 2026-03-02—2026-03-04)") == 1
    assert "Training elsewhere, as your school recorded it" in page

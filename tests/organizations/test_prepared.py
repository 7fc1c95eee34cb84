"""A prepared query finds and changes what the same query would that is made anew."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.db.models import CharField, DateField, F, IntegerField
from django.utils import timezone

from assessments.quizzes.models import Quiz
from organizations.models import Organization, Posting, User
from organizations.prepared import Given, Ids, Prepared, PreparedUpdate

TODAY = Given("today", DateField())


def of_person() -> Prepared[Posting]:
    return Prepared(
        lambda: (
            Posting.objects.current(on=TODAY).filter(person=Given("person")).select_related("organization")
        )
    )


def test_rows_come_with_what_belongs_to_them_in_one_query(teacher, school, django_assert_num_queries):
    with django_assert_num_queries(1):
        [posting] = of_person().rows(person=teacher.pk, today=timezone.localdate())
        place = posting.organization

    assert posting == teacher.postings.get()
    assert (place, place.path) == (school, school.path)


def test_it_is_made_once_and_asked_with_other_values_each_time(teacher, lead):
    made = []

    def build():
        made.append(True)
        return User.objects.filter(pk=Given("pk"))

    people = Prepared(build)

    assert [people.get(pk=teacher.pk), people.get(pk=lead.pk), people.rows(pk=-1)] == [teacher, lead, []]
    assert len(made) == 1
    with pytest.raises(User.DoesNotExist):
        people.get(pk=-1)


def test_fields_are_read_as_by_any_query(db):
    kept = Quiz.objects.create(code="a", title="甲", pass_share="0.75", opens_at=timezone.now())
    quizzes = Prepared(lambda: Quiz.objects.filter(code=Given("code", CharField())).defer("title"))

    found = quizzes.get(code="a")
    kept.refresh_from_db()

    assert (found.pass_share, found.opens_at) == (kept.pass_share, kept.opens_at)
    assert found.get_deferred_fields() == {"title"}
    assert found.title == "甲"


def test_values_come_as_tuples(teacher):
    names = Prepared(lambda: User.objects.filter(pk=Given("pk")).values_list("name", "number"))

    assert names.get(pk=teacher.pk) == (teacher.name, teacher.number)


def test_any_number_of_ids_is_one_value(teacher, lead, django_assert_num_queries):
    people = Prepared(
        lambda: (
            Posting.objects.filter(person__among=Given("people", Ids()))
            .order_by("pk")
            .values_list("person_id", flat=True)
        )
    )

    with django_assert_num_queries(4):
        found = [people.rows(people=ids) for ids in ([], {teacher.pk}, [lead.pk, teacher.pk], range(10**4))]

    both = list(Posting.objects.order_by("pk").values_list("person_id", flat=True))
    assert sorted(both) == sorted([teacher.pk, lead.pk])
    assert found == [[], [teacher.pk], both, both]


def test_the_day_is_that_of_the_asking(teacher):
    today = timezone.localdate()
    teacher.postings.update(ended_on=today + timedelta(days=1))
    postings = of_person()

    assert len(postings.rows(person=teacher.pk, today=today)) == 1
    assert postings.rows(person=teacher.pk, today=today + timedelta(days=1)) == []


def test_a_day_that_would_stay_that_of_the_first_asking_is_refused(teacher):
    postings = Prepared(lambda: Posting.objects.current().filter(person=Given("person")))

    with pytest.raises(TypeError, match="a day that is not given"):
        postings.rows(person=teacher.pk)


def test_an_update_says_how_many_rows_it_changed(db):
    for code in ("a", "b"):
        Quiz.objects.create(code=code, title="甲", minutes=30)
    longer = PreparedUpdate(
        lambda: Quiz.objects.filter(
            code=Given("code", CharField()), minutes=Given("minutes", IntegerField())
        ),
        minutes=F("minutes") + Given("further", IntegerField()),
        title=Given("title", CharField()),
    )

    assert longer.run(code="a", minutes=30, further=15, title="乙") == 1
    assert longer.run(code="a", minutes=30, further=15, title="丙") == 0
    rows = Quiz.objects.order_by("code").values_list("code", "title", "minutes")
    assert list(rows) == [("a", "乙", 45), ("b", "甲", 30)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_thread_asks_over_its_own_connection():
    bureau = Organization.add_root(kind=Organization.Kind.BUREAU, name="局")
    places = Prepared(lambda: Organization.objects.filter(pk=Given("pk")))
    asked = []

    def ask() -> None:
        own = connections["default"]
        with own.execute_wrapper(lambda execute, *args: asked.append(own) or execute(*args)):
            places.get(pk=bureau.pk)
        own.close()

    places.get(pk=bureau.pk)
    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert len(asked) == 1
    assert asked[0] is not connections["default"]

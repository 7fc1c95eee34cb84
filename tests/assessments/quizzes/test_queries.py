from assessments.quizzes import actions
from assessments.quizzes.queries import history, quizzes_passed
from tests.factories import plant_module, post

from .papers import fail


def test_history_is_one_query_without_answers(quiz, teacher, outsider, answered, django_assert_num_queries):
    fail(quiz, teacher, answered)
    actions.start(quiz=quiz, by=teacher)
    actions.start(quiz=quiz, by=outsider)

    with django_assert_num_queries(1):
        attempts = history(quiz, teacher)

    assert [attempt.number for attempt in attempts] == [2, 1]
    assert attempts[0].get_deferred_fields() == {"answers", "seconds"}


def test_passed_quizzes_are_found_by_learner_in_one_query(quiz, school, answered, django_assert_num_queries):
    other = plant_module("M03", questions=1).quiz
    people = [post(school) for _ in range(3)]
    for person, right in zip(people, [4, 3, 2], strict=True):
        fail(quiz, person, answered, right=right)
    fail(other, people[0], answered, right=1)

    with django_assert_num_queries(1):
        passed = quizzes_passed([person.pk for person in people])

    assert passed == {people[0].pk: {quiz.module_id, other.module_id}, people[1].pk: {quiz.module_id}}

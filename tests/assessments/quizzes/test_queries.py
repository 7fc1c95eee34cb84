from assessments.quizzes import actions
from assessments.quizzes.queries import history, quizzes_passed
from tests.factories import plant_module, post


def test_history_is_one_query_without_papers(quiz, teacher, outsider, django_assert_num_queries):
    actions.submit(attempt=actions.start(quiz=quiz, by=teacher), answers={}, by=teacher)
    actions.start(quiz=quiz, by=teacher)
    actions.start(quiz=quiz, by=outsider)

    with django_assert_num_queries(1):
        attempts = history(quiz, teacher)

    assert [attempt.number for attempt in attempts] == [2, 1]
    assert attempts[0].get_deferred_fields() == {"paper", "answers"}


def test_passed_quizzes_are_found_by_learner_in_one_query(quiz, school, answered, django_assert_num_queries):
    other = plant_module("M03", questions=1).quiz
    people = [post(school) for _ in range(3)]
    for person, right in zip(people, [4, 3, 2], strict=True):
        attempt = actions.start(quiz=quiz, by=person)
        actions.submit(attempt=attempt, answers=answered(attempt, right=right), by=person)
    attempt = actions.start(quiz=other, by=people[0])
    actions.submit(attempt=attempt, answers=answered(attempt, right=1), by=people[0])

    with django_assert_num_queries(1):
        passed = quizzes_passed([person.pk for person in people])

    assert passed == {people[0].pk: {quiz.module_id, other.module_id}, people[1].pk: {quiz.module_id}}

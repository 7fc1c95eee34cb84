"""What a teacher sees of a quiz; above all, what must not be seen before its time."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from assessments.quizzes import actions, drawing, queries
from assessments.quizzes.items.kinds import Choice, Option, Part, Passage
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.models import GRACE, Attempt, Question, Quiz
from tests.factories import single

from .papers import EVERY_KIND, fail, form_for, hand_in, keep, lease_of, plant_paper


@pytest.fixture
def learner(client, teacher):
    client.force_login(teacher)
    return client


def page(client, attempt: Attempt) -> str:
    return client.get(reverse("quizzes:attempt", args=[attempt.pk])).content.decode()


def post_paper(client, attempt: Attempt, answers, **told):
    """The whole form, as a page posts it that was opened just now."""
    lease = lease_of(client, attempt)
    data = {"lease": lease, **form_for(attempt, answers), **told}
    return client.post(reverse("quizzes:attempt", args=[attempt.pk]), data)


def run_out() -> None:
    long_ago = timezone.now() - timedelta(days=1)
    Attempt.objects.update(due_at=timezone.now() - GRACE - timedelta(seconds=1), started_at=long_ago)


def test_starting_leads_to_the_paper_and_back_to_it(learner, quiz):
    url = reverse("quizzes:start", args=["M02"])

    first, second = learner.post(url), learner.post(url)

    assert first.url == second.url == reverse("quizzes:attempt", args=[Attempt.objects.get().pk])
    assert first.url in learner.get(reverse("quizzes:quiz", args=["M02"])).content.decode()


# What must not be seen


def test_an_open_paper_tells_nothing_of_what_is_right(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    html = page(learner, attempt)

    assert html.count("选项") == 12
    assert not any(word in html for word in ("反馈", "correct", "option--", "verdict"))


SECRETS = re.compile(r"机密|40\.625|0\.375|73\.5|0\.73|0\.41|0\.25\b")


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("is_answered", [False, True], ids=["blank", "answered"])
def test_no_kind_of_question_tells_what_is_right(learner, teacher, db, kind, is_answered):
    attempt = actions.start(quiz=plant_paper(EVERY_KIND[kind]), by=teacher)
    [version] = queries.paper_of(attempt)
    if is_answered and kind in {"single", "multiple", "judgement", "ordering", "matching"}:
        keep(attempt, {str(version.pk): right_answer(version.item)}, teacher)
    assert SECRETS.search(json.dumps(version.content, ensure_ascii=False))

    html = page(learner, attempt)

    assert version.stem.partition("[[")[0] in html
    assert SECRETS.findall(html) == []
    assert not any(word in html for word in ("option--", "verdict", "slot--right", "slot--wrong"))


def test_what_stands_for_an_option_tells_nothing_of_its_place(learner, teacher, db):
    ids = set()
    for kind in ("single", "ordering", "matching", "passage"):
        attempt = actions.start(quiz=plant_paper(EVERY_KIND[kind], code=kind), by=teacher)
        html = page(learner, attempt)
        ids |= set(re.findall(r'name="\d+(?:\.\d)?\.([a-z])"', html))
        ids |= set(re.findall(r'<(?:option|input)[^>]*value="([a-z])"', html))

    assert ids == set()


def test_a_save_tells_nothing_but_the_time(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)

    response = save(learner, attempt, answered(attempt, right=4), sequence=1)

    assert response.json().keys() == {"sequence", "seconds_left", "next_save_s"}


# Handing in


def test_a_paper_with_gaps_is_saved_and_shown_again(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    question = str(attempt.paper[1][0])

    html = post_paper(learner, attempt, {question: ["b"]}).content.decode()

    attempt.refresh_from_db()
    assert (attempt.is_open, attempt.answers) == (True, {question: ["b"]})
    assert "Questions 1, 3, 4." in html
    assert html.count("checked") == 1
    assert "反馈" not in html


def test_a_paper_with_gaps_can_be_handed_in_as_it_is(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    post_paper(learner, attempt, {str(attempt.paper[0][0]): ["a"]}, anyway="1")

    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (1, False)


def test_every_kind_goes_through_the_form(learner, teacher, db):
    attempt = actions.start(quiz=plant_paper(), by=teacher)
    right = {str(version.pk): right_answer(version.item) for version in queries.paper_of(attempt)}

    response = post_paper(learner, attempt, right)

    attempt.refresh_from_db()
    assert response.status_code == 302
    assert attempt.answers == right


def test_questions_and_options_that_are_not_on_the_paper_are_dropped(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first, second = (str(version) for version, _order in attempt.paper[:2])
    known = form_for(attempt, {first: ["a"]})[first][0]

    post_paper(
        learner, attempt, {}, **{first: ["z", known, "a"], "999999": "a", second: "<script>"}, anyway=1
    )

    attempt.refresh_from_db()
    assert attempt.answers == {first: ["a"]}


def test_a_page_that_was_overtaken_loses_nothing_and_overwrites_nothing(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first, second = (str(version) for version, _order in attempt.paper[:2])
    old = lease_of(learner, attempt)
    lease_of(learner, attempt)
    keep(attempt, {first: ["b"]}, teacher)

    data = {"lease": old, "anyway": "1", **form_for(attempt, {first: ["a"], second: ["a"]})}
    response = learner.post(reverse("quizzes:attempt", args=[attempt.pk]), data, follow=True)

    attempt.refresh_from_db()
    assert (attempt.is_open, attempt.answers) == (True, {first: ["b"], second: ["a"]})
    assert "You opened this quiz on another page since." in response.content.decode()


def test_the_receipt_stays_the_same(learner, quiz, teacher, answered):
    attempt = fail(quiz, teacher, answered)
    number = f"M02-{attempt.pk}-{attempt.receipt}"

    assert number in page(learner, attempt)
    learner.post(reverse("quizzes:attempt", args=[attempt.pk]), form_for(attempt, answered(attempt, right=4)))
    assert number in page(learner, attempt)


# Saving


def save(client, attempt: Attempt, answers, *, sequence: int, lease: str | None = None, **told):
    """What the page's script sends."""
    lease = lease or lease_of(client, attempt)
    data = {"lease": lease, "sequence": sequence, "changed": ["-", *answers], **form_for(attempt, answers)}
    return client.post(reverse("quizzes:save", args=[attempt.pk]), {**data, **told})


def test_the_script_saves_without_handing_in(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    answers = answered(attempt, right=4)
    first = attempt.paper[0][0]

    response = save(learner, attempt, answers, sequence=3, seconds=f"{first}:17")

    attempt.refresh_from_db()
    assert (attempt.answers, attempt.is_open, attempt.seconds) == (answers, True, {str(first): 17})
    told = response.json()
    assert (told["sequence"], told["next_save_s"]) == (3, 30)
    assert 29 * 60 < told["seconds_left"] <= 30 * 60


def test_an_old_message_changes_nothing_and_is_told_so(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first = str(attempt.paper[0][0])
    lease = lease_of(learner, attempt)
    save(learner, attempt, {first: ["a"]}, sequence=5, lease=lease)

    late = save(learner, attempt, {first: ["b"]}, sequence=4, lease=lease)

    attempt.refresh_from_db()
    assert attempt.answers == {first: ["a"]}
    assert late.json()["sequence"] == 5


def test_an_empty_message_takes_no_answer_back(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    keep(attempt, answered(attempt, right=4), teacher)

    save(learner, attempt, {}, sequence=9)

    attempt.refresh_from_db()
    assert attempt.answers == answered(attempt, right=4)


@pytest.mark.parametrize(
    ("state", "reason"), [("elsewhere", "elsewhere"), ("late", "closed"), ("in", "closed")]
)
def test_a_page_that_may_not_send_is_told_why(learner, quiz, teacher, answered, state, reason):
    attempt = actions.start(quiz=quiz, by=teacher)
    lease = lease_of(learner, attempt)
    if state == "elsewhere":
        lease_of(learner, attempt)
    elif state == "late":
        run_out()
    else:
        hand_in(attempt, {}, teacher)

    response = save(learner, attempt, answered(attempt, right=4), sequence=1, lease=lease)

    attempt.refresh_from_db()
    assert (response.status_code, response.json()) == (409, {"reason": reason})
    assert attempt.answers == {}


@pytest.mark.parametrize("sequence", ["", "0", "-1", "1e9", "9" * 5000])
def test_a_message_without_a_sound_number_is_refused(learner, quiz, teacher, sequence):
    attempt = actions.start(quiz=quiz, by=teacher)

    response = learner.post(
        reverse("quizzes:save", args=[attempt.pk]),
        {"lease": lease_of(learner, attempt), "sequence": sequence},
    )

    assert (response.status_code, response.json()) == (400, {"reason": "invalid"})


def test_a_message_that_does_not_say_which_page_it_comes_from_is_refused(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    response = learner.post(reverse("quizzes:save", args=[attempt.pk]), {"sequence": "1"})

    assert (response.status_code, response.json()) == (400, {"reason": "invalid"})


@pytest.mark.parametrize("seconds", ["", ":", "x:1", f"1:{'9' * 5000}", "1:²", "1:-4"])
def test_nonsense_about_time_is_not_heard(learner, quiz, teacher, answered, seconds):
    attempt = actions.start(quiz=quiz, by=teacher)

    assert save(learner, attempt, answered(attempt, right=4), sequence=1, seconds=seconds).status_code == 200


def test_an_order_of_huge_numbers_is_no_trouble(learner, teacher, db):
    attempt = actions.start(quiz=plant_paper(EVERY_KIND["ordering"]), by=teacher)
    [version] = queries.paper_of(attempt)
    form = form_for(attempt, {str(version.pk): ["a", "b", "c"]})

    response = post_paper(learner, attempt, {}, **dict.fromkeys(form, "9" * 5000))

    assert response.status_code == 302


# Time


def test_what_the_browser_says_of_time_is_not_heard(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    lease = lease_of(learner, attempt)
    run_out()

    response = learner.post(
        reverse("quizzes:attempt", args=[attempt.pk]),
        {
            **form_for(attempt, answered(attempt, right=4)),
            "lease": lease,
            "due_at": "2099-01-01",
            "started_at": "2099-01-01",
        },
        follow=True,
    )

    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (0, False)
    assert "Time is up" in response.content.decode()


def test_a_paper_whose_time_is_up_is_marked_when_it_is_opened(learner, quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    keep(attempt, answered(attempt, right=3), teacher)
    run_out()
    assert "Time is up" in learner.get(reverse("quizzes:quiz", args=["M02"])).content.decode()

    page(learner, attempt)

    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (3, True)


# Results


def test_a_failed_result_says_why_but_not_what_was_right(learner, quiz, teacher, answered):
    html = page(learner, fail(quiz, teacher, answered))

    assert html.count("反馈b") == 3
    assert html.count("反馈a") == 1  # the one answered rightly
    assert "This one is right" not in html
    assert "反馈c" not in html


def test_what_explains_a_question_is_kept_from_who_was_wrong_until_right_answers_are_shown(
    learner, teacher, db
):
    attempt = actions.start(quiz=plant_paper(EVERY_KIND["single"], EVERY_KIND["numeric"]), by=teacher)
    hand_in(attempt, {str(attempt.paper[0][0]): ["a"]}, teacher)

    assert page(learner, attempt).count("机密：总评") == 1

    Quiz.objects.update(review=Quiz.Review.AFTERWARDS)
    assert page(learner, attempt).count("机密：总评") == 2


def test_right_answers_are_shown_once_passed(learner, quiz, teacher, answered):
    failed = fail(quiz, teacher, answered)
    passed = fail(quiz, teacher, answered, right=3)

    assert page(learner, passed).count("This one is right") == 1
    assert page(learner, failed).count("This one is right") == 3


def test_right_answers_are_shown_once_no_attempt_is_left(learner, quiz, teacher, answered):
    quiz.attempts_allowed = 2
    quiz.save()
    first = fail(quiz, teacher, answered)
    last = actions.start(quiz=quiz, by=teacher)
    # None is left to begin, but one is being taken: what is shown now could be used in it.
    assert "This one is right" not in page(learner, first)

    hand_in(last, {}, teacher)

    assert page(learner, first).count("This one is right") == 3


@pytest.mark.parametrize(
    ("review", "closes_in", "is_shown"),
    [
        (Quiz.Review.AFTERWARDS, None, True),
        (Quiz.Review.NEVER, None, False),
        (Quiz.Review.CLOSED, None, False),
        (Quiz.Review.CLOSED, 60, False),
        (Quiz.Review.CLOSED, -60, False),  # papers may still come in
        (Quiz.Review.CLOSED, -180, True),
    ],
)
def test_the_quiz_says_when_right_answers_are_shown(
    learner, quiz, teacher, answered, review, closes_in, is_shown
):
    attempt = fail(quiz, teacher, answered)
    closes_at = closes_in and timezone.now() + timedelta(seconds=closes_in)
    Quiz.objects.update(review=review, closes_at=closes_at)

    assert ("This one is right" in page(learner, attempt)) is is_shown


def test_every_kind_says_what_was_right_once_it_may(learner, teacher, db):
    attempt = actions.start(quiz=plant_paper(review=Quiz.Review.AFTERWARDS), by=teacher)
    short = next(str(v.pk) for v in queries.paper_of(attempt) if v.kind == "short")
    hand_in(attempt, {short: "写了几句"}, teacher)

    html = page(learner, attempt)

    for right in (
        "This one is right",
        "right: 推送机密微课",
        "right: 40.625",
        "right: 73.5",
        "right: 收集意见",
    ):
        assert right in html
    assert html.count("机密：范文") == 2
    assert "A person marks some of your answers." in html


def test_another_persons_attempt_does_not_exist(client, quiz, teacher, outsider, assessor, lead):
    attempt = actions.start(quiz=quiz, by=teacher)
    url, save_url = (reverse(f"quizzes:{name}", args=[attempt.pk]) for name in ("attempt", "save"))
    message = {"lease": "x", "sequence": "1"}
    for person in (outsider, assessor, lead):
        client.force_login(person)
        answers = client.get(url), client.post(url), client.post(save_url, message)
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert Attempt.objects.get().is_open


def test_the_last_attempt_is_followed_by_a_clear_word(learner, quiz, teacher, answered):
    quiz.attempts_allowed = 1
    quiz.save()
    fail(quiz, teacher, answered)

    response = learner.post(reverse("quizzes:start", args=["M02"]), follow=True)

    assert "No attempt is left at this quiz." in response.content.decode()
    assert reverse("quizzes:start", args=["M02"]) not in response.content.decode()


def test_a_passed_quiz_offers_no_further_attempt(learner, quiz, teacher, answered):
    fail(quiz, teacher, answered, right=4)

    response = learner.post(reverse("quizzes:start", args=["M02"]), follow=True)

    assert "You have passed this quiz already." in response.content.decode()
    assert Attempt.objects.count() == 1


def test_a_quiz_that_is_closed_says_so(learner, quiz):
    Quiz.objects.update(closes_at=timezone.now() - timedelta(days=1))

    assert "This quiz is not open now" in learner.get(reverse("quizzes:quiz", args=["M02"])).content.decode()
    response = learner.post(reverse("quizzes:start", args=["M02"]), follow=True)
    assert "This quiz is not open now." in response.content.decode()
    assert not Attempt.objects.exists()


def test_before_one_begins_one_reads_when_the_quiz_closes(learner, quiz):
    assert "The quiz closes at" not in about(learner, "M02")

    Quiz.objects.update(closes_at=timezone.now() + timedelta(minutes=5))

    assert "whoever begins late has less time" in about(learner, "M02")


def about(client, code: str) -> str:
    return client.get(reverse("quizzes:quiz", args=[code])).content.decode()


def test_a_paper_that_a_person_marks_is_not_called_failed_meanwhile(learner, teacher, db):
    attempt = actions.start(quiz=plant_paper(EVERY_KIND["short"]), by=teacher)
    hand_in(attempt, {str(attempt.paper[0][0]): "写了几句"}, teacher)

    html = about(learner, "all")

    assert "A person marks it" in html
    assert "Not passed" not in html
    assert "of 1 point" not in html


def test_no_page_promises_right_answers_that_are_never_shown(learner, quiz, teacher, answered):
    Quiz.objects.update(review=Quiz.Review.NEVER)
    failed = fail(quiz, teacher, answered)
    assert "The right answers are not shown." in page(learner, failed)
    assert "shown later" not in page(learner, failed)

    fail(quiz, teacher, answered, right=4)

    assert "Nothing is left to do here." in about(learner, "M02")
    assert "Below you can read what was right" not in about(learner, "M02")


def test_a_named_question_that_is_retired_is_not_counted(learner, db):
    plant_paper(EVERY_KIND["single"], EVERY_KIND["numeric"])
    Question.objects.filter(current__kind="single").update(status=Question.Status.RETIRED)

    page = learner.get(reverse("quizzes:quiz", args=["all"]))

    assert page.context["size"] == 1


def test_an_unpublished_module_has_no_quiz(learner, quiz):
    quiz.module.unpublish()

    assert learner.get(reverse("quizzes:quiz", args=["M02"])).status_code == 404
    assert learner.post(reverse("quizzes:start", args=["M02"])).status_code == 404


# Drawn once


def test_a_question_drawn_before_is_shown_with_its_number_on_each_paper(learner, quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)
    first = page(learner, attempt)
    Attempt.objects.filter(pk=attempt.pk).update(paper=attempt.paper[::-1])
    again = page(learner, attempt)

    for place, (version, _order) in enumerate(attempt.paper, start=1):
        question = queries.versions([version])[version]
        for html, number in ((first, place), (again, len(attempt.paper) + 1 - place)):
            assert f'<span class="question__number">{number}.</span> {question.stem}' in html
    assert drawing.NUMBER not in first + again


def test_a_rare_character_of_older_encodings_stays_in_its_question(learner, teacher):
    quiz = plant_paper(single("\ue000字怎么读？"))

    assert "\ue000字怎么读？" in page(learner, actions.start(quiz=quiz, by=teacher))


def test_an_answer_is_shown_to_who_gave_it_and_to_nobody_else(learner, quiz, teacher, lead, answered):
    attempt = actions.start(quiz=quiz, by=teacher)
    keep(attempt, answered(attempt, right=4), teacher)
    other = Attempt.objects.create(
        quiz=quiz, learner=lead, number=1, paper=attempt.paper, total=4, pass_share=quiz.pass_share,
        due_at=attempt.due_at,
    )  # fmt: skip

    assert page(learner, attempt).count(" checked") == 4
    learner.force_login(lead)
    assert page(learner, other).count(" checked") == 0


# What it costs

USER_AND_POSTINGS = 2


@pytest.mark.parametrize("attempts", [1, 4])
def test_each_page_costs_the_same_however_often_it_was_tried(
    learner, quiz, teacher, answered, attempts, django_assert_num_queries
):
    for _ in range(attempts):
        attempt = fail(quiz, teacher, answered)

    with django_assert_num_queries(USER_AND_POSTINGS + 4):
        learner.get(reverse("quizzes:quiz", args=["M02"]))
    with django_assert_num_queries(USER_AND_POSTINGS + 5):
        page(learner, attempt)
    attempt = actions.start(quiz=quiz, by=teacher)
    with django_assert_num_queries(USER_AND_POSTINGS + 3):
        page(learner, attempt)


@pytest.mark.parametrize("questions", [2, 4])
def test_taking_a_quiz_asks_the_database_little(
    learner, quiz, teacher, answered, questions, django_assert_num_queries
):
    quiz.sections.update(count=questions)
    url = reverse("quizzes:start", args=["M02"])
    cache.clear()
    with django_assert_num_queries(USER_AND_POSTINGS + 9):
        learner.post(url)
    attempt = Attempt.objects.get()
    lease = lease_of(learner, attempt)

    with django_assert_num_queries(1 + 2):
        save(learner, attempt, answered(attempt, right=4), sequence=1, lease=lease)
    data = {"lease": lease, **form_for(attempt, answered(attempt, right=4))}
    with django_assert_num_queries(1 + 7):
        learner.post(reverse("quizzes:attempt", args=[attempt.pk]), data)


def test_each_question_of_a_text_says_what_part_of_its_point_it_earned(learner, teacher):
    options = (Option("a", "甲", 0.5), Option("b", "乙", 0.5), Option("c", "丙", 0.0))
    parts = (Part("1", Choice("multiple", "哪些？", options, "options")), Part("2", single("哪个？")))
    attempt = actions.start(quiz=plant_paper(Passage("passage", "材料", parts)), by=teacher)
    [(version, _order)] = attempt.paper

    answer = {"1": ["a"], "2": ["a"]}
    attempt = hand_in(actions.open_paper(attempt=attempt, by=teacher), {str(version): answer}, teacher)

    said = page(learner, attempt)
    assert re.findall(r"This earns ([\d.]+) of 1 point", said) == ["0.50"]
    assert "Together, the questions of this text earn 0.75 of 1 point." in said

"""The desk in the browser: figures, tables as workbooks, a repair from proposal to result, marking."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.quizzes.desk.actions import approve, propose
from assessments.quizzes.desk.keys import corrected
from assessments.quizzes.items.kinds import (
    Accepted,
    Choice,
    Gap,
    Gaps,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
    Short,
)
from assessments.quizzes.items.marking import mark
from assessments.quizzes.models import Repair, ResponseScore
from organizations.jobs.worker import run_due
from tests.factories import plant_question

from .conftest import RIGHT
from .people import keyed, sit, strangers, ticks


def cells_of(response) -> list[list[str]]:
    """The rows of a page's table, as text."""
    table = response.context["table"]
    return [table.columns, *table.rows]


def sheets_in(response) -> list[list[list[str]]]:
    book = load_workbook(BytesIO(response.content))
    return [[[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book]


@pytest.fixture
def taken(quiz, versions):
    sit(quiz, ticks(versions, RIGHT, 60), strangers(60))
    return quiz


def test_the_list_and_its_workbook_say_the_same(client, taken, officer):
    client.force_login(officer)

    page = client.get(reverse("desk:quizzes"))
    [sheet] = sheets_in(client.get(reverse("desk:quizzes_export")))

    assert sheet == cells_of(page)
    assert sheet[1][:2] == [taken.title, "60"]


def test_a_quiz_that_nobody_has_finished_is_one_line(client, quiz, officer):
    client.force_login(officer)

    page = client.get(reverse("desk:quizzes")).content.decode()

    row = page[page.index(quiz.title) :].partition("</tr>")[0]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row) == ["Nobody has finished this quiz yet."]
    assert "few attempts" not in row


def test_a_quiz_and_its_workbook_say_the_same(client, taken, wrong, officer):
    client.force_login(officer)

    page = client.get(reverse("desk:quiz", args=[taken.code]))
    questions, *options = sheets_in(client.get(reverse("desk:quiz_export", args=[taken.code])))
    question = client.get(reverse("desk:question", args=[taken.code, wrong.pk]))

    assert questions[1:] == cells_of(page)
    assert len(options) == 6
    assert options[1][1:] == [question.context["options"].columns, *question.context["options"].rows]


def test_a_question_says_what_is_wrong_and_what_to_do(client, taken, wrong, officer):
    client.force_login(officer)

    page = client.get(reverse("desk:question", args=[taken.code, wrong.pk]))

    assert page.context["flags"][0][0] == "Key may be wrong"
    assert "People who do well elsewhere prefer a wrong option." in page.text
    assert reverse("desk:propose", args=[wrong.pk]) in page.text
    assert "unsure" not in page.text


def test_few_attempts_are_said_to_be_unsure(client, quiz, versions, wrong, officer):
    sit(quiz, ticks(versions, RIGHT, 29), strangers(29))
    client.force_login(officer)

    for name, args in [("quizzes", []), ("quiz", [quiz.code]), ("question", [quiz.code, wrong.pk])]:
        assert "unsure" in client.get(reverse(f"desk:{name}", args=args)).text


def test_one_attempt_has_figures_too(client, quiz, versions, wrong, officer):
    sit(quiz, ticks(versions, RIGHT, 1), strangers(1))
    client.force_login(officer)

    assert client.get(reverse("desk:question", args=[quiz.code, wrong.pk])).status_code == 200


def test_a_quiz_that_nobody_took_says_so(client, quiz, officer):
    client.force_login(officer)

    assert "No finished attempt yet" in client.get(reverse("desk:quiz", args=[quiz.code])).text


def test_a_question_that_the_quiz_never_asked_is_not_found(client, taken, officer):
    other = plant_question("X1", Short("short", "？", "！")).current
    client.force_login(officer)

    assert client.get(reverse("desk:question", args=[taken.code, other.pk])).status_code == 404


@pytest.mark.parametrize("people", [3, 30, 300])
def test_the_pages_cost_the_same_for_any_number_of_attempts(
    client, quiz, versions, wrong, officer, people, django_assert_num_queries
):
    sit(quiz, ticks(versions, RIGHT, people), strangers(people))
    client.force_login(officer)

    with django_assert_num_queries(12):
        client.get(reverse("desk:quizzes"))
    with django_assert_num_queries(8):
        client.get(reverse("desk:question", args=[quiz.code, wrong.pk]))


def test_a_key_is_corrected_by_two_people_and_told_to_the_learner(
    client, quiz, versions, wrong, officer, second, teacher
):
    letters = ["a", "b", "a", "a", "a", "b"]
    [attempt] = sit(
        quiz, [{version: [letter] for version, letter in zip(versions, letters, strict=True)}], [teacher]
    )
    client.force_login(teacher)
    result = reverse("quizzes:attempt", args=[attempt.pk])
    assert "A question was corrected" not in client.get(result).text

    client.force_login(officer)
    proposed = client.post(
        reverse("desk:propose", args=[wrong.pk]), {"key": "b", "reason": "b才对"}, follow=True
    )
    assert proposed.context["effects"] == [
        "1 finished attempt holds the question",
        "1 score changes",
        "1 result becomes a pass",
        "0 results would now be fails; their passes stand",
    ]
    assert proposed.context["changes"].rows == [
        ["选项a", "right", "wrong"],
        ["选项b", "wrong", "right"],
    ]
    assert "A second person has to approve this" in proposed.text
    repair = Repair.objects.get()
    own = client.post(reverse("desk:repair", args=[repair.pk]), follow=True)
    assert "a second person has to approve it" in own.text
    client.force_login(second)
    approved = client.post(reverse("desk:repair", args=[repair.pk]), follow=True)
    assert "Being put in force" in approved.text
    assert "data-poll" in approved.text
    again = client.post(reverse("desk:repair", args=[repair.pk]), follow=True)
    assert "A colleague decided this meanwhile." in again.text
    run_due()
    approved = client.get(reverse("desk:repair", args=[repair.pk]))
    assert "In force" in approved.text
    assert "data-poll" not in approved.text
    assert approved.context["changes"].rows == proposed.context["changes"].rows

    client.force_login(teacher)
    told = client.get(result).text
    assert "A question was corrected" in told
    assert "5 of 6 points" in told
    home = client.get(reverse("home")).text
    assert f"A question of “{quiz.title}” was corrected" in home
    assert "5 of 6 points, passed" in home
    assert f'href="{result}"' in home


def test_home_tells_of_a_pass_that_was_taken_back_to_whom_it_concerns_and_for_a_time(
    client, quiz, versions, wrong, officer, second, settings
):
    loser, winner = strangers(2)
    letters = ("aaaaac", "abaaaa")
    sheets = [{version: [letter] for version, letter in zip(versions, word, strict=True)} for word in letters]
    sit(quiz, sheets, [loser, winner])
    repair = propose(version=wrong, content=keyed(wrong, "b"), reason="b才对", by=officer, takes_passes=True)
    client.force_login(loser)
    assert "computed anew" not in client.get(reverse("home")).text

    approve(repair=repair, by=second)

    assert "4 of 6 points, not passed" in client.get(reverse("home")).text
    client.force_login(winner)
    assert "6 of 6 points, passed" in client.get(reverse("home")).text
    client.force_login(officer)
    assert "computed anew" not in client.get(reverse("home")).text
    client.force_login(loser)
    settings.CORRECTION_NOTICE_DAYS = 0
    assert "computed anew" not in client.get(reverse("home")).text


def test_the_same_key_is_refused_in_words(client, quiz, wrong, officer):
    client.force_login(officer)

    page = client.post(reverse("desk:propose", args=[wrong.pk]), {"key": "a", "reason": "?"})

    assert "This is the key already" in page.text
    assert Repair.objects.count() == 0


def test_a_second_proposal_is_refused_in_words(client, quiz, wrong, officer):
    client.force_login(officer)
    address = reverse("desk:propose", args=[wrong.pk])
    client.post(address, {"key": "b", "reason": "?"})

    assert "waits for approval already" in client.post(address, {"key": "c", "reason": "?"}).text


def test_a_proposal_is_put_aside(client, quiz, wrong, officer):
    client.force_login(officer)
    client.post(reverse("desk:propose", args=[wrong.pk]), {"key": "b", "reason": "?"})
    repair = Repair.objects.get()

    page = client.post(reverse("desk:decline", args=[repair.pk]), follow=True)

    assert "Put aside" in page.text
    assert "Put aside" in client.get(reverse("desk:repairs")).text


OPTIONS = (Option("a", "甲", 1.0), Option("b", "乙"), Option("c", "丙"))
SINGLE = Choice("single", "哪个？", OPTIONS)
KINDS = {
    "multiple": (Choice("multiple", "哪些？", OPTIONS), {"key": ["a", "c"]}, ["a", "c"]),
    "judgement": (
        Choice("judgement", "怎么做？", OPTIONS),
        {"key-a": "0.5", "key-b": "1", "key-c": "0"},
        ["b"],
    ),
    "matching": (
        Matching("matching", "配对", (Prompt("1", "一", "a"), Prompt("2", "二", "b")), OPTIONS),
        {"key-1": "c", "key-2": "b"},
        {"1": "c", "2": "b"},
    ),
    "ordering": (
        Ordering("ordering", "排序", OPTIONS),
        {"key-a": "3", "key-b": "1", "key-c": "2"},
        ["b", "c", "a"],
    ),
    "fill": (
        Gaps("fill", "[[1]]", (Gap("1", "text", (Accepted("甲"), Accepted("乙", 0.5))),)),
        {"key-1": "乙\n丙"},
        {"1": "乙"},
    ),
    "cloze": (
        Gaps("cloze", "[[1]]", (Gap("1", "choice", (Accepted("甲"), Accepted("乙", 0.0))),)),
        {"key-1": "乙"},
        {"1": "乙"},
    ),
    "passage": (Passage("passage", "材料", (Part("p", SINGLE),)), {"key-p": "b"}, {"p": ["b"]}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_of_every_kind_can_be_corrected(client, kind, officer, second):
    item, typed, right = KINDS[kind]
    version = plant_question("K1", item).current
    client.force_login(officer)
    address = reverse("desk:propose", args=[version.pk])
    assert client.get(address).status_code == 200

    page = client.post(address, {**typed, "reason": "?"}, follow=True)

    assert page.context["changes"].rows != []
    client.force_login(second)
    client.post(reverse("desk:repair", args=[Repair.objects.get().pk]))
    run_due()
    version.question.refresh_from_db()
    assert mark(version.question.current.item, right).score == 1
    assert mark(item, right).score < 1


EXPLAINED = Choice(
    "single",
    "哪个？",
    (Option("a", "甲", 1.0, "甲对"), Option("b", "乙", 0.0, "乙错"), Option("c", "丙", 0.0, "丙错")),
    feedback="选甲",
)


def test_words_that_explain_the_old_key_do_not_stay_with_the_new_one():
    item = corrected(EXPLAINED, {"key": "b"})

    assert [option.feedback for option in item.options] == ["", "", "丙错"]
    assert item.feedback == ""
    assert corrected(EXPLAINED, {"key": "a"}) == EXPLAINED
    gaps = Gaps(
        "fill", "[[1]]", (Gap("1", "text", (Accepted("甲", 1.0, "对"), Accepted("乙", 0.5, "半对"))),)
    )
    assert [
        (answer.text, answer.feedback) for answer in corrected(gaps, {"key-1": "甲\n乙"}).gaps[0].answers
    ] == [
        ("甲", "对"),
        ("乙", ""),
    ]


ORDER = Ordering("ordering", "排序", OPTIONS)


@pytest.mark.parametrize(
    ("item", "typed", "said"),
    [
        (ORDER, {"key-a": "1", "key-b": "1", "key-c": "3"}, "Two lines have the same place."),
        (
            Passage("passage", "材料", (Part("1", SINGLE), Part("2", ORDER))),
            {"key-1": "a", "key-2-a": "2", "key-2-b": "2", "key-2-c": "2"},
            "Two lines have the same place.",
        ),
        (
            Gaps("numeric", "多少？[[1]]", (Gap("1", "number", (Accepted("3"),)),)),
            {"key-1": "三"},
            "An answer that should be a number is none.",
        ),
        (
            Choice("judgement", "怎么做？", OPTIONS),
            {"key-a": "0.5", "key-b": "0.4", "key-c": "0"},
            "Nobody can earn everything",
        ),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_in_words(client, officer, item, typed, said):
    client.force_login(officer)
    address = reverse("desk:propose", args=[plant_question("K1", item).current.pk])

    assert said in client.post(address, {**typed, "reason": "?"}).text
    assert Repair.objects.count() == 0


def test_what_a_person_marks_has_no_key(client, officer):
    version = plant_question("S1", Short("short", "为什么？", "理由")).current
    client.force_login(officer)

    assert client.get(reverse("desk:propose", args=[version.pk])).status_code == 404


def test_an_assessor_marks_an_answer_and_its_author_reads_it(client, quiz, versions, teacher, assessor):
    short = plant_question("S1", Short("short", "为什么？", "说出一个理由", "因为学情")).current
    [attempt] = sit(quiz, [{versions[0]: ["a"], short: "因为课前要了解学情"}], [teacher])
    client.force_login(assessor)
    waiting = client.get(reverse("desk:answers"))
    assert "1 answer waits" in waiting.text
    address = reverse("desk:answer", args=[attempt.responses.get(score=None).pk])
    assert "说出一个理由" in client.get(address).text

    client.post(address, {"score": "0.6667", "comment": "还差一点"})

    assert "Nothing to mark" in client.get(reverse("desk:answers")).text
    again = client.post(address, {"score": "0", "comment": "不"}, follow=True)
    assert "theirs counts" in again.text
    assert ResponseScore.objects.get().marked_by == assessor
    client.force_login(teacher)
    result = client.get(reverse("quizzes:attempt", args=[attempt.pk])).text
    assert "还差一点" in result
    assert "1.67 of 2 points" in result


def test_a_mark_needs_a_word(client, quiz, teacher, assessor):
    short = plant_question("S1", Short("short", "为什么？", "理由")).current
    [attempt] = sit(quiz, [{short: "因为"}], [teacher])
    client.force_login(assessor)

    client.post(reverse("desk:answer", args=[attempt.responses.get().pk]), {"score": "1"})

    assert ResponseScore.objects.count() == 0

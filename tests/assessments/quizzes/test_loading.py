"""From the question files to the bank; the real files too."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from assessments.quizzes import actions
from assessments.quizzes.items.kinds import Option
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.loading import load_questions
from assessments.quizzes.models import Question, QuestionVersion, Quiz
from assessments.quizzes.queries import paper_of, size
from courses import content
from tests.factories import plant_framework, plant_module

from .papers import hand_in

FILES = sorted(content.CONTENT.glob("M*/quiz.yaml"))


def option(text: str, correct: bool = False) -> dict:
    return {"text": text, "feedback": f"{text}。", **({"correct": True} if correct else {})}


def question(number: int, **fields) -> dict:
    return {
        "id": f"M02-Q{number:02}",
        "capability": "A5",
        "stem": f"第{number}题？",
        "kind": "single",
        "options": [option("对", True), option("错")],
        **fields,
    }


@pytest.fixture
def module(db):
    plant_framework()
    return plant_module("M02")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes the module's question file, in place of the real one."""
    monkeypatch.setattr(content, "CONTENT", tmp_path)

    def write(*questions: dict) -> None:
        (tmp_path / "M02").mkdir(exist_ok=True)
        listed = {"module": "M02", "title": "在线直播教学 单元测验", "questions": list(questions)}
        (tmp_path / "M02" / "quiz.yaml").write_text(
            yaml.safe_dump(listed, allow_unicode=True), encoding="utf-8"
        )

    return write


def test_the_bank_holds_what_the_file_says(module, write):
    write(question(1), question(2, capability=None, kind="multiple"))

    assert load_questions() == 2

    version = QuestionVersion.objects.get(question__key="M02-Q01")
    assert (version.number, version.kind, version.stem) == (1, "single", "第1题？")
    assert version.item.options == (Option("a", "对", 1.0, "对。"), Option("b", "错", 0.0, "错。"))
    assert version.question.capability.code == "A5"
    assert (module.quiz.title, size(module.quiz)) == ("在线直播教学 单元测验", 8)


def test_loading_again_writes_nothing(module, write, django_assert_num_queries):
    write(*(question(number) for number in range(1, 31)))
    load_questions()

    with django_assert_num_queries(27):  # for any number of questions; most ask what editors may do
        assert load_questions() == 0


def test_a_question_that_reads_differently_gets_a_further_version(module, write, teacher):
    write(question(1))
    load_questions()
    attempt = actions.start(quiz=module.quiz, by=teacher)
    write(question(1, stem="改了的题面？"))

    assert load_questions() == 1

    attempt.refresh_from_db()
    assert [version.stem for version in QuestionVersion.objects.order_by("number")] == [
        "第1题？",
        "改了的题面？",
    ]
    assert [version.stem for version in paper_of(attempt)] == ["第1题？"]


def test_what_editors_set_stays(module, write):
    write(question(1))
    load_questions()
    Quiz.objects.update(title="新题目", attempts_allowed=9)
    Question.objects.update(status=Question.Status.RETIRED)

    load_questions()

    assert Quiz.objects.values_list("title", "attempts_allowed").get() == ("新题目", 9)
    assert Question.objects.get().status == Question.Status.RETIRED


def test_a_question_follows_its_file_to_another_capability(module, write):
    write(question(1))
    load_questions()
    write(question(1, capability=None))

    assert load_questions() == 0
    assert Question.objects.get().capability is None


@pytest.mark.parametrize(
    "options",
    [[option("错"), option("也错")], [option("对", True), option("也对", True)]],
    ids=["none", "two"],
)
def test_a_question_with_the_wrong_number_of_right_options_stops_the_load(module, write, options):
    write(question(1), question(2, options=options))

    with pytest.raises(CommandError, match="M02-Q02"):
        call_command("load_questions")
    assert not Question.objects.exists()


def test_the_command_says_how_much_was_new(module, write, capsys):
    write(question(1))

    call_command("load_questions")

    assert capsys.readouterr().out == "1 question versions added\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_real_questions_fill_a_paper(db, path, teacher):
    plant_framework(["A5"])
    module = plant_module(path.parent.name)
    others = content.document(path.with_name("questions.yaml"))["questions"]
    expected = len(content.document(path)["questions"]) + len(others)

    assert load_questions() == expected

    attempt = actions.start(quiz=module.quiz, by=teacher)
    right = {str(version.pk): right_answer(version.item) for version in paper_of(attempt)}
    assert len(attempt.paper) == min(expected, size(module.quiz))
    assert hand_in(attempt, right, teacher).score == attempt.total

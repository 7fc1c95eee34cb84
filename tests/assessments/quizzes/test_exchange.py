"""Files of questions, into the bank and out of it."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.log_actions import registry

from assessments.quizzes.exchange import writing
from assessments.quizzes.exchange.cleaning import clean
from assessments.quizzes.exchange.exporting import FORMATS, entries, export
from assessments.quizzes.exchange.importing import (
    AlreadyApplied,
    PlanChanged,
    apply,
    check,
    hand_in,
    look_again,
    request_apply,
)
from assessments.quizzes.exchange.making import make, request_export
from assessments.quizzes.exchange.plans import plan
from assessments.quizzes.exchange.sentences import sentences
from assessments.quizzes.formats import excel
from assessments.quizzes.formats.entries import Entry, Reading
from assessments.quizzes.formats.excel.examples import EXAMPLES
from assessments.quizzes.formats.reading import read
from assessments.quizzes.items.kinds import Choice, Option
from assessments.quizzes.models import Question, QuestionExport, QuestionImport, QuestionVersion, Tag
from courses.models import Capability
from organizations.jobs.models import Job
from tests.factories import UserFactory, plant_framework, plant_module, plant_question, single

pytestmark = pytest.mark.django_db

TABLE = """编号,题干,选项A,选项B,答案,能力点,难度,标签
T-1,课前用什么了解学生？,问卷,猜测,A,A5,易,学情、问卷
T-2,课后用什么了解学生？,作业,猜测,A,A5,中,学情
T-3,答案错了,甲,乙,丙,,,
"""


@pytest.fixture
def module():
    plant_framework()
    return plant_module("M02")


@pytest.fixture
def editor():
    return UserFactory(name="文编")


def handed_in(text: str | bytes = TABLE, name: str = "questions.csv", module=None, by=None) -> QuestionImport:
    content = text.encode() if isinstance(text, str) else text
    return hand_in(file=BytesIO(content), file_name=name, module=module, by=by, in_background=False)


def checked(*args, **kwargs) -> QuestionImport:
    return check(question_import=handed_in(*args, **kwargs))


def planned(text: str | bytes = TABLE, name: str = "questions.csv"):
    return plan(read(text.encode() if isinstance(text, str) else text, name))


def asked_for(row: QuestionImport, by=None) -> QuestionImport:
    return request_apply(question_import=row, digest=row.plan_digest, by=by, in_background=False)


def take(text: str | bytes = TABLE, name: str = "questions.csv", module=None, by=None) -> dict:
    row = asked_for(checked(text, name, module, by), by)
    return apply(question_import=row, by=by).counts


def counts(added=0, changed=0, same=0, refused=0, warned=0) -> dict:
    return {"added": added, "changed": changed, "same": same, "refused": refused, "warned": warned}


def test_a_file_is_looked_at_before_anything_is_written(module):
    row = checked()

    assert (row.status, row.percent, row.counts) == ("checked", 100, counts(added=2, refused=1))
    assert [line["key"] for line in row.shown["added"]] == ["T-1", "T-2"]
    assert sentences(row.shown["refused"]) == [
        "line 4 · T-3: The right answer is “丙”, but there is no such option."
    ]
    assert Question.objects.count() == 0


def test_questions_come_in_as_drafts_with_all_that_the_file_says(module, editor):
    take(module=module, by=editor)

    question = Question.objects.get(key="T-1")
    assert (question.status, question.module, question.difficulty) == ("draft", module, "easy")
    assert question.capability.code == "A5"
    assert {tag.name for tag in question.tags.all()} == {"学情", "问卷"}
    assert (question.current.number, question.current.created_by) == (1, editor)
    assert [option.text for option in question.current.item.options] == ["问卷", "猜测"]


def test_an_import_is_in_the_log_with_what_it_did(module, editor):
    take(by=editor)

    row = QuestionImport.objects.get()
    [entry] = registry.get_logs_for_instance(row)
    assert (entry.action, entry.user, entry.data) == ("quizzes.import", editor, row.counts)
    assert row.applied_by == editor


def test_the_same_file_again_changes_nothing(module):
    take(module=module)

    assert take(module=module) == counts(same=2, refused=1)
    assert QuestionVersion.objects.count() == 2


def test_what_reads_differently_gets_a_further_version_and_options_keep_their_ids(module):
    take(module=module)
    old = Question.objects.get(key="T-1").current

    done = take(TABLE.replace("问卷,猜测,A", "猜测,在线问卷,B"), module=module)

    question = Question.objects.get(key="T-1")
    assert done == counts(changed=1, same=1, refused=1)
    assert question.current.number == 2
    assert {option.text: option.id for option in question.current.item.options} == {
        "猜测": "b",
        "在线问卷": "a",
    }
    assert QuestionVersion.objects.get(pk=old.pk).content == old.content


def test_details_change_without_a_further_version_and_silence_changes_nothing(module):
    take(module=module)
    changed = TABLE.replace("A,A5,易,学情、问卷", "A,,难,问卷")

    assert take(changed)["changed"] == 1

    question = Question.objects.get(key="T-1")
    assert (question.difficulty, question.capability.code, question.module) == ("hard", "A5", module)
    assert [tag.name for tag in question.tags.all()] == ["问卷"]
    assert question.versions.count() == 1


def test_a_changed_question_keeps_its_status(module):
    plant_question("T-1", single("旧的问法？"))

    take()

    assert Question.objects.get(key="T-1").status == "operational"


def test_questions_without_a_number_are_known_by_their_wording(module):
    aiken = "哪个最快？\nA) 投票\nB) 点名\nANSWER: A\n\n哪个最慢？\nA) 投票\nB) 点名\nANSWER: B\n"

    assert take(aiken, "x.aiken.txt")["added"] == 2
    assert take(aiken, "x.aiken.txt") == counts(same=2)


def test_a_question_of_the_bank_is_known_by_its_wording_where_the_file_has_no_number(module):
    plant_question("M02-Q01", single("第一题？"))
    file = export(Question.objects.all(), "aiken").content

    assert plan(read(file, "x.aiken.txt")).counts == counts(same=1)


def test_one_warns_where_the_words_are_known_but_not_the_answers(module):
    plant_question("M02-Q01", single("第一题？"))

    found = plan(read("第一题？\nA) 是\nB) 否\nANSWER: A\n".encode(), "x.aiken.txt"))

    assert [problem.code for problem in found.warnings] == ["stem_known"]
    assert found.counts["added"] == 1


def test_a_number_that_comes_twice_is_refused_the_second_time(module):
    found = planned(TABLE.replace("T-2", "T-1"))

    assert [(problem.code, problem.where) for problem in found.refused][-1] == ("key_twice", "3")
    assert found.counts["added"] == 1


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry("", single("问？"), key="长" * 41), "key_too_long"),
        (Entry("", single("问？"), tags=("长" * 41,)), "tag_too_long"),
    ],
)
def test_what_the_bank_cannot_hold_is_refused(entry, code):
    found = plan(Reading([entry]))

    assert [problem.code for problem in found.refused] == [code]
    assert found.rows == []


def test_an_unknown_capability_is_a_warning(module):
    found = planned(TABLE.replace("A5,易", "Z9,易"))

    assert [problem.code for problem in found.warnings] == ["capability_unknown"]
    assert found.counts["added"] == 2


@pytest.mark.parametrize("written", ["a5", "Ａ５", " A5 ", "A5 技术支持的课堂导入", "A5技术支持的课堂导入"])
def test_a_capability_may_be_written_in_any_way(module, written):
    found = planned(TABLE.replace("A5,易", f"{written},易"))

    assert found.warnings == []
    assert found.rows[0].details.capability == Capability.objects.get(code="A5").pk


@pytest.mark.parametrize("words", [("正确", "错误"), ("错误", "正确"), ("对", "错"), ("True", "False")])
@pytest.mark.parametrize("name", ["moodle", "gift"])
def test_true_and_false_keep_the_words_of_the_bank(words, name):
    options = (Option("a", words[0], 1.0, "是这样"), Option("b", words[1], 0.0, "不是"))
    plant_question("M02-Q01", Choice("truefalse", "地球是圆的。", options))
    file = FORMATS[name].write(entries(Question.objects.all())).content
    other = file.decode().replace("不是", "不对").encode()

    again, changed = (plan(read(content, f"questions.{name}")) for content in (file, other))

    assert again.counts == counts(same=1)
    [row] = changed.of("changed")
    assert [option.text for option in row.item.options] == list(words)
    assert [(one.what, one.before, one.after) for one in row.differences] == [("feedback", "不是", "不对")]


def test_the_module_may_stand_in_the_file(module):
    found = plan(Reading([Entry("", single("问？"), key="X", category="M02/第一课")]))

    assert found.rows[0].details.module == module.pk


def test_nothing_is_applied_if_the_bank_changed_since_it_was_looked_at(module):
    row = asked_for(checked())
    plant_question("T-1", single("别的？"))

    row = apply(question_import=row, by=None)

    assert Question.objects.count() == 1
    assert (row.status, row.notice) == ("checked", "bank_changed")
    assert row.counts == counts(added=1, changed=1, refused=1)


def test_nothing_is_applied_that_was_not_shown(module):
    with pytest.raises(PlanChanged):
        request_apply(question_import=checked(), digest="another", by=None)
    with pytest.raises(PlanChanged):
        request_apply(question_import=handed_in("题干,答案\n"), digest="", by=None)


def test_a_file_is_applied_once(module):
    row = asked_for(checked())
    with pytest.raises(AlreadyApplied):
        asked_for(row)
    done = apply(question_import=row, by=None)

    with pytest.raises(AlreadyApplied):
        asked_for(done)
    with pytest.raises(AlreadyApplied):
        look_again(question_import=done)


def test_a_second_run_of_a_job_does_nothing(module):
    row = checked()
    check(question_import=row)
    row = asked_for(row)
    apply(question_import=row, by=None)
    apply(question_import=row, by=None)  # as it was read before the first run ended

    assert QuestionVersion.objects.count() == 2
    assert len(registry.get_logs_for_instance(row)) == 1


def test_handing_the_same_file_in_twice_is_one_import_and_one_job(module, editor):
    first, second = (
        hand_in(file=BytesIO(TABLE.encode()), file_name="q.csv", module=None, by=editor) for _ in range(2)
    )

    assert first == second
    assert [job.key for job in Job.objects.all()] == [f"questions.check:{first.pk}:1"]


def test_a_file_that_was_taken_in_is_another_import_when_it_comes_again(module, editor):
    take(by=editor)

    assert handed_in(by=editor) != QuestionImport.objects.get(status="applied")


def test_asking_for_the_same_file_twice_is_one_export_and_one_job(module, editor):
    first, second = (request_export(format_name="gift", query="q=T-", by=editor) for _ in range(2))

    assert first == second
    assert Job.objects.count() == 1


def test_a_file_is_made_anew_in_the_place_of_the_last_one(module, editor, django_capture_on_commit_callbacks):
    take(module=module)

    def made():
        row = request_export(format_name="gift", query="q=T-", by=editor, in_background=False)
        return make(question_export=row, questions=Question.objects.filter(key__startswith="T-"))

    old = made()
    with django_capture_on_commit_callbacks(execute=True):
        new = made()

    with new.file.open("rb") as file:
        content = file.read()
    assert (old.pk, new.counts) == (new.pk, {"questions": 2, "refused": 0, "warned": 0})
    assert not old.file.storage.exists(old.file.name)
    assert [entry.key for entry in read(content, "x.gift.txt").entries] == ["T-1", "T-2"]


def test_the_lease_is_extended_while_a_file_is_read_and_made(module, editor):
    told = []
    row = check(question_import=handed_in(), tell=lambda: told.append("check"))
    apply(question_import=asked_for(row), by=None, tell=lambda: told.append("apply"))
    asked = request_export(format_name="gift", query="", by=editor, in_background=False)
    make(question_export=asked, questions=Question.objects.all(), tell=lambda: told.append("make"))

    assert told == ["check", "check", "apply", "make", "make"]


def test_a_file_that_is_lost_is_said(module):
    row = handed_in()
    row.file.storage.delete(row.file.name)

    row = check(question_import=row)

    assert sentences(row.shown["refused"]) == ["The file is no longer there. Hand it in again."]


def test_nothing_is_half_written(module, monkeypatch):
    row = asked_for(checked())

    def fail(tagged):
        raise RuntimeError

    monkeypatch.setattr(writing, "_tag", fail)
    with pytest.raises(RuntimeError):
        apply(question_import=row, by=None)

    assert (Question.objects.count(), QuestionVersion.objects.count(), Tag.objects.count()) == (0, 0, 0)
    assert QuestionImport.objects.get().applied_at is None


class TestCleaning:
    def files(self, row) -> list[str]:
        return sorted(row.file.storage.listdir("questions")[1])

    def aged(self, row, days: int) -> None:
        """Let a row and its file be older."""
        then = timezone.now() - timedelta(days=days)
        name = "asked_at" if isinstance(row, QuestionExport) else "created_at"
        type(row).objects.filter(pk=row.pk).update(**{name: then})
        QuestionImport.objects.filter(pk=row.pk, applied_at__isnull=False).update(applied_at=then)
        os.utime(row.file.path, (then.timestamp(), then.timestamp()))

    def test_files_go_after_their_time_and_what_an_import_did_stays(self, module, editor):
        take()
        applied, unused = QuestionImport.objects.get(), handed_in(TABLE + "T-4,四？,甲,乙,A,,,\n")
        made = request_export(format_name="gift", query="", by=editor, in_background=False)
        made = make(question_export=made, questions=Question.objects.all())
        fresh = handed_in(TABLE + "T-5,五？,甲,乙,A,,,\n")
        for row in (applied, unused, made):
            self.aged(row, days=31)
        out = StringIO()

        call_command("clean_question_files", stdout=out)

        assert out.getvalue() == "3 files deleted\n"
        assert self.files(fresh) == [fresh.file.name.rpartition("/")[2]]
        assert list(QuestionImport.objects.order_by("pk")) == [applied, fresh]
        applied.refresh_from_db()
        assert (applied.file.name, applied.counts["added"]) == ("", 2)
        assert QuestionExport.objects.count() == 0

    def test_the_time_is_a_setting(self, module, settings):
        row = handed_in()
        self.aged(row, days=8)
        call_command("clean_question_files", stdout=StringIO())
        assert self.files(row) != []

        settings.QUESTION_FILES_DAYS = 7
        call_command("clean_question_files", stdout=StringIO())

        assert self.files(row) == []

    def test_a_file_that_no_row_names_goes_after_a_day(self, module):
        row = handed_in()
        for name, days in (("young", 0), ("old", 2)):
            row.file.storage.save(f"questions/{name}", ContentFile(b"x"))
            then = (timezone.now() - timedelta(days=days)).timestamp()
            os.utime(row.file.storage.path(f"questions/{name}"), (then, then))

        assert clean(before=timezone.now() - timedelta(days=30)) == 1

        assert "young" in self.files(row)
        assert "old" not in self.files(row)

    def test_there_may_be_no_files_yet(self):
        assert clean(before=timezone.now()) == 0


def test_a_file_that_is_none_says_so_and_adds_nothing(module):
    found = planned(b"\x00\x01\x02", "x.bin")

    assert found.rows == []
    assert len(found.refused) == 1


@pytest.mark.parametrize("name", ["xlsx", "moodle", "gift", "qti22", "qti30"])
def test_what_was_exported_is_the_same_when_it_comes_back(module, name):
    for number, entry in enumerate(EXAMPLES):
        if entry.item.kind != "picture":
            plant_question(f"E-{number}", entry.item, module=module, difficulty="easy")
    Question.objects.get(key="E-0").tags.add(Tag.objects.create(name="学情"))
    made = export(Question.objects.all(), name)
    refused = [problem for problem in made.problems if problem.severity == "refuse"]
    warned = len(made.problems) - len(refused)

    found = plan(read(made.content, f"x.{FORMATS[name].ending}")).counts

    assert found["refused"] == found["added"] == 0
    assert found["same"] >= Question.objects.count() - len(refused) - warned
    assert found["same"] + found["changed"] == Question.objects.count() - len(refused)


def test_a_format_says_what_it_cannot_hold():
    plant_question("A", single("单选？"))
    plant_question("B", Choice("multiple", "多选？", (Option("a", "甲", 1), Option("b", "乙", 1))))

    made = export(Question.objects.all(), "aiken")

    assert [(problem.name, problem.severity) for problem in made.problems] == [
        ("A", "warn"),
        ("B", "refuse"),
    ]
    assert "多选？" not in made.content.decode()


def test_exporting_takes_two_queries(module, django_assert_num_queries):
    for number in range(3):
        plant_question(f"Q{number}", single(f"{number}？"), module=module)

    with django_assert_num_queries(2):
        entries(Question.objects.all())


def test_five_thousand_questions_come_in_within_a_minute(module):
    listed = [
        Entry("", single(f"第{n}题？"), key=f"N-{n}", capability="A5", tags=(f"标签{n % 20}", "共同"))
        for n in range(5000)
    ]
    file = excel.write(listed).content

    start = time.process_time()
    done = take(file, "x.xlsx", module=module)
    seconds = time.process_time() - start
    again = take(file, "x.xlsx", module=module)
    changed = [Entry("", single(f"第{n}题吗？"), key=f"N-{n}") for n in range(5000)]
    further = take(excel.write(changed).content, "x.xlsx")

    assert (done["added"], again["same"], further["changed"]) == (5000, 5000, 5000)
    assert Question.objects.filter(tags__name="共同", current__number=2).count() == 5000
    assert seconds < 60


class TestCommands:
    def test_a_file_is_shown_and_taken_in_if_told_so(self, module, tmp_path):
        path, out, err = tmp_path / "q.csv", StringIO(), StringIO()
        path.write_text(TABLE)

        call_command("import_questions", path, module="M02", stdout=out, stderr=err)
        assert Question.objects.count() == 0
        call_command("import_questions", path, module="M02", apply=True, stdout=out, stderr=err)

        assert Question.objects.filter(module=module).count() == 2
        assert "2 added, 0 changed, 0 same, 1 refused, 0 warned" in out.getvalue()
        assert "refuse: line 4 · T-3" in err.getvalue()

    def test_what_cannot_be_is_said(self, module, tmp_path):
        with pytest.raises(CommandError, match="M99"):
            call_command("import_questions", tmp_path / "q.csv", module="M99")
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_questions", tmp_path / "q.csv")
        (tmp_path / "q.csv").write_text("x")
        with pytest.raises(CommandError, match="nothing"):
            call_command(
                "import_questions", tmp_path / "q.csv", apply=True, stdout=StringIO(), stderr=StringIO()
            )

    def test_questions_are_chosen_for_export(self, module, tmp_path):
        plant_question("A", single("甲？"), module=module)
        plant_question("B", single("乙？"))
        out = StringIO()

        call_command("export_questions", tmp_path / "q.xlsx", format="xlsx", module="M02", stdout=out)

        assert [entry.key for entry in read((tmp_path / "q.xlsx").read_bytes(), "q.xlsx").entries] == ["A"]
        assert out.getvalue() == "1 questions, 0 problems\n"

"""Editors keep the bank and quizzes in Wagtail's admin."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.db.models import F
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.test.utils.form_data import nested_form_data

from assessments.quizzes.actions import start
from assessments.quizzes.bank import (
    NotNext,
    OwnQuestion,
    Wording,
    add_version,
    add_wordings,
    movable,
    set_status,
)
from assessments.quizzes.editors.shapes import raw_of
from assessments.quizzes.exchange.making import request_export
from assessments.quizzes.formats.excel.examples import EXAMPLES
from assessments.quizzes.formats.reading import read
from assessments.quizzes.items.kinds import Short
from assessments.quizzes.items.stored import dump
from assessments.quizzes.loading import let_editors_keep_the_bank, load_questions, plant_quiz
from assessments.quizzes.models import (
    Extension,
    Question,
    QuestionExport,
    QuestionImport,
    QuestionVersion,
    Quiz,
    Section,
    Tag,
)
from assessments.quizzes.names import cover
from assessments.quizzes.queries import paper_of
from organizations.jobs.models import Job
from organizations.jobs.worker import run_due
from organizations.models import User
from tests.factories import UserFactory, plant_module, plant_question, single

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    let_editors_keep_the_bank()
    person = UserFactory(name="文编")
    person.groups.add(Group.objects.get(name="Editors"))
    return person


@pytest.fixture
def editor(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def question() -> Question:
    return plant_question("M02-Q01", single("第一题？"), module=plant_module("M02"))


def flat(value: object) -> object:
    """What Wagtail's form sends for a block's value."""
    if isinstance(value, list):
        listed = {
            str(n): {
                "id": one["id"],
                "order": str(n),
                "deleted": "",
                "type": one["type"],
                "value": flat(one["value"]),
            }
            for n, one in enumerate(value)
        }
        return {"count": str(len(value)), **listed}
    if isinstance(value, dict):
        return {name: flat(inner) for name, inner in value.items() if inner is not False}
    if value is None:
        return ""  # as a browser sends a chooser in which nothing is chosen
    return "on" if value is True else value


def form(raw: dict, **fields: object) -> dict:
    content = flat([{"id": "", **raw}])
    return nested_form_data(
        {"key": "M02-Q01", "tag_names": "", "based_on": "1", "content": content, **fields}
    )


def edit(editor: Client, question: Question, raw: dict, **fields: object):
    return editor.post(reverse("questions:edit", args=[question.pk]), form(raw, **fields))


class TestEditing:
    def test_saving_makes_a_further_version_and_leaves_the_old_one(self, editor, person, question):
        old = QuestionVersion.objects.get()
        raw = raw_of(old.item)
        raw["value"]["options"] = raw["value"]["options"][::-1]
        raw["value"]["stem"] = "第一个问题？"

        response = edit(editor, question, raw, tag_names="学情，课堂、学情", difficulty="hard")

        question.refresh_from_db()
        assert response.status_code == 302
        assert (question.current.number, question.current.stem) == (2, "第一个问题？")
        assert question.current.created_by == person
        assert [option.id for option in question.current.item.options] == ["c", "b", "a"]
        assert QuestionVersion.objects.get(number=1).content == old.content
        assert ({tag.name for tag in question.tags.all()}, question.difficulty) == ({"学情", "课堂"}, "hard")
        assert [entry.action for entry in registry.get_logs_for_instance(question)] == ["wagtail.edit"]

    def test_saving_without_a_change_adds_no_version(self, editor, question):
        edit(editor, question, raw_of(question.current.item))

        assert question.versions.count() == 1

    @pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.item.kind)
    def test_a_question_of_any_kind_can_be_written(self, editor, person, entry):
        response = editor.post(reverse("questions:add"), form(raw_of(entry.item), key="NEW-1", based_on=""))

        question = Question.objects.get()
        assert response.status_code == 302
        assert (question.status, question.current.number) == ("draft", 1)
        assert question.current.item.kind == entry.item.kind
        assert question.current.item.stem == entry.item.stem

    def test_what_is_wrong_is_said_and_nothing_is_saved(self, editor, question):
        raw = raw_of(question.current.item)
        for option in raw["value"]["options"]:
            option["value"]["right"] = False

        response = edit(editor, question, raw, tag_names="学情")

        assert response.status_code == 200
        assert "No answer is right." in response.content.decode()
        assert (question.versions.count(), Tag.objects.count()) == (1, 0)

    def test_one_does_not_write_over_what_a_colleague_wrote_meanwhile(self, editor, question):
        raw = raw_of(question.current.item)
        add_version(question=question, content=dump(single("同事改的？")), by=None)

        response = edit(editor, question, raw, based_on="1")

        assert "Somebody else changed this question" in response.content.decode()
        assert Question.objects.get().current.stem == "同事改的？"

    def test_a_form_without_a_question_is_refused(self, editor, question):
        data = nested_form_data({"key": "M02-Q01", "tag_names": "", "based_on": "1", "content": flat([])})

        response = editor.post(reverse("questions:edit", args=[question.pk]), data)

        assert response.status_code == 200
        assert response.context["form"].errors["content"].as_data() != []

    def test_the_form_carries_the_version_it_shows(self, editor, question):
        page = editor.get(reverse("questions:edit", args=[question.pk])).content.decode()

        assert '<input type="hidden" name="based_on" value="1"' in page

    def test_the_form_shows_the_newest_wording(self, editor, question):
        assert (
            "第一题"
            in editor.get(reverse("questions:edit", args=[question.pk]))
            .context["form"]
            .initial["content"]
            .raw_data[0]["value"]["stem"]
        )


class TestList:
    @pytest.fixture
    def bank(self, question):
        other = plant_question("X-2", single("另一题？"), difficulty="easy")
        other.tags.add(Tag.objects.create(name="学情"))
        plant_question("X-3", EXAMPLES[2].item, status="draft")
        return other

    @pytest.mark.parametrize(
        ("asked", "keys"),
        [
            ({}, ["M02-Q01", "X-2", "X-3"]),
            ({"q": "x-"}, ["X-2", "X-3"]),
            ({"q": "另一"}, ["X-2"]),
            ({"difficulty": "easy"}, ["X-2"]),
            ({"kind": "truefalse"}, ["X-3"]),
        ],
    )
    def test_questions_are_found(self, editor, bank, asked, keys):
        page = editor.get(reverse("questions:index"), asked)

        assert [question.key for question in page.context["object_list"]] == keys

    def test_questions_are_found_by_module_tag_and_status(self, editor, bank, question):
        Question.objects.filter(key="X-3").update(status="retired")
        for asked, key in (
            ({"module": question.module_id}, "M02-Q01"),
            ({"tags": bank.tags.get().pk}, "X-2"),
            ({"status": "retired"}, "X-3"),
        ):
            page = editor.get(reverse("questions:index"), asked)
            assert [row.key for row in page.context["object_list"]] == [key]

    def test_a_long_list_costs_as_much_as_a_short_one(self, editor, django_assert_max_num_queries):
        for number in range(60):
            plant_question(f"Q-{number}", single(f"{number}？"))
        editor.get(reverse("questions:index"))

        with django_assert_max_num_queries(20):
            editor.get(reverse("questions:index"))


class TestLooking:
    def test_a_question_shows_its_versions_with_what_changed_and_where_it_is_used(self, editor, question):
        quiz = plant_quiz(module=question.module_id, code="M02", title="M02测验", size=1)
        naming = Quiz.objects.create(code="named", title="点名的测验")
        section = Section.objects.create(quiz=naming, title="第一部分")
        section.named.create(question=question)
        start(quiz=quiz, by=UserFactory())
        add_version(question=question, content=dump(single("新的问法？")), by=None)

        page = editor.get(reverse("questions:inspect", args=[question.pk]))

        newest, oldest = page.context["wordings"]
        assert [(c.what, c.before, c.after) for c in newest.changes] == [
            ("question", "第一题？", "新的问法？")
        ]
        assert (newest.papers, oldest.papers) == (0, 1)
        assert [row.quiz for row in page.context["naming"]] == [naming]
        assert [row.quiz for row in page.context["drawing"]] == [quiz]

    def test_only_sections_that_could_draw_a_question_are_said_to(self, editor, question):
        short = plant_question("S-1", Short("short", "为什么？", "理由"))
        quiz = Quiz.objects.create(code="drawing", title="抽题的测验")
        Section.objects.create(quiz=quiz, count=1, dimension="学情分析")
        Section.objects.create(quiz=quiz, count=1, title="什么都抽")

        def drawing(one):
            page = editor.get(reverse("questions:inspect", args=[one.pk]))
            return [section.title for section in page.context["drawing"]]

        assert (drawing(question), drawing(short)) == (["什么都抽"], [])

    def test_the_preview_shows_what_a_teacher_sees_and_nothing_about_what_is_right(self, editor, question):
        page = editor.get(reverse("questions:preview", args=[question.current_id])).content.decode()

        assert "选项a" in page
        assert "反馈a" not in page
        assert "option--right" not in page

    def test_the_preview_can_show_what_is_right(self, editor, question):
        page = editor.get(reverse("questions:preview", args=[question.current_id]) + "?marks")

        assert "This one is right" in page.content.decode()

    def test_the_preview_marks_an_answer_and_keeps_nothing(self, editor, question):
        pk = question.current_id
        answer = {str(pk): cover(str(pk), "b")}
        page = editor.post(reverse("questions:preview", args=[pk]), answer).content.decode()

        assert "Your answer: not right" in page
        assert "反馈b" in page


class TestStatus:
    def test_a_question_goes_on_and_the_log_says_who_moved_it(self, editor, person, question):
        press(editor, question, "review")

        question.refresh_from_db()
        [entry] = registry.get_logs_for_instance(question)
        assert question.status == "review"
        assert (entry.action, entry.user) == ("quizzes.status", person)
        assert entry.data == {"before": "operational", "after": "review"}

    def test_a_draft_does_not_come_into_use_unseen(self, person):
        question = Question.objects.create(key="D")
        add_version(question=question, content=dump(single("草稿？")), by=None)

        with pytest.raises(NotNext):
            set_status(questions=[question], status="operational", by=person)

        assert Question.objects.get().status == "draft"

    def test_a_wrong_step_is_a_message(self, editor, question):
        response = press(editor, question, "draft")

        assert "A colleague moved this question" in response.content.decode()

    def test_all_of_a_list_go_on_that_can(self, editor, question):
        for key in ("A-1", "A-2"):
            other = plant_question(key, single(f"{key}？"))
            Question.objects.filter(pk=other.pk).update(status="draft")
        address = reverse("questions:status") + "?q=A-"
        page = editor.get(address)
        assert {way["status"].value: way["count"] for way in page.context["ways"]} == {
            "review": 2,
            "retired": 2,
        }

        press_for_all(editor, address, "review")

        assert dict(Question.objects.values_list("key", "status")) == {
            "A-1": "review",
            "A-2": "review",
            "M02-Q01": "operational",
        }


def another_editor() -> User:
    person = UserFactory()
    person.groups.add(Group.objects.get(name="Editors"))
    return person


def press(editor, question: Question, status: str):
    """A button below a question, as it was shown just now."""
    seen = editor.get(reverse("questions:inspect", args=[question.pk])).context["seen"]
    address = reverse("questions:move", args=[question.pk])
    return editor.post(address, {"status": status, "seen": seen}, follow=True)


def press_for_all(editor, address: str, status: str):
    """A button below a list, as it was shown just now."""
    ways = editor.get(address).context["ways"]
    seen = {f"seen-{way['status'].value}": way["seen"] for way in ways}
    return editor.post(address, {"status": status, **seen}, follow=True)


class TestReview:
    """Nobody lets their own wording go to trial or into use."""

    @pytest.fixture
    def own(self, person) -> Question:
        question = Question.objects.create(key="OWN", status="review")
        add_version(question=question, content=dump(single("我的题？")), by=person)
        return question

    @pytest.mark.parametrize("status", ["pilot", "operational"])
    def test_its_author_cannot_let_a_question_go_on(self, editor, own, status):
        page = press(editor, own, status)

        own.refresh_from_db()
        assert own.status == "review"
        assert "a second person has to let it go on" in page.content.decode()
        assert not registry.get_logs_for_instance(own)

    def test_its_author_is_offered_only_what_they_may_do(self, editor, own):
        page = editor.get(reverse("questions:inspect", args=[own.pk]))

        assert [step.value for step in page.context["steps"]] == ["draft", "retired"]
        assert "You wrote its newest version" in page.content.decode()

    def test_a_second_person_can_and_the_log_says_who(self, own):
        other = UserFactory()

        set_status(questions=[own], status="operational", by=other)

        own.refresh_from_db()
        assert own.status == "operational"
        assert [entry.user for entry in registry.get_logs_for_instance(own)] == [other]

    def test_whoever_wrote_something_since_it_was_passed_does_not_pass_it(self, own, person):
        other = UserFactory()
        add_version(question=own, content=dump(single("改过的题？")), by=other)

        for author in (person, other):
            with pytest.raises(OwnQuestion):
                set_status(questions=[own], status="operational", by=author)
            assert not movable(Question.objects.all(), "operational", author).exists()
        assert set_status(questions=[own], status="operational", by=UserFactory()) == 1

    def test_who_wrote_what_was_passed_before_may_pass_what_others_wrote_since(self, own, person):
        other = UserFactory()
        set_status(questions=[own], status="operational", by=other)
        set_status(questions=[own], status="review", by=person)
        add_version(question=own, content=dump(single("改过的题？")), by=other)
        assert Question.objects.get(pk=own.pk).asked.stem == "我的题？"

        with pytest.raises(OwnQuestion):
            set_status(questions=[own], status="operational", by=other)
        assert set_status(questions=[own], status="operational", by=person) == 1

    def test_from_trial_into_use_its_author_still_does_not_let_it_go(self, own, person):
        set_status(questions=[own], status="pilot", by=UserFactory())

        with pytest.raises(OwnQuestion):
            set_status(questions=[own], status="operational", by=person)

    def test_a_button_passes_only_what_was_read(self, editor, reworded, person):
        editor.force_login(another_editor())
        address = reverse("questions:inspect", args=[reworded.pk])
        read = editor.get(address)
        add_version(question=reworded, content=dump(single("又改了的题？")), by=person)

        stale = {"status": "operational", "seen": read.context["seen"]}
        for form in (stale, {"status": "operational"}):
            page = editor.post(reverse("questions:move", args=[reworded.pk]), form, follow=True)
            assert "This question was reworded meanwhile." in page.content.decode()
            reworded.refresh_from_db()
            assert reworded.asked.stem == "我的题？"

        press(editor, reworded, "operational")
        reworded.refresh_from_db()
        assert reworded.asked.stem == "又改了的题？"

    def test_a_list_moves_only_what_it_showed(self, editor, own, person):
        editor.force_login(another_editor())
        address = reverse("questions:status")
        ways = editor.get(address).context["ways"]
        seen = {f"seen-{way['status'].value}": way["seen"] for way in ways}
        add_version(question=own, content=dump(single("改过的题？")), by=person)

        page = editor.post(address, {"status": "pilot", **seen}, follow=True)

        own.refresh_from_db()
        assert own.status == "review"
        assert "Some of these questions were changed meanwhile." in page.content.decode()

    def test_of_a_list_only_those_of_others_go_on(self, editor, own):
        other = Question.objects.create(key="OTHER", status="review")
        add_version(question=other, content=dump(single("别人的题？")), by=UserFactory())
        address = reverse("questions:status")
        ways = {way["status"].value: way["count"] for way in editor.get(address).context["ways"]}

        press_for_all(editor, address, "operational")

        assert ways == {"draft": 2, "pilot": 1, "operational": 1, "retired": 2}
        assert dict(Question.objects.values_list("key", "status")) == {
            "OWN": "review",
            "OTHER": "operational",
        }

    def test_a_bureau_with_one_editor_can_allow_it(self, editor, own, settings):
        settings.REVIEW_BY_SECOND_PERSON = False

        press(editor, own, "operational")

        own.refresh_from_db()
        assert own.status == "operational"

    @pytest.fixture
    def reworded(self, editor, person, own) -> Question:
        """A question in use which its author words anew."""
        set_status(questions=[own], status="operational", by=UserFactory())
        add_version(question=own, content=dump(single("改过的题？")), by=person)
        own.refresh_from_db()
        return own

    def test_a_new_wording_of_a_question_in_use_waits_for_a_second_person(self, editor, person, reworded):
        with pytest.raises(OwnQuestion):
            set_status(questions=[reworded], status="operational", by=person)
        page = editor.get(reverse("questions:inspect", args=[reworded.pk])).content.decode()
        listed = editor.get(reverse("questions:index")).content.decode()

        assert (reworded.status, reworded.asked.stem) == ("operational", "我的题？")
        assert "Version 2 waits for a second person. Until then papers hold version 1." in page
        assert "Ask the newest wording" not in page
        assert "2 waits, 1 is asked" in listed

    def test_papers_hold_the_passed_wording_until_then(self, teacher, reworded):
        quiz = Quiz.objects.create(code="waiting", title="测验")
        Section.objects.create(quiz=quiz).named.create(question=reworded, position=1)
        before = paper_of(start(quiz=quiz, by=teacher))

        set_status(questions=[reworded], status="operational", by=UserFactory())

        after = paper_of(start(quiz=quiz, by=UserFactory()))
        assert [version.stem for version in (*before, *after)] == ["我的题？", "改过的题？"]

    def test_a_second_person_passes_it_by_a_button_and_by_the_list(self, editor, person):
        other = UserFactory()
        for key in ("W-1", "W-2"):
            question = Question.objects.create(key=key, status="review")
            add_version(question=question, content=dump(single(f"{key}？")), by=None)
        questions = list(Question.objects.filter(key__startswith="W-"))
        set_status(questions=questions, status="operational", by=person)
        wordings = [Wording(question, dump(single(f"{question.key}，改过？"))) for question in questions]
        add_wordings(wordings=wordings, by=other)
        waiting = Question.objects.exclude(asked=F("current"))
        assert waiting.count() == 2

        address = reverse("questions:inspect", args=[questions[0].pk])
        assert "Ask the newest wording" in editor.get(address).content.decode()
        press(editor, questions[0], "operational")
        assert [question.key for question in waiting] == ["W-2"]

        press_for_all(editor, reverse("questions:status"), "operational")
        assert not Question.objects.exclude(asked=F("current")).exists()

    def test_what_is_not_asked_yet_is_asked_in_its_newest_wording(self, own, person):
        add_version(question=own, content=dump(single("改过的题？")), by=person)

        set_status(questions=[own], status="pilot", by=UserFactory())

        own.refresh_from_db()
        assert own.asked.stem == "改过的题？"

    def test_where_one_editor_may_do_both_a_new_wording_is_asked_at_once(self, own, person, settings):
        settings.REVIEW_BY_SECOND_PERSON = False
        set_status(questions=[own], status="operational", by=person)

        add_version(question=own, content=dump(single("改过的题？")), by=person)

        own.refresh_from_db()
        assert own.asked == own.current

    def test_what_an_operator_loaded_has_no_author(self, person):
        question = Question.objects.create(key="LOADED", status="review")
        add_version(question=question, content=dump(single("装入的题？")), by=None)

        assert set_status(questions=[question], status="operational", by=person) == 1


def hand_in(editor, text: str, name: str = "题.csv"):
    file = BytesIO(text.encode())
    file.name = name
    return editor.post(reverse("questions:imports"), {"file": file}, follow=True)


class TestFiles:
    HEAD = "编号,题干,选项A,选项B,答案\n"

    def import_page(self, editor):
        return editor.get(reverse("questions:import", args=[QuestionImport.objects.get().pk]))

    def test_every_question_that_was_refused_is_named(self, editor):
        hand_in(editor, self.HEAD + "".join(f"T-{n},错{n},甲,乙,丙\n" for n in range(300)))
        run_due()

        page = self.import_page(editor)

        assert len(page.context["refused"]) == 300
        assert "line 301 · T-299" in page.content.decode()
        assert "are shown" not in page.content.decode()

    def test_a_file_is_looked_at_and_then_taken_in(self, editor, person):
        page = hand_in(editor, self.HEAD + "T-1,哪个？,甲,乙,A\nT-2,错,甲,乙,丙\n")
        assert "data-poll" in page.content.decode()
        run_due()
        page = self.import_page(editor)
        row = QuestionImport.objects.get()
        assert page.context["counts"] == {"added": 1, "changed": 0, "same": 0, "refused": 1, "warned": 0}
        assert "but there is no such option" in page.content.decode()
        assert Question.objects.count() == 0

        address = reverse("questions:apply", args=[row.pk])
        page = editor.post(address, {"digest": row.plan_digest}, follow=True)
        assert "data-poll" in page.content.decode()
        run_due()
        assert "Taken in at" in self.import_page(editor).content.decode()
        assert Question.objects.get().current.created_by == person

        page = editor.post(address, {"digest": row.plan_digest}, follow=True)
        assert "taken this file in already" in page.content.decode()

    def test_a_plan_that_was_not_shown_is_not_applied(self, editor):
        hand_in(editor, self.HEAD + "T-1,哪个？,甲,乙,A\n")
        run_due()

        address = reverse("questions:apply", args=[QuestionImport.objects.get().pk])
        page = editor.post(address, {"digest": "another"}, follow=True)

        assert "The bank changed since" in page.content.decode()
        assert run_due() == 0

    def test_a_plan_that_no_longer_holds_is_shown_anew(self, editor):
        hand_in(editor, self.HEAD + "T-1,哪个？,甲,乙,A\n")
        run_due()
        row = QuestionImport.objects.get()
        plant_question("T-1", single("别的？"))

        editor.post(reverse("questions:apply", args=[row.pk]), {"digest": row.plan_digest})
        run_due()

        page = self.import_page(editor)
        assert "The bank changed since you looked" in page.content.decode()
        assert page.context["counts"]["changed"] == 1

    def test_a_job_that_gave_up_is_said_and_can_be_begun_again(self, editor):
        hand_in(editor, self.HEAD + "T-1,哪个？,甲,乙,A\n")
        Job.objects.update(status=Job.Status.FAILED)
        page = self.import_page(editor)
        assert "The work in the background stopped" in page.content.decode()
        assert "data-poll" not in page.content.decode()

        editor.post(reverse("questions:check", args=[QuestionImport.objects.get().pk]))
        run_due()

        assert self.import_page(editor).context["counts"]["added"] == 1

    def test_the_dry_run_shows_what_would_change(self, editor, question):
        hand_in(editor, "编号,题干,选项A,选项B,选项C,答案\nM02-Q01,改了？,选项a,选项b,选项c,A\n")
        run_due()

        [line] = self.import_page(editor).context["changed"]
        assert ("第一题？", "改了？") in [(change.before, change.after) for change in line.changes]

    def test_the_template_is_a_workbook_that_can_be_read(self, editor):
        content = editor.get(reverse("questions:template")).content

        assert [problem.code for problem in read(content, "x.xlsx").problems] == ["no_questions"]

    def test_the_list_is_handed_out_as_it_is_filtered(self, editor, question):
        plant_question("X-2", single("另一题？"))
        page = editor.post(reverse("questions:export") + "?q=X-", {"format": "xlsx"}, follow=True)
        assert "data-poll" in page.content.decode()
        run_due()

        file = editor.get(reverse("questions:download", args=[QuestionExport.objects.get().pk]))

        assert file.headers["Content-Disposition"] == 'attachment; filename="questions.xlsx"'
        content = b"".join(file.streaming_content)
        assert [entry.key for entry in read(content, "questions.xlsx").entries] == ["X-2"]

    def test_what_a_format_cannot_hold_is_said_before_the_file_is_handed_out(self, editor):
        plant_question("S-1", EXAMPLES[-2].item)
        editor.post(reverse("questions:export"), {"format": "aiken"})
        run_due()

        page = editor.get(reverse("questions:exported", args=[QuestionExport.objects.get().pk]))

        assert page.context["refused"] == [
            "S-1: This format has no words for the question. Choose another format for it."
        ]
        assert "Download the file" in page.content.decode()

    def test_nobody_gets_the_file_of_somebody_else(self, editor, question):
        editor.post(reverse("questions:export"), {"format": "xlsx"})
        run_due()
        row = QuestionExport.objects.get()
        other = UserFactory()
        other.groups.add(Group.objects.get(name="Editors"))
        client = Client()
        client.force_login(other)

        for name in ("questions:exported", "questions:download"):
            assert client.get(reverse(name, args=[row.pk])).status_code == 404

    def test_a_file_that_is_no_longer_there_is_not_found(self, editor, question):
        editor.post(reverse("questions:export"), {"format": "xlsx"})
        run_due()
        row = QuestionExport.objects.get()
        row.file.storage.delete(row.file.name)

        assert editor.get(reverse("questions:download", args=[row.pk])).status_code == 404


def quiz_form(*sections: dict, **fields: object) -> dict:
    listed = {
        str(n): {"title": "", "count": "0", "keys": "", "ORDER": str(n + 1), "DELETE": "", "id": "", **one}
        for n, one in enumerate(sections)
    }
    known = sum(1 for one in sections if one.get("id"))
    return nested_form_data(
        {
            "title": "开学测验",
            "code": "start",
            "purpose": "diagnostic",
            "pass_share": "0.6",
            "minutes": "20",
            "attempts_allowed": "1",
            "review": "never",
            "sections": {"TOTAL_FORMS": str(len(sections)), "INITIAL_FORMS": str(known), **listed},
            **fields,
        }
    )


class TestQuizzes:
    def test_a_quiz_names_questions_and_draws_others(self, editor, question):
        other = plant_question("X-2", single("另一题？"))
        data = quiz_form({"keys": "X-2，M02-Q01"}, {"count": "3", "module": question.module_id})

        response = editor.post(reverse("quizzes_admin:add"), data)

        assert response.status_code == 302
        named, drawn = Quiz.objects.get().sections.all()
        assert list(named.named.values_list("question_id", flat=True)) == [other.pk, question.pk]
        assert (drawn.count, drawn.module) == (3, question.module)

    def test_what_a_section_names_can_be_changed(self, editor, question):
        plant_question("X-2", single("另一题？"))
        editor.post(reverse("quizzes_admin:add"), quiz_form({"keys": "X-2"}))
        quiz = Quiz.objects.get()
        section = {"id": quiz.sections.get().pk, "keys": "M02-Q01"}

        editor.post(reverse("quizzes_admin:edit", args=[quiz.pk]), quiz_form(section, minutes="45"))

        quiz.refresh_from_db()
        assert quiz.minutes == 45
        assert [row.question for row in quiz.sections.get().named.all()] == [question]

    @pytest.mark.parametrize(
        ("section", "said"),
        [
            ({"keys": "Z-9"}, "There is no question Z-9."),
            ({}, "Either say how many questions are drawn, or name them one by one."),
            ({"count": "2", "keys": "M02-Q01"}, "Either say how many questions are drawn"),
        ],
    )
    def test_a_section_that_makes_no_sense_is_refused(self, editor, question, section, said):
        response = editor.post(reverse("quizzes_admin:add"), quiz_form(section))

        assert said in response.content.decode()
        assert Quiz.objects.count() == 0

    def test_a_quiz_does_not_close_before_it_opens(self, editor):
        hours = {"opens_at": "2026-12-02 08:00", "closes_at": "2026-12-01 08:00"}

        response = editor.post(reverse("quizzes_admin:add"), quiz_form({"count": "2"}, **hours))

        assert "It would close before it opens." in response.content.decode()

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("pass_share", "0", "greater than or equal to 0.01"),
            ("pass_share", "7.5", "less than or equal to 1"),
            ("minutes", "0", "greater than or equal to 1"),
            ("attempts_allowed", "0", "greater than or equal to 1"),
        ],
    )
    def test_a_quiz_that_nobody_or_everybody_passes_is_refused(self, editor, field, value, said):
        response = editor.post(reverse("quizzes_admin:add"), quiz_form({"count": "2"}, **{field: value}))

        assert said in response.content.decode()
        assert Quiz.objects.count() == 0

    def test_an_extension_says_who_granted_it(self, editor, person, question):
        quiz = plant_quiz(module=question.module_id, code="M02", title="M02测验", size=1)
        learner = UserFactory()
        fields = {"quiz": quiz.pk, "learner": learner.pk, "minutes": "30", "attempts": "0", "reason": "视力"}

        editor.post(reverse("extensions:add"), fields)

        assert Extension.objects.get().granted_by == person


PAGES = [
    ("questions:index", ""),
    ("questions:add", ""),
    ("questions:edit", "question"),
    ("questions:inspect", "question"),
    ("questions:history", "question"),
    ("questions:preview", "version"),
    ("questions:status", ""),
    ("questions:imports", ""),
    ("questions:import", "import"),
    ("questions:template", ""),
    ("questions:export", ""),
    ("questions:exported", "export"),
    ("questions:download", "export"),
    ("quizzes_admin:index", ""),
    ("quizzes_admin:add", ""),
    ("quizzes_admin:edit", "quiz"),
    ("extensions:index", ""),
    ("extensions:add", ""),
    ("question_tags:index", ""),
]
DOORS = [("questions:move", "question"), ("questions:apply", "import"), ("questions:check", "import")]


class TestAccess:
    @pytest.fixture
    def arguments(self, question, person) -> dict:
        quiz = plant_quiz(module=question.module_id, code="M02", title="M02测验", size=1)
        row = QuestionImport(file_name="x.csv")
        row.file.save("x.csv", BytesIO(b"x"))
        made = request_export(format_name="xlsx", query="", by=person)
        run_due()
        return {
            "": [],
            "question": [question.pk],
            "version": [question.current_id],
            "quiz": [quiz.pk],
            "import": [row.pk],
            "export": [made.pk],
        }

    @pytest.mark.parametrize(("name", "whose"), PAGES)
    def test_editors_open_every_page(self, editor, arguments, name, whose):
        response = editor.get(reverse(name, args=arguments[whose]))
        response.close()

        assert response.status_code == 200

    @pytest.mark.parametrize(("name", "whose"), PAGES + DOORS)
    def test_nobody_else_does(self, arguments, name, whose, teacher, lead, bureau_officer):
        for person in (teacher, lead, bureau_officer):
            client = Client()
            client.force_login(person)
            assert client.get(reverse(name, args=arguments[whose])).status_code in {302, 403}
            assert client.post(reverse(name, args=arguments[whose]), {"status": "review"}).status_code in {
                302,
                403,
            }
        assert Question.objects.get().status == "operational"
        assert QuestionImport.objects.get().applied_at is None

    @pytest.mark.parametrize(("name", "whose"), PAGES + DOORS)
    def test_being_let_into_the_admin_is_not_enough(self, arguments, name, whose):
        person = UserFactory()
        group = Group.objects.create(name="Pictures only")
        group.permissions.add(*Group.objects.get(name="Editors").permissions.filter(codename="access_admin"))
        person.groups.add(group)
        client = Client()
        client.force_login(person)

        response = client.post(reverse(name, args=arguments[whose]), {"status": "review"})

        assert response.status_code == 302
        assert response.headers["Location"] == reverse("wagtailadmin_home")
        assert Question.objects.get().status == "operational"

    def test_nobody_deletes_a_question_or_a_quiz(self, arguments):
        client = Client()
        client.force_login(UserFactory(is_superuser=True))

        client.post(reverse("questions:delete", args=arguments["question"]))
        client.post(reverse("quizzes_admin:delete", args=arguments["quiz"]))

        assert (Question.objects.count(), Quiz.objects.count()) == (1, 1)


def test_loading_the_questions_gives_editors_their_rights(db):
    load_questions()

    for name in ("Editors", "Moderators"):
        held = set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        assert {"change_question", "view_question", "add_quiz", "delete_extension", "add_tag"} <= held
        assert not {"delete_question", "delete_quiz", "delete_tag"} & held

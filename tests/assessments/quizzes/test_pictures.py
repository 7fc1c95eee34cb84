"""Pictures of questions: taken in, kept as they are, shown to who is asked."""

import json
import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from assessments.quizzes import actions
from assessments.quizzes.bank import NotAskable, add_version
from assessments.quizzes.exchange.exporting import FORMATS, export
from assessments.quizzes.exchange.importing import apply, check, hand_in, request_apply
from assessments.quizzes.exchange.plans import plan
from assessments.quizzes.formats import pictures as drawing
from assessments.quizzes.formats.building import Refused
from assessments.quizzes.formats.entries import Problem
from assessments.quizzes.formats.reading import read
from assessments.quizzes.items.kinds import Choice, Figure, Option, Part, Passage, Short
from assessments.quizzes.items.stored import dump, load, problems
from assessments.quizzes.loading import let_editors_keep_the_bank, plant_quiz
from assessments.quizzes.models import Picture, Question, QuestionImport
from assessments.quizzes.pictures import keep, keep_all
from tests.factories import plant_module, plant_question

from .papers import hand_in as hand_in_paper
from .papers import plant_paper
from .pictures import BLUE, DRAWN, GREEN, NAMES, PICTURES, RED, picture

FLAGS = Choice(
    "picture",
    "哪面旗是红的？",
    (Option("a", "绿旗", image=GREEN), Option("b", "红旗", 1.0, image=RED), Option("c", "蓝旗", image=BLUE)),
    figure=Figure(NAMES[3], "一面黄旗"),
)
IMAGE = re.compile(r'<img class="picture"\s+src="([^"]+)"\s+width="(\d+)"\s+height="(\d+)"\s+alt="([^"]*)"')


def seen(drawn: bytes) -> tuple[tuple[int, int], bytes]:
    with Image.open(BytesIO(drawn)) as image:
        return image.size, image.convert("RGB").tobytes()


def refusal(content: bytes, name: str = "a.png") -> str:
    with pytest.raises(Refused) as refused:
        drawing.drawn(content, name)
    return refused.value.code


class TestDrawing:
    def test_the_same_sight_is_the_same_picture_whatever_the_file_says_besides(self):
        exif = Image.Exif()
        exif[0x010F] = "a phone"
        other = drawing.drawn(picture("red", kind="PNG", exif=exif), "other.PNG")

        assert other == DRAWN["red"]

    @pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "gif")])
    def test_a_picture_drawn_again_stays_as_it_is(self, kind, ending):
        noise = Image.effect_noise((900, 500), 80).convert("RGB")
        file = BytesIO()
        noise.save(file, kind)
        once = drawing.drawn(file.getvalue(), f"a.{ending}")

        assert drawing.drawn(once.content, "b.png") == once
        assert seen(once.content)[0] == (800, 444)

    def test_what_is_no_picture_is_refused_by_its_reason(self, monkeypatch):
        still, moving = Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "blue")
        film = BytesIO()
        still.save(film, "GIF", save_all=True, append_images=[moving])
        monkeypatch.setattr(drawing, "MOST_BYTES", 10_000)

        assert refusal(b"<svg/>", "a.svg") == "picture_format"
        assert refusal(b"<svg/>", "a.png") == "picture_damaged"
        assert refusal(picture("red", kind="JPEG"), "a.png") == "picture_damaged"
        assert refusal(picture()[:40]) == "picture_damaged"
        assert refusal(picture("red", (6000, 5000))) == "picture_bytes"
        assert refusal(film.getvalue(), "a.gif") == "picture_moves"

    def test_a_bomb_is_refused_unread(self):
        assert refusal(picture("red", (6000, 5000))) == "picture_pixels"

    def test_a_file_cannot_bring_more_pictures_than_are_drawn_while_one_waits(self, monkeypatch):
        monkeypatch.setattr(drawing, "MOST_PIXELS_OF_A_FILE", 200)
        gallery = drawing.Gallery()

        assert [gallery.add(picture(colour), "a.png").name for colour in ("red", "green", "red")] == [
            RED,
            GREEN,
            RED,
        ]
        with pytest.raises(Refused, match="pictures_many"):
            gallery.add(picture("blue"), "a.png")


class TestItems:
    def test_an_item_without_a_picture_is_stored_as_before(self):
        plain = replace(FLAGS, figure=None)

        assert "figure" not in dump(plain)
        assert load(dump(plain)) == plain

    @pytest.mark.parametrize("item", [FLAGS, Passage("passage", "文", (Part("1", FLAGS),))])
    def test_an_item_with_pictures_comes_back_as_it_was(self, item):
        assert load(json.loads(json.dumps(dump(item)))) == item

    def test_a_picture_without_words_for_it_cannot_be_asked(self):
        assert problems(replace(FLAGS, figure=Figure(RED, " "))) == ["figure_incomplete"]
        assert problems(replace(FLAGS, figure=Figure("", "旗"))) == ["figure_incomplete"]
        assert problems(
            replace(FLAGS, options=(replace(FLAGS.options[1], text=""), *FLAGS.options[::2]))
        ) == ["option_empty"]
        assert problems(replace(FLAGS, kind="truefalse", options=FLAGS.options[:2])) == ["picture_misplaced"]


@pytest.fixture
def module(db):
    module = plant_module("M02")
    plant_quiz(module=module.pk, code="M02", title="测验")
    return module


@pytest.fixture
def question(module):
    return plant_question("F1", FLAGS, module=module)


class TestKeeping:
    def test_a_picture_taken_in_twice_is_one_and_keeps_its_title(self, db):
        first = keep(name=RED, content=PICTURES[RED], title="旗", by=None)
        again = keep(name=RED, content=PICTURES[RED], title="另", by=None)
        keep_all({RED: PICTURES[RED], BLUE: PICTURES[BLUE]}, by=None)

        assert (again.pk, again.title, again.file.name) == (first.pk, "旗", first.file.name)
        assert set(Picture.objects.values_list("name", "title")) == {(RED, "旗"), (BLUE, BLUE[:8])}

    def test_the_database_refuses_to_change_or_delete_a_picture(self, question):
        for change in (lambda rows: rows.update(title="x"), lambda rows: rows.filter(pk=RED).delete()):
            with pytest.raises(IntegrityError), transaction.atomic():
                change(Picture.objects.all())

        assert Picture.objects.count() == 4

    def test_a_version_names_no_picture_that_the_bank_has_not(self, question):
        unknown = replace(FLAGS, figure=Figure("0" * 64, "无"))

        with pytest.raises(NotAskable, match="picture_unknown"):
            add_version(question=question, content=dump(unknown), by=None)
        assert question.versions.count() == 1

    def test_pages_show_a_small_one(self, db):
        file = BytesIO()
        Image.effect_noise((800, 600), 80).convert("RGB").save(file, "PNG")
        row = keep(name="n", content=file.getvalue(), title="", by=None)
        with row.small.open("rb") as small:
            content = small.read()

        assert (row.width, row.height) == (480, 360)
        with Image.open(BytesIO(content)) as image:
            assert (image.format, image.size) == ("WEBP", (480, 360))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestShowing:
    def test_a_paper_shows_pictures_with_their_words_and_sizes(self, question, module, teacher):
        attempt = actions.start(quiz=module.quiz, by=teacher)
        html = signed_in(teacher).get(reverse("quizzes:attempt", args=[attempt.pk])).content.decode()

        found = {words: (address, width, height) for address, width, height, words in IMAGE.findall(html)}
        assert set(found) == {"绿旗", "红旗", "蓝旗", "一面黄旗"}
        assert found["红旗"] == (reverse("quizzes:picture", args=[RED]), "12", "8")
        assert html.count('loading="lazy"') == 4

    def test_who_marks_an_answer_sees_the_picture_of_its_text(self, teacher, assessor):
        short = Short("short", "你会怎么改？", "说到板书", figure=Figure(GREEN, "一块黑板"))
        parts = (Part("1", short), Part("2", FLAGS))
        text = Passage("passage", "一节课。", parts, figure=Figure(RED, "教室的平面图"))
        attempt = actions.start(quiz=plant_paper(text), by=teacher)
        hand_in_paper(attempt, {str(attempt.paper[0][0]): {"1": "写几句"}}, teacher)
        address = reverse("desk:answer", args=[attempt.responses.get(part="1").pk])

        page = signed_in(assessor).get(address)

        pictures = page.context["text_pictures"] + page.context["pictures"]
        assert [picture.text for picture in pictures] == ["教室的平面图", "一块黑板"]
        assert all(picture.address in page.text for picture in pictures)

    def test_the_address_of_a_picture_tells_nothing_of_the_question(self, question, module, teacher):
        """Neither what is right, nor the place among the options, nor the question itself."""
        right = (
            Option("z", "蓝旗", 1.0, image=BLUE),
            Option("y", "红旗", image=RED),
            Option("x", "绿旗", image=GREEN),
        )
        plant_question("F2", replace(FLAGS, options=right), module=module)
        attempt = actions.start(quiz=module.quiz, by=teacher)
        html = signed_in(teacher).get(reverse("quizzes:attempt", args=[attempt.pk])).content.decode()
        found = [(words, address) for address, _, _, words in IMAGE.findall(html)]

        assert len(found) == 8
        assert len(set(found)) == 4
        assert {address for _, address in found} == {
            reverse("quizzes:picture", args=[name]) for name in NAMES[:4]
        }

    def test_a_picture_is_kept_by_browsers_and_goes_to_who_is_signed_in(self, question, teacher):
        address = reverse("quizzes:picture", args=[RED])
        response = signed_in(teacher).get(address, headers={"Accept-Encoding": "gzip"})

        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert response["Cache-Control"] == "private, max-age=31536000, immutable"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        with Image.open(BytesIO(b"".join(response.streaming_content))) as image:
            assert image.size == (12, 8)
        assert Client().get(address).status_code == 302
        assert signed_in(teacher).get(reverse("quizzes:picture", args=["0" * 64])).status_code == 404

    def test_a_result_shows_what_was_chosen(self, question, module, teacher):
        attempt = actions.start(quiz=module.quiz, by=teacher)
        hand_in_paper(attempt, {str(question.current.pk): ["a"]}, teacher)
        html = signed_in(teacher).get(reverse("quizzes:attempt", args=[attempt.pk])).content.decode()

        assert len(IMAGE.findall(html)) == 4
        assert "option--wrong" in html

    def test_a_paper_begun_shows_its_picture_when_the_question_has_another(self, question, module, teacher):
        attempt = actions.start(quiz=module.quiz, by=teacher)
        keep_all({NAMES[4]: PICTURES[NAMES[4]]}, by=None)
        changed = replace(FLAGS, figure=Figure(NAMES[4], "一面黑旗"))
        add_version(question=question, content=dump(changed), by=None)
        html = signed_in(teacher).get(reverse("quizzes:attempt", args=[attempt.pk])).content.decode()

        assert "一面黄旗" in html
        assert "一面黑旗" not in html

    def test_papers_without_pictures_ask_for_none(self, module, teacher, django_assert_max_num_queries):
        plant_question(
            "F3", Choice("single", "题", (Option("a", "甲", 1.0), Option("b", "乙"))), module=module
        )
        attempt = actions.start(quiz=module.quiz, by=teacher)
        client = signed_in(teacher)
        with django_assert_max_num_queries(20) as queries:
            client.get(reverse("quizzes:attempt", args=[attempt.pk]))

        assert not any("quizzes_picture" in query["sql"] for query in queries.captured_queries)


class TestFiles:
    @pytest.mark.parametrize("name", ["moodle", "qti22", "qti30"])
    def test_export_and_import_again_change_nothing(self, question, name):
        writing = export(Question.objects.all(), name)
        row = check(question_import=handed_in(writing.content))

        assert writing.problems == []
        assert {kind: row.counts[kind] for kind in ("added", "changed", "same", "refused")} == {
            "added": 0,
            "changed": 0,
            "same": 1,
            "refused": 0,
        }

    @pytest.mark.parametrize("name", ["moodle", "qti22", "qti30"])
    def test_a_file_brings_its_pictures_into_the_bank(self, question, name, tmp_path):
        content = export(Question.objects.all(), name).content.replace(b"F1", b"F9")
        if FORMATS[name].ending == "zip":
            content = _renamed(export(Question.objects.all(), name).content)
        before = set(Picture.objects.values_list("file", flat=True))
        row = check(question_import=handed_in(content))
        row = request_apply(question_import=row, digest=row.plan_digest, by=None, in_background=False)
        apply(question_import=row, by=None)

        assert Question.objects.get(key="F9").current.item == FLAGS
        assert set(Picture.objects.values_list("file", flat=True)) == before

    def test_a_table_that_names_an_unknown_picture_is_refused_by_its_row(self, module):
        table = "题型,题干,选项A,选项B,图片A,图片B,答案\n图片题,哪面旗？,红,蓝,red.png,blue.png,A\n"
        found = plan(read(table.encode(), "q.csv"), module=module)

        assert found.problems == [Problem("picture_unknown", "2", "哪面旗？")]


def handed_in(content: bytes) -> QuestionImport:
    return hand_in(file=BytesIO(content), file_name="q", module=None, by=None, in_background=False)


def _renamed(package: bytes) -> bytes:
    """The package with its question under another key."""
    out = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info).replace(b'"F1"', b'"F9"'))
    return out.getvalue()


class TestEditors:
    @pytest.fixture
    def editor(self, db, teacher):
        let_editors_keep_the_bank()
        teacher.groups.add(Group.objects.get(name="Editors"))
        return signed_in(teacher)

    def test_an_upload_is_drawn_and_chosen(self, editor):
        upload = SimpleUploadedFile("右.png", picture("red"))
        response = editor.post(reverse("question_pictures:create"), {"file": upload, "title": ""})

        assert json.loads(response.content)["result"]["id"] == RED
        assert Picture.objects.get().title == "右.png"

    def test_what_is_no_picture_is_refused_in_words(self, editor):
        upload = SimpleUploadedFile("a.png", b"MZ")
        response = editor.post(reverse("question_pictures:create"), {"file": upload, "title": ""})

        assert json.loads(response.content)["step"] == "reshow_creation_form"
        assert "a.png" in json.loads(response.content)["htmlFragment"]
        assert Picture.objects.count() == 0

    def test_pictures_are_found_by_their_titles(self, editor):
        keep(name=RED, content=PICTURES[RED], title="红旗", by=None)
        keep(name=BLUE, content=PICTURES[BLUE], title="蓝旗", by=None)
        response = editor.get(reverse("question_pictures:choose_results"), {"q": "红"})

        assert [row.pk for row in response.context["results"]] == [RED]
        assert reverse("quizzes:picture", args=[RED]) in response.content.decode()

    def test_a_preview_shows_the_pictures(self, editor, question):
        page = editor.get(reverse("questions:preview", args=[question.current.pk])).content.decode()

        assert len(IMAGE.findall(page)) == 4

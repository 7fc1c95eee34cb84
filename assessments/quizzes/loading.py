"""Putting the question files of `courses/content/` into the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from courses import content
from courses.content import ContentError
from courses.loading import MICROCAPABILITIES, let_editors
from courses.models import Capability, ModulePage

from .authored import read_item
from .bank import add_version
from .formats.building import Refused
from .formats.pictures import drawn
from .items.stored import dump
from .models import Extension, Picture, Question, QuestionVersion, Quiz, Section, Tag
from .pictures import keep, missing

FILES = ("quiz.yaml", "questions.yaml")
QUESTIONS_ON_A_PAPER = 8


@dataclass(frozen=True)
class Listed:
    """A question as its file lists it."""

    key: str
    module: int
    capability: int | None
    difficulty: str
    tags: tuple[str, ...]
    content: dict[str, Any]


@transaction.atomic
def load_questions() -> int:
    """Load each module's questions and quiz. A question that reads differently gets a further version.

    A wording whose key was corrected since is not brought back.

    Returns how many versions were added. A quiz that is there keeps its settings, and a question that no
    file has any more stays in the bank. Raises ContentError.
    """
    added = 0
    listed = {question.key: question for question in _listed()}
    known = Question.objects.select_related("current").in_bulk(list(listed), field_name="key")
    corrected = _corrected()
    newest: dict[int, QuestionVersion | None] = {
        pk: q.current for pk, q in ((q.pk, q) for q in known.values())
    }
    for question in listed.values():
        row = known.get(question.key) or Question(key=question.key)
        _put(row, question)
        latest = newest.get(row.pk)
        if latest is None or question.content not in (latest.content, *corrected.get(row.pk, ())):
            add_version(question=row, content=question.content, by=None)
            added += 1
        if row.status == Question.Status.DRAFT and latest is None:
            row.status = Question.Status.OPERATIONAL
            row.save(update_fields=["status"])
    let_editors_keep_the_bank()
    return added


def let_editors_keep_the_bank() -> None:
    """Let editors write questions and quizzes, and give people more time. Nobody deletes the former."""
    for model in (Question, Quiz, Tag):
        let_editors(model, "add", "change", "view")
    let_editors(Extension, "add", "change", "delete")
    let_editors(Picture, "add", "view")


def _listed() -> Iterator[Listed]:
    capabilities = _capabilities()
    quizzes = set(Quiz.objects.values_list("module_id", flat=True))
    for module, code in ModulePage.objects.values_list("pk", "code"):
        for name in FILES:
            path = content.CONTENT / code / name
            if not path.exists():
                continue
            document = content.document(path)
            pictures = _pictures(code)
            if "title" in document and module not in quizzes:
                plant_quiz(module=module, code=code, title=document["title"])
            for fields in document["questions"]:
                yield Listed(
                    key=fields["id"],
                    module=module,
                    capability=capabilities.get(fields.get("capability")),
                    difficulty=fields.get("difficulty", ""),
                    tags=tuple(fields.get("tags", ())),
                    content=dump(read_item(fields, pictures)),
                )


def _pictures(code: str) -> dict[str, str]:
    """The pictures beside a module's lessons, taken into the bank: file name to picture's name."""
    paths = sorted((content.CONTENT / code / "pictures").glob("*.png"))
    try:
        found = {path: drawn(path.read_bytes(), path.name) for path in paths}
    except Refused as error:
        raise ContentError(f"{code}/pictures: {error.code} {error.details}") from error
    unknown = missing(picture.name for picture in found.values()) if found else set()
    for path, picture in found.items():
        if picture.name in unknown:
            keep(name=picture.name, content=picture.content, title=f"{code} {path.stem}", by=None)
    return {path.name: picture.name for path, picture in found.items()}


def plant_quiz(*, module: int, code: str, title: str, size: int = QUESTIONS_ON_A_PAPER) -> Quiz:
    """The quiz that closes a module: so many questions, drawn from all of the module's."""
    quiz = Quiz.objects.create(module_id=module, code=code, title=title)
    Section.objects.create(quiz=quiz, module_id=module, count=size)
    return quiz


def _capabilities() -> dict[str | None, int]:
    code, version = MICROCAPABILITIES
    rows = Capability.objects.filter(framework__code=code, framework__version=version)
    return dict(rows.values_list("code", "pk"))


def _corrected() -> dict[int, list[dict[str, Any]]]:
    """Question's id to the contents whose key a repair of it has replaced."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = QuestionVersion.objects.filter(repaired_by__approved_at__isnull=False)
    for question, wording in rows.values_list("question", "content"):
        found[question].append(wording)
    return found


def _put(row: Question, listed: Listed) -> None:
    """Write what the file says about a question, where it says something new."""
    wanted = {
        "module_id": listed.module,
        "capability_id": listed.capability,
        "difficulty": listed.difficulty,
    }
    is_new = row.pk is None
    if is_new or any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save()
    if is_new and listed.tags:
        row.tags.set([Tag.objects.get_or_create(name=name)[0] for name in listed.tags])

"""Putting the question files of `courses/content/` into the bank."""

from __future__ import annotations

import string
from typing import Any

from django.db import transaction

from courses import content
from courses.loading import MICROCAPABILITIES
from courses.models import Capability, ModulePage

from .models import Question, QuestionVersion, Quiz


@transaction.atomic
def load_questions() -> int:
    """Load each module's questions and quiz. A question that reads differently gets a further version.

    Returns how many versions were added. A quiz that is there keeps its settings, and a question that no
    file has any more stays in the bank. Raises ContentError.
    """
    quizzes = set(Quiz.objects.values_list("module_id", flat=True))
    wanted: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, Any]] = {}
    capabilities = _capabilities()
    for module, code in ModulePage.objects.values_list("pk", "code"):
        path = content.CONTENT / code / "quiz.yaml"
        if not path.exists():
            continue
        listed = content.document(path)
        if module not in quizzes:
            Quiz.objects.create(module_id=module, title=listed["title"])
        for item in listed["questions"]:
            fields[item["id"]] = _version_fields(item)
            wanted[item["id"]] = {
                "module_id": module,
                "capability_id": capabilities.get(item.get("capability")),
            }
    return _add_versions(_put_questions(wanted), fields)


def _capabilities() -> dict[str, int]:
    code, version = MICROCAPABILITIES
    rows = Capability.objects.filter(framework__code=code, framework__version=version)
    return dict(rows.values_list("code", "pk"))


def _put_questions(wanted: dict[str, dict[str, Any]]) -> dict[str, Question]:
    """Write the questions that are new or now belong elsewhere; return all, by key."""
    known = Question.objects.in_bulk(list(wanted), field_name="key")
    moved = [question for key, question in known.items() if _differs(question, wanted[key])]
    for question in moved:
        question.module_id = wanted[question.key]["module_id"]
        question.capability_id = wanted[question.key]["capability_id"]
    Question.objects.bulk_update(moved, ["module", "capability"])
    Question.objects.bulk_create(
        Question(key=key, **belongs) for key, belongs in wanted.items() if key not in known
    )
    return Question.objects.in_bulk(list(wanted), field_name="key")


def _add_versions(bank: dict[str, Question], fields: dict[str, dict[str, Any]]) -> int:
    versions = QuestionVersion.objects.filter(question__in=bank.values()).order_by("number")
    latest = {version.question_id: version for version in versions}
    added = [
        QuestionVersion(
            question=question,
            number=latest[question.pk].number + 1 if question.pk in latest else 1,
            **fields[key],
        )
        for key, question in bank.items()
        if question.pk not in latest or _differs(latest[question.pk], fields[key])
    ]
    QuestionVersion.objects.bulk_create(added)
    return len(added)


def _differs(row: Question | QuestionVersion, fields: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in fields.items())


def _version_fields(item: dict[str, Any]) -> dict[str, Any]:
    options = [
        {
            "id": option_id,
            "text": str(option["text"]).strip(),
            "correct": option.get("correct", False),
            "feedback": option["feedback"].strip(),
        }
        for option_id, option in zip(string.ascii_lowercase, item["options"], strict=False)
    ]
    right = sum(option["correct"] for option in options)
    if not right or (item["kind"] == QuestionVersion.Kind.SINGLE and right > 1):
        raise content.ContentError(f"{item['id']}: {right} right options for a {item['kind']} question")
    return {"kind": item["kind"], "stem": item["stem"].strip(), "options": options}

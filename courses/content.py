"""Reading the lesson files of `courses/content/`. Says what is wrong with a file and where; saves nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

CONTENT = Path(__file__).parent / "content"

LESSON = {
    "title": str,
    "title_en": str,
    "outcomes": [str],
    "intro": str,
    "example": {"title": str, "body": str},
    "steps": {"title": str, "items": [{"title": str, "body": str}]},
    "pitfalls": [{"mistake": str, "instead": str}],
    "job_aid": {"title": str, "groups": [{"title": str, "items": [str]}]},
    "task": {"title": str, "body": str, "keep": [str]},
    "checks": [{"stem": str, "kind": str, "options": [{"text": str, "feedback": str}]}],
}
"""What a lesson file must have: texts, lists that are not empty, and mappings. It may have more."""


class ContentError(Exception):
    """A content file is not as it should be; the message names the file and what to mend."""


@dataclass(frozen=True)
class Lesson:
    """A lesson file, with its body as a Wagtail stream."""

    module: str
    position: int
    title: str
    title_en: str
    hours: Decimal
    body: list[dict[str, Any]]
    tools: list[str]


@dataclass(frozen=True)
class Module:
    code: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    audience: str
    capabilities: list[str]
    lessons: list[Lesson]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file below `courses/content/`."""
    with (CONTENT / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def document(path: Path) -> Any:
    """A YAML file. Raises ContentError with its line if it does not parse."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.relative_to(CONTENT)}: {error}") from error


def modules() -> list[Module]:
    """All modules of the catalogue with their lessons, in order. Raises ContentError."""
    lessons: dict[str, list[Lesson]] = {row["code"]: [] for row in rows("modules.csv")}
    for line, row in enumerate(rows("lessons.csv"), start=2):
        if row["module"] not in lessons:
            raise ContentError(f"lessons.csv, line {line}: modules.csv has no module {row['module']}")
        lessons[row["module"]].append(_lesson(row))
    return [_module(row, lessons[row["code"]]) for row in rows("modules.csv")]


def _module(row: dict[str, str], lessons: list[Lesson]) -> Module:
    text = _checked(CONTENT / row["code"] / "module.yaml", {"summary": str, "summary_en": str})
    return Module(
        code=row["code"],
        title=row["title_zh"],
        title_en=row["title_en"],
        summary=text["summary"].strip(),
        summary_en=text["summary_en"].strip(),
        audience=row["audience"],
        capabilities=row["microcapabilities"].split(),
        lessons=lessons,
    )


def _lesson(row: dict[str, str]) -> Lesson:
    path = CONTENT / row["module"] / f"{row['seq']}.yaml"
    text = _checked(path, LESSON)
    if faults := [fault for n, check in enumerate(text["checks"], start=1) for fault in _faults_of(check, n)]:
        raise ContentError(f"{path.relative_to(CONTENT)}: {'; '.join(faults)}")
    if text["title"] != row["title_zh"]:
        raise ContentError(f"{path.relative_to(CONTENT)}: the title is not that of lessons.csv")
    return Lesson(
        module=row["module"],
        position=int(row["seq"]),
        title=row["title_zh"],
        title_en=text["title_en"],
        hours=Decimal(row["hours"]),
        body=_body(f"{row['module']}/{row['seq']}", text),
        tools=text.get("tools") or [],
    )


def _checked(path: Path, shape: dict[str, Any]) -> dict[str, Any]:
    """A YAML file that has all that `shape` asks for. Raises ContentError with each place that lacks it."""
    text = document(path)
    if faults := list(_faults(text, shape, "")):
        raise ContentError(f"{path.relative_to(CONTENT)}: {'; '.join(faults)}")
    return text


def _faults(value: Any, shape: Any, place: str) -> Iterator[str]:
    """Where `value` is not of `shape`: places such as "checks.2.options.1.feedback", counted from 1."""
    if isinstance(shape, dict) and isinstance(value, dict):
        for key, inner in shape.items():
            yield from _faults(value.get(key), inner, f"{place}.{key}" if place else key)
    elif isinstance(shape, list) and isinstance(value, list) and value:
        for number, item in enumerate(value, start=1):
            yield from _faults(item, shape[0], f"{place}.{number}")
    elif not (shape is str and isinstance(value, str) and value.strip()):
        yield f"{place or 'the file'} is missing or not as it should be"


def _faults_of(check: dict[str, Any], number: int) -> Iterator[str]:
    """What is wrong with the answers of a question."""
    right = sum(option.get("correct") is True for option in check["options"])
    if check["kind"] not in {"single", "multiple"}:
        yield f"checks.{number}.kind is neither single nor multiple"
    elif not right or (check["kind"] == "single" and right > 1):
        yield f"checks.{number} has {right} right options"


def _body(lesson: str, text: dict[str, Any]) -> list[dict[str, Any]]:
    """The file's sections as stream blocks, in reading order. The same file gives the same ids."""
    task = text["task"]
    blocks = [
        ("outcomes", _items(lesson, "outcomes", text["outcomes"])),
        ("text", text["intro"].strip()),
        *(("tool", name) for name in text.get("tools") or []),
        ("example", _stripped(text["example"])),
        (
            "steps",
            {
                "title": text["steps"]["title"],
                "items": _items(lesson, "steps", map(_stripped, text["steps"]["items"])),
            },
        ),
        ("pitfalls", {"items": _items(lesson, "pitfalls", map(_stripped, text["pitfalls"]))}),
        (
            "job_aid",
            {
                "title": text["job_aid"]["title"],
                "groups": _items(
                    lesson,
                    "job_aid",
                    [
                        {
                            "title": group["title"],
                            "items": _items(lesson, f"job_aid/{number}", group["items"]),
                        }
                        for number, group in enumerate(text["job_aid"]["groups"])
                    ],
                ),
            },
        ),
        (
            "task",
            {
                "title": task["title"],
                "capability": task.get("capability", ""),
                "body": task["body"].strip(),
                "keep": _items(lesson, "keep", task["keep"]),
            },
        ),
        ("self_check", {"questions": _items(lesson, "checks", _questions(lesson, text["checks"]))}),
    ]
    return [
        {"type": kind, "value": value, "id": stable_id(f"{lesson}/{number}/{kind}")}
        for number, (kind, value) in enumerate(blocks)
    ]


def _questions(lesson: str, checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "stem": check["stem"].strip(),
            "kind": check["kind"],
            "options": _items(
                lesson,
                f"checks/{number}/options",
                [
                    {
                        "text": str(option["text"]).strip(),
                        "correct": option.get("correct", False),
                        "feedback": option["feedback"].strip(),
                    }
                    for option in check["options"]
                ],
            ),
        }
        for number, check in enumerate(checks)
    ]


def _items(lesson: str, place: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    """Values as the items of a list block, each with an id that stays."""
    return [
        {"type": "item", "value": value, "id": stable_id(f"{lesson}/{place}/{number}")}
        for number, value in enumerate(values)
    ]


def _stripped(texts: dict[str, str]) -> dict[str, str]:
    return {key: value.strip() for key, value in texts.items()}


def stable_id(name: str) -> str:
    """A UUID that is the same for the same name, so that loading again changes nothing."""
    return str(uuid5(NAMESPACE_URL, f"courses/content/{name}"))

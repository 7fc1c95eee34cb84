"""Putting the evidence tasks and indicators of `assessments/content/evidence/` into the database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from courses.content import ContentError
from courses.loading import MICROCAPABILITIES
from courses.models import Capability

from .models import EvidenceTask, Indicator

CONTENT = Path(__file__).parent.parent / "content" / "evidence"


@transaction.atomic
def load_evidence_tasks() -> int:
    """Load what each capability asks for, writing only what changed. Returns the number of tasks.

    A task or an indicator that the files no longer have is retired: what was handed in for it, and
    reviews that marked it, keep it. Raises ContentError.
    """
    code, version = MICROCAPABILITIES
    capabilities = Capability.objects.filter(framework__code=code, framework__version=version)
    listed = {capability: _read(capability.code) for capability in capabilities}
    described = [
        capability
        for capability, text in listed.items()
        if _assign(capability, {"description": text["describes"].strip()})
    ]
    Capability.objects.bulk_update(described, ["description"])
    _load_tasks(listed)
    _load_indicators(listed)
    return sum(len(text["tasks"]) for text in listed.values())


def _read(code: str) -> dict[str, Any]:
    try:
        return yaml.safe_load((CONTENT / f"{code}.yaml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{code}.yaml: {error}") from error


def _load_tasks(listed: dict[Capability, dict[str, Any]]) -> None:
    known = {
        (task.capability_id, task.key): task for task in EvidenceTask.objects.filter(capability__in=listed)
    }
    wanted = {
        (capability.pk, item["key"]): {
            "position": position,
            "title": item["title"],
            "instructions": item["instructions"].strip(),
            "formats": item["formats"],
            "max_mb": item["max_mb"],
            "graded": item["graded"],
            "retired": False,
        }
        for capability, text in listed.items()
        for position, item in enumerate(text["tasks"], start=1)
    }
    EvidenceTask.objects.bulk_create(
        EvidenceTask(capability_id=capability, key=key, **fields)
        for (capability, key), fields in wanted.items()
        if (capability, key) not in known
    )
    changed = [task for place, task in known.items() if _assign(task, wanted.get(place, {"retired": True}))]
    fields = ["position", "title", "instructions", "formats", "max_mb", "graded", "retired"]
    EvidenceTask.objects.bulk_update(changed, fields)


def _load_indicators(listed: dict[Capability, dict[str, Any]]) -> None:
    rows = EvidenceTask.objects.filter(capability__in=listed)
    tasks = {(task.capability_id, task.key): task.pk for task in rows}
    wanted = {
        (tasks[capability.pk, item["key"]], level, text): {"position": position, "retired": False}
        for capability, document in listed.items()
        for item in document["tasks"]
        for position, (level, text) in enumerate(_rubric(item), start=1)
    }
    known = {
        (indicator.task_id, indicator.level, indicator.text): indicator
        for indicator in Indicator.objects.filter(task__in=tasks.values())
    }
    Indicator.objects.bulk_create(
        Indicator(task_id=task, level=level, text=text, **fields)
        for (task, level, text), fields in wanted.items()
        if (task, level, text) not in known
    )
    changed = [line for place, line in known.items() if _assign(line, wanted.get(place, {"retired": True}))]
    Indicator.objects.bulk_update(changed, ["position", "retired"])


def _rubric(item: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for level in Indicator.Level.values:
        for text in item.get("indicators", {}).get(level, []):
            yield level, text


def _assign(row: Any, fields: dict[str, Any]) -> bool:
    """Give a row these values; whether that changes it."""
    changes = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changes)

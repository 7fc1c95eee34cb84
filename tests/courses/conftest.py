"""Lesson files of one module in a folder of their own, to be spoilt; and a cohort that learns it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from courses import content
from courses.models import Cohort, LessonPage, ModulePage, Programme
from organizations.models import Organization

from ..factories import plant_module, plant_programme


class Folder:
    """A copy of `courses/content/` with one module."""

    def __init__(self, path: Path, module: str = "M02"):
        self.path = path
        original = content.CONTENT
        shutil.copytree(original / "frameworks", path / "frameworks")
        shutil.copytree(original / module, path / module)
        shutil.copy(original / "tools.yaml", path)
        for name, column in (("modules.csv", "code"), ("lessons.csv", "module")):
            self.write_rows(name, [row for row in content.rows(name) if row[column] == module])

    def write_rows(self, name: str, rows: list[dict[str, str]]) -> None:
        with (self.path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    def edit(self, file: str, change: Callable[[Any], object]) -> None:
        """Have `change` alter what a YAML file holds."""
        path = self.path / file
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(held)
        path.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")

    def edit_rows(self, file: str, change: Callable[[list[dict[str, str]]], object]) -> None:
        rows = content.rows(file)
        change(rows)
        self.write_rows(file, rows)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    copy = Folder(tmp_path / "content")
    monkeypatch.setattr(content, "CONTENT", copy.path)
    return copy


@pytest.fixture
def module(db) -> ModulePage:
    return plant_module("M02", lessons=2)


@pytest.fixture
def lesson(module) -> LessonPage:
    """The first lesson: one question, whose first option is right."""
    return LessonPage.objects.get(position=1)


@pytest.fixture
def programme(module) -> Programme:
    return plant_programme([module])


@pytest.fixture
def cohort(programme, school: Organization) -> Cohort:
    return Cohort.objects.create(programme=programme, school=school, due_on=programme.ends_on)

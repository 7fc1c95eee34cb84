"""Certificates of nobody, to look at a design with."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from . import plain
from .design import Look
from .sheet import sheet_of

TITLES = {
    "teacher": "合格证书",
    "capability": "微能力证明",
    "hours": "学时证明",
    "school": "整校推进合格证书",
    "team": "聘书",
}

FACTS: dict[str, Any] = {
    "issuer": "示例市教育局",
    "programme": {
        "title": "中小学教师信息技术应用能力提升工程2.0",
        "starts_on": "2026-03-01",
        "ends_on": "2026-11-20",
    },
    "hours": {"online": "25", "practice": "25", "total": "50"},
    "capabilities": [
        {"code": "A5", "name": "技术支持的课堂导入", "grade": "pass"},
        {"code": "B2", "name": "微课程设计与制作", "grade": "excellent"},
        {"code": "A1", "name": "技术支持的学情分析", "grade": "pass"},
    ],
}


@dataclass(frozen=True)
class Sample:
    """What a certificate has that its page is made of."""

    facts: dict[str, Any]
    holder: str = "张晓华"
    holder_number: str = "610302000123"
    school: str = "示例区第一小学"
    county: str = "示例区"
    number: str = "SAMPLE-2026-000000-000000-0"
    token: str = "0" * 22
    dated: date = field(default=date(2026, 11, 30))
    design_version: None = None


def sample_of(kind: str) -> Sample:
    """A usual certificate of this kind."""
    facts = FACTS | {"kind": kind, "title": TITLES[kind]}
    if kind == "capability":
        facts["capability"] = FACTS["capabilities"][0]
    if kind in {"capability", "school", "team"}:
        del facts["capabilities"]
    if kind in {"capability", "team"}:
        del facts["programme"]
    if kind == "hours":
        facts["hours"] = {"online": "25", "practice": "25", "outside": "12.5", "total": "62.5"}
        facts["programmes"] = [
            {"title": facts["programme"]["title"], "total": "50"},
            {"title": "人工智能助力教师专项研修", "total": "12.5"},
        ]
        facts["period"] = {"first": "2026-01-01", "last": "2026-06-30"}
        del facts["programme"], facts["capabilities"]
    if kind == "school":
        facts |= {"environment": "A", "enrolled": {"percent": 100}, "certified": {"percent": 97}}
        return Sample(facts, holder=Sample.school, holder_number="", school=Sample.county)
    return Sample(facts)


def picture_of(look: Look, kind: str) -> str:
    """The sample in this look, as a data: address of a PNG picture."""
    page = plain.render(sheet_of(sample_of(kind), look))
    drawn = subprocess.run(
        ["pdftoppm", "-r", "110", "-png", "-singlefile", "-"],  # noqa: S607 - poppler-utils, wherever it is
        input=page, capture_output=True, check=True,
    )  # fmt: skip
    return "data:image/png;base64," + base64.b64encode(drawn.stdout).decode()

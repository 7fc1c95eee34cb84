"""Putting frameworks, tools and lessons into the database, without undoing what an editor changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.utils.text import slugify
from wagtail.models import Page, Site

from . import content
from .models import Capability, CatalogPage, Framework, LessonPage, ModulePage, Tool

Thing = TypeVar("Thing")

MICROCAPABILITIES = ("microcapabilities", "2.0")
"""Code and version of the framework that the modules refer to."""


@transaction.atomic
def load_catalogue() -> Counter[str]:
    """Load everything below `courses/content/`. Returns how many pages were added, updated, kept or the same.

    "kept" are pages that an editor has changed since they were loaded: theirs stands. All or nothing.
    Raises ContentError.
    """
    capabilities = load_frameworks()
    tools = load_tools()
    catalogue = _catalogue()
    outcome: Counter[str] = Counter()
    for module in content.modules():
        slug = module.code.lower()
        # By either name, so that an editor may change one of them.
        page = ModulePage.objects.filter(Q(code=module.code) | Q(slug=slug)).first() or ModulePage(
            code=module.code, slug=slug
        )
        fields = {
            "title": module.title,
            "title_en": module.title_en,
            "summary": module.summary,
            "summary_en": module.summary_en,
            "audience": module.audience,
            "capabilities": [
                _known(code, capabilities, "modules.csv, " + module.code) for code in module.capabilities
            ],
        }
        outcome[_put(page, fields, parent=catalogue)] += 1
        outcome += _load_lessons(page, module.lessons, tools, capabilities)
    let_editors_keep_tools()
    return outcome


def _load_lessons(
    module: ModulePage,
    lessons: list[content.Lesson],
    tools: Mapping[str, Tool],
    capabilities: Mapping[str, Capability],
) -> Counter[str]:
    # By slug or position, so that an editor may change one of them.
    known: dict[str | int, LessonPage] = {}
    for page in LessonPage.objects.child_of(module):
        known |= {page.slug: page, page.position: page}
    outcome: Counter[str] = Counter()
    for lesson in lessons:
        slug = slugify(f"{lesson.module}-{lesson.position}")
        file = f"{lesson.module}/{lesson.position}.yaml"
        for block in lesson.body:
            if block["type"] == "task" and (code := block["value"]["capability"]):
                _known(code, capabilities, file)
        body = [
            {**block, "value": _known(block["value"], tools, file).pk} if block["type"] == "tool" else block
            for block in lesson.body
        ]
        fields = {
            "title": lesson.title,
            "title_en": lesson.title_en,
            "position": lesson.position,
            "hours": lesson.hours,
            "body": body,
        }
        page = known.get(slug) or known.get(lesson.position) or LessonPage(slug=slug)
        outcome[_put(page, fields, parent=module)] += 1
    return outcome


def _known(name: str, things: Mapping[str, Thing], place: str) -> Thing:
    """The thing of this name. Raises ContentError, saying where it was named, if there is none."""
    if name not in things:
        raise content.ContentError(f"{place}: there is no {name}")
    return things[name]


def load_frameworks() -> dict[str, Capability]:
    """Load the two frameworks; returns the micro-capabilities by code."""
    _load_framework(
        ("jyt0646", "2022"),
        "教师数字素养（JY/T 0646—2022）",
        [
            {"code": row["code"], "dimension": row["level1"][2:], "name_zh": row["level3_zh"]}
            for row in content.rows("frameworks/jyt0646.csv")
        ],
    )
    return _load_framework(
        MICROCAPABILITIES,
        "信息技术应用微能力",
        [
            {key: row[key] for key in ("code", "environment", "dimension", "name_zh", "name_en")}
            for row in content.rows("frameworks/microcapabilities.csv")
        ],
    )


def _load_framework(
    identity: tuple[str, str], name: str, rows: list[dict[str, str]]
) -> dict[str, Capability]:
    code, version = identity
    framework, _ = Framework.objects.update_or_create(code=code, version=version, defaults={"name": name})
    return {
        row["code"]: Capability.objects.update_or_create(
            framework=framework, code=row["code"], defaults={**row, "position": position}
        )[0]
        for position, row in enumerate(rows, start=1)
    }


def load_tools() -> dict[str, Tool]:
    """Add the tools that are not there yet, by name; those that are belong to the editors."""
    listed = content.document(content.CONTENT / "tools.yaml")
    known = set(Tool.objects.values_list("name", flat=True))
    Tool.objects.bulk_create(
        Tool(
            name=tool["name"],
            status=tool["status"],
            use=tool.get("use", ""),
            notice=tool.get("notice", ""),
            closed_on=tool.get("closed"),
            checked_on=tool["checked"],
        )
        for tool in listed
        if tool["name"] not in known
    )
    tools = {tool.name: tool for tool in Tool.objects.all()}
    for tool in listed:
        if tool["name"] not in known:
            instead = [_known(name, tools, "tools.yaml, " + tool["name"]) for name in tool.get("instead", [])]
            tools[tool["name"]].substitutes.set(instead)
    return tools


def let_editors_keep_tools() -> None:
    """Let editors also keep the list of tools."""
    let_editors(Tool, "add", "change")


def let_editors(model: type[Model], *actions: str) -> None:
    """Give this right to the two groups that Wagtail made, and gave the right to pages."""
    rights = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        codename__in=[get_permission_codename(action, model._meta) for action in actions],
    )
    for group in Group.objects.filter(name__in=["Editors", "Moderators"]):
        group.permissions.add(*rights)


def _catalogue() -> CatalogPage:
    """The catalogue page, as the root of the site."""
    if catalogue := CatalogPage.objects.first():
        return catalogue
    root = Page.get_first_root_node()
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()  # Wagtail's welcome page
    root.refresh_from_db()
    catalogue = root.add_child(instance=CatalogPage(title="课程目录", slug="catalogue"))
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": catalogue, "site_name": "宝鸡教师研修"},
    )
    return catalogue


def _put(page: ModulePage | LessonPage, fields: dict[str, Any], *, parent: Page) -> str:
    """Give a page these fields and publish it. Returns added, updated, kept or same."""
    is_new = page.pk is None
    if not is_new:
        # A draft that waits for approval is an editor's work as much as what is published.
        page = page.get_latest_revision_as_object()
        # So is taking a page off the site.
        if digest(page) != page.loaded_digest or not page.live:
            return "kept"
    for name, value in fields.items():
        setattr(page, name, value)
    if not is_new and digest(page) == page.loaded_digest:
        return "same"
    page.loaded_digest = digest(page)
    if is_new:
        parent.add_child(instance=page)
    else:
        page.save_revision().publish()
    return "added" if is_new else "updated"


def digest(page: ModulePage | LessonPage) -> str:
    """SHA-256 over what the files give a page: it changes when, and only when, somebody changed that."""
    if isinstance(page, LessonPage):
        parts = [page.title, page.title_en, page.position, f"{page.hours:.1f}", page.body.get_prep_value()]
    else:
        codes = sorted(capability.code for capability in page.capabilities.all())
        parts = [page.title, page.title_en, page.summary, page.summary_en, page.audience, codes]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    # Browsers send back each line of a form with a return before its end: that is nobody's change.
    return hashlib.sha256(text.replace(r"\r\n", r"\n").encode()).hexdigest()

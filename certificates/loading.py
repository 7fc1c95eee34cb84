"""Reading rule packs as people write them, and putting those of `content/rule_packs/` into the database."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_noop

from courses.loading import let_editors
from courses.models import Programme
from organizations.models import Organization
from organizations.roles import Role

from .messages import in_words
from .models import Design, RulePack
from .rules import Kind, RulesError
from .schema import parse_rules

RULE_PACKS = Path(__file__).parent / "content" / "rule_packs"

NEEDED = ("code", "title", "effective_from", "rules")
OPTIONAL = {
    "kind": Kind.TEACHER.value,
    "version": 1,
    "effective_until": None,
    "awards": RulePack.Awards.AT_ONCE.value,
    "valid_months": None,
    "renewal_months": 0,
}
PLACES = ("programmes", "counties")
"""Slugs of the programmes, codes of the counties for which a pack is; left out: for all."""


@transaction.atomic
def load_rule_packs(folder: Path = RULE_PACKS) -> int:
    """Put in place each pack of a file, for each programme that it names. Returns how many were new.

    Raises RulesError, with the file's name, for a file that is wrong or that changes a version in use:
    a certificate must go on saying under which rules it was earned.
    """
    let_editors_keep_designs()
    return sum(_load(path) for path in sorted(folder.glob("*.yaml")))


def let_editors_keep_designs() -> None:
    """Let editors write designs, and moderators publish them: only what is published is ever printed."""
    let_editors(Design, "add", "change", "view")
    publish = Permission.objects.get(
        content_type=ContentType.objects.get_for_model(Design), codename="publish_design"
    )
    Group.objects.get(name="Moderators").permissions.add(publish)


def _load(path: Path) -> int:
    try:
        document = read_document(path.read_text(encoding="utf-8"))
        return sum(_give(pack) for pack in packs_of(document))
    except (UnicodeDecodeError, RulesError) as error:
        raise RulesError("%(file)s: %(error)s", file=path.name, error=in_words(error)) from error


def _give(pack: RulePack) -> bool:
    known = RulePack.objects.filter(
        programme=pack.programme, county=pack.county, code=pack.code, version=pack.version
    ).first()
    if known is None:
        pack.save()
        return True
    if (known.kind, known.parsed) != (pack.kind, pack.parsed):
        raise RulesError(
            gettext_noop("differs from version %(version)s in use; write a further version"),
            version=known.version,
        )
    return False


def read_document(text: str) -> dict[str, Any]:
    """A pack from YAML or JSON, checked as far as it can be without the database; days as ISO texts.

    Raises RulesError, which names the place and what belongs there.
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RulesError(gettext_noop("cannot be read as YAML or JSON: %(error)s"), error=error) from error
    if not isinstance(data, Mapping):
        raise RulesError(
            gettext_noop("an object with %(names)s, not %(value)s"), names=", ".join(NEEDED), value=repr(data)
        )
    if unknown := [name for name in data if name not in {*NEEDED, *OPTIONAL, *PLACES}]:
        raise RulesError(
            gettext_noop("only %(names)s; look at %(name)s"),
            names=", ".join([*NEEDED, *OPTIONAL, *PLACES]),
            name=unknown[0],
        )
    if lacking := [name for name in NEEDED if name not in data]:
        raise RulesError(gettext_noop("%(name)s is missing"), name=lacking[0])
    document = {**OPTIONAL, **data}
    if document["kind"] not in RulePack.Kind.values:
        raise RulesError(
            gettext_noop("kind: one of %(names)s, not %(value)s"),
            names=", ".join(RulePack.Kind.values),
            value=repr(document["kind"]),
        )
    for name in PLACES:
        if name in document:
            document[name] = _names(document[name], name)
    for name in ("effective_from", "effective_until"):
        document[name] = _day(document[name], name) if document[name] is not None else None
    parse_rules(document["rules"], document["kind"], roles=tuple(Role.values))
    return document


def _names(value: Any, place: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str | int) for name in value):
        raise RulesError(
            gettext_noop("%(place)s: a list of texts, not %(value)s"), place=place, value=repr(value)
        )
    return [str(name) for name in value]


def _day(value: Any, place: str) -> str:
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise RulesError(
            gettext_noop("%(place)s: a day such as 2026-09-01, not %(value)s"), place=place, value=repr(value)
        ) from error


def packs_of(document: dict[str, Any]) -> list[RulePack]:
    """The packs that a document stands for, one for each programme and county, unsaved.

    Programmes that are not there are passed over. Raises RulesError for what no pack could have.
    """
    fields = {name: document[name] for name in (*NEEDED, *OPTIONAL)}
    for name in ("effective_from", "effective_until"):
        fields[name] = datetime.date.fromisoformat(fields[name]) if fields[name] else None
    packs = [
        RulePack(**fields, programme=programme, county=county)
        for programme in _programmes(document)
        for county in _counties(document)
    ]
    for pack in packs:
        _check(pack)
    return packs


def _check(pack: RulePack) -> None:
    """Raises RulesError in the words of the fields; whether its version is taken is not asked."""
    try:
        pack.clean_fields(exclude=["programme", "county"])
        pack.clean()
        pack.validate_constraints(exclude=["code"])
    except ValidationError as error:
        place, [problem, *_rest] = next(iter(error.message_dict.items()))
        raise RulesError("%(place)s: %(problem)s", place=place, problem=problem) from error


def _programmes(document: dict[str, Any]) -> list[Programme | None]:
    if "programmes" not in document:
        return [None]
    return list(Programme.objects.filter(slug__in=document["programmes"]).order_by("pk"))


def _counties(document: dict[str, Any]) -> list[Organization | None]:
    if "counties" not in document:
        return [None]
    codes = document["counties"]
    counties = {
        county.code: county
        for county in Organization.objects.filter(kind=Organization.Kind.COUNTY, code__in=codes)
    }
    if unknown := [code for code in codes if code not in counties]:
        raise RulesError(gettext_noop("counties: no county has the code %(name)s"), name=unknown[0])
    return [counties[code] for code in codes]


def document_of(pack: RulePack) -> str:
    """A pack as YAML, as it could be written into a file: to begin a further version from."""
    fields = {name: getattr(pack, name) for name in (*NEEDED, *OPTIONAL)}
    # A pack that was not read from the database has members of its choices here, which YAML does not know.
    fields |= {name: str(fields[name]) for name in ("kind", "awards")}
    changed = {
        name: value
        for name, value in fields.items()
        if name not in OPTIONAL or name in {"kind", "version"} or value != OPTIONAL[name]
    }
    places: dict[str, list[str]] = {}
    if pack.programme:
        places["programmes"] = [pack.programme.slug]
    if pack.county:
        places["counties"] = [pack.county.code or ""]
    return yaml.safe_dump({**changed, **places}, allow_unicode=True, sort_keys=False)

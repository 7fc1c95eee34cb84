"""Putting the rule packs of `content/rule_packs/` into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from courses.models import Programme

from .models import RulePack
from .rules import RulesError, parse_rules

RULE_PACKS = Path(__file__).parent / "content" / "rule_packs"


@transaction.atomic
def load_rule_packs(folder: Path = RULE_PACKS) -> int:
    """Give each programme that a file names its rule pack, unless it has it. Returns how many were new.

    Raises RulesError, with the file's name, for a file that is wrong or that changes a version in use:
    a certificate must go on saying under which rules it was earned.
    """
    return sum(_load(path) for path in sorted(folder.glob("*.yaml")))


def _load(path: Path) -> int:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        pack = {key: document[key] for key in ("code", "version", "title", "effective_from", "rules")}
        programmes = Programme.objects.filter(slug__in=document["programmes"])
        parse_rules(pack["rules"])
    except (yaml.YAMLError, KeyError, TypeError, RulesError) as error:
        raise RulesError(f"{path.name}: {error}") from error
    return sum(_give(path, programme, pack) for programme in programmes)


def _give(path: Path, programme: Programme, pack: dict[str, Any]) -> bool:
    row, created = RulePack.objects.get_or_create(
        programme=programme, code=pack["code"], version=pack["version"], defaults=pack
    )
    if row.parsed != parse_rules(pack["rules"]):
        raise RulesError(f"{path.name}: differs from version {row.version} in use; write a further version")
    return created

import pytest
import yaml

from certificates.loading import RULE_PACKS, load_rule_packs
from certificates.models import RulePack
from certificates.rules import RulesError, parse_rules

from ..factories import plant_programme


def test_each_programme_gets_its_pack_once(db):
    starter, full = plant_programme(slug="starter-2026"), plant_programme(slug="full-2026")

    assert load_rule_packs() == 2
    assert load_rule_packs() == 0

    assert starter.rule_packs.get().parsed == parse_rules(
        {
            "online_hours": 3,
            "practice_hours": 0,
            "capabilities": {"count": 1, "dimensions": 1, "grade": "pass"},
            "quizzes": "all",
        }
    )
    assert full.rule_packs.get().parsed == parse_rules(
        {
            "online_hours": 25,
            "practice_hours": 25,
            "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"},
            "quizzes": "all",
        }
    )


def test_a_programme_that_is_not_there_is_passed_over(db):
    assert load_rule_packs() == 0


def changed(tmp_path, **change):
    pack = yaml.safe_load((RULE_PACKS / "starter.yaml").read_text(encoding="utf-8"))
    pack.update(change)
    (tmp_path / "starter.yaml").write_text(yaml.safe_dump(pack), encoding="utf-8")
    return tmp_path


def test_a_version_in_use_cannot_be_changed(db, tmp_path):
    plant_programme(slug="starter-2026")
    load_rule_packs()
    rules = {**RulePack.objects.get().rules, "online_hours": 4}

    with pytest.raises(RulesError, match=r"starter\.yaml: differs from version 1 in use"):
        load_rule_packs(changed(tmp_path, rules=rules))

    assert load_rule_packs(changed(tmp_path, rules=rules, version=2)) == 1


def test_a_wrong_file_is_named(db, tmp_path):
    with pytest.raises(RulesError, match=r"starter\.yaml: rules: an object"):
        load_rule_packs(changed(tmp_path, rules=[]))

import pytest
import yaml

from certificates.loading import RULE_PACKS, document_of, load_rule_packs, packs_of, read_document
from certificates.models import RulePack
from certificates.rules import RulesError
from certificates.schema import parse_rules

from ..factories import plant_county, plant_programme


def test_each_programme_gets_its_pack_once(db):
    starter, full = plant_programme(slug="starter-2026"), plant_programme(slug="full-2026")

    assert load_rule_packs() == 6  # one for the one, two for the other, three for no programme
    assert load_rule_packs() == 0

    assert starter.rule_packs.get().parsed == parse_rules(
        {
            "online_hours": 3,
            "practice_hours": 0,
            "capabilities": {"count": 1, "dimensions": 1, "grade": "pass"},
            "quizzes": "all",
        }
    )
    assert full.rule_packs.get(kind="teacher").parsed == parse_rules(
        {
            "online_hours": 25,
            "practice_hours": 25,
            "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"},
            "quizzes": "all",
        }
    )


def test_a_programme_that_is_not_there_is_passed_over(db):
    assert load_rule_packs() == 3
    assert set(RulePack.objects.values_list("kind", "programme")) == {
        ("capability", None), ("hours", None), ("team", None),
    }  # fmt: skip


def test_the_other_split_of_the_hours_can_be_given_to_a_programme(db, tmp_path):
    programme = plant_programme(slug="full-2026")
    pack = yaml.safe_load((RULE_PACKS / "full-20-30.yaml").read_text(encoding="utf-8"))
    [row] = packs_of(read_document(yaml.safe_dump({**pack, "programmes": ["full-2026"]})))

    assert (row.programme, row.parsed.online_hours, row.parsed.practice_hours) == (programme, 20, 30)


def test_a_pack_for_counties_is_one_for_each(bureau, county):
    other = plant_county(bureau, "金台区", code="610303")
    programme = plant_programme(slug="starter-2026")
    text = (RULE_PACKS / "starter.yaml").read_text(encoding="utf-8")

    packs = packs_of(read_document(f'{text}\ncounties: ["610302", "610303"]\n'))

    assert [(pack.programme, pack.county) for pack in packs] == [(programme, county), (programme, other)]


def test_a_pack_is_read_again_as_it_was_written(county):
    plant_programme(slug="starter-2026")
    text = (RULE_PACKS / "starter.yaml").read_text(
        encoding="utf-8"
    ) + "\ncounties: ['610302']\nvalid_months: 36\n"
    [pack] = packs_of(read_document(text))

    [again] = packs_of(read_document(document_of(pack)))

    assert (again.parsed, again.county, again.valid_months) == (pack.parsed, county, 36)
    assert document_of(again) == document_of(pack)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "only code, title, effective_from, rules, kind, version, effective_until, awards,"
         " valid_months, renewal_months, programmes, counties; look at colour"),
        ({"kind": "badge"}, "kind: one of teacher, capability, hours, school, team, not 'badge'"),
        ({"effective_from": "soon"}, "effective_from: a day such as 2026-09-01, not 'soon'"),
        ({"effective_until": "2020-01-01"}, "__all__: It ends before it begins."),
        ({"version": "two"}, "version: “two” value must be an integer."),
        ({"title": "很" * 21},
         "title: Ensure this value has at most 20 characters (it has 21)."),
        ({"awards": "never"}, "awards: Value 'never' is not a valid choice."),
        ({"counties": ["000000"]}, "counties: no county has the code 000000"),
        ({"programmes": "starter-2026"}, "programmes: a list of texts, not 'starter-2026'"),
        ({"kind": "hours", "rules": {"total_hours": 1}},
         "awards: Statements of hours are for days that somebody chooses."),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_with_the_place_and_what_belongs_there(db, change, message):
    plant_programme(slug="starter-2026")
    pack = yaml.safe_load((RULE_PACKS / "starter.yaml").read_text(encoding="utf-8"))

    with pytest.raises(RulesError) as error:
        packs_of(read_document(yaml.safe_dump({**pack, **change})))

    assert str(error.value) == message


def test_a_kind_that_needs_a_programme_is_refused_without_one(db):
    pack = yaml.safe_load((RULE_PACKS / "starter.yaml").read_text(encoding="utf-8"))
    del pack["programmes"]

    with pytest.raises(RulesError, match=r"A rule pack of this kind belongs to a programme\."):
        packs_of(read_document(yaml.safe_dump(pack)))


@pytest.mark.parametrize(
    ("text", "message"), [("- 1", "an object with code"), ("a: [", "cannot be read as YAML")]
)
def test_what_is_no_document_is_refused(text, message):
    with pytest.raises(RulesError, match=message):
        read_document(text)


def changed(tmp_path, **change):
    pack = yaml.safe_load((RULE_PACKS / "starter.yaml").read_text(encoding="utf-8"))
    pack.update(change)
    (tmp_path / "starter.yaml").write_text(yaml.safe_dump(pack), encoding="utf-8")
    return tmp_path


def test_a_version_in_use_cannot_be_changed(db, tmp_path):
    plant_programme(slug="starter-2026")
    load_rule_packs()
    rules = {**RulePack.objects.get(code="starter").rules, "online_hours": 4}

    with pytest.raises(RulesError, match=r"starter\.yaml: differs from version 1 in use"):
        load_rule_packs(changed(tmp_path, rules=rules))

    assert load_rule_packs(changed(tmp_path, rules=rules, version=2)) == 1


def test_a_wrong_file_is_named(db, tmp_path):
    with pytest.raises(RulesError, match=r"starter\.yaml: rules: an object"):
        load_rule_packs(changed(tmp_path, rules=[]))

import datetime
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import simulating
from certificates.loading import RULE_PACKS
from certificates.models import Certificate, RulePack
from certificates.simulating import OPEN, STAYS, NotSimulated, Outcome, kind_of, simulate

from ..factories import (
    RULES,
    CertificateFactory,
    plant_county,
    plant_rule_pack,
    plant_school,
    post,
)
from .conftest import earn, enrol, show, study

STRICTER = {**RULES, "online_hours": 20}
LOOSER = {"online_hours": 0.5}


def unsaved(programme, rules, kind="teacher", **fields) -> RulePack:
    return RulePack(
        programme=programme, kind=kind, code="starter", version=9, title="合格证书", rules=rules,
        effective_from=datetime.date(2026, 1, 1), **fields,
    )  # fmt: skip


def tried(pack: RulePack) -> tuple[dict[str, dict[str, int]], dict[str, list[str]]]:
    """Counts by county, without what is zero, and names by kind."""
    outcome, names = Outcome(), {}
    for lines in simulate(pack, outcome):
        for line in lines:
            names.setdefault(line.kind, []).append(str(line.candidate.learner or line.candidate.school))
    return {county: dict(counts) for county, counts in outcome.counts.items()}, names


@pytest.fixture
def people(programme, school, bureau):
    """One certified, one who has earned it, one with the hours alone; one with nothing in another county."""
    certified, due, hours = (post(school, name=name) for name in ("王有证", "李到期", "张学时"))
    for person in (certified, due):
        earn(enrol(person, programme, school))
    CertificateFactory(learner=certified, programme=programme)
    study(enrol(hours, programme, school))
    elsewhere = plant_school(plant_county(bureau, "金台区", code="610303"), "金台区第一小学")
    enrol(post(elsewhere, name="赵没有"), programme, elsewhere)


def test_easier_rules_let_people_gain(people, programme):
    assert tried(unsaved(programme, LOOSER)) == (
        {"渭滨区": {"stays": 2, "gains": 1}, "金台区": {"open": 1}},
        {"gains": ["张学时"]},
    )


def test_harder_rules_say_who_would_not_earn_it_again(people, programme):
    assert tried(unsaved(programme, STRICTER)) == (
        {"渭滨区": {"loses": 1, "forfeits": 1, "open": 1}, "金台区": {"open": 1}},
        {"loses": ["王有证"], "forfeits": ["李到期"]},
    )


def test_a_countys_pack_is_tried_on_its_people_alone(people, programme, county):
    counts, _names = tried(unsaved(programme, LOOSER, county=county))

    assert counts == {"渭滨区": {"stays": 2, "gains": 1}}


def test_what_holds_in_a_county_is_what_is_compared_with(people, programme, county):
    plant_rule_pack(programme, code="starter", rules=LOOSER, county=county)

    assert tried(unsaved(programme, RULES))[1] == {"forfeits": ["张学时"]}


def test_nothing_is_written(people, programme, django_assert_max_num_queries):
    before = Certificate.objects.count()

    with CaptureQueriesContext(connection) as queries:
        tried(unsaved(programme, LOOSER))

    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert Certificate.objects.count() == before


@pytest.mark.parametrize("size", [3, 30])
def test_a_lot_costs_the_same_for_any_number_of_people(programme, school, other_school, size):
    for number in range(size):
        place = [school, other_school][number % 2]
        earn(enrol(post(place), programme, place))

    with CaptureQueriesContext(connection) as queries:
        tried(unsaved(programme, LOOSER))

    # The pack in force, the counties, how many there are; one lot, four on it, what was given; no second lot.
    assert len(queries) == 10


def test_many_lots_count_everybody_once(people, programme, monkeypatch):
    monkeypatch.setattr(simulating, "LOT", 1)
    heard = []
    outcome = Outcome()

    list(simulate(unsaved(programme, LOOSER), outcome, tell=heard.append))

    assert (outcome.people, sum(outcome.totals.values()), heard) == (4, 4, [0.25, 0.5, 0.75, 1.0])


def test_schools_capabilities_and_teams_are_tried_too(people, programme, school, assessor):
    show(assessor, "B2")
    school_pack = unsaved(programme, {"certified_percent": 30}, "school")
    statement = unsaved(None, {"framework": "microcapabilities"}, "capability")
    team = unsaved(None, {"roles": ["assessor"]}, "team")

    assert tried(school_pack)[1] == {"gains": [school.name]}
    assert tried(statement)[1] == {"gains": ["王有证", "李到期", assessor.name]}
    assert tried(team)[1] == {"gains": [assessor.name]}


def test_hours_have_nobody_to_be_tried_on(db):
    with pytest.raises(NotSimulated):
        list(simulate(unsaved(None, {"total_hours": 1}, "hours"), Outcome()))


@pytest.mark.parametrize(
    ("has_live", "earned", "earns", "kind"),
    [
        (False, False, True, "gains"),
        (False, True, True, STAYS),
        (True, False, True, STAYS),
        (True, True, False, "loses"),
        (True, False, False, "loses"),
        (False, True, False, "forfeits"),
        (False, False, False, OPEN),
    ],
)
def test_each_case_has_its_word(has_live, earned, earns, kind):
    assert kind_of(has_live=has_live, earned=earned, earns=earns) == kind


def test_the_command_says_how_many_and_who(people, programme, tmp_path):
    pack = yaml.safe_load((RULE_PACKS / "starter.yaml").read_text(encoding="utf-8"))
    file = tmp_path / "pack.yaml"
    file.write_text(yaml.safe_dump({**pack, "rules": LOOSER}), encoding="utf-8")
    out = StringIO()

    call_command("simulate_rule_pack", str(file), programme=programme.slug, names=True, stdout=out)

    assert out.getvalue().splitlines() == [
        "gains\t渭滨区\t渭滨区第一小学\t张学时",
        "county\tgains\tloses\tforfeits\tstays\topen",
        "渭滨区\t1\t0\t0\t2\t0",
        "金台区\t0\t0\t0\t0\t1",
        "total\t1\t0\t0\t2\t1",
    ]


def test_the_command_names_what_is_wrong(db, tmp_path):
    file = tmp_path / "pack.yaml"
    file.write_text("code: x", encoding="utf-8")

    with pytest.raises(CommandError, match=r"pack\.yaml: title is missing"):
        call_command("simulate_rule_pack", str(file))

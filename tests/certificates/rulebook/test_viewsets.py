"""Operators look at rule packs in Wagtail's admin, and write drafts."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from certificates.models import RulePack
from tests.factories import UserFactory, plant_rule_pack


@pytest.fixture
def operator(client, db):
    operator = UserFactory(is_superuser=True)
    client.force_login(operator)
    return operator


def fields(programme, **changes) -> dict:
    return {
        "is_draft": "on", "kind": "teacher", "programme": programme.pk, "county": "", "code": "starter",
        "version": "2", "title": "合格证书", "rules": json.dumps({"online_hours": 5}),
        "effective_from": "2026-09-01", "effective_until": "", "awards": "at once", "valid_months": "",
        "renewal_months": "0", **changes,
    }  # fmt: skip


def test_an_operator_writes_a_draft_and_lets_it_come_into_force(client, operator, programme):
    assert client.post(reverse("rule_packs:add"), fields(programme)).status_code == 302
    draft = RulePack.objects.get(version=2)
    assert draft.is_draft

    in_force = fields(programme)
    del in_force["is_draft"]
    client.post(reverse("rule_packs:edit", args=[draft.pk]), in_force)

    draft.refresh_from_db()
    assert not draft.is_draft
    assert [entry.action for entry in ModelLogEntry.objects.for_instance(draft).order_by("pk")] == [
        "wagtail.create",
        "wagtail.edit",
    ]
    assert client.get(reverse("rule_packs:history", args=[draft.pk])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rules": json.dumps({"online_hours": -1})}, "online_hours: a number of hours from 0, not -1"),
        ({"version": "1"}, "There is such a version already"),
        ({"programme": ""}, "A rule pack of this kind belongs to a programme."),
    ],
)
def test_a_wrong_pack_is_refused_in_words(client, operator, programme, changes, words):
    response = client.post(reverse("rule_packs:add"), fields(programme) | changes)

    assert words in response.content.decode()
    assert RulePack.objects.count() == 1


def test_of_a_pack_in_force_only_the_end_is_set(client, operator, programme):
    pack = RulePack.objects.get()

    client.post(
        reverse("rule_packs:edit", args=[pack.pk]),
        fields(programme, effective_until="2027-08-31", title="别的"),
    )

    pack.refresh_from_db()
    assert (pack.title, str(pack.effective_until)) == ("合格证书", "2027-08-31")


def test_a_pack_in_force_is_not_deleted(client, operator, programme):
    pack, draft = RulePack.objects.get(), plant_rule_pack(programme, code="starter", version=2, is_draft=True)
    for one in (pack, draft):
        client.post(reverse("rule_packs:delete", args=[one.pk]))

    assert list(RulePack.objects.all()) == [pack]


def test_a_pack_is_shown_in_words(client, operator, programme):
    pack = RulePack.objects.get()

    page = client.get(reverse("rule_packs:inspect", args=[pack.pk])).content.decode()

    assert "At least 0.5 hours of online study." in page
    assert client.get(reverse("rule_packs:index")).status_code == 200
    assert client.get(reverse("rule_packs:copy", args=[pack.pk])).status_code == 200

"""Designs: what editors may write, and that what was published stays."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from certificates.loading import let_editors_keep_designs
from certificates.models import Design, DesignVersion
from certificates.printing import design, press
from certificates.printing.sheet import sheet_of
from certificates.printing.wording import STANDARD, WordingError, check, fill

from ...factories import CertificateFactory


@pytest.fixture
def published(db) -> Design:
    made = Design.objects.create(name="示例", layout="classic", accent="#8c1c13", paper="#fffdf5")
    made.save_revision().publish()
    return made


def test_publishing_freezes_a_version_and_publishing_the_same_again_none(published):
    published.save_revision().publish()

    [version] = published.versions.all()
    assert version.content == published.look.content
    assert version.digest == published.look.digest


def test_a_later_change_changes_nothing_that_was_issued(published):
    version = published.versions.last()
    certificate = CertificateFactory(design_version=version)
    before = press.page_of(sheet_of(certificate))
    published.footer, published.layout = "另一句话", "modern"
    published.save_revision().publish()

    certificate.refresh_from_db()

    assert published.versions.count() == 2
    assert press.page_of(sheet_of(certificate)) == before


def test_the_database_keeps_versions_as_they_are(published):
    for change in (DesignVersion.objects.all().delete, lambda: DesignVersion.objects.update(digest="")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_database_keeps_the_design_of_a_certificate(published):
    certificate = CertificateFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(certificate).objects.update(design_version=published.versions.last())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "#eeeeee"),
        ("ink", "red"),
        ("text_teacher", "完成{hour}学时"),
        ("text_hours", "完成[{hours}学时"),
        ("text_school", "合" * 241),
    ],
)
def test_what_could_not_be_read_or_printed_is_refused_at_its_field(field, value, db):
    with pytest.raises(ValidationError) as caught:
        Design(name="示例", **{field: value}).full_clean()

    assert list(caught.value.message_dict) == [field]


@pytest.mark.parametrize("kind", STANDARD)
def test_a_design_is_previewed_for_each_kind(kind, published, rf):
    response = published.serve_preview(rf.get("/"), kind).render()

    assert b"data:image/png;base64,iVBOR" in response.content


def test_the_layouts_as_shipped_can_be_read():
    for colours in design.COLOURS.values():
        for name in ("ink", "accent"):
            assert design.contrast(colours[name], colours["paper"]) >= design.CONTRAST
    assert design.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_part_goes_with_the_gap_that_has_nothing_to_say():
    text = "[于{period}，]完成{hours}学时[（{online}）]。"
    assert fill(text, {"hours": "25"}) == "完成25学时。"
    assert fill(text, {"hours": "25", "period": "今年", "online": "5"}) == "于今年，完成25学时（5）。"


def test_the_standard_texts_are_in_order():
    for text in STANDARD.values():
        check(text)
    with pytest.raises(WordingError):
        check("[[{hours}]]")


def test_editors_write_designs_and_moderators_publish_them(db):
    let_editors_keep_designs()

    rights = {
        name: set(
            Group.objects.get(name=name)
            .permissions.filter(content_type__model="design")
            .values_list("codename", flat=True)
        )
        for name in ("Editors", "Moderators")
    }
    written = {"add_design", "change_design", "view_design"}
    assert rights == {"Editors": written, "Moderators": {*written, "publish_design"}}

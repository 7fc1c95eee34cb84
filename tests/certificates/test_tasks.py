import hashlib

import pytest
from django.core.files.storage import storages

from certificates import actions, files, tasks
from certificates.models import Certificate
from organizations.jobs.models import Job
from organizations.jobs.worker import run_due

from ..factories import CertificateFactory


@pytest.fixture
def approved(earned) -> Certificate:
    [certificate] = actions.award_due(learner=earned.learner)
    return certificate


def stored() -> list[str]:
    folder = storages["private"]
    return [
        name
        for year in folder.listdir("certificates")[0]
        for name in folder.listdir(f"certificates/{year}")[1]
    ]


def test_an_awarded_certificate_is_issued_with_its_file_and_hash(approved):
    assert run_due() == 1

    approved.refresh_from_db()
    content = files.read(approved)
    assert (approved.status, approved.problem) == (Certificate.Status.ISSUED, "")
    assert content.startswith(b"%PDF-1.7")
    assert approved.sha256 == hashlib.sha256(content).hexdigest()
    assert approved.issued_at is not None
    assert Job.objects.get().status == Job.Status.DONE


def test_issuing_again_changes_nothing(approved):
    tasks.issue(certificate_id=approved.pk)
    before = Certificate.objects.values().get()

    tasks.issue(certificate_id=approved.pk)

    assert Certificate.objects.values().get() == before
    assert len(stored()) == 1


def test_a_name_that_cannot_be_printed_is_held_and_named(earned):
    earned.learner.name = "王\U0003134a"
    earned.learner.save()
    [approved] = actions.award_due(learner=earned.learner)

    tasks.issue(certificate_id=approved.pk)

    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (Certificate.Status.HELD, "\U0003134a U+3134A")
    assert (approved.pdf.name, approved.sha256) == ("", "")
    tasks.issue(certificate_id=approved.pk)
    assert Certificate.objects.get().status == Certificate.Status.HELD


def test_a_worker_that_dies_between_file_and_row_leaves_nothing_wrong(approved, monkeypatch):
    def die(**kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(actions, "issue", die)
        with pytest.raises(KeyboardInterrupt):
            tasks.issue(certificate_id=approved.pk)
    assert Certificate.objects.get().status == Certificate.Status.APPROVED

    tasks.issue(certificate_id=approved.pk)

    approved.refresh_from_db()
    assert approved.status == Certificate.Status.ISSUED
    assert files.read(approved)
    assert len(stored()) == 1


def test_a_worker_that_dies_while_writing_leaves_no_half_file(approved, monkeypatch):
    def die(descriptor):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", die)
        with pytest.raises(KeyboardInterrupt):
            files.keep(approved, b"%PDF-1.7")

    assert stored() == []


def test_a_second_worker_never_changes_the_file_that_the_row_names(db):
    certificate = CertificateFactory(status=Certificate.Status.APPROVED)
    first, sha256 = files.keep(certificate, b"%PDF of the first worker")
    actions.issue(printed=[actions.Printed(certificate.pk, first, sha256)])

    second, other = files.keep(certificate, b"%PDF of the second worker")
    actions.issue(printed=[actions.Printed(certificate.pk, second, other)])

    certificate.refresh_from_db()
    assert certificate.pdf.name == first
    assert files.read(certificate) == b"%PDF of the first worker"


def test_a_file_that_is_gone_or_changed_is_refused(db):
    certificate = CertificateFactory()
    with certificate.pdf.storage.open(certificate.pdf.name, "wb") as file:
        file.write(b"%PDF-1.7 another name")
    with pytest.raises(files.Damaged):
        files.read(certificate)

    certificate.pdf.storage.delete(certificate.pdf.name)
    with pytest.raises(files.Damaged):
        files.read(certificate)


def test_certificates_are_readable_by_the_site_alone(db):
    certificate = CertificateFactory()

    with certificate.pdf.open("rb") as file:
        assert files.os.fstat(file.fileno()).st_mode & 0o777 == 0o440

"""Signatures, as pyHanko and poppler see them."""

import io
import stat
import subprocess
from datetime import UTC, datetime

import pytest
from asn1crypto import pem, x509
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.printing import authority, plain, press, samples, seals, signing
from certificates.printing.assembly import Printed
from certificates.printing.sheet import sheet_of

AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


@pytest.fixture
def keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    call_command("make_certificate_authority", name="宝鸡市教育局", verbosity=0)
    return settings.KEYS_DIR


@pytest.fixture(scope="module")
def page() -> Printed:
    printed = press.page_of(sheet_of(samples.sample_of("teacher")))
    assert isinstance(printed, Printed)
    return printed


def status_of(content: bytes, keys):
    _, _, root = pem.unarmor((keys / "authority.crt").read_bytes())
    context = ValidationContext(trust_roots=[x509.Certificate.load(root)])
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return validate_pdf_signature(signature, context)


@pytest.mark.parametrize("way", ["by hand", "by pyHanko"])
def test_a_signed_page_is_whole_and_trusted(way, keys, page):
    unsigned = page if way == "by hand" else plain.render(sheet_of(samples.sample_of("teacher")))

    signed = signing.sign(unsigned, authority.signer(), at=AT)

    status = status_of(signed, keys)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"


def test_poppler_trusts_the_signature_once_it_knows_the_authority(keys, page, tmp_path):
    file = tmp_path / "signed.pdf"
    file.write_bytes(signing.sign(page, authority.signer(), at=AT))
    database = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    add = ["certutil", "-A", "-d", database, "-n", "authority", "-t", "CT,C,C", "-i", keys / "authority.crt"]
    subprocess.run(add, check=True)

    told = subprocess.run(
        ["pdfsig", "-nssdir", database, file], capture_output=True, check=True, text=True
    ).stdout

    assert "Signature is Valid." in told
    assert "Certificate is Trusted." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_signing_adds_to_the_page_and_changes_nothing_of_it(keys, page):
    assert signing.sign(page, authority.signer(), at=AT).startswith(page.content)


@pytest.mark.parametrize("place", [0.2, 0.9])
def test_one_changed_byte_breaks_the_signature(place, keys, page):
    signed = bytearray(signing.sign(page, authority.signer(), at=AT))
    at = int(len(page.content) * place)
    signed[at] ^= 1

    told = subprocess.run(
        ["pdfsig", "-nocert", "-"], input=bytes(signed), capture_output=True, check=False
    ).stdout.decode()

    assert "Signature is Valid." not in told


def test_keys_are_for_the_site_alone_and_never_written_over(keys):
    before = {path.name: path.read_bytes() for path in keys.iterdir()}

    with pytest.raises(CommandError, match="authority already"):
        call_command("make_certificate_authority")

    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
    assert sorted(before) == ["authority.crt", "authority.key", "signing-1.crt", "signing-1.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.glob("*.key")} == {0o600}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_a_further_key_signs_from_then_on_and_what_was_signed_stays_trusted(keys, page):
    before = signing.sign(page, authority.signer(), at=AT)
    call_command("make_certificate_authority", "--further", verbosity=0)

    after = signing.sign(page, authority.signer(), at=AT)

    numbers = [status_of(content, keys).signing_cert.serial_number for content in (before, after)]
    assert numbers[0] != numbers[1]
    assert status_of(before, keys).bottom_line
    assert status_of(after, keys).bottom_line


def test_a_further_key_needs_an_authority(settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    with pytest.raises(CommandError, match="no authority"):
        call_command("make_certificate_authority", "--further")


def test_without_a_key_a_certificate_is_printed_unsigned(settings, tmp_path, page):
    settings.KEYS_DIR = tmp_path
    assert press.print_certificate(samples.sample_of("teacher")) == page.content


def test_names_too_long_for_the_room_are_refused(keys, page, monkeypatch):
    monkeypatch.setattr(signing, "ROOM", 1000)
    with pytest.raises(signing.TooLong):
        signing.sign(page, authority.signer(), at=AT)


def command(settings, script: str, seconds: float = 20) -> seals.SealProvider:
    settings.SEAL_PROVIDER, settings.SEAL_COMMAND, settings.SEAL_TIMEOUT = (
        "external",
        f"sh -c '{script}'",
        seconds,
    )
    return seals.provider()


def test_a_program_seals_by_adding_to_the_pdf(settings, page):
    assert command(settings, "cat; echo %").seal(page.content) == page.content + b"%\n"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("cat >/dev/null; echo no pdf", "no PDF"),
        ("exit 3", "exit status 3"),
        ("echo out of paper >&2; exit 1", "out of paper"),
        ("head -c 20000", "no PDF"),
    ],
)
def test_a_program_that_brings_back_something_else_seals_nothing(script, reason, settings, page):
    with pytest.raises(seals.SealFailed, match=reason):
        command(settings, script).seal(page.content)


def test_a_program_that_does_not_answer_is_ended(settings, page):
    with pytest.raises(seals.SealFailed, match="no answer"):
        command(settings, "cat >/dev/null; exec sleep 30", seconds=0.3).seal(page.content)


def test_a_program_that_brings_back_another_page_seals_nothing(page):
    other = press.page_of(sheet_of(samples.sample_of("team")))
    with pytest.raises(seals.SealFailed, match="another page"):
        seals.check_same_page(page.content, other.content)


def test_a_missing_program_is_named(settings, page):
    settings.SEAL_PROVIDER, settings.SEAL_COMMAND = "external", "/no/such/program"
    with pytest.raises(seals.SealFailed, match="/no/such/program"):
        seals.provider().seal(page.content)

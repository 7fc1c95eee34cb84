"""The comparison of a file with the one that was issued, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from certificates import files

from ..factories import CertificateFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def certificate(transactional_db):
    return CertificateFactory()


def address(live_server, certificate) -> str:
    return live_server.url + reverse("certificates:verification", args=[certificate.token])


def test_a_file_is_compared_here_and_sent_nowhere(browser, live_server, certificate, tmp_path):
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(address(live_server, certificate))
    asked = []
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))
    same, other = tmp_path / "same.pdf", tmp_path / "other.pdf"
    same.write_bytes(files.read(certificate))
    other.write_bytes(same.read_bytes() + b" ")
    field, answer = page.locator("input[type=file]"), page.locator("[data-sha256] [role=status]")

    field.set_input_files(same)
    expect(answer).to_have_text("The same file: nothing in it was changed.")
    field.set_input_files(other)
    expect(answer).to_contain_text("Not the same file")
    field.set_input_files([])
    expect(answer).to_be_empty()

    assert asked == []
    page.context.close()


@pytest.mark.parametrize("without", ["scripts", "crypto"])
def test_where_it_cannot_be_compared_it_says_so(browser, live_server, certificate, without):
    page = browser.new_context(java_script_enabled=without != "scripts").new_page()
    # As on an address without https.
    page.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })")
    page.goto(address(live_server, certificate))

    expect(page.get_by_text("This cannot be checked here")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_hidden()
    expect(page.locator("code")).to_have_text(certificate.sha256)
    page.context.close()

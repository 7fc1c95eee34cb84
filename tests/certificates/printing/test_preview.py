"""The preview of a design in Wagtail, in a real browser."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from certificates.loading import let_editors_keep_designs
from certificates.models import Design

from ...factories import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def session(transactional_db) -> str:
    """The cookie of an editor who has signed in."""
    let_editors_keep_designs()
    editor, client = UserFactory(name="文编"), Client()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    return client.cookies["sessionid"].value


def test_an_editor_sees_the_certificate_beside_the_form(browser, live_server, session):
    design = Design.objects.create(name="示例")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page, refused = context.new_page(), []
    page.on(
        "console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None
    )

    edit = design.snippet_viewset.get_url_name("edit")
    page.goto(live_server.url + reverse(edit, args=[design.pk]))
    page.locator("[data-side-panel-toggle=preview]").click()

    picture = page.frame_locator("iframe[data-w-preview-target=iframe]").last.locator("img")
    expect(picture).to_be_visible(timeout=60_000)
    assert picture.evaluate("picture => picture.naturalWidth") > 1000
    assert refused == []
    context.close()

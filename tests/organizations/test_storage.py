"""The site's own files, as collected."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

STATIC = Path(__file__).parent.parent.parent / "static"


@pytest.fixture
def collected(settings, tmp_path) -> Path:
    """Where the static files lie, collected twice as by an upgrade."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "organizations.storage.StaticStorage"},
    }
    # Not those of Wagtail: there are thousands, and nothing is done to them here.
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    for _ in range(2):
        call_command("collectstatic", "--noinput", "-v", "0")
    return settings.STATIC_ROOT


def test_a_phone_asks_for_one_stylesheet(collected):
    imported = re.findall(r'@import "(.+)";', (STATIC / "css/site.css").read_text(encoding="utf-8"))
    [served] = collected.glob("css/site.*.css")
    css = served.read_text(encoding="utf-8")

    assert {f"{name}.css" for name in imported} | {"site.css.css"} == {
        f"{path.name}.css" for path in (STATIC / "css").iterdir()
    }
    assert "@import" not in css
    for name in imported:
        first_rule = re.search(r"^[.a-z:][^{]*{", (STATIC / "css" / name).read_text(encoding="utf-8"), re.M)
        assert first_rule is None or first_rule.group() in css
    assert Path(f"{served}.br").exists()


def test_pictures_that_stylesheets_name_are_found_under_their_lasting_names(collected):
    [served] = collected.glob("css/site.*.css")
    named = re.findall(r'url\("?\.\./img/([\w.]+)"?\)', served.read_text(encoding="utf-8"))

    assert named
    assert all((collected / "img" / name).exists() for name in named)

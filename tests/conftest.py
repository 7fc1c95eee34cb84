"""What every test may ask for: settings of a test run, a small tree, and one person of each role."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations
from django.db.models import QuerySet
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from assessments.quizzes import drawing, queries
from organizations.models import Organization, RosterImport, User
from organizations.roles import Role

from . import migrated
from .factories import plant_bureau, plant_county, plant_school, post

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

# On a machine that does other work too, no example has to be quick.
# What runs unattended runs the same examples each time.
hypothesis_settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("project")


@pytest.fixture(autouse=True)
def test_settings(settings, tmp_path, monkeypatch, worker_id):
    """English message ids, quick passwords, no collected static files, and files that vanish afterwards."""
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    settings.RUN_JOBS = "off"
    settings.POOLS_KEPT_S = 0
    # File fields took hold of their storage when their models were made.
    monkeypatch.setattr(RosterImport._meta.get_field("file").storage, "_location", tmp_path / "private")
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEYS_DIR = tmp_path / "keys"
    settings.PRIVATE_ROOT = tmp_path / "private"
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    storages["private"] = {
        **storages["private"],
        "OPTIONS": {**storages["private"]["OPTIONS"], "location": settings.PRIVATE_ROOT},
    }
    settings.STORAGES = storages
    if settings.REDIS_URL:
        # A database of its own for each test process: clearing the cache must not empty a neighbour's.
        number = 15 - int(worker_id.removeprefix("gw")) if worker_id != "master" else 15
        location = urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": location}}
    cache.clear()
    queries.forget()
    drawing.forget()
    return settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", action="store_true", help="only tests that ask the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What never asks the database says nothing new on another one."""
    if not config.getoption("--database"):
        return
    left = [item for item in items if not _asks_the_database(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if _asks_the_database(item)]


def _asks_the_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session", autouse=True)
def flushes_get_past_ledgers():
    """After a test with real commits Django deletes all rows; on SQLite the ledgers' triggers refuse that."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations, statements):
        with operations.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                " AND (name LIKE '%_append_only_%' OR name LIKE '%_guard_%')"
            )
            triggers = cursor.fetchall()
        lifted = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        flush(operations, [*lifted, *statements, *[sql for _, sql in triggers]])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture(scope="session")
def kept_migrations() -> Iterator[None]:
    with migrated.migrated_before():
        yield


@pytest.fixture(scope="session")
def django_db_setup(kept_migrations, django_db_setup, django_db_blocker):
    """As ever, but on SQLite from a database that was migrated in an earlier run."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            migrated.keep()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's sync API runs a loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def no_locks(monkeypatch):
    """For the twin of a test of a race: whoever locks a row gets it at once."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)


@pytest.fixture
def bureau(db) -> Organization:
    return plant_bureau()


@pytest.fixture
def county(bureau) -> Organization:
    return plant_county(bureau)


@pytest.fixture
def school(county) -> Organization:
    return plant_school(county, "渭滨区第一小学", code="3161000001")


@pytest.fixture
def other_school(county) -> Organization:
    """A second school of the same county."""
    return plant_school(county, "渭滨区第二小学", code="3161000002")


@pytest.fixture
def teacher(school) -> User:
    return post(school, Role.TEACHER, name="田思洋")


@pytest.fixture
def lead(school) -> User:
    return post(school, Role.SCHOOL_LEAD, name="彭华博")


@pytest.fixture
def assessor(school) -> User:
    return post(school, Role.ASSESSOR, name="万远")


@pytest.fixture
def county_lead(county) -> User:
    return post(county, Role.COUNTY_LEAD, name="周欣")


@pytest.fixture
def bureau_officer(bureau) -> User:
    return post(bureau, Role.BUREAU_OFFICER, name="崔子燕")


@pytest.fixture
def outsider(other_school) -> User:
    """A teacher of the other school."""
    return post(other_school, Role.TEACHER, name="黄子明")

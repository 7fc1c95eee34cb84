"""Keys, and a certificate with its badge."""

from __future__ import annotations

import pytest

from certificates.badges import actions
from certificates.badges.models import Badge
from certificates.models import Certificate
from organizations.models import User

from ...factories import CertificateFactory


@pytest.fixture(autouse=True)
def keys_dir(settings):
    settings.SITE_URL = "https://training.example.org"
    return settings.KEYS_DIR


@pytest.fixture
def badge_keys(db):
    return actions.replace_keys()


@pytest.fixture
def certificate(teacher: User) -> Certificate:
    return CertificateFactory(learner=teacher)


@pytest.fixture
def badge(certificate, badge_keys) -> Badge:
    return actions.badge_of(certificate)

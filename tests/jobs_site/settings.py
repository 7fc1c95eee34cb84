"""The site with one more app, whose jobs are slow enough to be killed: for tests that start real workers."""

from training_site.settings import *  # noqa: F403
from training_site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs_site"]

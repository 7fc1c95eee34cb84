"""The site as in production, with one page more: the bare one that all others are compared with."""

import os

from training_site.settings import *  # noqa: F403
from training_site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.bare.apps.BareConfig"]
ROOT_URLCONF = "bench.urls"

# Beside whatever else may be in that Redis, and easily told from it: bench/services.py sweeps it out.
CELERY_TASK_DEFAULT_QUEUE = os.environ["BENCH_NAME"]
CACHES = {"default": {**CACHES["default"], "KEY_PREFIX": os.environ["BENCH_NAME"]}}  # noqa: F405

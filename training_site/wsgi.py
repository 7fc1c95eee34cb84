import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "training_site.settings")

application = get_wsgi_application()

from organizations.jobs.worker import start_thread  # noqa: E402  models can be imported only now

if settings.RUN_JOBS == "thread":
    start_thread()

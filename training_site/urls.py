"""The whole site's addresses. Each is declared, with who may open it, in tests/test_access.py."""

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language
from django.views.static import serve
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", set_language, name="set_language"),
    path("", include("organizations.urls")),
    path("", include("courses.urls")),
    path("", include("assessments.quizzes.urls")),
    path("desk/", include("assessments.quizzes.desk.urls")),
    path("desk/standards/", include("assessments.standards.urls")),
    path("", include("assessments.diagnostics.urls")),
    path("", include("assessments.evidence.urls")),
    path("certificates/batches/", include("certificates.batches.urls")),
    path("", include("certificates.offices.urls")),
    path("", include("certificates.urls")),
    path("", include("certificates.rulebook.urls")),
    path("", include("certificates.badges.urls")),
    path("", include("tracking.urls")),
    path("accounts/", include("allauth.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.SERVE_MEDIA:
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"))

"""The site's addresses, and below /bare/ whatever Wagtail serves itself."""

from django.urls import include, path
from wagtail import urls as wagtail_urls

from training_site.urls import urlpatterns as site_urls

urlpatterns = [*site_urls, path("bare/", include(wagtail_urls))]

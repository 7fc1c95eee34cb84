from django.urls import path

from . import views

app_name = "offices"
urlpatterns = [
    path("verify/bulk/", views.verify, name="verify"),
    path("certificates/offices/", views.tokens, name="tokens"),
    path("certificates/offices/<int:token_id>/revoke/", views.revoke, name="revoke"),
]

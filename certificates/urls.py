from django.urls import path

from . import views

app_name = "certificates"
urlpatterns = [
    path("certificates/", views.mine, name="mine"),
    path("certificates/register/", views.register, name="register"),
    path("certificates/<str:number>/pdf/", views.pdf, name="pdf"),
    path("certificates/<str:number>/revoke/", views.revoke, name="revoke"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:token>/", views.verification, name="verification"),
]

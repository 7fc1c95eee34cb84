from django.urls import path

from .views import officer, own, public, register

app_name = "certificates"
urlpatterns = [
    path("certificates/", own.mine, name="mine"),
    path("certificates/capabilities/", own.transcript, name="transcript"),
    path("certificates/hours/", own.hours, name="hours"),
    path("certificates/register/", register.register, name="register"),
    path("certificates/register/export/", register.export, name="export"),
    path("certificates/<str:number>/history/", officer.certificate, name="certificate"),
    path("certificates/<str:number>/pdf/", own.pdf, name="pdf"),
    path("certificates/<str:number>/steps/<str:step>/", officer.step, name="step"),
    path("verify/", public.verify, name="verify"),
    path("verify/<str:token>/", public.verification, name="verification"),
]

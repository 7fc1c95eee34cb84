from django.urls import path

from . import views

app_name = "rulebook"
urlpatterns = [
    path("rules/", views.packs, name="packs"),
    path("rules/<int:pack_id>/", views.pack, name="pack"),
    path("rules/trials/<int:simulation_id>/", views.trial, name="trial"),
    path("rules/trials/<int:simulation_id>/export/", views.trial_export, name="trial_export"),
    path("certificates/<str:number>/rules/", views.granted_under, name="granted_under"),
    path("certificates/statements/", views.statements, name="statements"),
    path("certificates/statements/<int:pack_id>/<str:code>/", views.request_capability, name="capability"),
    path("cohorts/<int:cohort_id>/sign-offs/", views.sign_offs, name="sign_offs"),
]

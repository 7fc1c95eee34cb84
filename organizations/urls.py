"""Addresses of rosters, codes and activation."""

from django.urls import path

from . import views

app_name = "organizations"
urlpatterns = [
    path("activate/", views.activate, name="activate"),
    path("schools/<int:organization_id>/codes/", views.codes, name="codes"),
    path("roster/", views.roster_imports, name="roster_imports"),
    path("roster/<int:import_id>/", views.roster_import, name="roster_import"),
    path("roster/<int:import_id>/apply/", views.roster_apply, name="roster_apply"),
    path("roster/<int:import_id>/undo/", views.roster_undo, name="roster_undo"),
    path("roster/<int:import_id>/refused/", views.roster_refused, name="roster_refused"),
]

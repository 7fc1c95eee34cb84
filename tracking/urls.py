from django.urls import path

from . import views

app_name = "tracking"
urlpatterns = [
    path("cohorts/", views.cohorts, name="cohorts"),
    path("cohorts/<int:cohort_id>/", views.cohort, name="cohort"),
    path("cohorts/<int:cohort_id>/enrol/", views.enrol, name="enrol"),
    path("cohorts/<int:cohort_id>/export/", views.cohort_export, name="cohort_export"),
]

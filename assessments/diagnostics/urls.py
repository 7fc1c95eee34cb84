from django.urls import path

from . import views

app_name = "diagnostics"
urlpatterns = [
    path("diagnostic/", views.mine, name="mine"),
    path("diagnostic/begin/", views.begin, name="begin"),
    path("diagnostic/sittings/<int:attempt_id>/", views.step, name="step"),
    path("diagnostic/again/", views.again, name="again"),
    path("diagnostic/how/", views.how, name="how"),
    path("diagnostic/programmes/<int:programme_id>/", views.programme, name="programme"),
    path("diagnostic/cohorts/<int:cohort_id>/", views.cohort, name="cohort"),
]

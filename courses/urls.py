from django.urls import path

from . import views

app_name = "courses"
urlpatterns = [
    path("learn/", views.catalogue, name="catalogue"),
    path("learn/<str:code>/", views.module, name="module"),
    path("learn/<str:code>/<int:position>/", views.lesson, name="lesson"),
    path("learn/<str:code>/<int:position>/bookmark/", views.bookmark, name="bookmark"),
    path("cohorts/<int:cohort_id>/outside-hours/", views.trainings, name="trainings"),
    path("cohorts/outside-hours/<int:training_id>/", views.training, name="training"),
    path("cohorts/outside-hours/<int:training_id>/document/", views.document, name="training_document"),
    path("search/", views.search, name="search"),
]

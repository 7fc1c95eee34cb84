from django.urls import path

from . import views

app_name = "quizzes"
urlpatterns = [
    path("quizzes/<str:code>/", views.quiz, name="quiz"),
    path("quizzes/<str:code>/start/", views.start, name="start"),
    path("pictures/<str:name>/", views.picture, name="picture"),
    path("attempts/<int:attempt_id>/", views.attempt, name="attempt"),
    path("attempts/<int:attempt_id>/save/", views.save, name="save"),
]

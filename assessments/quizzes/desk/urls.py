from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.quizzes, name="quizzes"),
    path("export/", views.quizzes_export, name="quizzes_export"),
    path("quizzes/<str:code>/", views.quiz, name="quiz"),
    path("quizzes/<str:code>/export/", views.quiz_export, name="quiz_export"),
    path("quizzes/<str:code>/<int:version_id>/", views.question, name="question"),
    path("questions/<int:version_id>/key/", views.propose, name="propose"),
    path("repairs/", views.repairs, name="repairs"),
    path("repairs/<int:repair_id>/", views.repair, name="repair"),
    path("repairs/<int:repair_id>/decline/", views.decline, name="decline"),
    path("answers/", views.answers, name="answers"),
    path("answers/<int:response_id>/", views.answer, name="answer"),
]

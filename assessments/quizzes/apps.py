from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "assessments.quizzes"

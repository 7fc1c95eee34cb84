"""Wordings, pictures, answers and later scores are added and never changed."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]

    operations = [
        *append_only("quizzes_questionversion"),
        *append_only("quizzes_picture"),
        *append_only("quizzes_response"),
        *append_only("quizzes_responsescore"),
    ]

"""A version of a question and a response are never changed or deleted. Hand-written."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):

    dependencies = [("quizzes", "0001_initial")]

    operations = [*append_only("quizzes_questionversion"), *append_only("quizzes_response")]

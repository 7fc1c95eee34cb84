from django.core.management.base import BaseCommand, CommandError

from assessments.quizzes.loading import load_questions
from courses.content import ContentError


class Command(BaseCommand):
    help = "Load the questions beside the lessons in courses/content/ into the bank."

    def handle(self, *args, **options) -> None:
        try:
            added = load_questions()
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{added} question versions added")

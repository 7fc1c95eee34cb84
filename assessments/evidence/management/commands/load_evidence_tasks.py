from django.core.management.base import BaseCommand, CommandError

from assessments.evidence.loading import load_evidence_tasks
from courses.content import ContentError


class Command(BaseCommand):
    help = "Load what each capability asks for from assessments/content/evidence/."

    def handle(self, *args, **options) -> None:
        try:
            loaded = load_evidence_tasks()
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{loaded} evidence tasks")

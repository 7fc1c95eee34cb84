from django.core.management.base import BaseCommand, CommandError

from courses.content import ContentError
from courses.loading import load_catalogue


class Command(BaseCommand):
    help = "Load frameworks, tools, modules and lessons from courses/content/. Editors' changes are kept."

    def handle(self, *args, **options) -> None:
        try:
            outcome = load_catalogue()
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(", ".join(f"{count} {what}" for what, count in sorted(outcome.items())))

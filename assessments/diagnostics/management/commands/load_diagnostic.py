from django.core.management.base import BaseCommand, CommandError

from assessments.diagnostics.loading import plant_diagnostic
from courses.loading import MICROCAPABILITIES
from courses.models import Framework


class Command(BaseCommand):
    help = "Make the diagnosis of the micro-capabilities out of the bank. One that is there stays as it is."

    def handle(self, *args, **options) -> None:
        code, version = MICROCAPABILITIES
        framework = Framework.objects.filter(code=code, version=version).first()
        if framework is None:
            raise CommandError("load the catalogue first: its framework is not there")
        self.stdout.write(plant_diagnostic(framework).quiz.code)

from django.core.management.base import BaseCommand, CommandError

from courses.models import Cohort
from tracking.actions import differences, refresh_standings


class Command(BaseCommand):
    help = "Count everybody's standing anew from the facts. With --check, only say where the rollup is off."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything is off")

    def handle(self, *args, check: bool, **options) -> None:
        off = 0
        for cohort in Cohort.objects.all():
            enrollments = cohort.enrollments.select_related("cohort__programme")
            for enrollment, name in differences(enrollments):
                off += 1
                self.stdout.write(f"{enrollment}: {name}")
            if not check:
                refresh_standings(enrollments=enrollments)
        if off and check:
            raise CommandError(f"{off} figures are not what the facts say")
        self.stdout.write(f"{off} figures were off" if off else "all figures are right")

from django.core.management.base import BaseCommand

from organizations.jobs import worker


class Command(BaseCommand):
    help = "Do background jobs: all that are due, then those to come (--once: stop when none is due)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is due")

    def handle(self, *args, once: bool, **options) -> None:
        if once:
            self.stdout.write(f"{worker.run_due()} jobs done")
        else:
            worker.work_for_ever()

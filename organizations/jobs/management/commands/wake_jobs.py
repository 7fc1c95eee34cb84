from django.core.management.base import BaseCommand

from organizations.jobs import actions
from organizations.jobs.wake import wake


class Command(BaseCommand):
    help = (
        "Call a worker for each job that is due: those whose message was lost or whose worker died "
        "(--failed: and give those that failed one more try)."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--failed", action="store_true", help="give failed jobs one more try")

    def handle(self, *args, failed: bool, **options) -> None:
        if failed:
            self.stdout.write(f"{actions.retry_failed()} failed jobs to be tried again")
        jobs = list(actions.due().values_list("pk", flat=True))
        for job_id in jobs:
            wake(job_id)
        self.stdout.write(f"{len(jobs)} jobs called for")

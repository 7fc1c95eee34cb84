from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.diagnostics.calibration import TooLittleData, calibrate
from assessments.diagnostics.models import Diagnostic
from assessments.diagnostics.rules import DATA_NEEDS


class Command(BaseCommand):
    help = "Calibrate the questions of diagnoses from what was answered, and estimate everybody anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiz", metavar="CODE", help="only the diagnosis with this code")
        parser.add_argument("--model", choices=sorted(DATA_NEEDS), default="2PL")

    def handle(self, *args, **options) -> None:
        diagnostics = Diagnostic.objects.select_related("quiz")
        if options["quiz"]:
            diagnostics = diagnostics.filter(quiz__code=options["quiz"])
        found = list(diagnostics)
        if not found:
            raise CommandError("there is no such diagnosis")
        for diagnostic in found:
            try:
                run = calibrate(quiz=diagnostic.quiz, model=options["model"])
            except TooLittleData as error:
                raise CommandError(f"{diagnostic.quiz.code} {options['model']}: {error}") from error
            ending = "in force" if run.converged else "did not converge, and is not used"
            self.stdout.write(
                f"{diagnostic.quiz.code}: run {run.pk}, {run.model}, {run.people} people, "
                f"{run.responses} answers, {run.parameters.count()} items, {run.cycles} cycles, {ending}"
            )

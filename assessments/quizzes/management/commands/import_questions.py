"""Look at a file of questions from the command line, and take it into the bank if told to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.quizzes.exchange.importing import apply, check, hand_in, request_apply
from assessments.quizzes.exchange.plans import CHANGED, plan
from assessments.quizzes.exchange.sentences import sentence
from assessments.quizzes.formats.reading import read
from courses.models import ModulePage

MOST_LINES = 40
"""Problems and changes shown on the screen; the admin's page has more."""


class Command(BaseCommand):
    help = "Show what a file of questions, in any known format, would change; with --apply, change it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--module", help="code of the module that the questions belong to")
        parser.add_argument("--apply", action="store_true", help="change the bank")

    def handle(self, *args: Any, **options: Any) -> None:
        module = self.module(options["module"])
        path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        found = plan(read(content, path.name), module=module)
        for problem in found.problems[:MOST_LINES]:
            self.stderr.write(f"{problem.severity}: {sentence(problem)}")
        for row in found.of(CHANGED)[:MOST_LINES]:
            self.stdout.write(f"{CHANGED}: {row.where} {row.key}")
        self.stdout.write(", ".join(f"{count} {outcome}" for outcome, count in found.counts.items()))
        if options["apply"]:
            if not found.rows:
                raise CommandError("There is nothing to take in.")
            with path.open("rb") as file:
                taken = hand_in(file=file, file_name=path.name, module=module, by=None, in_background=False)
            taken = check(question_import=taken)
            taken = request_apply(question_import=taken, digest=found.digest, by=None, in_background=False)
            if apply(question_import=taken, by=None).notice:
                raise CommandError("The bank changed meanwhile. Try again.")
            self.stdout.write("applied")

    def module(self, code: str | None) -> ModulePage | None:
        if code is None:
            return None
        module = ModulePage.objects.filter(code=code).first()
        if module is None:
            raise CommandError(f"There is no module {code}.")
        return module

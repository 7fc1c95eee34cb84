"""Write questions of the bank to a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.quizzes.exchange.exporting import FORMATS, export
from assessments.quizzes.exchange.sentences import sentence
from assessments.quizzes.items.kinds import KINDS
from assessments.quizzes.models import Question

FILTERS = {
    "module": "module__code",
    "capability": "capability__code",
    "tag": "tags__name",
    "difficulty": "difficulty",
    "status": "status",
    "kind": "current__kind",
}


class Command(BaseCommand):
    help = "Write questions to a file, and say what its format cannot hold of them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=list(FORMATS))
        parser.add_argument("--module", help="code")
        parser.add_argument("--capability", help="code")
        parser.add_argument("--tag")
        parser.add_argument("--difficulty", choices=Question.Difficulty.values)
        parser.add_argument("--status", choices=Question.Status.values)
        parser.add_argument("--kind", choices=KINDS)

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {lookup: options[name] for name, lookup in FILTERS.items() if options[name]}
        questions = Question.objects.filter(**wanted)
        writing = export(questions, options["format"])
        options["file"].write_bytes(writing.content)
        for problem in writing.problems:
            self.stderr.write(f"{problem.severity}: {sentence(problem)}")
        self.stdout.write(f"{questions.count()} questions, {len(writing.problems)} problems")

"""Say what a rule pack would change for everybody, if it came into force. Nothing is written."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.loading import read_document
from certificates.messages import in_words
from certificates.rulebook.actions import pack_to_try
from certificates.rules import RulesError
from certificates.simulating import KINDS, NotSimulated, Outcome, simulate

NAMED = ("gains", "loses", "forfeits")


class Command(BaseCommand):
    help = "Say what the rule pack of a file would change for everybody. Nothing is written anywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--programme", help="slug of the programme, instead of those in the file")
        parser.add_argument("--names", action="store_true", help="list also who gains and who loses")

    def handle(self, *args: Any, file: Path, programme: str, names: bool, **options: Any) -> None:
        outcome = Outcome()
        try:
            document = read_document(file.read_text(encoding="utf-8"))
            if programme:
                document["programmes"] = [programme]
            for lines in simulate(pack_to_try(document), outcome):
                for line in lines if names else []:
                    holder = line.candidate.learner or line.candidate.school
                    self.stdout.write(f"{line.kind}\t{line.county}\t{line.candidate.school}\t{holder}")
        except (OSError, UnicodeDecodeError, RulesError) as error:
            raise CommandError(f"{file}: {in_words(error)}") from error
        except NotSimulated as error:
            raise CommandError(f"{file}: statements of hours have nobody to be tried out on") from error
        self.stdout.write("\t".join(["county", *KINDS]))
        for county, counts in [*sorted(outcome.counts.items()), ("total", outcome.totals)]:
            self.stdout.write("\t".join([county or "-", *(str(counts[kind]) for kind in KINDS)]))

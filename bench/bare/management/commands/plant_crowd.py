import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bench import crowd


class Command(BaseCommand):
    help = "Fill an empty database for bench/quiz_herd. Prints what the one who measures must know, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("people", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(crowd.plant_crowd(options["people"])))

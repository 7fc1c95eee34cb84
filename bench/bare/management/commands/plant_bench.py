import json
from typing import Any

from django.core.management.base import BaseCommand

from bench import data


class Command(BaseCommand):
    help = "Fill an empty database for bench/pages. Prints what the one who measures must know, as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(data.plant()))

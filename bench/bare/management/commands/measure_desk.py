from typing import Any

from django.core.management.base import BaseCommand

from bench import desk


class Command(BaseCommand):
    help = "Plant a quiz that many have taken, and say how long the item desk needs for its figures."

    def handle(self, *args: Any, **options: Any) -> None:
        wall, processor = desk.seconds(desk.plant_sheet())
        late = "*" if wall > desk.GOAL else ""
        self.stdout.write(
            f"item desk: figures of {desk.MOST_ATTEMPTS:,} attempts at {desk.QUESTIONS} questions "
            f"{wall * 1000:.0f} ms, cpu {processor * 1000:.0f} ms (goal: {desk.GOAL * 1000:.0f} ms{late})"
        )

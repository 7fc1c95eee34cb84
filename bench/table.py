"""The table that bench/pages prints."""

from __future__ import annotations

from statistics import median

from .rounds import BARE, Measured

GOALS = {
    "front page": 1.0,
    "login: form, post, home": 5.0,
    "teacher's home": 2.0,
    "module": 1.5,
    "lesson": 1.2,
    "quiz: start, post": 1.0,
    "quiz: save, post": 0.7,
    "quiz: submit, post": 1.0,
    "school of 300": 3.0,
    "school of 3,000": 3.0,
}
"""Server time as a multiple of the bare page's, that we want to stay within."""
EXPORT_GOAL = ("export of 3,000", 500.0)
"""Milliseconds."""


def print_table(found: dict[str, Measured]) -> None:
    """Medians over all rounds. "x bare" is the server's time as a multiple of the bare page's."""
    bare = median(cost.wall for cost in found[BARE].costs)
    print(f"{'':26}{'ms':>8}{'cpu ms':>8}{'queries':>9}{'x bare':>8}{'goal':>8}{'page KB':>9}{'first KB':>9}")
    for name in sorted(found, key=lambda name: (not name.startswith(BARE), list(found).index(name))):
        line = found[name]
        wall = median(cost.wall for cost in line.costs)
        processor = median(cost.processor for cost in line.costs)
        queries = median(cost.queries for cost in line.costs)
        ratio = wall / bare
        print(
            f"{name:26}{wall:8.1f}{processor:8.1f}{queries:9.0f}{ratio:8.2f}{goal(name, wall, ratio):>8}"
            f"{line.bytes_sent / 1000:9.1f}" + (f"{line.first_visit / 1000:9.1f}" if line.first_visit else "")
        )
    print(
        f"\nMedians of {len(found['front page'].costs)} rounds; bytes compressed, as sent; "
        "first KB with stylesheet, scripts and pictures. * over its goal."
    )


def goal(name: str, wall: float, ratio: float) -> str:
    """The goal of a line, starred where it is missed."""
    if name == EXPORT_GOAL[0]:
        return f"{EXPORT_GOAL[1]:.0f} ms{'*' if wall > EXPORT_GOAL[1] else ' '}"
    if name in GOALS:
        return f"{GOALS[name]:.1f}{'*' if ratio > GOALS[name] else ' '}"
    return ""

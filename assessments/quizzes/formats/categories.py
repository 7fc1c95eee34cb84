"""Categories as Moodle writes them: $course$/top/One/Two, with // for a stroke in a name."""

from __future__ import annotations

import re

CONTEXT = re.compile(r"\$[a-z]+\$")
STROKE = re.compile(r"(?<!/)/(?!/)")
TOP = "top"


def category_path(text: str) -> str:
    """The path without the context and the root that Moodle puts before it."""
    names = [" ".join(name.split()) for name in STROKE.split(text.strip())]
    if CONTEXT.fullmatch(names[0]):
        names.pop(0)
    return "/".join(name for name in names if name and name != TOP)


def moodle_path(category: str) -> str:
    return "/".join(["$course$", TOP, *([category] if category else [])])

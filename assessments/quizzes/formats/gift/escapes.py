"""Characters with a meaning in GIFT, and how a text that has them is written."""

from __future__ import annotations

import re

CONTROL = {
    ":": "\ufdd0",
    "#": "\ufdd1",
    "=": "\ufdd2",
    "{": "\ufdd3",
    "}": "\ufdd4",
    "~": "\ufdd5",
    "n": "\ufdd6",
}
"""What may stand behind a backslash, and what stands for it while a question is taken apart."""

HIDDEN = str.maketrans({hidden: "\n" if shown == "n" else shown for shown, hidden in CONTROL.items()})
ESCAPED = re.compile(r"\\([\\:#={}~n])")
SPECIAL = re.compile(r"[\\:#={}~]")
SPECIAL_IN_A_LINE = re.compile(r"[\\{}]|#(?=###)")
"""Of those, what must be escaped in a line to be ordered: Moodle does not take back what is escaped there."""

COMMENT_NAME = re.compile(r"\[(\w+):")
COMMENT_VALUE = re.compile(r"((?:\\\]|[^\]\x00-\x1f])+)\]")
UNCLOSED = re.compile(r"[^\]\x00-\x1f]*")

IN_COMMENT = str.maketrans({"]": r"\]", "\n": " "})


def hide(text: str) -> str:
    """The text with everything escaped put out of the way."""
    return ESCAPED.sub(lambda found: CONTROL.get(found[1], found[1]), text)


def show(text: str) -> str:
    """The text with everything escaped back in its place, as it was meant."""
    return text.translate(HIDDEN).strip()


def escape(text: str, special: re.Pattern[str] = SPECIAL) -> str:
    return special.sub(lambda found: f"\\{found[0]}", text).replace("\n", r"\n")


def comment_values(comments: str) -> dict[str, list[str]]:
    """[name:value] of a comment, by name."""
    values: dict[str, list[str]] = {}
    at = 0
    while name := COMMENT_NAME.search(comments, at):
        found = COMMENT_VALUE.match(comments, name.end())
        if found:
            values.setdefault(name[1], []).append(found[1].replace(r"\]", "]").strip())
        else:  # nothing closes it in this line, so nothing closes what comes later in it
            found = UNCLOSED.match(comments, name.end())
        at = found.end() if found else name.end()
    return values


def comment(values: list[tuple[str, str]]) -> str:
    """A line that `comment_values` reads; empty without values."""
    pairs = [f"[{name}:{value.translate(IN_COMMENT)}]" for name, value in values if value]
    return f"// {' '.join(pairs)}\n" if pairs else ""

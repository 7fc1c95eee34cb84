"""The words of a certificate: texts with gaps, and what stands in them. No database, no Django."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = frozenset(
    {
        "holder",
        "school",
        "county",
        "programme",
        "period",
        "hours",
        "online",
        "practice",
        "capability",
        "grade",
        "environment",
        "enrolled",
        "certified",
        "confirmed",
    }
)
"""The gaps that a text may have."""

LONGEST = 240
"""Characters of a text, gaps unfilled: more does not fit one page beside thirty capabilities."""

GAP = re.compile(r"\{([^{}]*)\}")
PART = re.compile(r"\[([^\[\]]*)\]")

TRAINING = (
    "[于{period}][参加“{programme}”，]完成培训{hours}学时"
    "[（其中网络研修{online}学时，校本实践{practice}学时）]"
)

STANDARD: dict[str, str] = {
    "teacher": f"{TRAINING}，经考核成绩合格。特颁发此证书。",
    "capability": "[于{period}][在“{programme}”中，]经考核认定，"
    "掌握微能力“{capability}”[，成绩{grade}]。特此证明。",
    "hours": f"{TRAINING}。特此证明。",
    "school": "[于{period}][组织实施“{programme}”，][选用{environment}，][教师参训率{enrolled}，]"
    "[参训教师合格率{certified}，][{confirmed}经学校确认，]按期完成整校推进任务，经考核合格。特颁发此证书。",
    "team": "[在“{programme}”中，]受聘为信息化培训团队成员，承担校本研修的指导与考核工作。特颁发此证书。",
}
"""What each kind of certificate says when its design says nothing else. Parts in [] go with their gaps."""


class WordingError(ValueError):
    """A text of a design cannot be used; the message names the place."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its gaps filled. A part in [] is left out when one of its gaps has nothing to say."""

    def part(match: re.Match[str]) -> str:
        gaps = GAP.findall(match[1])
        return match[1] if all(values.get(gap) for gap in gaps) else ""

    return GAP.sub(lambda match: values.get(match[1], ""), PART.sub(part, text))


def check(text: str) -> None:
    """Raises WordingError for a gap that nothing can fill, an open bracket, or too long a text."""
    if unknown := set(GAP.findall(text)) - PLACEHOLDERS:
        raise WordingError(f"{{{min(unknown)}}}: {', '.join(sorted(PLACEHOLDERS))}")
    rest = GAP.sub("", PART.sub(lambda match: match[1], text))
    if bracket := re.search(r"[\[\]{}]", rest):
        raise WordingError(f"{bracket[0]} {rest[max(0, bracket.start() - 10) : bracket.start() + 10]}")
    if len(text) > LONGEST:
        raise WordingError(f"{len(text)} > {LONGEST}")

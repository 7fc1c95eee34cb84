"""Gaps in the text of a Moodle cloze question: {1:SHORTANSWER:=right#well done~%50%nearly}.

Source: Moodle, question/type/multianswer/questiontype.php.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...items.kinds import Accepted, Gap
from ..building import Refused, checked, gap_ids, percent, share, tolerance
from ..markup import plain

TYPES = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"), "text"),
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **dict.fromkeys(("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"), "choice"),
    **dict.fromkeys(("MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), "choice"),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"), "several"),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), "several"),
}
WITH_CASE = frozenset(("SHORTANSWER_C", "SAC", "MWC"))
WRITTEN = {"text": "SHORTANSWER", "number": "NUMERICAL", "choice": "MULTICHOICE"}

START = re.compile(r"\{(\d*):(" + "|".join(sorted(TYPES, key=len, reverse=True)) + "):")
SHARE = re.compile(r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%")
STOP = re.compile(r"&(?:amp;)?#(?:\d+|x[\da-f]+);|[~#}]", re.IGNORECASE)
"""What ends a piece of a gap, and letters written by their numbers, in which # has no such meaning."""


@dataclass(frozen=True)
class Found:
    """A text with markers where its gaps were, and codes of what is different now."""

    text: str
    gaps: tuple[Gap, ...]
    warnings: list[str]


def read_gaps(text: str) -> Found:
    """The gaps of a cloze text. Raises Refused if one cannot be asked here."""
    checked(text)
    pieces: list[str] = []
    gaps: list[Gap] = []
    weights = set()
    warnings: list[str] = []
    ids = gap_ids(text)
    at = 0
    while start := START.search(text, at):
        end, alternatives = _alternatives(text, start.end())
        if end < 0:
            break  # nothing closes it, so nothing closes what comes later
        gap = Gap(
            next(ids),
            TYPES[start[2]],
            _accepted(alternatives, start[2], warnings),
            start[2] in WITH_CASE,
        )
        if gap.kind == "several":
            raise Refused("gap_of_several", type=start[2])
        gaps.append(gap)
        weights.add(start[1] or "1")
        pieces += [text[at : start.start()], f"[[{gap.id}]]"]
        at = end
    if len(weights) > 1:
        warnings.append("weights_evened")
    return Found("".join([*pieces, text[at:]]), tuple(gaps), warnings)


def _alternatives(text: str, at: int) -> tuple[int, list[tuple[str, str]]]:
    """Where the gap ends, -1 if it does not, and its answers with their feedback."""
    found: list[tuple[str, str]] = []
    answer, start = "", at
    in_feedback = False
    for stop in STOP.finditer(text, at):
        sign, place = stop[0], stop.start()
        before = text[start:place]
        if len(sign) > 1 or before.endswith("\\") or (sign == "#" and in_feedback):
            continue
        if sign == "#":
            answer, in_feedback = before, True
        else:
            found.append((answer, before) if in_feedback else (before, ""))
            answer, in_feedback = "", False
            if sign == "}":
                return place + 1, found
        start = place + 1
    return -1, []


def _accepted(
    alternatives: Sequence[tuple[str, str]], kind: str, warnings: list[str]
) -> tuple[Accepted, ...]:
    accepted = []
    for answer, feedback in alternatives:
        found = SHARE.match(answer)
        score = (share(found[1]) if found[1] else 1.0) if found else 0.0
        text = _meant(answer[found.end() :] if found else answer)
        said, losses = plain(_meant(feedback), leaves_out=True)
        warnings += losses
        accepted.append(_answer(text, score, said, TYPES[kind], warnings))
    return tuple(accepted)


def _answer(text: str, score: float, feedback: str, kind: str, warnings: list[str]) -> Accepted:
    if kind == "number":
        value, _, margin = text.partition(":")
        return Accepted(value.strip().replace(",", "."), score, feedback, tolerance(margin.replace(",", ".")))
    if kind == "choice":
        text, losses = plain(text)
        warnings += losses
    return Accepted(text.strip(), score, feedback)


def _meant(text: str) -> str:
    return html.unescape(text).replace(r"\}", "}").replace(r"\#", "#")


def write_gap(gap: Gap) -> str:
    """The gap as Moodle writes it. The newest Moodle has no way to write what is typed and has ~ in it."""
    kind = WRITTEN[gap.kind] + ("_C" if gap.kind == "text" and gap.has_case else "")
    return f"{{1:{kind}:{'~'.join(_alternative(answer, gap.kind) for answer in gap.answers)}}}"


def _alternative(answer: Accepted, kind: str) -> str:
    sign = "=" if answer.score == 1 else f"%{percent(answer.score)}%"
    text = f"{answer.text}:{answer.tolerance}" if kind == "number" and answer.text != "*" else answer.text
    text = _shown(text) if kind == "choice" else _typed(text)
    return f"{sign}{text}#{_shown(answer.feedback)}" if answer.feedback else f"{sign}{text}"


def _shown(text: str) -> str:
    """Of a text that is HTML once Moodle has read it."""
    return _coded(html.escape(text, quote=False).replace("~", "&#126;").replace("\\", "&#92;"))


def _typed(text: str) -> str:
    """Of a text that is compared with what is typed: nobody undoes HTML in it a second time."""
    text = _coded(text).replace("~", "&#126;")
    # Moodle takes the blank away again; without it, the sign behind the text would be a part of it.
    return f"{text} " if text.endswith(("\\", "&amp;")) else text


def _coded(text: str) -> str:
    return re.sub(r"(?=[#}])", r"\\", html.escape(text, quote=False))

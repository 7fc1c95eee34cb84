r"""What stands in the column of answers, and in the options of a matching question.

Letters: `A`, `AC`, `A、C`; with what each earns: `A=1；B=0.5`.
Gaps, parted by `；` or a new line: words parted by `|`, of which each may begin with what it earns and end
with what is said to it: `北京|%50%北平##旧称`. A gap may begin with `[数]` (a number, `3.14±0.01`), `[选]`
(the first is right) or `[区分大小写]`. Pairs: `陕西→西安`. A backslash takes the meaning of what follows it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from ...items.kinds import Accepted, Gap
from ...items.marking import number
from ..building import Refused, digits, percent, share, tolerance

SPECIAL = "\\|｜；;\n%#[→-=—"
HIDDEN = {sign: chr(0xFDD0 + n) for n, sign in enumerate(SPECIAL)}
SHOWN = str.maketrans({hidden: sign for sign, hidden in HIDDEN.items()})
ESCAPED = re.compile(r"\\([\\|｜；;\n%#\[→\-=—])")

LETTER = re.compile(r"[A-Z]")
BETWEEN = re.compile(r"[\s,、;./和及与]")
SCORED = re.compile(r"([A-Z])\s*[=:]\s*(-?\d*\.?\d+)")

TYPE = re.compile(r"\s*\[(数|选|区分大小写)\]")
TYPES = {"数": "number", "选": "choice"}
WITH_CASE = "区分大小写"
SHARE = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
RANGE = re.compile(r"(.+?)(?:~|～|\.\.)(.+)", re.DOTALL)
SAID = "##"
ARROW = re.compile("→|->|=>|——")


def _hide(text: str) -> str:
    return ESCAPED.sub(lambda found: HIDDEN[found[1]], text)


def _show(text: str) -> str:
    return text.translate(SHOWN).strip()


def read_letters(text: str, known: Sequence[str]) -> dict[str, float]:
    """What each letter earns: 1 where nothing is said. Raises Refused for letters that are no option's."""
    plain = unicodedata.normalize("NFKC", text).upper()
    scores = {letter: float(score) for letter, score in SCORED.findall(plain)}
    rest = BETWEEN.sub("", SCORED.sub("", plain))
    if scores and rest:
        raise Refused("answer_unknown", answer=text)
    scores = scores or dict.fromkeys(rest, 1.0)
    if unknown := [letter for letter in scores if letter not in known or not LETTER.fullmatch(letter)]:
        raise Refused("answer_unknown", answer=unknown[0])
    return scores


def write_letters(scores: Sequence[float]) -> str:
    """Letters alone if each option earns all or nothing, else what each earns."""
    listed = [(chr(ord("A") + n), score) for n, score in enumerate(scores) if score]
    if all(score == 1 for _, score in listed):
        return "".join(letter for letter, _ in listed)
    return "；".join(f"{letter}={digits(Decimal(str(score)))}" for letter, score in listed)


def read_gaps(text: str, default: str) -> list[Gap]:
    """A gap for each part of the cell; of the kind `default` where it does not say. Raises Refused."""
    parts = [part for part in re.split("[；;\n]", _hide(text)) if part.strip()]
    return [_gap(str(n), part, default) for n, part in enumerate(parts, start=1)]


def _gap(id_: str, part: str, default: str) -> Gap:
    kind, has_case = default, False
    if found := TYPE.match(part):
        kind, has_case, part = TYPES.get(found[1], "text"), found[1] == WITH_CASE, part[found.end() :]
    words = re.split("[|｜]", part)
    is_scored = any(SHARE.match(text) for text in words)
    answers = []
    for place, text in enumerate(words):
        standard = 1.0 if kind != "choice" or (place == 0 and not is_scored) else 0.0
        answers.append(_accepted(text, kind, standard))
    return Gap(id_, kind, tuple(answers), has_case)


def _accepted(text: str, kind: str, score: float) -> Accepted:
    if found := SHARE.match(text):
        score, text = share(found[1]), text[found.end() :]
    text, _, said = text.partition(SAID)
    if kind != "number":
        return Accepted(_show(text), score, _show(said))
    value, margin = _number(_show(text))
    return Accepted(value, score, _show(said), margin)


def _number(text: str) -> tuple[str, float]:
    """A number and what it may differ by: 3.14±0.01, or the ends 3.13~3.15."""
    value, sign, margin = text.replace("+-", "±").partition("±")
    if sign:
        return value.strip(), tolerance(unicodedata.normalize("NFKC", margin))
    if found := RANGE.fullmatch(text):
        low, high = number(found[1]), number(found[2])
        if low is None or high is None or high < low:
            raise Refused("number_invalid")
        return digits((low + high) / 2), float((high - low) / 2)
    return value.strip(), 0.0


def write_gaps(gaps: Sequence[Gap], default: str) -> str:
    return "；".join(_gap_text(gap, default) for gap in gaps)


def _gap_text(gap: Gap, default: str) -> str:
    standard = [1.0 if gap.kind != "choice" or n == 0 else 0.0 for n in range(len(gap.answers))]
    is_scored = [answer.score for answer in gap.answers] != standard
    words = "|".join(_word(answer, gap.kind, is_scored) for answer in gap.answers)
    if gap.kind == "text":
        return f"[{WITH_CASE}]{words}" if gap.has_case else words
    names = {kind: name for name, kind in TYPES.items()}
    return words if gap.kind == default else f"[{names[gap.kind]}]{words}"


def _word(answer: Accepted, kind: str, is_scored: bool) -> str:
    text = _escaped(answer.text)
    if kind == "number" and answer.tolerance:
        text = f"{text}±{answer.tolerance}"
    text = f"%{percent(answer.score)}%{text}" if is_scored else text
    return f"{text}{SAID}{_escaped(answer.feedback)}" if answer.feedback else text


def _escaped(text: str) -> str:
    return re.sub(r"[\\|｜；;\n#]|^[%\[]", r"\\\g<0>", text)


def read_pair(text: str) -> tuple[str, str]:
    """What stands before the arrow and what behind it. Raises Refused if there is none."""
    before, *after = ARROW.split(_hide(text), maxsplit=1)
    if not after:
        raise Refused("arrow_missing")
    return _show(before), _show(after[0])


def write_pair(prompt: str, answer: str) -> str:
    before, after = (
        re.sub(r"\\|→|-(?=>)|=(?=>)|—(?=—)|[-=—]$", r"\\\g<0>", text) for text in (prompt, answer)
    )
    return f"{before}→{after}"

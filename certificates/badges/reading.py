"""What somebody sends to be checked: which form it has, and the credential in it. Nothing is believed yet."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import baking, tokens

MOST_BYTES = 1024 * 1024
"""Of a file. A badge with a picture has about forty thousand bytes."""

MOST_TEXT = 128_000
"""Characters of a credential. One of thirty capabilities has about fourteen thousand."""

DEEPEST = 24
"""Brackets inside each other. A badge has about six."""

LONGEST_LIST = 300
"""Members. What reads JSON-LD compares each with all before it."""

LONGEST_NUMBER = 15
"""Digits of a number that every program reads exactly, with its point."""

PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
"""Without an exponent."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that N-Quads write in more than one way, and halves of characters."""


class Unreadable(ValueError):
    """No badge can be found in it; the message says why."""

    kind = "none"
    """What the page says of it."""


class TooLarge(Unreadable):
    """There may be a badge in it; nobody's has this size."""

    kind = "large"


class Unclear(Unreadable):
    """It is meant for a badge, but damaged, or written so that two programs may read two things."""

    kind = "unclear"


@dataclass(frozen=True)
class Sent:
    """A credential as it came. `token` is the signed text that it stood in, or "" if its proof is inside."""

    credential: dict[str, Any]
    token: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """The token's whole payload."""


def read(content: bytes) -> Sent:
    """The credential in a file, told by its first bytes: PNG, SVG, JSON or a token. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise TooLarge("the file is too large")
    try:
        text = _text(content)
        if len(text) > MOST_TEXT:
            raise TooLarge("the badge is too large")
        if not text.startswith("{"):
            claims = parse(tokens.text_of(text))
            return Sent(tokens.credential_in(claims), token=text, claims=claims)
    except (baking.Unbaked, tokens.BadToken) as error:
        raise Unreadable(str(error)) from error
    return Sent(parse(text))


def _text(content: bytes) -> str:
    if content.startswith(baking.SIGNATURE):
        return baking.unbake_png(content).strip()
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return baking.unbake_svg(content)
    try:
        return start.decode().strip()
    except UnicodeDecodeError as error:
        raise Unreadable("neither a PNG, an SVG, JSON nor a token") from error


def parse(text: str) -> dict[str, Any]:
    """A JSON object that can be read in one way only. Raises Unreadable."""
    _check_depth(text)
    try:
        found = json.loads(
            text,
            object_pairs_hook=_once_each,
            parse_constant=_refuse_number,
            parse_float=_number,
            parse_int=_number,
        )
    except (ValueError, RecursionError) as error:
        raise Unclear(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Unclear("not a JSON object")
    _check_texts(found)
    return found


def _check_depth(text: str) -> None:
    """Brackets in texts count too: a badge has none in numbers that matter."""
    deep = 0
    for bracket in re.findall(r"[\[{}\]]", text):
        deep += 1 if bracket in "[{" else -1
        if deep > DEEPEST:
            raise Unclear("brackets inside brackets too deep")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which a name stands twice reads as one thing here and as another there."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_number(number: str) -> NoReturn:
    raise ValueError(f"a number that programs read in different ways: {number[:20]}")


def _number(number: str) -> int | float:
    """Beyond this size programs round, each in its own way. 3.0 is the number 3, and is written like it."""
    if len(number) > LONGEST_NUMBER or not PLAIN_NUMBER.fullmatch(number):
        _refuse_number(number)
    found = float(number)
    return int(found) if found.is_integer() else found


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if CONTROL.search(value):
            raise Unclear("control characters in a text")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(name)
            _check_texts(inner)
    elif isinstance(value, list):
        if len(value) > LONGEST_LIST:
            raise TooLarge("a list is too long")
        for inner in value:
            _check_texts(inner)

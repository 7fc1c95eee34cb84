"""What somebody sends to be checked: which form it has, and the credential in it. Nothing is believed yet."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from . import baking, tokens

MOST_BYTES = 1024 * 1024
"""Of a file. A badge with a picture has about forty thousand bytes."""

MOST_TEXT = 128_000
"""Characters of a credential. One of thirty capabilities has about fourteen thousand."""

DEEPEST = 24
"""Brackets inside each other. A badge has about six."""

LONGEST_NUMBER = 15
"""Digits of a number that every program reads exactly."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that N-Quads write in more than one way, and halves of characters."""


class Unreadable(ValueError):
    """No badge can be found in it; the message says why."""


@dataclass(frozen=True)
class Sent:
    """A credential as it came. `token` is the signed text that it stood in, or "" if its proof is inside."""

    credential: dict[str, Any]
    token: str = ""


def read(content: bytes) -> Sent:
    """The credential in a file, told by its first bytes: PNG, SVG, JSON or a token. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("the file is too large")
    try:
        text = _text(content)
        if len(text) > MOST_TEXT:
            raise Unreadable("the badge is too large")
        if not text.startswith("{"):
            return Sent(tokens.credential_in(parse(tokens.text_of(text))), token=text)
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
            parse_float=_refuse_number,
            parse_int=_whole_number,
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable("not a JSON object")
    _check_texts(found)
    return found


def _check_depth(text: str) -> None:
    """Brackets in texts count too: a badge has none in numbers that matter."""
    deep = 0
    for bracket in re.findall(r"[\[{}\]]", text):
        deep += 1 if bracket in "[{" else -1
        if deep > DEEPEST:
            raise Unreadable("brackets inside brackets too deep")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which a name stands twice reads as one thing here and as another there."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_number(number: str) -> NoReturn:
    """A badge has no fractions; programs write them in different ways, and each would give another hash."""
    raise ValueError(f"a number that is not whole, or too large: {number[:20]}")


def _whole_number(number: str) -> int:
    """Beyond this size programs round, each in its own way."""
    if len(number) > LONGEST_NUMBER:
        _refuse_number(number)
    return int(number)


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if CONTROL.search(value):
            raise Unreadable("control characters in a text")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(name)
            _check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner)

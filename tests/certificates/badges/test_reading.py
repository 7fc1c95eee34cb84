import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.badges import baking, pictures, reading, verifying

from .samples import compact, signed

JSON = compact(signed())
FILES = [
    JSON.encode(),
    baking.bake_png(pictures.png(title="合格证书", year=2026), JSON),
    baking.bake_svg(pictures.svg(title="合格证书", year=2026), JSON).encode(),
]


@pytest.mark.parametrize("content", [*FILES, b"\xef\xbb\xbf\n " + JSON.encode() + b"\n"])
def test_a_badge_is_read_whatever_it_comes_in(content):
    assert reading.read(content).credential == signed()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "a": 2}', "a name stands twice"),
        ('{"a": NaN}', "a number that programs read"),
        ('{"a": 1e2}', "a number that programs read"),
        ('{"a": 0.1234567890123456}', "a number that programs read"),
        ('{"a": 1e400}', "a number that programs read"),
        ('{"a": 12345678901234567}', "a number that programs read"),
        ('{"a": ' + "9" * 5000 + "}", "a number that programs read"),
        ("{" + '"a":{' * 30 + "}" * 31, "too deep"),
        ("{" + '"a":[' * 20_000, "too deep"),
        ('{"a": "\\u0007"}', "control characters"),
        ('{"\\u0000": 1}', "control characters"),
        ('{"a": ["\\ud800"]}', "control characters"),
        ('{"a": "' + "x" * reading.MOST_TEXT + '"}', "the badge is too large"),
        ('{"a": [' + "1," * reading.LONGEST_LIST + "1]}", "a list is too long"),
        ("{", "not JSON"),
        ("[]", "not base64url"),
        ("eyJhbGciOiJSUzI1NiJ9.e30", "not three parts"),
        ("e30.e30.e30", "its header names no algorithm"),
        ("eyJhbGciOiJSUzI1NiJ9.W10.eA", "not a JSON object"),
        ("x" * (reading.MOST_BYTES + 1), "the file is too large"),
    ],
)
def test_what_can_be_read_in_two_ways_or_takes_too_long_is_refused(text, reason):
    with pytest.raises(reading.Unreadable, match=reason):
        reading.read(text.encode())


def test_a_list_is_no_badge():
    with pytest.raises(reading.Unreadable, match="not a JSON object"):
        reading.parse("[]")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(reading.Unreadable, match="neither a PNG, an SVG, JSON nor a token"):
        reading.read(b"PK\x03\x04\xff\xfe")


@settings(max_examples=200)
@given(
    file=st.sampled_from(FILES),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 40)), max_size=4),
)
def test_a_damaged_file_is_answered_and_never_fails(file, cuts):
    content = file
    for where, put, taken in cuts:
        at = int(where * len(content))
        content = content[:at] + put + content[at + taken :]

    answer = verifying.verify(content)

    assert answer.outcome == "foreign" or content != file
    assert answer.outcome in {"foreign", "unchecked", "invalid", "unreadable"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PATHS = [
    ("@context",), ("id",), ("type",), ("issuer",), ("issuer", "id"), ("validFrom",), ("description",),
    ("credentialSubject",), ("credentialSubject", "achievement"), ("credentialSubject", "result"),
    ("credentialSubject", "identifier"), ("credentialStatus",), ("proof",), ("proof", "proofValue"),
    ("proof", "verificationMethod"), ("vc",),
]  # fmt: skip


@given(path=st.sampled_from(PATHS), value=VALUES)
def test_whatever_stands_in_a_member_is_answered_and_never_believed(path, value):
    document = json.loads(JSON)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    was = inner.get(path[-1])
    inner[path[-1]] = value

    answer = verifying.verify(compact(document).encode())

    # An empty list is no more than no list.
    assert answer.outcome in {"unchecked", "invalid", "unreadable"} or (value or None) == was

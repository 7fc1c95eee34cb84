import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.badges import bitstrings
from certificates.badges.multibase import (
    base58_decode,
    base58_encode,
    base64url_decode,
    base64url_encode,
    read_multikey,
)

PLACES = st.sets(st.integers(0, bitstrings.SIZE - 1), max_size=50)


@given(PLACES)
def test_exactly_what_was_raised_is_set(raised):
    bits = bitstrings.decode(bitstrings.encode(raised))

    assert len(bits) * 8 == bitstrings.SIZE == 1_048_576
    assert sum(byte.bit_count() for byte in bits) == len(raised)
    assert all(bitstrings.is_set(bits, index) for index in raised)


def test_the_first_entry_is_the_leftmost_bit():
    bits = bitstrings.decode(bitstrings.encode([0, 9]))

    assert bits[:2] == bytes([0b1000_0000, 0b0100_0000])


def test_the_same_entries_give_the_same_text():
    assert bitstrings.encode([7, 3]) == bitstrings.encode([3, 7])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zabc",
        "u",
        "u!!!",
        "uAAAA",
        base64url_encode(gzip.compress(bytes(bitstrings.SIZE // 8 - 1), mtime=0)),
        base64url_encode(gzip.compress(bytes(100_000_000), mtime=0)),
        base64url_encode(gzip.compress(bytes(bitstrings.SIZE // 8), mtime=0)[:-9]),
    ],
)
def test_what_is_no_list_of_this_size_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        bitstrings.decode(text)


@given(st.binary(max_size=60))
def test_bytes_come_back_from_both_alphabets(data):
    assert base58_decode(base58_encode(data)) == data
    assert base64url_decode(base64url_encode(data)) == data


@pytest.mark.parametrize("text", ["", "z", "zO0", "u1", "z" * 5000, base58_encode(b"\xec\x01" + bytes(32)),
                                  base58_encode(b"\xed\x01" + bytes(31))])  # fmt: skip
def test_what_is_no_ed25519_key_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_multikey(text)

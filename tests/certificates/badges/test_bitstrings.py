import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.badges import bitstrings
from certificates.badges.multibase import base58_decode, base58_encode, read_multikey

from .samples import places_set, unpacked

PLACES = st.sets(st.integers(0, bitstrings.SIZE - 1), max_size=50)


@given(PLACES)
def test_exactly_what_was_raised_is_set(raised):
    bits = unpacked(bitstrings.encode(raised))

    assert len(bits) * 8 == bitstrings.SIZE == 1_048_576
    assert places_set(bits) == raised


def test_the_first_entry_is_the_leftmost_bit():
    bits = unpacked(bitstrings.encode([0, 9]))

    assert bits[:2] == bytes([0b1000_0000, 0b0100_0000])


def test_the_same_entries_give_the_same_text():
    assert bitstrings.encode([7, 3]) == bitstrings.encode([3, 7])


@given(st.binary(max_size=60))
def test_bytes_come_back(data):
    assert base58_decode(base58_encode(data)) == data


@pytest.mark.parametrize("text", ["", "z", "zO0", "u1", "z" * 5000, base58_encode(b"\xec\x01" + bytes(32)),
                                  base58_encode(b"\xed\x01" + bytes(31))])  # fmt: skip
def test_what_is_no_ed25519_key_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_multikey(text)

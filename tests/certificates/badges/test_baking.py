import struct
import zlib

import pytest
from PIL import Image

from certificates.badges import baking, pictures
from certificates.badges.reading import parse

from .samples import compact, signed

PNG = pictures.png(title="合格证书", year=2026)
SVG = pictures.svg(title="A & B <C>", year=2026)
JSON = compact({**signed(), "name": '结尾 ]]> 和 " 与 &'})
TOKEN = "eyJ.payload.signature"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("badge", [JSON, TOKEN])
def test_a_badge_comes_out_of_a_png_as_it_went_in(badge, tmp_path):
    baked = baking.bake_png(PNG, badge)
    (tmp_path / "badge.png").write_bytes(baked)

    assert baking.unbake_png(baked) == badge
    with Image.open(tmp_path / "badge.png") as image:
        image.load()
        assert image.size == (400, 400)
        assert image.text == {"openbadgecredential": badge}


def test_a_badge_comes_out_of_an_svg_as_it_went_in():
    assert baking.unbake_svg(baking.bake_svg(SVG, TOKEN).encode()) == TOKEN
    assert parse(baking.unbake_svg(baking.bake_svg(SVG, JSON).encode())) == parse(JSON)


def test_the_credential_stands_directly_inside_the_picture():
    start = baking.bake_svg(SVG, TOKEN).partition("</openbadges:credential>")[0]

    assert start.startswith('<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" xmlns=')
    assert start.endswith(f'><openbadges:credential verify="{TOKEN}">')


def test_a_title_cannot_break_the_picture():
    assert "A &amp; B &lt;C&gt;" in SVG


def test_an_svg_of_a_drawing_program_may_have_a_document_type():
    typed = (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n' + baking.bake_svg(SVG, TOKEN)
    )

    assert baking.unbake_svg(typed.encode()) == TOKEN


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg>&b;</svg>'
FILE = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>'


@pytest.mark.parametrize(
    "picture",
    [BOMB, FILE, "<svg>", "<svg/>", "", baking.bake_svg(baking.bake_svg(SVG, TOKEN), TOKEN), "<a>" * 100_000],
    ids=["bomb", "file", "open", "empty", "nothing", "two", "deep"],
)
def test_an_svg_without_exactly_one_badge_is_refused(picture):
    with pytest.raises(baking.Unbaked):
        baking.unbake_svg(picture.encode())


TEXT = baking.KEYWORD + b"\0"


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        PNG,
        PNG[:50],
        baking.bake_png(baking.bake_png(PNG, JSON), JSON),
        baking.SIGNATURE + chunk(b"iTXt", TEXT + b"\1\0\0\0" + zlib.compress(b"{}")) + chunk(b"IEND", b""),
        baking.SIGNATURE + chunk(b"iTXt", TEXT + b"\0\0en") + chunk(b"IEND", b""),
        baking.SIGNATURE + chunk(b"iTXt", TEXT + b"\0\0\0\0\xff") + chunk(b"IEND", b""),
        baking.SIGNATURE + struct.pack(">I", 2**31) + b"IDAT",
        baking.SIGNATURE + chunk(b"tEXt", b"") * 10_001,
        baking.bake_png(PNG, JSON).replace(b"VerifiableCredential", b"verifiableCredential"),
    ],
    ids=["nothing", "plain", "cut", "two", "compressed", "short", "latin", "long", "many", "changed"],
)
def test_a_png_without_exactly_one_badge_is_refused(picture):
    with pytest.raises(baking.Unbaked):
        baking.unbake_png(picture)


def test_the_same_words_give_the_same_picture():
    assert pictures.png(title="合格证书", year=2026) == PNG

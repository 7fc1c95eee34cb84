import io
import subprocess

import pytest
import zxingcpp
from PIL import Image
from weasyprint.urls import FatalURLFetchingError, URLFetchingError, fetch

from certificates import fonts
from certificates.models import Certificate
from certificates.printing import plain, press, sheet

from ...factories import CertificateFactory

LONG_NAME = "阿卜杜热合曼·买买提艾力·图尔荪江"
LONG_SCHOOL = "宝鸡市凤翔区东湖街道办事处第三初级中学附属九年一贯制实验学校高新东区分校部"


def certificate_of(*, capabilities: int = 1, **fields) -> Certificate:
    certificate = CertificateFactory(**fields)
    certificate.facts["capabilities"] = [
        {
            "code": f"A{number}",
            "name": "技术支持的课堂导入",
            "dimension": "学法指导",
            "grade": ["pass", "excellent"][number % 2],
        }
        for number in range(capabilities)
    ]
    return certificate


def asked(command: list[str], content: bytes) -> str:
    """What one of poppler's programs says about a PDF."""
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def printed(certificate: Certificate) -> bytes:
    """The page without a signature, which would say when it was made."""
    page = press.page_of(sheet.sheet_of(certificate))
    return page if isinstance(page, bytes) else page.content


def picture(content: bytes) -> Image.Image:
    drawn = subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-"], input=content, capture_output=True, check=True
    ).stdout
    return Image.open(io.BytesIO(drawn))


@pytest.mark.parametrize("order", [[], ["-raw"], ["-layout"]])
@pytest.mark.parametrize("holder", ["王小明", LONG_NAME, "䶮㛃", "𬱖犇垚", "㻏小", "Anna O'Neill"])
def test_the_text_comes_out_of_the_page_as_it_went_in(db, holder, order):
    certificate = certificate_of(holder=holder, school=LONG_SCHOOL)

    text = asked(["pdftotext", *order, "-", "-"], printed(certificate))

    for words in (holder, certificate.number, LONG_SCHOOL, "合格证书", "宝鸡市教育局", "技术支持的课堂导入"):
        assert words in text
    assert "样" not in text
    assert not any("\ue000" <= character <= "\uf8ff" for character in text)


@pytest.mark.parametrize(
    ("holder", "school", "capabilities"),
    [
        ("王芳", "渭滨区第一小学", 0),
        ("王小明", "渭滨区第一小学", 3),
        (LONG_NAME, LONG_SCHOOL, 10),
        ("阿" * 40, "校" * 80, 30),
    ],
    ids=["shortest", "usual", "long", "longest"],
)
def test_everything_fits_one_page(db, holder, school, capabilities):
    certificate = certificate_of(holder=holder, school=school, capabilities=capabilities)
    certificate.facts["programme"]["title"] = "题" * 80

    content = printed(certificate)

    facts = dict(line.split(":", 1) for line in asked(["pdfinfo", "-"], content).splitlines())
    assert facts["Pages"].strip() == "1"
    assert facts["Page size"].strip().endswith("(A4)")
    assert asked(["pdftotext", "-", "-"], content).count("技术支持的课堂导入") == capabilities


def test_what_no_page_can_hold_is_refused(db, monkeypatch):
    monkeypatch.setattr(sheet, "DENSITIES", ["airy"])

    with pytest.raises(plain.DoesNotFit):
        printed(certificate_of(capabilities=40))


def test_only_the_fonts_that_were_checked_are_used(db):
    lines = asked(["pdffonts", "-"], printed(certificate_of(holder="䶮㛃"))).splitlines()[2:]

    names = {line.split()[0].partition("+")[2] for line in lines}
    assert names == {"NotoSerifCJKSC-Regular", "NotoSerifCJKSC-Bold", "LXGWWenKai-Regular"}


def test_the_page_is_tagged_archivable_and_names_itself_in_chinese(db):
    certificate = certificate_of(holder=LONG_NAME)
    content = printed(certificate)
    told = asked(["pdfinfo", "-"], content)

    assert f"合格证书 {certificate.number} {LONG_NAME}" in told
    assert "Tagged:          yes" in told
    assert b"/Lang (zh-CN)" in content
    assert 'pdfaid:part="3"' in asked(["pdfinfo", "-meta", "-"], content)
    assert asked(["pdfinfo", "-struct", "-"], content).count("Figure") == 1  # the QR code; not the frame


def test_the_qr_code_leads_to_the_verification_page(db, settings):
    settings.SITE_URL = "https://jspx.baoji.gov.cn"
    certificate = certificate_of()

    codes = zxingcpp.read_barcodes(picture(printed(certificate)))

    assert [code.text for code in codes] == [f"https://jspx.baoji.gov.cn/verify/{certificate.token}/"]


def test_the_same_certificate_gives_the_same_bytes(db):
    certificate = certificate_of(holder=LONG_NAME, capabilities=3)

    assert printed(certificate) == printed(certificate)


def test_markup_in_a_name_stays_text(db):
    certificate = certificate_of(holder="<img src=x>", school="<b>校</b>&amp;")

    text = asked(["pdftotext", "-", "-"], printed(certificate))

    assert "<img src=x>" in text
    assert "<b>校</b>&amp;" in text


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/picture.png",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        f"{plain.ASSETS.as_uri()}/../plain.py",
        f"{plain.ASSETS.as_uri()}/%2e%2e/plain.py",
        "ftp://example.org/x",
    ],
)
def test_nothing_is_fetched_but_our_own_assets(url):
    with pytest.raises((URLFetchingError, FatalURLFetchingError)), fetch(plain.AssetFetcher(), url):
        pass


def test_our_own_assets_are_fetched():
    with fetch(plain.AssetFetcher(), f"{plain.ASSETS.as_uri()}/specimen.svg") as response:
        assert b"<svg" in response.read()


def test_a_name_is_set_in_one_font_if_any_has_all_of_it():
    assert fonts.font_of_name("王小明") == "LXGW WenKai"
    assert fonts.font_of_name("𬱖犇垚·䶮㛃") == "LXGW WenKai"
    assert fonts.font_of_name("王㻏") == "Noto Serif CJK SC"
    assert fonts.font_of_name("㻏\U0002c386") == "LXGW WenKai"  # each lacks one: the other stands in


def test_a_character_without_a_glyph_is_named_with_its_code_point():
    assert fonts.problem_with(name="㻏\U0002c386", texts=["渭滨区第一小学"]) == ""
    assert fonts.problem_with(name="王\U0003134a", texts=["渭滨区", "\U0003134a\ue000"]) == (
        "\U0003134a U+3134A, \ue000 U+E000"
    )


def test_a_font_that_is_not_installed_draws_nothing():
    assert fonts.characters_of("No Such Font") == frozenset()

"""The fast way against WeasyPrint alone: the same picture, to the pixel."""

import io
import subprocess
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image, ImageChops

from certificates.printing import faces, moulds, plain, press, samples
from certificates.printing.assembly import Printed
from certificates.printing.design import LAYOUTS, standard
from certificates.printing.sheet import Sheet, sheet_of

HARDLY_SEEN = 16
"""Of 255, in any pixel: on curves of the art, which poppler draws a hair differently within a picture."""

HARDLY_ANY = 40
"""Pixels of the page's million, that differ at all."""

LONG_NAME = "阿卜杜热合曼·买买提艾力·图尔荪江"
LONG_SCHOOL = "宝鸡市凤翔区东湖街道办事处第三初级中学附属九年一贯制实验学校高新东区分校部"
CAPABILITY = {"code": "A5", "name": "技术支持的课堂导入", "grade": "excellent"}

CASES = {
    "usual": {},
    "long": {"holder": LONG_NAME, "school": LONG_SCHOOL, "capabilities": 10},
    "longest": {"holder": "阿" * 40, "school": "校" * 80, "capabilities": 30},
    "rare": {"holder": "䶮㛃", "capabilities": 0},
    "in the other font": {"holder": "㻏小"},
    "English": {"holder": "Anna O'Neill", "school": "Baoji No. 1 School (East)"},
    "hours": {"kind": "hours"},
    "hours of many programmes": {"kind": "hours", "programmes": 9},
    "capability": {"kind": "capability"},
    "school": {"kind": "school"},
    "team": {"kind": "team"},
}


def page(
    kind: str = "teacher",
    layout: str = "formal",
    capabilities: int | None = None,
    programmes: int = 0,
    **fields,
) -> Sheet:
    sample = replace(samples.sample_of(kind), **fields)
    if programmes:
        sample.facts["programmes"] = [{"title": "研修" * 40, "total": "2.5"}] * programmes
    if capabilities is not None:
        sample.facts["capabilities"] = [CAPABILITY] * capabilities
    return sheet_of(sample, standard(layout))


def look_alike(one: bytes, other: bytes) -> bool:
    red, green, blue = ImageChops.difference(picture(one), picture(other)).split()
    counts = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    return sum(counts[1:]) <= HARDLY_ANY and sum(counts[HARDLY_SEEN + 1 :]) == 0


def picture(content: bytes) -> Image.Image:
    drawn = subprocess.run(
        ["pdftoppm", "-r", "110", "-png", "-"], input=content, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(drawn.stdout)).convert("RGB")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES)
def test_a_page_from_a_mould_is_the_picture_that_weasyprint_draws(case, layout, settings):
    settings.SITE_URL = "https://jspx.example.org"
    sheet = page(layout=layout, **CASES[case])

    printed = press.page_of(sheet)

    assert isinstance(printed, Printed)
    assert look_alike(printed.content, plain.render(sheet))


def test_pages_that_differ_in_a_word_do_not_look_alike():
    assert not look_alike(plain.render(page(holder="王芳")), plain.render(page(holder="王方")))


def test_a_preview_is_marked_across_the_page_and_in_words(settings):
    settings.SEAL_PROVIDER = "preview"
    sheet = page()

    printed = press.page_of(sheet)

    assert isinstance(printed, Printed)
    assert look_alike(printed.content, plain.render(sheet))
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=printed.content, capture_output=True, check=True
    ).stdout
    assert "样张，不作证书使用" in text.decode()


def test_it_does_not_matter_which_page_a_mould_was_made_for(monkeypatch):
    first, second = page(holder="王芳"), page(holder="李伟", school="金台区逸夫小学")
    in_order = [press.page_of(first), press.page_of(second)]
    monkeypatch.setattr(moulds, "_moulds", {})

    assert [press.page_of(second), press.page_of(first)] == in_order[::-1]


@pytest.mark.parametrize(
    "fields", [{"holder": "㻏\U0002c386"}, {"holder": "王\u200b小明"}, {"school": "第一\u00ad小学"}]
)
def test_what_cannot_be_set_exactly_is_left_to_weasyprint(fields):
    sheet = page(**fields)

    assert press.page_of(sheet) == plain.render(sheet)


def test_a_layout_that_we_would_place_otherwise_is_left_to_weasyprint(monkeypatch):
    sheet = page()
    placed = moulds.Block.placed
    monkeypatch.setattr(moulds, "_moulds", {})
    monkeypatch.setattr(
        moulds.Block,
        "placed",
        lambda self, texts: ((slot, line, x + 0.1, y) for slot, line, x, y in placed(self, texts)),
    )

    assert press.page_of(sheet) == plain.render(sheet)


def test_moulds_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(moulds, "_moulds", {})
    monkeypatch.setattr(moulds, "MOST", 2)

    for holder in ("王芳", "欧阳小明明", LONG_NAME):
        press.page_of(page(holder=holder))

    assert len(moulds._moulds) == 2


def test_only_the_fonts_of_certificates_have_a_face():
    with pytest.raises(faces.NoFace):
        faces.face_of("Noto Sans CJK SC", 400)


@pytest.mark.parametrize(
    ("kind", "tags"), [("teacher", {"/L", "/LI", "/LBody"}), ("hours", {"/Table", "/TR", "/TH", "/TD"})]
)
def test_the_pdf_is_an_archivable_one_by_its_structure(kind, tags):
    printed = press.page_of(page(kind))
    assert isinstance(printed, Printed)

    with pikepdf.open(io.BytesIO(printed.content)) as pdf:
        root = pdf.Root
        assert pdf.check_pdf_syntax() == []
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert (root.MarkInfo.Marked, root.ViewerPreferences.DisplayDocTitle, str(root.Lang)) == (
            True,
            True,
            "zh-CN",
        )
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["dc:title"] == str(pdf.docinfo.Title)
        for font in pdf.pages[0].Resources.Font.values():
            [inner] = font.DescendantFonts
            descriptor = inner.FontDescriptor
            assert "/ToUnicode" in font
            assert "/FontFile2" in descriptor or descriptor.FontFile3.Subtype == "/CIDFontType0C"
        assert not {"/AA", "/OpenAction", "/Names"} & set(root.keys())
        assert tags_of(root.StructTreeRoot.K[0]) >= {"/Document", "/H1", "/P", "/Figure", *tags}
        marks = leaves_of(root.StructTreeRoot.K[0])
        assert marks == sorted(marks)
        assert marks == list(range(len(root.StructTreeRoot.ParentTree.Nums[1])))


def tags_of(element) -> set[str]:
    kids = [kid for kid in element.K if isinstance(kid, pikepdf.Dictionary)]
    return {str(element.S)}.union(*map(tags_of, kids))


def leaves_of(element) -> list[int]:
    """Which pieces of the page are read, in the order of the structure."""
    return [
        place
        for kid in element.K
        for place in (leaves_of(kid) if isinstance(kid, pikepdf.Dictionary) else [int(kid)])
    ]


def test_a_font_is_cut_to_the_same_bytes_from_its_usual_characters_as_from_the_whole():
    for weight in (400, 700):
        face = faces.face_of("Noto Serif CJK SC", weight)
        glyphs = frozenset(face.font.get_nominal_glyph(ord(character)) for character in "合格证书0—·〇")
        assert glyphs <= face._usual_numbers.keys()

        cut, numbers = face.cut(glyphs)

        whole, whole_numbers = faces._subset(face._whole, glyphs)
        assert cut == whole.reference_table("CFF ").data
        assert {glyph: numbers[glyph] for glyph in glyphs} == {
            glyph: whole_numbers[glyph] for glyph in glyphs
        }


def test_training_elsewhere_is_a_line_of_its_own_and_the_sentence_adds_up():
    texts = page("hours").texts

    assert (texts["outside-name"], texts["outside-hours"], texts["total-hours"]) == (
        "校外培训",
        "12.5 学时",
        "62.5 学时",
    )
    assert "其中" not in texts["text"]
    assert "12.5 elsewhere" in texts["english"]


def test_without_training_elsewhere_there_is_no_line_for_it():
    sample = samples.sample_of("hours")
    sample.facts["hours"] = {"online": "25", "practice": "25", "outside": "0", "total": "50"}

    texts = sheet_of(sample, standard()).texts

    assert "outside-hours" not in texts
    assert "（其中网络研修25学时，校本实践25学时）" in texts["text"]


def test_a_statement_of_hours_says_how_many_in_which_programme():
    texts = page("hours").texts
    named = [texts[f"programme{place}-{part}"] for place in (1, 2) for part in ("name", "hours")]

    assert named == [
        "中小学教师信息技术应用能力提升工程2.0", "50 学时", "人工智能助力教师专项研修", "12.5 学时"
    ]  # fmt: skip
    assert "programme3-name" not in texts


def test_of_many_programmes_the_last_are_put_together():
    texts = page("hours", programmes=9).texts

    assert (texts["programme5-hours"], texts["programme6-name"], texts["programme6-hours"]) == (
        "2.5 学时",
        "其他4个项目",
        "10 学时",
    )
    assert "programme7-name" not in texts


def test_a_school_reads_the_shares_by_which_it_was_judged():
    sample = samples.sample_of("school")
    assert "选用多媒体教学环境，教师参训率100%，参训教师合格率97%，按期完成" in sheet_of(sample).texts["text"]

    for name in ("environment", "enrolled", "certified"):
        del sample.facts[name]
    assert "”，按期完成整校推进任务" in sheet_of(sample).texts["text"]

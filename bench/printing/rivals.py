"""The same certificate made in other ways: each a function that makes one PDF, to be called many times."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import typst as typst_package
from django.utils import timezone
from fpdf import FPDF
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from certificates import fonts
from certificates.printing import authority, plain, press, qr, signing
from certificates.printing.samples import Sample
from certificates.printing.sheet import Sheet, sheet_of

Way = Callable[[Sample], bytes]

MILLIMETRE = 72 / 25.4


def ours(certificate: Sample) -> bytes:
    page = press.page_of(sheet_of(certificate))
    return page if isinstance(page, bytes) else page.content


def ours_signed(certificate: Sample) -> bytes:
    page = press.page_of(sheet_of(certificate))
    return signing.sign(page, authority.signer(), at=timezone.localtime())


def weasyprint_naive(certificate: Sample) -> bytes:
    sheet = sheet_of(certificate)
    fetcher, font_config = plain.AssetFetcher(), FontConfiguration()
    css = [
        CSS(filename=plain.ASSETS / name, font_config=font_config, url_fetcher=fetcher)
        for name in plain.STYLESHEETS
    ]
    html = HTML(
        string=plain.markup(sheet, sheet.texts), base_url=plain.ASSETS.as_uri() + "/", url_fetcher=fetcher
    )
    return html.write_pdf(stylesheets=css, font_config=font_config, pdf_variant="pdf/a-3a", pdf_tags=True)


def weasyprint_reused(certificate: Sample) -> bytes:
    return plain.render(sheet_of(certificate))


def reportlab(certificate: Sample) -> bytes:
    sheet = sheet_of(certificate)
    written = BytesIO()
    page = Canvas(written, pagesize=(297 * MILLIMETRE, 210 * MILLIMETRE))
    _frame(page.rect)
    for text, size, x, y in _lines(sheet):
        page.setFont("face", size)
        page.drawCentredString(x * MILLIMETRE, (210 - y) * MILLIMETRE, text)
    modules, bars = qr.bars_of(sheet.qr)
    unit = 27 / modules
    for column, row, length in bars:
        page.rect(
            (32 + column * unit) * MILLIMETRE, (49 - (row + 1) * unit) * MILLIMETRE,
            length * unit * MILLIMETRE, unit * MILLIMETRE, stroke=0, fill=1,
        )  # fmt: skip
    page.showPage()
    page.save()
    return written.getvalue()


def fpdf2(certificate: Sample) -> bytes:
    sheet = sheet_of(certificate)
    page = FPDF("L", "mm", "A4")
    page.add_page()
    page.set_auto_page_break(False)
    page.add_font("face", fname=_font())
    _frame(page.rect)
    for text, size, x, y in _lines(sheet):
        page.set_font("face", size=size)
        page.set_xy(x - 130, y)
        page.cell(260, 5, text, align="C")
    modules, bars = qr.bars_of(sheet.qr)
    unit = 27 / modules
    for column, row, length in bars:
        page.rect(32 + column * unit, 161 + row * unit, length * unit, unit, style="F")
    return bytes(page.output())


def typst(certificate: Sample) -> bytes:
    sheet = sheet_of(certificate)
    lines = [{"text": text, "size": size, "x": x, "y": y} for text, size, x, y in _lines(sheet)]
    modules, bars = qr.bars_of(sheet.qr)
    values = {"lines": json.dumps(lines), "bars": json.dumps(bars), "modules": str(modules)}
    return _compiler().compile(sys_inputs=values)


WAYS: dict[str, Way] = {
    "ours": ours,
    "ours, signed": ours_signed,
    "WeasyPrint, everything anew": weasyprint_naive,
    "WeasyPrint, fonts and styles kept": weasyprint_reused,
    "reportlab": reportlab,
    "fpdf2": fpdf2,
    "typst": typst,
}


@cache
def _compiler() -> typst_package.Compiler:
    """Its fonts are read once."""
    return typst_package.Compiler(
        Path(__file__).with_name("certificate.typ"),
        font_paths=[Path(_font()).parent],
        ignore_system_fonts=True,
    )


def _frame(rectangle: Callable[..., Any]) -> None:
    """Fifty rectangles: about what the frame of the formal layout is to draw."""
    for place in range(50):
        rectangle(20 + place, 20 + place, 500 - 2 * place, 400 - 2 * place)


def _lines(sheet: Sheet) -> list[tuple[str, float, float, float]]:
    """The texts of a sheet where they roughly stand: text, size, and millimetres from the upper left."""
    texts = [text for text in sheet.texts.values() if text]
    sizes = {"title": 40, "holder": 33, "issuer": 16, "text": 12}
    sized = [sizes.get(slot, 9) for slot, text in sheet.texts.items() if text]
    return [
        (text, size, 148.0, 40 + 4.5 * place)
        for place, (text, size) in enumerate(zip(texts, sized, strict=True))
    ]


def _font() -> str:
    """TrueType, because reportlab takes no other."""
    place = fonts.place_of(fonts.NAMES[0])
    if place is None:
        raise FileNotFoundError(fonts.NAMES[0])
    return place[0]


registerFont(TTFont("face", _font()))

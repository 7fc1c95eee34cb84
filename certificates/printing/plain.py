"""Pages by WeasyPrint alone, from HTML and CSS: what everything else here is measured against.

A4, one sheet always, PDF/A-3 with tags, in Chinese.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from . import qr
from .sheet import MOST_PROGRAMMES, ROW, Sheet, densities

ASSETS = Path(__file__).parent / "assets"

STYLESHEETS = ("landscape.css", "layouts.css")

PAGES = {
    "landscape": {"size": "297mm 210mm", "margins": "40mm 32mm 64mm", "corner": "-32mm -40mm"},
    "portrait": {"size": "210mm 297mm", "margins": "36mm 26mm 68mm", "corner": "-26mm -36mm"},
}
"""Of each orientation: the page, its margins, and the corner of the page as counted from within them."""

HOURS = ("online", "practice", "outside", "total")
PROGRAMMES = [f"programme{place}" for place in range(1, MOST_PROGRAMMES + 1)]


class DoesNotFit(Exception):
    """A certificate says more than one page can hold."""


class AssetFetcher(URLFetcher):
    """Hands WeasyPrint our own assets and data: addresses. By itself it would fetch any file or page."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith("data:"):
            path = Path(url2pathname(url.removeprefix("file://"))) if url.startswith("file:///") else None
            if path is None or not path.resolve().is_relative_to(ASSETS):
                raise ValueError(f"Certificates are made of our own assets only, not of {url}")
        return super().fetch(url, headers)


def render(sheet: Sheet) -> bytes:
    """The PDF. The same sheet gives the same bytes. Raises DoesNotFit."""
    for dense in densities(sheet):
        document = laid_out(dense)
        if len(document.pages) == 1:
            return document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
    raise DoesNotFit(sheet.title)


def laid_out(sheet: Sheet, texts: Mapping[str, str] | None = None, *, with_qr: bool = True) -> Document:
    """The page at the sheet's own density; with other texts in its places, if told."""
    html = markup(sheet, sheet.texts if texts is None else texts, with_qr=with_qr)
    page = HTML(string=html, base_url=ASSETS.as_uri() + "/", url_fetcher=AssetFetcher())
    stylesheets, font_config = style()
    return page.render(font_config=font_config, stylesheets=stylesheets)


def markup(sheet: Sheet, texts: Mapping[str, str], *, with_qr: bool = True) -> str:
    """The page as HTML."""
    orientation = "portrait" if "portrait" in sheet.template else "landscape"
    context = {
        **PAGES[orientation],
        "sheet": sheet,
        "texts": texts,
        "orientation": orientation,
        "frame": _data(_frame(sheet, orientation)),
        "qr": _data(qr.svg_of(sheet.qr) if with_qr else qr.EMPTY),
        "rows": [{part: texts[f"{part}{row}"] for part in ROW} for row in range(1, sheet.rows + 1)],
        "hours": _lines(texts, HOURS),
        "programmes": _lines(texts, PROGRAMMES),
    }
    return render_to_string(sheet.template, context)


def _lines(texts: Mapping[str, str], parts: Iterable[str]) -> list[dict[str, str]]:
    """Rows of a name and hours, as many as there are."""
    return [
        {"part": part, "name": texts[f"{part}-name"], "hours": texts[f"{part}-hours"]}
        for part in parts
        if f"{part}-name" in texts
    ]


@cache
def style() -> tuple[list[CSS], FontConfiguration]:
    """Parsed once: a fresh FontConfiguration for each page costs memory that is never given back."""
    font_config = FontConfiguration()
    fetcher = AssetFetcher()
    sheets = [
        CSS(filename=ASSETS / name, font_config=font_config, url_fetcher=fetcher) for name in STYLESHEETS
    ]
    return sheets, font_config


def is_slow() -> bool:
    """Whether WeasyPrint must do without HarfBuzz's subsetter: some thirty times as long a certificate."""
    return ffi.harfbuzz_subset is None


def _frame(sheet: Sheet, orientation: str) -> str:
    name = "portrait" if orientation == "portrait" else sheet.look.layout
    context: dict[str, Any] = {"colours": sheet.look.colours}
    return render_to_string(f"certificates/sheets/frame-{name}.svg", context)


def _data(svg: str) -> str:
    """A picture as a data: address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

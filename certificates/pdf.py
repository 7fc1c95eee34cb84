"""A certificate as a page: A4, landscape, one sheet always, PDF/A-3 with tags, in Chinese."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import zxingcpp
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from . import fonts
from .models import Certificate
from .numbers import chinese_date

ASSETS = Path(__file__).parent / "assets"

DENSITIES = ("airy", "even", "dense", "tight")
"""Classes of certificate.css, from the roomiest on. The first that fits one page is taken."""

NAME_SIZES = ((4, "name--1"), (8, "name--2"), (18, "name--3"), (26, "name--4"))
"""Up to how many characters a name has which size; a longer one has the last, which takes forty."""


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


def render(certificate: Certificate) -> bytes:
    """The PDF. The same certificate gives the same bytes. Raises DoesNotFit."""
    for document in _layouts(certificate):
        if len(document.pages) == 1:
            return document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
    raise DoesNotFit(certificate.number)


def texts_of(certificate: Certificate) -> list[str]:
    """Whatever is printed besides the name, for the glyph check."""
    facts = certificate.facts
    capabilities = [text for shown in facts["capabilities"] for text in (shown["code"], shown["name"])]
    return [
        certificate.number,
        certificate.holder_number,
        certificate.school,
        certificate.county,
        facts["title"],
        facts["issuer"],
        facts["programme"]["title"],
        *capabilities,
    ]


def verification_url(certificate: Certificate) -> str:
    """The public address in the QR code."""
    return settings.SITE_URL + reverse("certificates:verification", args=[certificate.token])


def is_slow() -> bool:
    """Whether WeasyPrint must do without HarfBuzz's subsetter: some thirty times as long a certificate."""
    return ffi.harfbuzz_subset is None


def _layouts(certificate: Certificate) -> Iterator[Document]:
    """The page as laid out at each density, the roomiest first."""
    context = _context(certificate)
    stylesheet, font_config = _style()
    for density in DENSITIES:
        html = render_to_string("certificates/certificate.html", {**context, "density": density})
        page = HTML(string=html, base_url=ASSETS.as_uri() + "/", url_fetcher=AssetFetcher())
        yield page.render(font_config=font_config, stylesheets=[stylesheet])


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    """Parsed once: a fresh FontConfiguration for each page costs memory that is never given back."""
    font_config = FontConfiguration()
    css = CSS(filename=ASSETS / "certificate.css", font_config=font_config, url_fetcher=AssetFetcher())
    return css, font_config


def _context(certificate: Certificate) -> dict[str, Any]:
    facts = certificate.facts
    programme = facts["programme"]
    length = len(certificate.holder)
    is_kai = fonts.font_of_name(certificate.holder) == fonts.NAMES[0]
    return {
        "certificate": certificate,
        "facts": facts,
        "starts_on": date.fromisoformat(programme["starts_on"]),
        "ends_on": date.fromisoformat(programme["ends_on"]),
        "dated": chinese_date(certificate.dated),
        "name_size": next((size for most, size in NAME_SIZES if length <= most), "name--5"),
        "name_font": "name--kai" if is_kai else "name--song",
        "columns": _columns(len(facts["capabilities"])),
        "qr": _qr(verification_url(certificate)),
        "verify_url": settings.SITE_URL + reverse("certificates:verify"),
        "seal": settings.SEAL_PROVIDER,
    }


def _columns(capabilities: int) -> int:
    """In how many columns the capabilities stand."""
    return 1 if capabilities <= 4 else 2 if capabilities <= 10 else 3


def _qr(text: str) -> str:
    """A QR code as a data: address of an SVG picture."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    svg = re.sub(r"^.*?(?=<svg)|<desc>.*?</desc>", "", barcode.to_svg(add_quiet_zones=False), flags=re.DOTALL)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

"""What one page says, and how it is meant to look: read from the frozen columns of a certificate alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse

from .. import fonts
from ..numbers import chinese_date
from .design import Look, standard
from .wording import STANDARD, fill

DENSITIES = ("airy", "even", "dense", "tight")
"""Classes of the stylesheets, from the roomiest on. The first that fits one page is taken."""

NAME_SIZES = ((4, "name--1"), (8, "name--2"), (18, "name--3"), (26, "name--4"))
"""Up to how many characters a name has which size; a longer one has the last, which takes forty."""

PORTRAIT = frozenset({"hours"})
"""Kinds that are a table on an upright page."""

COURTESY = {"teacher": "老师", "capability": "老师", "hours": "老师", "team": "老师"}

SPECIMEN = "样张，不作证书使用"

ENVIRONMENTS = {"A": "多媒体教学环境", "B": "混合学习环境", "C": "智慧学习环境"}

MOST_PROGRAMMES = 6
"""Rows of a statement of hours; the last one has the others together."""

GRADES = {"pass": "合格", "excellent": "优秀"}

ROW = ("code", "capability", "pass", "excellent")
"""What stands in a row of the capabilities. One of the last two is empty: a grade has a colour, too."""

_looks: dict[str, Look] = {}
"""By their digests: there are as many as designs were published."""

SPACES = re.compile(r"[ \t\r\n\f]+")


class Printable(Protocol):
    """Of a certificate, what its page is made of."""

    @property
    def holder(self) -> str: ...

    @property
    def holder_number(self) -> str: ...

    @property
    def school(self) -> str: ...

    @property
    def county(self) -> str: ...

    @property
    def number(self) -> str | None: ...

    @property
    def token(self) -> str: ...

    @property
    def facts(self) -> dict[str, Any]: ...

    @property
    def dated(self) -> date: ...

    @property
    def design_version(self) -> Any: ...


@dataclass(frozen=True)
class Sheet:
    """One page before it is laid out."""

    template: str
    look: Look
    classes: tuple[str, ...]
    texts: Mapping[str, str]
    """By the names of the elements (`data-slot`) that they stand in; none is empty but a grade."""
    rows: int
    """How many capabilities there are: texts code1, capability1, pass1, excellent1 and so on."""
    qr: str
    """What the QR code leads to."""
    title: str
    author: str
    subject: str
    is_specimen: bool

    @property
    def mould(self) -> tuple[Any, ...]:
        """What decides where things stand, but for how many lines each text takes."""
        return (self.template, self.look.digest, self.classes, self.rows, self.is_specimen, tuple(self.texts))


def sheet_of(certificate: Printable, look: Look | None = None, *, as_sample: bool = False) -> Sheet:
    """What `certificate` says, at the roomiest density; in another look than its own, if told.

    Where seals are only previewed, every page is a sample.
    """
    is_specimen = as_sample or settings.SEAL_PROVIDER == "preview"
    look = look or look_of(certificate)
    kind = certificate.facts.get("kind", "teacher")
    texts = {slot: SPACES.sub(" ", text).strip() for slot, text in _texts(certificate, kind, look).items()}
    rows = _listed(certificate.facts, kind)
    if is_specimen:
        texts["specimen"] = SPECIMEN
    filled = {slot: text for slot, text in texts.items() if text or slot.startswith(ROW[2:])}
    return Sheet(
        template="certificates/sheets/portrait.html"
        if kind in PORTRAIT
        else "certificates/sheets/landscape.html",
        look=look,
        classes=(
            look.layout,
            DENSITIES[0],
            *_name_classes(certificate.holder),
            f"columns--{_columns(len(rows))}",
        ),
        texts=filled,
        rows=len(rows),
        qr=verification_url(certificate),
        title=f"{filled['title']} {certificate.number} {certificate.holder}",
        author=filled["issuer"],
        subject=_programme(certificate.facts).get("title", ""),
        is_specimen=is_specimen,
    )


def look_of(certificate: Printable) -> Look:
    """The frozen design that prints it; the standard one where none is named."""
    version = certificate.design_version
    if version is None:
        return standard()
    if version.digest not in _looks:
        _looks[version.digest] = Look.read(version.content)
    return _looks[version.digest]


def densities(sheet: Sheet) -> Iterator[Sheet]:
    """The same page at each density, the roomiest first."""
    for density in DENSITIES:
        yield replace(sheet, classes=(sheet.classes[0], density, *sheet.classes[2:]))


def texts_of(certificate: Printable) -> list[str]:
    """Whatever is printed besides the name, for the glyph check."""
    return [text for slot, text in sheet_of(certificate).texts.items() if slot != "holder"]


def verification_url(certificate: Printable) -> str:
    """The public address in the QR code."""
    return settings.SITE_URL + reverse("certificates:verification", args=[certificate.token])


def _texts(certificate: Printable, kind: str, look: Look) -> dict[str, str]:
    facts = certificate.facts
    hours = facts.get("hours") or {}
    number = certificate.holder_number
    return {
        "title": look.title or facts["title"],
        "subtitle": look.subtitle,
        "holder": certificate.holder,
        "courtesy": COURTESY.get(kind, ""),
        "post": f"{certificate.school} · 教师编号 {number}" if number else certificate.school,
        "text": fill(look.texts.get(kind) or STANDARD[kind], _gaps(certificate)),
        "heading": "考核认定的微能力" if _listed(facts, kind) else "",
        **_hours(hours if kind in PORTRAIT else {}),
        **_programmes(facts.get("programmes") or []),
        **_rows(_listed(facts, kind)),
        "label": "证书编号",
        "number": certificate.number or "",
        "hint": f"扫描二维码，或在 {settings.SITE_URL}{reverse('certificates:verify')} 输入编号查验",
        "english": _english(kind, hours) if look.is_bilingual else "",
        "footer": look.footer,
        "issuer": look.issuer or facts["issuer"],
        "date": chinese_date(certificate.dated),
    }


def _gaps(certificate: Printable) -> dict[str, str]:
    facts = certificate.facts
    hours = facts.get("hours") or {}
    capabilities = [facts["capability"]] if "capability" in facts else facts.get("capabilities") or []
    # Said only where the two are all there is: else they would not add up to what the sentence says.
    is_mixed = "0" not in (hours.get("online", "0"), hours.get("practice", "0")) and not _outside(hours)
    return {
        "holder": certificate.holder,
        "school": certificate.school,
        "county": certificate.county,
        "programme": _programme(facts).get("title", ""),
        "period": _period(facts),
        "hours": hours.get("total", ""),
        "online": hours["online"] if is_mixed else "",
        "practice": hours["practice"] if is_mixed else "",
        "capability": "、".join(f"{shown['code']} {shown['name']}" for shown in capabilities),
        "grade": "、".join(dict.fromkeys(GRADES[shown["grade"]] for shown in capabilities)),
        "environment": ENVIRONMENTS.get(facts.get("environment", ""), ""),
        "enrolled": _percent(facts, "enrolled"),
        "certified": _percent(facts, "certified"),
        "confirmed": "、".join(facts.get("sign_offs") or []),
    }


def _percent(facts: Mapping[str, Any], name: str) -> str:
    """A share of a school's people; "" where its rule pack did not ask for it."""
    return f"{facts[name]['percent']}%" if name in facts else ""


def _programme(facts: Mapping[str, Any]) -> Mapping[str, str]:
    return facts.get("programme") or {}


def _period(facts: Mapping[str, Any]) -> str:
    """The days a certificate is about: its own, or its programme's; "" if there are none."""
    period = facts.get("period") or {}
    programme = _programme(facts)
    ends = (period.get("first") or programme.get("starts_on"), period.get("last") or programme.get("ends_on"))
    return "至".join(_day(end) for end in ends if end)


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def _hours(hours: Mapping[str, str]) -> dict[str, str]:
    """The lines of the table of hours; training elsewhere only where there was some."""
    lines = (("online", "网络研修"), ("practice", "校本实践"), ("outside", "校外培训"), ("total", "合计"))
    said = [
        (part, name, hours[part])
        for part, name in lines
        if part in hours and (part != "outside" or _outside(hours))
    ]
    return {
        slot: text
        for part, name, amount in said
        for slot, text in ((f"{part}-name", name), (f"{part}-hours", f"{amount} 学时"))
    }


def _programmes(programmes: list[dict[str, str]]) -> dict[str, str]:
    """The lines of the table of programmes: its hours in each, which add up to all."""
    lines = [(one["title"], Decimal(one["total"])) for one in programmes]
    if len(lines) > MOST_PROGRAMMES:
        others = lines[MOST_PROGRAMMES - 1 :]
        together = sum((hours for _title, hours in others), Decimal(0))
        lines = [*lines[: MOST_PROGRAMMES - 1], (f"其他{len(others)}个项目", together)]
    return {
        slot: text
        for place, (title, hours) in enumerate(lines, start=1)
        for slot, text in (
            (f"programme{place}-name", title),
            (f"programme{place}-hours", f"{hours.normalize():f} 学时"),
        )
    }


def _outside(hours: Mapping[str, str]) -> str:
    """Hours of training elsewhere; "" for none. Older certificates do not say."""
    return "" if hours.get("outside", "0") == "0" else hours["outside"]


def _listed(facts: Mapping[str, Any], kind: str) -> list[dict[str, str]]:
    """The capabilities that have a row each; a statement about one has it in its sentence."""
    return [] if kind == "capability" else facts.get("capabilities") or []


def _rows(capabilities: list[dict[str, str]]) -> dict[str, str]:
    return {
        f"{part}{place}": text
        for place, shown in enumerate(capabilities, start=1)
        for part, text in (
            ("code", shown["code"]),
            ("capability", shown["name"]),
            *((grade, word if shown["grade"] == grade else "") for grade, word in GRADES.items()),
        )
    }


def _english(kind: str, hours: Mapping[str, str]) -> str:
    if kind in {"school", "team", "capability"} or not hours:
        return "This is to certify that the holder named above has met all requirements."
    elsewhere = f", {_outside(hours)} elsewhere" if _outside(hours) else ""
    return (
        f"This is to certify that the teacher named above has completed {hours['total']} hours of training "
        f"({hours['online']} online, {hours['practice']} in school practice{elsewhere}) "
        "and met all requirements."
    )


def _name_classes(holder: str) -> tuple[str, str]:
    size = next((size for most, size in NAME_SIZES if len(holder) <= most), "name--5")
    return size, "name--kai" if fonts.font_of_name(holder) == fonts.NAMES[0] else "name--song"


def _columns(capabilities: int) -> int:
    """In how many columns the capabilities stand."""
    if not capabilities:
        return 0
    return 1 if capabilities <= 4 else 2 if capabilities <= 10 else 3

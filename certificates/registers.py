"""What a register shows of the certificates one may see, and how its workbook writes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from assessments.evidence.models import Grade
from courses.models import Programme
from organizations.models import Organization

from .models import EXPIRED, Certificate, CertificateQuerySet, RulePack
from .numbers import parse_number

EXPIRING = "expiring"
"""No state: a certificate that is valid, and ends within CERTIFICATE_REMINDER_DAYS or may be renewed."""

AT_ONCE = 500
"""Rows in memory at the same time while a workbook is written."""

FIELDS = (
    "status", "expires_on", "holder", "holder_number", "school", "county", "facts", "number", "awarded_at"
)  # fmt: skip


# The national system reads the workbook: in Chinese, whatever language this officer reads. So these are no
# message ids.
COLUMNS = (
    "姓名", "教师编号", "学校", "区县", "项目", "网络研修学时", "校本实践学时", "总学时", "微能力",
    "证书编号", "颁发日期", "有效期至", "状态",
)  # fmt: skip
GRADES_ZH = {Grade.PASS: "合格", Grade.EXCELLENT: "优秀"}
STATES_ZH = {
    Certificate.Status.APPROVED: "制证中",
    Certificate.Status.HELD: "暂缓",
    Certificate.Status.ISSUED: "有效",
    Certificate.Status.SUSPENDED: "暂停",
    Certificate.Status.SUPERSEDED: "已替换",
    Certificate.Status.REVOKED: "已撤销",
    EXPIRED: "已过期",
}


def reminder_day() -> datetime.date:
    """Whose certificate has expired by the end of this day is reminded, if not before."""
    return timezone.localdate() + datetime.timedelta(days=settings.CERTIFICATE_REMINDER_DAYS)


def narrowed(
    rows: CertificateQuerySet,
    *,
    words: str = "",
    state: str = "",
    place: Organization | None = None,
    programme: Programme | None = None,
    pack: RulePack | None = None,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> CertificateQuerySet:
    """Those of `rows` that fit all that was asked. `words` are part of a name, or of a number as typed.

    `first` and `last` are days of award. A place is where people work today, as everywhere else.
    """
    if state:
        rows = rows.ending(reminder_day()) if state == EXPIRING else rows.in_state(state)
    if place:
        rows = rows.at(place)
    if programme:
        rows = rows.filter(rule_pack__programme=programme)
    if pack:
        rows = rows.filter(rule_pack=pack)
    if first:
        rows = rows.filter(awarded_at__date__gte=first)
    if last:
        rows = rows.filter(awarded_at__date__lte=last)
    if number := parse_number(words):
        return rows.filter(number=number)
    return rows.filter(Q(holder__icontains=words) | Q(number__icontains=words)) if words else rows


def cells_of(rows: CertificateQuerySet) -> Iterator[list[str]]:
    """Each certificate as a row of text under COLUMNS. One query; what was written leaves memory."""
    for certificate in rows.only(*FIELDS).iterator(AT_ONCE):
        facts = certificate.facts
        hours = facts.get("hours", {})
        yield [
            certificate.holder,
            certificate.holder_number,
            certificate.school,
            certificate.county,
            facts.get("programme", {}).get("title", ""),
            hours.get("online", ""),
            hours.get("practice", ""),
            hours.get("total", ""),
            _capabilities(facts),
            certificate.number or "",
            certificate.dated.isoformat(),
            certificate.expires_on.isoformat() if certificate.expires_on else "",
            STATES_ZH[certificate.state],
        ]


def _capabilities(facts: dict[str, Any]) -> str:
    """Code, name and grade of each capability: of a programme's certificate many, of a statement one."""
    shown = facts.get("capabilities") or [one for one in [facts.get("capability")] if one]
    return "；".join(f"{one['code']} {one['name']} {GRADES_ZH[one['grade']]}" for one in shown)

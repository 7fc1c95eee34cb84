"""The certificates of one school as a ZIP file, with a list of what is in it."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO

from certificates import files
from certificates.models import Certificate

IN_MEMORY = 4 * 1024 * 1024
"""A larger archive is written to a temporary file."""

FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What file names on Windows may not have."""

HEADINGS = ["文件名", "姓名", "教师编号", "证书编号", "颁发日期", "SHA-256"]


def archive(certificates: Sequence[Certificate]) -> IO[bytes]:
    """An open file with all PDFs, a list for Excel and one for `sha256sum -c`. Raises files.Damaged.

    A file's name is the holder's and the number, so two people of one name are two files.
    """
    with ExitStack() as on_failure:
        target = on_failure.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        _fill(target, certificates)
        on_failure.pop_all()  # whoever asked closes it
    target.seek(0)
    return target


def _fill(target: IO[bytes], certificates: Sequence[Certificate]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:  # PDFs do not shrink
        for certificate in certificates:
            package.writestr(file_name(certificate), files.read(certificate))
        package.writestr("清单.csv", _list(certificates))
        sums = "".join(f"{row.sha256}  {file_name(row)}\n" for row in certificates)
        package.writestr("SHA256SUMS", sums)


def file_name(certificate: Certificate) -> str:
    """田思洋_BJXJ20-2026-610302-000001-X.pdf"""
    return f"{FORBIDDEN.sub('_', certificate.holder)}_{certificate.number}.pdf"


def _list(certificates: Sequence[Certificate]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    for row in certificates:
        table.writerow(
            [file_name(row), row.holder, row.holder_number, row.number, row.dated.isoformat(), row.sha256]
        )
    return text.getvalue().encode("utf-8-sig")  # so that Excel takes it for what it is

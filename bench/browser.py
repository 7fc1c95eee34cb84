"""Somebody at a browser: keeps cookies, posts forms, and reads what each answer says it cost."""

from __future__ import annotations

import gzip
import re
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

ASSET = re.compile(r'(?:src|href)="(/static/[^"#]+)')


class Cost(NamedTuple):
    """What one or several answers took of the server."""

    wall: float = 0
    """Milliseconds from the request's arrival to its answer."""
    processor: float = 0
    """Milliseconds of the web server's own processor time: without the database's."""
    queries: int = 0

    def __add__(self, other: Cost) -> Cost:  # type: ignore[override]  # sums, where tuples would be joined
        return Cost(*(mine + its for mine, its in zip(self, other, strict=True)))


class Answer(NamedTuple):
    status: int
    location: str
    bytes_sent: int
    """Of the body, compressed as it was sent."""
    body: bytes
    cost: Cost


class Browser:
    """One person's browser. A new connection for each request, so that every worker gets its share."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str | list[str]]) -> Answer:
        """Post a form, with the token that a page seen before has left in the cookies."""
        return self._ask("POST", path, {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields})

    def weight(self, answer: Answer) -> int:
        """Bytes of a first visit: the page and every stylesheet, script and picture that it names."""
        assets = set(ASSET.findall(answer.body.decode()))
        return answer.bytes_sent + sum(Browser(self.port).get(asset).bytes_sent for asset in assets)

    def _ask(self, method: str, path: str, fields: dict[str, str | list[str]] | None = None) -> Answer:
        headers = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN,zh;q=0.9"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, urlencode(fields, doseq=True) if fields else None, headers)
            response = connection.getresponse()
            sent = response.read()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        body = gzip.decompress(sent) if response.getheader("Content-Encoding") == "gzip" else sent
        location = urlsplit(response.getheader("Location", "")).path
        return Answer(
            response.status, location, len(sent), body, _cost(response.getheader("Server-Timing", ""))
        )


def _cost(timing: str) -> Cost:
    """Read what bench/wsgi.py writes; static files come without it."""
    found = [float(value) for value in re.findall(r"dur=([\d.]+)", timing)]
    return Cost(found[0], found[1], int(found[2])) if found else Cost()

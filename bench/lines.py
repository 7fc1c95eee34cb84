"""Plain HTTP/1.1 over a bounded number of lasting connections, as a proxy before the site keeps them."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import NamedTuple
from urllib.parse import urlencode

IDLE_SECONDS = 1.0
"""After so long a connection is not used again: gunicorn closes it after two seconds."""
PATIENCE_SECONDS = 60


class Reply(NamedTuple):
    status: int
    location: str
    body: bytes


class Lines:
    """So many connections at most; who finds none free waits for one."""

    def __init__(self, port: int, most: int) -> None:
        self.port = port
        self.free = asyncio.Semaphore(most)
        self.idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(
        self, method: str, path: str, session: str, fields: list[tuple[str, str]] | None = None
    ) -> Reply:
        async with self.free:
            reader, writer = await self._connection()
            writer.write(request(method, path, session, fields))
            try:
                reply = await asyncio.wait_for(read(reader), PATIENCE_SECONDS)
            except BaseException:
                writer.close()
                raise
            self.idle.append((time.monotonic(), reader, writer))
            return reply

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self.idle:
            since, reader, writer = self.idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port)


def request(method: str, path: str, session: str, fields: list[tuple[str, str]] | None) -> bytes:
    token = session  # any 32 letters will do, if cookie and form say the same
    body = urlencode([("csrfmiddlewaretoken", token), *fields]).encode() if fields is not None else b""
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: sessionid={session}; csrftoken={token}",
        "Accept-Language: zh-CN",
        "Accept-Encoding: gzip",
    ]
    if fields is not None:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


async def read(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Reply(int(head[0].split()[1]), headers.get("location", ""), body)

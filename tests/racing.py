"""Two requests at once: what the tests of races share. Each has a twin without the guard, which fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection

RACES = [pytest.mark.production, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
"""Marks of a module of such tests: real commits, on the database of production."""


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or raised, each in a thread of its own."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def meet_before(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str) -> None:
    """Let two threads wait for each other before `holder.<name>`: without a lock, both get there."""
    wait, original = _meeting(), getattr(holder, name)

    def wait_then_call(*args: Any, **kwargs: Any) -> Any:
        wait()
        return original(*args, **kwargs)

    monkeypatch.setattr(holder, name, wait_then_call)


def meet_after(monkeypatch: pytest.MonkeyPatch, *places: tuple[Any, str]) -> None:
    """Let two threads wait for each other once they have called any of these functions."""
    wait = _meeting()

    def waiting(original: Callable[..., Any]) -> Callable[..., Any]:
        def call_then_wait(*args: Any, **kwargs: Any) -> Any:
            found = original(*args, **kwargs)
            wait()
            return found

        return call_then_wait

    for holder, name in places:
        monkeypatch.setattr(holder, name, waiting(getattr(holder, name)))


def _meeting() -> Callable[[], None]:
    """A place where two wait for each other; who waits at a lock, as it should, never comes."""
    barrier = Barrier(2)

    def wait() -> None:
        try:
            barrier.wait(timeout=1)
        except BrokenBarrierError:
            barrier.reset()

    return wait

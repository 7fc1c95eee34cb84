"""Which function does which kind of job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

Function = TypeVar("Function", bound=Callable[..., None])


@dataclass(frozen=True)
class Kind:
    """A kind of job: what does it, and for how many seconds one worker may hold it unheard of."""

    function: Callable[..., None]
    lease_seconds: int


KINDS: dict[str, Kind] = {}


def kind_of(name: str) -> Kind:
    """The kind called `name`. One that is not known here fails when it is run, and its row says so."""
    return KINDS.get(name) or Kind(_unknown, settings.JOB_LEASE_SECONDS)


def _unknown(**_arguments: object) -> None:
    raise LookupError("no job of this name in the version that runs here")


def job(name: str, *, lease_seconds: int | None = None) -> Callable[[Function], Function]:
    """Register a function as the kind of job `name`.

    It takes the job's arguments by keyword. It may be run twice (a worker can die after the work and
    before saying so), so it asks first whether its work is done. `lease_seconds` must be longer than
    the longest stretch between two calls of `extend_lease`.
    """

    def register(function: Function) -> Function:
        KINDS[name] = Kind(function, lease_seconds or settings.JOB_LEASE_SECONDS)
        return function

    return register

"""Time, memory and error of the measurement room on as many people as the city has. No Django in here."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assessments.measurement.ability import eap, wle
from assessments.measurement.calibration import ModelName, calibrate
from assessments.measurement.curves import graded_probability, probability

T = TypeVar("T")
PEOPLE = 38_000
ITEMS = 200
FORM = 30
"""Items that one person answers in one sitting."""

ROUNDS = 5
"""Of what takes milliseconds; the quickest one counts."""


@dataclass(frozen=True)
class Measured:
    """seconds: of the work alone, without making the data. said: what else there is to say."""

    seconds: float
    said: str


@dataclass(frozen=True)
class Line:
    """A line of the table. goals: seconds, and megabytes of the whole process."""

    name: str
    run: Callable[[], Measured]
    seconds: float
    megabytes: float = 600


@dataclass(frozen=True)
class Simulated:
    """responses: people x items, 0 or 1; parameters as in `curves.probability`."""

    responses: NDArray[np.int8]
    theta: NDArray[np.float64]
    a: NDArray[np.float64]
    d: NDArray[np.float64]
    c: float


def simulated(items: int, c: float = 0.0) -> Simulated:
    random = np.random.default_rng(1)
    a, b, theta = np.exp(random.normal(0, 0.3, items)), random.normal(size=items), random.normal(size=PEOPLE)
    responses = np.empty((PEOPLE, items), dtype=np.int8)
    for part in np.array_split(np.arange(PEOPLE), 20):
        responses[part] = random.random((len(part), items)) < probability(theta[part], a, -a * b, c)
    return Simulated(responses, theta, a, -a * b, c)


def calibration(
    model: ModelName = "2PL",
    *,
    items: int = ITEMS,
    asked: float = 1,
    errors: bool = False,
    single: bool = False,
) -> Measured:
    """asked: share of the items that each person was given."""
    data = simulated(items, c=0.2 if model == "3PL" else 0.0)
    responses: np.ndarray = data.responses
    if asked < 1:
        responses = np.ma.masked_array(
            responses, np.random.default_rng(2).random(responses.shape, np.float32) >= asked
        )
    began = time.perf_counter()
    found = calibrate(
        responses,
        model,
        options=5,
        standard_errors=errors,
        dtype=np.float32 if single else np.float64,
    )
    seconds = time.perf_counter() - began
    guessing = f", c {rmse(found.c, data.c):.3f}" if model == "3PL" else ""
    said = (
        f"rmse a {rmse(found.a, data.a):.3f}, d {rmse(found.d, data.d):.3f}{guessing}; {found.cycles} cycles"
    )
    return Measured(seconds, said if found.converged else f"{said}, NOT CONVERGED")


def graded_calibration(items: int = 24, scores: int = 4) -> Measured:
    random = np.random.default_rng(1)
    a, theta = np.exp(random.normal(0.2, 0.3, items)), random.normal(size=PEOPLE)
    steps = np.linspace(1, -1, scores - 1)
    d = np.sort(random.normal(0, 1.5, (items, scores - 1)))[:, ::-1] + steps
    reached = graded_probability(theta, a, d).cumsum(axis=2)
    responses = (random.random((PEOPLE, items, 1)) > reached).sum(axis=2)
    began = time.perf_counter()
    found = calibrate(responses, "GRM", standard_errors=False)
    seconds = time.perf_counter() - began
    return Measured(
        seconds, f"rmse a {rmse(found.a, a):.3f}, d {rmse(found.d, d):.3f}; {found.cycles} cycles"
    )


def abilities(estimate: Callable) -> Measured:
    data = simulated(FORM, c=0.2)
    seconds, found = quickest(lambda: estimate(data.responses, data.a, data.d, data.c))
    return Measured(
        seconds, f"{PEOPLE / seconds:,.0f} people/s; rmse theta {rmse(found.theta, data.theta):.3f}"
    )


LINES = [
    Line("2PL", calibration, seconds=5),
    Line("2PL with standard errors", partial(calibration, errors=True), seconds=10),
    Line("2PL in single precision", partial(calibration, single=True), seconds=2),
    Line("2PL, 60 of 200 items asked", partial(calibration, asked=0.3), seconds=5),
    Line("2PL, 30 of 900 items asked", partial(calibration, items=900, asked=30 / 900), seconds=10),
    Line("3PL", partial(calibration, "3PL"), seconds=5),
    Line("GRM, 24 items of 4 scores", graded_calibration, seconds=5),
    Line("EAP, 30 items", partial(abilities, eap), seconds=PEOPLE / 500_000),
    Line("WLE, 30 items", partial(abilities, wle), seconds=5),
]
"""Each is run in a process of its own, so that each has its own peak of memory."""


def main() -> None:
    print(f"{PEOPLE:,} people; calibrations of {ITEMS} items if not said otherwise\n")
    print(f"{'':28}{'seconds':>9}{'goal':>8}{'peak MB':>9}{'goal':>8}")
    for line in LINES:
        if not sys.argv[1:] or any(word in line.name for word in sys.argv[1:]):
            found, peak = apart(line.run)
            print(
                f"{line.name:28}{found.seconds:9.3f}{goal(found.seconds, line.seconds)}"
                f"{peak:9.0f}{goal(peak, line.megabytes)}  {found.said}",
                flush=True,
            )
    print("\nPeak of the whole process, with Python, NumPy, SciPy and the data. * over its goal.")


def apart(run: Callable[[], Measured]) -> tuple[Measured, float]:
    """The result and the peak of memory, in MB, of a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(run).result()
        return found, pool.submit(peak_of_memory).result()


def peak_of_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def quickest(work: Callable[[], T]) -> tuple[float, T]:
    """The shortest of several rounds in seconds, and what came out."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - began)
    return min(times), found


def rmse(found: NDArray, true: NDArray | float) -> float:
    return float(np.sqrt(np.mean((found - true) ** 2)))


def goal(found: float, wanted: float) -> str:
    return f"{wanted:7.3g}{'*' if found > wanted else ' '}"


if __name__ == "__main__":
    main()

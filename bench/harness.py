"""A measurement: something timed or counted, beside what was asked of it."""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One row of the report. ``asked`` and ``measured`` are in ``unit``; below ``asked`` is good, or above it."""

    name: str
    asked: float
    measured: float
    unit: str = "ms"
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """Measured ÷ asked: 1 is just good enough, 0.1 ten times better. Where nothing is allowed, 0 or infinite.

        The other way round where more is better.
        """
        if self.more_is_better:
            return self.asked / self.measured if self.measured else math.inf
        if not self.asked:
            return math.inf if self.measured else 0
        return self.measured / self.asked


Bench = Callable[[], Iterator[Measured]]
BENCHES: list[Bench] = []


def bench(function: Bench) -> Bench:
    """Register a generator of measurements."""
    BENCHES.append(function)
    return function


def milliseconds(function: Callable[[], object], times: int = 5) -> float:
    """The median time of ``times`` calls in milliseconds, after one that warms up."""
    function()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def width(text: str) -> int:
    """Columns in a terminal: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def table(rows: list[Measured]) -> str:
    cells = [("测量", "要求", "实测", "实测／要求")]
    cells += [
        (
            row.name,
            f"{row.asked:,.1f}".removesuffix(".0") + f" {row.unit}",
            f"{row.measured:,.1f} {row.unit}",
            f"{row.ratio:.2f}",
        )
        for row in rows
    ]
    widths = [max(width(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )

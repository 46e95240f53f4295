"""Plans per second in one process over varied workloads, and whether memory grows on the way."""

from __future__ import annotations

import gc
import resource
import time
import tracemalloc
from dataclasses import dataclass
from datetime import date

from planner.errors import InputError
from planner.plan import Planner, plan_answer
from tests.benchmarks.workloads import workloads

__all__ = ["Growth", "Throughput", "growth", "throughput"]

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Throughput:
    """How many workloads were planned, how many were refused as input errors, and in how many seconds."""

    planned: int
    refused: int
    seconds: float
    peak_mb: float  # the process's largest resident set so far

    @property
    def per_second(self) -> float:
        """Plans per second."""
        return self.planned / self.seconds


@dataclass(frozen=True)
class Growth:
    """Python's memory after a first and a second pass over the same workloads: what stays would grow for ever."""

    first_kb: float
    second_kb: float

    @property
    def kb(self) -> float:
        """What the second pass left behind."""
        return self.second_kb - self.first_kb


def _answer_all(planner: Planner, count: int, *, flips: bool) -> tuple[int, int]:
    planned = refused = 0
    for workload in workloads(count):
        try:
            plan_answer(planner, workload, source=workload["name"], as_of=DAY, flips=flips)
            planned += 1
        except InputError:
            refused += 1
    return planned, refused


def throughput(count: int, *, flips: bool) -> Throughput:
    """Plan workloads one after the other, each candidate priced; prices and catalogue are read beforehand."""
    planner = Planner()
    _answer_all(planner, min(count, 20), flips=False)
    begun = time.perf_counter()
    planned, refused = _answer_all(planner, count, flips=flips)
    seconds = time.perf_counter() - begun
    return Throughput(planned, refused, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def growth(count: int) -> Growth:
    """Return Python's memory after each of two passes with one planner."""
    planner = Planner()
    tracemalloc.start()
    try:
        sizes = []
        for _ in range(2):
            _answer_all(planner, count, flips=False)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0] / 1024)
    finally:
        tracemalloc.stop()
    return Growth(*sizes)

"""What the benchmarks share: medians, the machine's counters, child processes, tables in words."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")


def median(values: Iterable[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of sorted values lies; 0 if there are none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def machine() -> str:
    """Return the kind of machine in general words."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{len(os.sched_getaffinity(0))} cores, {platform.system()}, {python}"


# --- the machine's counters ------------------------------------------------------------------


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def cpu_of_all() -> float:
    """Return the CPU seconds that all processes have used, time stolen by the host included."""
    user, nice, system, _, _, *rest = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + sum(rest)) / TICK


# --- timing one call -------------------------------------------------------------------------


def turns(call: Callable[[], object]) -> Callable[[int], object]:
    """Return a function that makes a call so many times."""

    def make(count: int) -> None:
        for _ in repeat(None, count):
            call()

    return make


def microseconds(make: Callable[[int], object], seconds: float) -> float:
    """Return what one call takes, looking at the clock some fifty times only."""
    clock, count, turns = time.perf_counter, 0, 1
    begun = clock()
    while (passed := clock() - begun) < seconds:
        make(turns)
        count += turns
        turns = max(1, min(turns * 2, int(count * seconds / (clock() - begun) / 50)))
    return passed / count * 1e6


def in_turn(
    cases: dict[str, Callable[[int], object]], rounds: int, seconds: float
) -> dict[str, list[float]]:
    """Time all cases once a round, another one first each time, and return each one's rounds."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(rounds):
        for name in turned(list(cases), turn):
            found[name].append(microseconds(cases[name], seconds))
    return found


def turned(names: list[str], turn: int) -> list[str]:
    """Return the names with another one first in each turn."""
    shift = turn % len(names)
    return names[shift:] + names[:shift]


def ratio(found: Sequence[float], base: Sequence[float]) -> float:
    """Return the median of the ratios taken round by round."""
    return median(one / other for one, other in zip(found, base, strict=True))


# --- other processes -------------------------------------------------------------------------


def program(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this folder."""
    return [sys.executable, "-m", f"harness.{module}", *arguments]


@contextmanager
def running(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run a server within the block; gives the object that it printed when it was ready.

    Raises:
        RuntimeError: It ended before it was ready.
    """
    child = subprocess.Popen(program(module, *arguments), cwd=FOLDER, stdout=subprocess.PIPE)
    assert child.stdout
    try:
        if not (line := child.stdout.readline()):
            raise RuntimeError(f"{module} {' '.join(arguments)} ended with {child.wait(10)}")
        yield json.loads(line)
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(10)
        child.stdout.close()


def result(module: str, *arguments: str, seconds: float) -> dict[str, Any]:
    """Run a module to its end and return the object that it printed last.

    Raises:
        RuntimeError: It failed.
    """
    done = subprocess.run(
        program(module, *arguments),
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


# --- telling it ------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in plain text, its first column to the left."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def goal(name: str, reached: float, wanted: float, *, least: bool = True) -> str:
    """Return in words whether a goal is reached: at least so much, or at most."""
    met = reached >= wanted if least else reached <= wanted
    return f"{name}: {'at least' if least else 'at most'} {wanted:g}, reached {reached:.3g}" + (
        "" if met else " (missed)"
    )

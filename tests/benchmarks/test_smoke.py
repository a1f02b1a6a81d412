"""Each benchmark runs in its quickest form, prints its figures, and loses no line."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(name: str, *needs: str) -> str:
    """Return what a benchmark prints; skip where the group `bench` is not installed."""
    missing = [module for module in needs if importlib.util.find_spec(module) is None]
    if missing:
        pytest.skip(f"the dependency group bench is not installed: no {', '.join(missing)}")
    if not Path("/proc/self/stat").exists():
        pytest.skip("the benchmarks read CPU times from /proc, which this system has not")
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_core_is_set_beside_a_command_by_hand_and_two_libraries() -> None:
    told = run("core", "transitions", "statemachine", "aiohttp", "uvloop")

    for row in ("by hand", "decide + evolve + summary", "transitions", "Desk.dispatch"):
        assert row in told
    assert re.findall(r"^P9, .*reached [\d.]+", told, re.MULTILINE)
    assert re.findall(r"^P10, .*reached [\d.]+", told, re.MULTILINE)


def test_every_relay_carries_lines_and_none_goes_wrong_or_is_lost() -> None:
    told = run("relay", "picows", "uvloop", "aiohttp")

    library = ("library, SQLite FULL", "library, memory store")
    for row in ("bare relay, no store", "durable base, SQLite FULL", *library):
        found = re.search(rf"^{row} +([\d,]+) .* (\d+) +(\d+) +\d of \d$", told, re.MULTILINE)
        assert found, told
        rate, wrong, lost = found.groups()
        assert rate != "0"
        assert (wrong, lost) == ("0", "0")
    assert re.findall(r"^P[14], .*reached [\d.]+", told, re.MULTILINE)


def test_routing_is_set_beside_a_scan_and_bare_buckets() -> None:
    told = run("routing")

    for row in ("scan", "buckets", "library"):
        assert len(re.findall(rf"^{row} +[\d.]+ +[\d.]+$", told, re.MULTILINE)) == 2
    assert len(re.findall(r"^P8, .*reached [\d.]+", told, re.MULTILINE)) == 5

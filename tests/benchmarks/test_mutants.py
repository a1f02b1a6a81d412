"""The trial of mutants runs in its quickest form, and its tests find what is clearly wrong."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.skipif(os.name != "posix", reason="a trial is a fork")
@pytest.mark.skipif(
    importlib.util.find_spec("mutmut") is None,
    reason="the dependency group mutants is not installed",
)
def test_mutants_are_drawn_tried_and_counted() -> None:
    command = [sys.executable, "-m", "mutants", "--only", "ranking.py", "--sample", "4"]
    done = subprocess.run(
        command, cwd=BENCHMARKS, capture_output=True, text=True, timeout=120, check=False
    )

    assert re.search(r"^seed 1, population \d+, sample 4$", done.stdout, re.MULTILINE), done.stderr
    drawn = re.search(r"^all +\d+ +4 +(\d) +(\d) +\S+%$", done.stdout, re.MULTILINE)
    assert drawn, done.stdout
    killed, survived = map(int, drawn.groups())
    assert killed + survived == 4
    assert killed > 0

"""The trial of mutants runs in its quickest form, and its tests find what is clearly wrong."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
LIBRARY = ROOT / "src" / "livechat_core"
SURVIVORS = BENCHMARKS / "mutants" / "survivors.toml"


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


@pytest.mark.parametrize(
    "row", tomllib.loads(SURVIVORS.read_text("utf-8"))["survivor"], ids=lambda row: row["path"]
)
def test_every_known_survivor_stands_in_the_code_and_has_a_reason(row: dict[str, str]) -> None:
    lines = (LIBRARY / row["path"]).read_text("utf-8").splitlines()
    code = "\n".join(line.strip() for line in lines)

    assert row["old"] in code, "the code has moved: bring survivors.toml up to date"
    assert row["new"] != row["old"]
    assert row["reason"]

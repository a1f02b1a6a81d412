"""No file names a place on the machine where it was written."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.files import files

# Put together here, so that this file does not hold what it looks for.
HOMES = "|".join(
    ["/" + "home/", "/" + "root/", "/" + "Users/", "/" + "work/", r"C:\\" + r"Users\\"]
)
PATH = re.compile(rf"(?:^|file://|[^\w.)}}/-])({HOMES})", flags=re.MULTILINE)
TEXT = (".py", ".md", ".toml", ".js", ".css", ".html", ".sql", ".svg", ".json", ".yaml", ".yml", "")


def machine_paths(paths: Iterable[Path]) -> list[str]:
    """Return the places at which a file names an absolute path of somebody's home or workplace."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if PATH.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    return found


def test_no_file_names_a_path_of_a_machine() -> None:
    assert machine_paths(files(*TEXT)) == []


@pytest.mark.parametrize(
    "line",
    ["cd /" + "home/jo/chat", "x = '/" + "root/x'", "file:///" + "work/y", "C:" + "\\Users\\jo"],
)
def test_a_bad_sample_is_found(tmp_path: Path, line: str) -> None:
    sample = tmp_path / "sample.md"
    sample.write_text(f"fine\n{line}\n")

    assert len(machine_paths([sample])) == 1


def test_an_address_on_the_web_is_no_machine_path(tmp_path: Path) -> None:
    sample = tmp_path / "sample.md"
    sample.write_text("see https://shop.example/" + "home/ and ../" + "work/plan\n")

    assert machine_paths([sample]) == []

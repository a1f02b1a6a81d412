"""The map of requirements is whole: each row once, with a test that exists and carries its id."""

from pathlib import Path

import pytest

from tests.house import rows
from tests.house.files import ROOT, SOURCE

PAGE = ROOT / "docs" / "reference" / "requirements.md"


def test_the_map_has_every_requirement_and_names_only_what_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert rows.faults(text, rows.tests(ROOT / "tests"), SOURCE / "livechat_core") == []


def test_there_are_158_rows_of_the_sources_and_69_features() -> None:
    assert len(rows.IDS) == len(set(rows.IDS)) == 158 + 69
    assert (rows.IDS[0], rows.IDS[44], rows.IDS[45], rows.IDS[-1]) == (
        *("S0-1", "S0-45", "S1-1", "F69"),
    )


SAMPLE = '''
import pytest

async def test_one_waits_S0_1():
    """F2."""

@pytest.mark.parametrize("how", ["a", "b"])
def test_both(how):
    """S0-10, F20: long ids."""

class TestWindow:
    def test_closes(self, page):
        """F3."""

def test_without_a_window():
    """F3."""

def helper():
    """F2."""
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a package of one module and the sample as a desk and a web test."""
    for folder in ("desk", "web", "backends"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / "test_sample.py").write_text(SAMPLE)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "queues.py").touch()
    return tmp_path


def found(project: Path, line: str) -> list[str]:
    """Return the faults of a page in which this line stands for its row."""
    own = line.split("|")[1].strip()
    rest = [f"| {one} | Wanted. | - | planned | - |" for one in rows.IDS if one != own]
    known = rows.tests(project / "tests")
    return rows.faults("\n".join([*rest, line]), known, project / "package")


@pytest.mark.parametrize(
    "line",
    [
        "| S0-1 | Waits. | `queues.py` | `desk/test_sample.py::test_one_waits_S0_1` | desk |",
        "| F20 | Both. | `queues.py` | `desk/test_sample.py::test_both` | desk |",
        "| F3 | Closes. | `queues.py` | `web/test_sample.py::TestWindow::test_closes` | browser |",
        "| F2 | Waits. | - | planned | - |",
    ],
)
def test_a_good_row_passes(project: Path, line: str) -> None:
    assert found(project, line) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("| S0-46 | Ha. | - | planned | - |", "no such requirement"),
        ("| S0-1 |  | - | planned | - |", "nothing is said"),
        ("| S0-1 | Waits. | `queues.py` | planned | - |", "something is claimed"),
        ("| S0-1 | Waits. | - | planned | desk |", "something is claimed"),
        ("| S0-1 | Waits. | - | `desk/test_sample.py::test_one_waits_S0_1` | desk |", "no module"),
        (
            "| S0-1 | Waits. | `gone.py` | `desk/test_sample.py::test_one_waits_S0_1` | desk |",
            "no module gone.py",
        ),
        ("| S0-1 | Waits. | `queues.py` | `desk/test_sample.py::test_gone` | desk |", "no test"),
        ("| F2 | Waits. | `queues.py` | `desk/test_sample.py::helper` | desk |", "no test"),
        ("| F2 | Waits. | `queues.py` | soon | desk |", "no test soon"),
        ("| S0-1 | Long. | `queues.py` | `desk/test_sample.py::test_both` | desk |", "its id"),
        ("| F2 | Long. | `queues.py` | `desk/test_sample.py::test_both` | desk |", "its id"),
        (
            "| F2 | Waits. | `queues.py` | `desk/test_sample.py::test_one_waits_S0_1` | browser |",
            "level desk, not browser",
        ),
        (
            "| F3 | Shut. | `queues.py` | `web/test_sample.py::test_without_a_window` | browser |",
            "no level",
        ),
        (
            "| F2 | Kept. | `queues.py` | `backends/test_sample.py::test_one_waits_S0_1` | - |",
            "no level",
        ),
    ],
)
def test_a_bad_row_is_found(project: Path, line: str, fault: str) -> None:
    assert any(fault in one for one in found(project, line))


def test_a_row_that_is_missing_or_doubled_is_found(project: Path) -> None:
    assert found(project, "| Z |") == []
    line = "| S0-1 | Wanted. | - | planned | - |"

    assert found(project, f"{line}\n{line}") == ["S0-1: there are 2 rows"]
    assert rows.faults("", {}, project)[0] == "S0-1: there are 0 rows"


def test_a_row_with_a_cell_too_many_is_found(project: Path) -> None:
    with pytest.raises(ValueError, match="S0-1: 6 cells"):
        found(project, "| S0-1 | a | - | planned | - | x |")


def test_a_test_that_serves_too_many_rows_is_found(project: Path) -> None:
    name = "desk/test_sample.py::test_all"
    known = {name: rows.Test(level="desk", told="F1, F2, F3, F4")}
    wide = [f"| F{one} | a | `queues.py` | `{name}` | desk |" for one in range(1, 5)]
    package = project / "package"

    assert f"{name}: serves 4 rows" in rows.faults("\n".join(wide), known, package)
    assert f"{name}: serves 3 rows" not in rows.faults("\n".join(wide[1:]), known, package)

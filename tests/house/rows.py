"""The map of requirements as its page shows it, and the tests that it names, read without running.

A row of the map is a line of a table: id, what was adopted, modules, tests, levels.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from tests.house.files import files

COUNTS = {"S0": 45, "S1": 31, "S2": 22, "S3": 37, "S4": 23, "F": 69}
IDS = tuple(
    f"{source}{'-' if source != 'F' else ''}{number}"
    for source, count in COUNTS.items()
    for number in range(1, count + 1)
)
PLANNED = "planned"
NOTHING = "-"
MOST_ROWS = 3
LEVELS = ("pure", "desk", "wire", "browser")
FOLDERS = {
    "pure": "pure",
    "desk": "desk",
    "scenario": "desk",
    "simulation": "desk",
    "transports": "wire",
}
BROWSER_FOLDERS = ("web", "acceptance", "demo")
BROWSER_FIXTURES = {"browser", "page", "rough_page", "screens", "german"}

ROW = re.compile(r"^\| (?P<id>(?:S\d-|F)\d+) +\|(?P<rest>.*)\|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")


@attrs.frozen(kw_only=True)
class Row:
    """One line of the map.

    Args:
        id: Of the requirement.
        adopted: What the library does, in words.
        modules: Where it is built, relative to the package.
        tests: What shows it, ``desk/test_chat.py::test_name``; empty while it is planned.
        levels: What the page says about the levels of these tests.
    """

    id: str
    adopted: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    levels: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Test:
    """A test: its level (empty for none), and name and docstring, which carry its ids."""

    level: str
    told: str

    def carries(self, row: str) -> bool:
        """Tell whether this requirement's id stands in name or docstring."""
        wanted = row.replace("-", "[-_]")
        return re.search(rf"(?<![a-z0-9]){wanted}(?!\d)", self.told, re.IGNORECASE) is not None


def rows(text: str) -> Iterator[Row]:
    """Yield the rows of a page.

    Raises:
        ValueError: A row has too few or too many cells.
    """
    for found in ROW.finditer(text):
        cells = [cell.strip() for cell in found["rest"].split("|")]
        if len(cells) != 4:
            raise ValueError(f"{found['id']}: {len(cells) + 1} cells instead of 5")
        adopted, modules, tests, levels = cells
        yield Row(
            id=found["id"],
            adopted=adopted,
            modules=listed(modules, NOTHING),
            tests=listed(tests, PLANNED),
            levels=() if levels == NOTHING else tuple(levels.split(", ")),
        )


def listed(cell: str, nothing: str) -> tuple[str, ...]:
    """Return the names in a cell; what is no name at all stays, to be found missing."""
    return () if cell == nothing else tuple(CODE.findall(cell)) or (cell,)


def tests(folder: Path) -> Mapping[str, Test]:
    """Return all tests below a folder, functions and methods, by file and name."""
    found: dict[str, Test] = {}
    for path in files(".py", below=folder):
        if path.name.startswith("test_"):
            name = path.relative_to(folder).as_posix()
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for place, function in functions(tree):
                told = f"{function.name}\n{ast.get_docstring(function) or ''}"
                found[f"{name}::{place}"] = Test(level=level(name, function), told=told)
    return found


def functions(
    tree: ast.Module | ast.ClassDef, within: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the test functions of a module and the test methods of its classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from functions(node, f"{within}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test_"
        ):
            yield f"{within}{node.name}", node


def level(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return a test's level: that of its folder, and ``browser`` only if it opens one."""
    folder = name.partition("/")[0]
    if folder in BROWSER_FOLDERS:
        arguments = (*function.args.args, *function.args.kwonlyargs)
        return "browser" if BROWSER_FIXTURES & {one.arg for one in arguments} else ""
    return FOLDERS.get(folder, "")


def faults(text: str, known: Mapping[str, Test], package: Path) -> list[str]:
    """Return what is wrong with a page, in words."""
    found = list(rows(text))
    ids = Counter(row.id for row in found)
    uses = Counter(test for row in found for test in set(row.tests))
    return [
        *(f"{one}: there are {ids[one]} rows" for one in IDS if ids[one] != 1),
        *(f"{one}: no such requirement" for one in ids if one not in IDS),
        *(f"{test}: serves {count} rows" for test, count in uses.items() if count > MOST_ROWS),
        *(f"{row.id}: {fault}" for row in found for fault in row_faults(row, known, package)),
    ]


def row_faults(row: Row, known: Mapping[str, Test], package: Path) -> Iterator[str]:
    """Yield what is wrong with one row."""
    if not row.adopted:
        yield "nothing is said"
    if not row.tests:
        if row.modules or row.levels:
            yield "planned, but something is claimed"
        return
    if not row.modules:
        yield "no module"
    yield from (f"no module {name}" for name in row.modules if not (package / name).exists())
    yield from test_faults(row, known)


def test_faults(row: Row, known: Mapping[str, Test]) -> Iterator[str]:
    """Yield what is wrong with the tests of one row."""
    reached = set()
    for name in row.tests:
        test = known.get(name)
        if test is None:
            yield f"no test {name}"
            continue
        reached.add(test.level)
        if not test.carries(row.id):
            yield f"its id is not in {name}"
        if not test.level:
            yield f"no level for {name}"
    if all(name in known for name in row.tests):
        wanted = tuple(one for one in LEVELS if one in reached)
        if row.levels != wanted:
            yield f"level {', '.join(wanted)}, not {', '.join(row.levels)}"

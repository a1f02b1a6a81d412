"""Files and functions stay small: a file that outgrows its limit usually hides a second idea."""

import ast
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.house.files import SOURCE, files

FILE_LIMIT = 400
FUNCTION_LIMIT = 40
FUNCTION_MEDIAN = 8


def long_files(paths: Iterable[Path], limit: int = FILE_LIMIT) -> list[str]:
    """Return the files with more lines than the limit."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{path}: {length} lines" for path, length in lengths.items() if length > limit]


def functions(paths: Iterable[Path]) -> Iterator[tuple[str, int]]:
    """Yield the place and the number of lines of every function, docstring included."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def long_functions(paths: Iterable[Path], limit: int = FUNCTION_LIMIT) -> list[str]:
    """Return the functions with more lines than the limit."""
    return [f"{place}: {length} lines" for place, length in functions(paths) if length > limit]


def test_no_file_is_long() -> None:
    assert long_files(files(".py", ".js", ".css", ".html", ".sql")) == []


def test_no_function_is_long() -> None:
    assert long_functions(files(".py")) == []


def test_most_functions_are_short() -> None:
    assert (
        statistics.median(length for _, length in functions(files(".py", below=SOURCE)))
        <= FUNCTION_MEDIAN
    )


def test_a_bad_sample_is_found(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text("def short():\n    pass\n\nasync def long():\n" + "    pass\n" * 3)

    assert long_files([sample], limit=6) == [f"{sample}: 7 lines"]
    assert long_functions([sample], limit=3) == [f"{sample}:4 long: 4 lines"]
    assert long_files([sample], limit=7) == long_functions([sample], limit=4) == []

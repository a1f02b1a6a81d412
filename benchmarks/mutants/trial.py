"""Run the pure tests of one part in a copy of the checkout that has one mistake in it.

A trial is a fork of this process, which has imported pytest and the libraries of others already, so
that it pays for ours only. It is limited by its processor time alone: pure tests never wait, and a
busy machine must not look like a killed mutant. It needs a POSIX system.
"""

import multiprocessing
import os
import resource
import shutil
import sys
from collections.abc import Iterable, Iterator
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

import anyio
import attrs
import hypothesis
import msgspec
import pluggy
import pytest

from .population import LIBRARY, Mutant, part_of

IMPORTED_BEFORE_THE_FORKS = (anyio, attrs, msgspec, pluggy)
COPIED = ("src", "tests", "pyproject.toml")
PURE = Path("tests", "pure")
OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # they are imported before the forks
)
MEMORY = 4 << 30
NOT_THE_COPY = 99
LUCK = "test_every_arrow_of_the_table_is_walked"
"""Left out: almost any mistake may send the walks another way, so that they miss an arrow."""

SUITES: dict[str, tuple[str, ...]] = {
    "routing": ("test_routing.py", "test_routing_[!w]*.py", "test_routing_walk.py"),
    "ranking.py": ("test_ranking.py", "test_queues.py"),
    "queues.py": ("test_queues.py",),
    "hours.py": ("test_hours.py",),
    "policy": ("test_policy*.py",),
    "conversation": ("test_conversation_*.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "presence": ("test_presence*.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "contact": ("test_contact*.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "visit": ("test_visit*.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "enquiry": ("test_enquiry*.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "access.py": ("test_access*.py", "test_arguments.py"),
    "flow": ("test_flow_[!w]*.py", "test_flow_walk.py"),
    "record": ("test_record.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "erasure.py": ("test_erasure.py", "test_tables.py", "test_golden.py"),
    "ban.py": ("test_ban.py", "test_tables.py", "test_golden.py", "test_walks.py"),
    "figures.py": ("test_figures.py",),
    "replies.py": ("test_replies.py",),
}
"""Which tests are to find the mistakes of a part, the quick ones first."""

hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),  # nobody reads the example
    suppress_health_check=list(hypothesis.HealthCheck),
)


class Trial(NamedTuple):
    """What became of one mutant."""

    mutant: Mutant
    killed: bool


def copy(root: Path, folder: Path) -> Path:
    """Copy what the pure tests need of a checkout."""
    folder.mkdir()
    for name in COPIED:
        if (root / name).is_dir():
            skipped = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, folder / name, ignore=skipped)
        else:
            shutil.copy2(root / name, folder / name)
    return folder


def begin(folder: Path, part: str, seconds: int, *, keeps: bool = False) -> BaseProcess:
    """Start the tests of a part in a copy.

    Args:
        folder: The copy.
        part: One of `SUITES`.
        seconds: Processor time after which they are ended.
        keeps: What is compiled is kept for the runs to come.
    """
    child = multiprocessing.get_context("fork").Process(
        target=_run, args=(folder, part, seconds, keeps)
    )
    child.start()
    return child


def _run(folder: Path, part: str, seconds: int, keeps: bool) -> None:  # noqa: FBT001
    """Be the child: run the tests, and end with their exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    told = os.open(folder / "told.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(told, 1)
    os.dup2(told, 2)
    os.chdir(folder)
    sys.dont_write_bytecode = not keeps
    sys.path.insert(0, str(folder / "src"))
    files = [str(path) for name in SUITES[part] for path in sorted(PURE.glob(name))]
    named = f"(not test_walks or {part.removesuffix('.py')}) and not {LUCK}"
    code = int(pytest.main([*OPTIONS, *files, "-k", named]))
    library = sys.modules.get("livechat_core")
    elsewhere = library and not str(library.__file__).startswith(str(folder))
    os._exit(NOT_THE_COPY if elsewhere else code)


def whole(folders: Iterable[Path], part: str) -> int:
    """Run the tests of a part without a mistake, and return how long they may take with one.

    Raises:
        SystemExit: They fail, so they can show nothing.
    """
    for folder in folders:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = begin(folder, part, 600, keeps=True)
        child.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if child.exitcode:
            told = (folder / "told.txt").read_text(encoding="utf-8", errors="replace")
            raise SystemExit(f"the tests of {part} fail without any mistake:\n{told[-2000:]}")
    return 5 + 3 * int(after.ru_utime - before.ru_utime)


def trials(
    kept: Path, folders: Iterable[Path], mutants: Iterable[Mutant], seconds: dict[str, int]
) -> Iterator[Trial]:
    """Try all mutants, one in each folder at a time.

    Args:
        kept: A copy that is never changed.
        folders: Copies to make the mistakes in.
        mutants: The mistakes.
        seconds: Processor time that each part's tests may take.

    Raises:
        SystemExit: A trial shows nothing.
    """
    free, running = list(folders), {}
    coming = iter(mutants)
    while True:
        while free and (mutant := next(coming, None)):
            folder = free.pop()
            (folder / LIBRARY / mutant.path).write_text(mutant.source, encoding="utf-8")
            part = part_of(mutant.path)
            child = begin(folder, part, seconds[part])
            running[child.sentinel] = folder, mutant, child
        if not running:
            return
        for sentinel in connection.wait(list(running)):
            folder, mutant, child = running.pop(int(sentinel))  # type: ignore[arg-type]
            child.join()
            if child.exitcode in (NOT_THE_COPY, int(pytest.ExitCode.NO_TESTS_COLLECTED)):
                raise SystemExit(f"the tests of {mutant.path} did not look at the copy")
            # With the time of the file, so that what was compiled of it holds again.
            shutil.copy2(kept / LIBRARY / mutant.path, folder / LIBRARY / mutant.path)
            free.append(folder)
            yield Trial(mutant, killed=child.exitcode != 0)

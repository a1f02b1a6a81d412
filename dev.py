#!/usr/bin/env python3
"""Set up and run livechat_core from a checkout, with nothing but Python.

    python3 dev.py demo [--port 8765] [--data DIR] [--no-browser]
    python3 dev.py test [--slow] [any argument of pytest]
    python3 dev.py check
    python3 dev.py docs [--check]
    python3 dev.py bench [NAME [its arguments]]
    python3 dev.py mutants [--sample 500] [--seed 1] [--only PART] [--workers 2]

The first run of a verb makes `.venv` beside this file and installs there what the verb needs; later
runs start at once, until `pyproject.toml` changes. What this script says goes to the error output,
so that the output is the verb's own.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, NoReturn, Sequence

OLDEST = (3, 11)
OLDEST_PIP = (25, 1)  # the first one that knows dependency groups
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "dev.json"
DAY = 24 * 60 * 60

# Variables that would make Python or pip look somewhere else than into `.venv`.
MISLEADING = (
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "PYENV_VERSION",
    "PYTHONHOME",
    "PYTHONPATH",
    "__PYVENV_LAUNCHER__",
)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    """Say what is wrong and end."""
    say(text)
    sys.exit(2)


# --- the environment ------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """Return the variables for everything that runs inside `.venv`."""
    variables = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    variables["VIRTUAL_ENV"] = str(VENV)
    variables["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    return variables


def require_parts() -> None:
    """End with a plain message if this Python cannot make an environment."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        stop(
            f"this Python has no module {' and no module '.join(missing)} ({sys.executable}), "
            "so it cannot make .venv. On Debian and Ubuntu: apt install python3-venv"
        )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let only one dev.py at a time change `.venv` (Windows has no such lock here)."""
    with Path(ROOT, ".venv.lock").open("a", encoding="utf-8") as handle:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    """Return what an installation depends on: the project file, its place, and Python's version."""
    text = f"{sys.version_info[:2]} {ROOT}".encode()
    return hashlib.sha256(text + (ROOT / "pyproject.toml").read_bytes()).hexdigest()


def installed(key: str) -> set[str]:
    """Return the extras and groups that `.venv` holds for this fingerprint."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return set(stamp["parts"]) if PYTHON.exists() and stamp.get("key") == key else set()


def works() -> bool:
    """Tell whether `.venv` has a Python of this version, and a new enough pip."""
    probe = (
        "import sys, pip; number = tuple(int(part) for part in pip.__version__.split('.')[:2]); "
        f"sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])} or number < {OLDEST_PIP})"
    )
    command = [str(PYTHON), "-c", probe]
    quiet = subprocess.DEVNULL
    return PYTHON.exists() and not subprocess.call(command, env=environment(), stderr=quiet)


def make() -> None:
    """Make an empty `.venv` with a new pip: the one that comes with Python may be too old."""
    require_parts()
    say("making .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.call(command, env=environment(), stdin=subprocess.DEVNULL, stdout=sys.stderr):
        stop("Python could not make .venv; its own message is above")
    pip("--upgrade", f"pip>={'.'.join(map(str, OLDEST_PIP))}")


def pip(*arguments: str) -> None:
    """Install with the pip of `.venv`."""
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--quiet", "--quiet", *arguments]
    if subprocess.call(
        [*command, "--disable-pip-version-check"],
        cwd=str(ROOT),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    ):
        stop(
            "pip could not install what is needed; its own message is above. A package index must "
            "be reachable this once (PIP_INDEX_URL names a mirror, PIP_PROXY a proxy)"
        )


def prepare(verb: Verb) -> None:
    """Bring `.venv` to where the verb can run."""
    key = fingerprint()
    if verb.parts <= installed(key):
        return
    with alone():
        have = installed(key)
        if verb.parts <= have:
            return  # another dev.py did it meanwhile
        if not works():
            make()
        wanted = sorted(verb.parts | have)
        extras = ",".join(part for part in wanted if not part.startswith("group "))
        groups = [part[len("group ") :] for part in wanted if part.startswith("group ")]
        say(f"installing into .venv: {', '.join(wanted)} (the first time takes a minute)")
        pip("--editable", f".[{extras}]", *(f"--group={name}" for name in groups))
        STAMP.write_text(json.dumps({"key": key, "parts": wanted}), encoding="utf-8")


# --- running --------------------------------------------------------------------------------


def become(program: Path, *arguments: str, **variables: str) -> NoReturn:
    """Turn into the program, so that signals and the exit code are its own."""
    command, env = [str(program), *arguments], {**environment(), **variables}
    if os.name != "nt":
        os.execve(command[0], command, env)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Windows cannot: the child gets it and decides
    sys.exit(subprocess.call(command, env=env))


def demo(arguments: Sequence[str]) -> NoReturn:
    """Serve the demo from the caller's own folder, so that a relative --data means what it says."""
    become(BIN / "livechat", "demo", *arguments)


def test(arguments: Sequence[str]) -> NoReturn:
    """Run pytest; the whole suite must also cover every branch of layers 0 to 2."""
    os.chdir(ROOT)
    if set(arguments) - {"--slow", "-q", "-v", "-x"}:
        become(PYTHON, "-m", "pytest", *arguments)
    for old in VENV.glob("coverage.*"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > DAY:
                old.unlink()
    become(
        PYTHON,
        *("-m", "pytest", *arguments),
        *("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder"),
        *("--cov", "--cov-fail-under=100", "--cov-report=term-missing:skip-covered"),
        COVERAGE_FILE=str(VENV / f"coverage.{os.getpid()}"),  # two runs at once must not mix
    )


def check(arguments: Sequence[str]) -> NoReturn:
    """Run ruff, mypy and the house rules, all of them even if one finds something."""
    if arguments:
        stop("check takes no arguments")
    os.chdir(ROOT)
    steps = {
        "ruff check": ("ruff", "check"),
        "ruff format": ("ruff", "format", "--check"),
        "mypy": ("mypy",),
        "house rules": ("pytest", "-q", "tests/house"),
    }
    failed = []
    for name, step in steps.items():
        say(name)
        if subprocess.call([str(PYTHON), "-m", *step], env=environment()):
            failed.append(name)
    say(f"check failed: {', '.join(failed)}" if failed else "check passed")
    sys.exit(1 if failed else 0)


def docs(arguments: Sequence[str]) -> NoReturn:
    """Write the pages of docs/reference/ that are generated from the code."""
    os.chdir(ROOT)
    become(PYTHON, str(Path("docs", "build.py")), *arguments)


def bench(arguments: Sequence[str]) -> NoReturn:
    """Run one of benchmarks/, or list them."""
    os.chdir(ROOT)
    there = {path.stem: path for path in sorted(Path("benchmarks").glob("[a-z]*.py"))}
    if not arguments:
        say(f"python3 dev.py bench NAME, where NAME is one of: {', '.join(there) or '(none yet)'}")
        sys.exit(0)
    name, *rest = arguments
    if name not in there:
        stop(f"there is no benchmark {name!r}; there are: {', '.join(there) or '(none yet)'}")
    become(PYTHON, str(there[name]), *rest)


def mutants(arguments: Sequence[str]) -> NoReturn:
    """Try mutants of the rules."""
    os.chdir(ROOT / "benchmarks")
    become(PYTHON, "-m", "mutants", *arguments)


class Verb(NamedTuple):
    """What can be asked of this script."""

    about: str
    parts: frozenset[str]
    run: Callable[[Sequence[str]], NoReturn]


TESTED = frozenset({"demo", "html", "jwt", "postgres"})

VERBS = {
    "demo": Verb("serve the demo in a browser", frozenset({"demo"}), demo),
    "test": Verb("run the tests", TESTED | {"group test"}, test),
    "check": Verb("ruff, mypy and the house rules", TESTED | {"group lint", "group test"}, check),
    "docs": Verb("write the generated pages", frozenset({"demo", "group docs"}), docs),
    "bench": Verb("run a benchmark", frozenset({"demo", "group bench"}), bench),
    "mutants": Verb(
        "see whether the pure tests find small mistakes in the rules",
        frozenset({"demo", "group mutants", "group test"}),
        mutants,
    ),
}


def usage() -> str:
    """Return the list of verbs."""
    lines = [f"  {name:7} {verb.about}" for name, verb in VERBS.items()]
    return "\n".join(["usage: python3 dev.py VERB [arguments]", "", *lines])


def keep_input_open() -> None:
    """Open an empty input if there is none at all: else the next file opened would become it."""
    try:
        os.fstat(0)
    except OSError:
        os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)


def main(arguments: Sequence[str]) -> None:
    """Find the verb, prepare for it, run it."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        stop(
            f"Python 3.11 or newer is needed; this is Python {found} ({sys.executable}). "
            "If a newer one is installed, name it: python3.11 dev.py ..."
        )
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        sys.exit(0)
    name, *rest = arguments
    if name not in VERBS:
        stop(f"there is no verb {name!r}\n{usage()}")
    keep_input_open()
    prepare(VERBS[name])
    VERBS[name].run(rest)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)

"""Nothing but `clock.py` reads a clock or sleeps; only a few places draw random numbers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.files import SOURCE
from tests.house.layers import LEVEL, PACKAGE

# kind -> what it covers, as full names; a name that ends with a dot covers the whole module
KINDS = {
    "clock": (
        "time.",
        *("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"),
        *("datetime.date.today", "anyio.current_time", "trio.current_time"),
    ),
    "sleep": (
        "anyio.sleep",
        "anyio.sleep_until",
        "asyncio.sleep",
        "trio.sleep",
        "trio.sleep_until",
    ),
    "limit": (
        *("anyio.fail_after", "anyio.move_on_after", "asyncio.timeout", "asyncio.timeout_at"),
        *("asyncio.wait", "asyncio.wait_for", "trio.fail_after", "trio.move_on_after"),
    ),
    "chance": (
        *("random.", "secrets.", "os.urandom", "os.getrandom"),
        *("uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7"),
    ),
}
HARMLESS = frozenset(
    {"random.Random", "secrets.compare_digest"}
)  # a source handed in; a comparison

# Layers 0 to 4 may do none of it. Elsewhere:
MAY: dict[str, frozenset[str]] = {
    "clock": frozenset({"clock", "sleep"}),
    **dict.fromkeys(  # tokens, ids and jitter are drawn where commands enter and jobs are tried
        (name for name, level in LEVEL.items() if level == 5 and name != "clock"),
        frozenset({"chance"}),
    ),
    **dict.fromkeys(
        (name for name, level in LEVEL.items() if level == 6), frozenset({"chance", "limit"})
    ),
    "backends": frozenset({"limit"}),  # the other side of a wire may hang
    "notifiers": frozenset({"limit"}),
    "transports": frozenset({"limit", "chance"}),  # nonces
    "testing": frozenset({"limit"}),  # a contract must not hang with the adapter it tries
    "demo": frozenset(KINDS),  # its servers stand for outside systems
}


def origins(tree: ast.Module) -> dict[str, str]:
    """Return the full name behind each imported name of a file."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def full_name(node: ast.expr, names: dict[str, str]) -> str:
    """Return the full name of an imported thing such as `dt.now`; of all else, nothing."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and (before := full_name(node.value, names)):
        return f"{before}.{node.attr}"
    return ""


def uses(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, kind and name of everything that reads a clock, waits or draws lots."""
    tree = ast.parse(text)
    names = origins(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            used = full_name(node, names)
            for kind, covered in KINDS.items():
                if used not in HARMLESS and any(
                    used.startswith(name) if name.endswith(".") else used == name
                    for name in covered
                ):
                    yield node.lineno, kind, used


def faults(package: Path) -> list[str]:
    """Return the uses that their place does not allow."""
    found = []
    for file in sorted(package.rglob("*.py")):
        path = file.relative_to(package)
        allowed = MAY.get(path.with_suffix("").parts[0], frozenset())
        for line, kind, name in uses(file.read_text(encoding="utf-8")):
            if kind not in allowed:
                found.append(f"{path}:{line}: {name} ({kind})")
    return found


def test_only_the_clock_knows_the_time() -> None:
    assert faults(SOURCE / PACKAGE) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("desk.py", "import time\ntime.monotonic()"),
        ("desk.py", "from time import time_ns as now\nnow()"),
        ("hours.py", "from datetime import datetime as d\nd.now(zone)"),
        ("hours.py", "import datetime\nfresh = datetime.datetime.utcnow"),
        ("worker.py", "async def wait():\n    import anyio\n    await anyio.sleep(1)"),
        ("worker.py", "from anyio import move_on_after\nmove_on_after(1)"),
        ("ports.py", "import secrets\nsecrets.token_hex()"),
        ("backends/memory.py", "import uuid\nuuid.uuid4()"),
        ("notifiers/mail.py", "import os\nos.urandom(4)"),
        ("conversation/offers.py", "from random import choice\nchoice([1])"),
    ],
)
def test_a_bad_sample_is_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)

    assert len(faults(tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("clock.py", "import time, anyio\ntime.monotonic_ns()\nanyio.sleep(1)"),
        (
            "hours.py",
            "from datetime import datetime, time\ntime.fromisoformat('08:00')\ndatetime(1, 1, 1)",
        ),
        ("desk.py", "clock.now()\nawait_ = clock.sleep(1)"),
        ("worker.py", "import random\nsource = random.Random(1)\nsource.random()\nrandom.random()"),
        ("demo/mail.py", "import time\ntime.time()"),
    ],
)
def test_a_good_sample_passes(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)

    assert faults(tmp_path) == []

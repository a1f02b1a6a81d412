"""Several processes on one SQLite file behave as one."""

import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from livechat_core.backends.sqlite import SqliteStore
from livechat_core.clock import SystemClock
from livechat_core.rules import seconds
from livechat_core.streams import Recorded
from livechat_core.testing.store_contract.base import put, write
from tests.backends.sqlite_check import faults

CHILD = Path(__file__).with_name("sqlite_child.py")
WRITERS = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.mark.anyio
async def test_another_process_on_the_file_keeps_the_order_and_wakes_us_G2(path: Path) -> None:
    commits, tasks = 30, 4
    async with SqliteStore(path, SystemClock()) as store:
        child = subprocess.Popen(  # noqa: ASYNC220 - as above
            [sys.executable, CHILD, path, "child", str(tasks), str(commits)],
            stdout=subprocess.DEVNULL,
        )
        seen: list[Recorded] = []
        position = 0
        with anyio.fail_after(60):
            while len(seen) < 2 * tasks * commits:
                await store.wait(position, seconds(60))
                found = await store.feed(position)
                seen += [one for one in found if not one.stream.startswith("agent")]
                position = found[-1].position
                for number in range(5):
                    await put(store, write(f"agent/{position}-{number}"))
        child.wait(30)
        journal = await store.feed(0, limit=100_000)

    assert child.returncode == 0
    assert [one.position for one in journal] == list(range(1, len(journal) + 1))
    assert seen == [one for one in journal if not one.stream.startswith("agent")]
    assert faults(path) == []


def test_many_may_open_an_empty_file_at_once_G20(tmp_path: Path) -> None:
    processes, rounds = 5, 12
    program = (
        "import sys; from pathlib import Path; from livechat_core.backends.sqlite import schema\n"
        "for line in sys.stdin:\n"
        "    schema.prepare(Path(line.strip()), 5.0); print('open', flush=True)\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for number in range(rounds):
        place = tmp_path / f"{number}.db"
        for child in children:
            assert child.stdin is not None
            child.stdin.write(f"{place}\n")
            child.stdin.flush()
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "open\n"
        assert faults(place) == []
    for child in children:
        child.communicate(timeout=30)
        assert child.returncode == 0

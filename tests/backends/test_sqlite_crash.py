"""G1, G20: whatever kills the process, what was acknowledged is there once, the rest is whole."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import attrs
import pytest

from livechat_core.testing.crash import VARIABLE
from tests.backends.sqlite_check import faults

CHILD = Path(__file__).with_name("sqlite_child.py")
HITS = (1, 2, 9)
KILLS = 6


@attrs.define
class Told:
    """What the killed processes said, and what they left behind."""

    acked: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    recorded: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    killed: int = 0


def run(
    path: Path, prefix: str, tasks: int, *, crash: str = "", after: float = 0
) -> tuple[str, int]:
    """Let a child commit until it is killed; return what it said and its exit code."""
    child = subprocess.Popen(
        [sys.executable, CHILD, path, prefix, str(tasks), "100000"],
        stdout=subprocess.PIPE,
        env={**os.environ, VARIABLE: crash},
        text=True,
    )
    with child:
        assert child.stdout is not None
        first = child.stdout.readline() if after else ""
        timer = threading.Timer(after or 60, child.kill)
        timer.start()
        told = first + child.stdout.read()
        timer.cancel()
    return told, child.returncode


def look(path: Path, told: Told, said: str, code: int) -> None:
    """Compare what is in the file with what was said."""
    assert code == -signal.SIGKILL
    told.killed += 1
    for line in said.splitlines():
        if len(parts := line.split()) == 3:  # a line may be cut off
            told.acked[parts[0]] = (int(parts[1]), int(parts[2]))
    assert faults(path) == []
    connection = sqlite3.connect(path)
    rows = connection.execute(
        """
        SELECT CAST(data AS TEXT), journal.version, journal.position, stream
        FROM journal JOIN summary USING (number) ORDER BY journal.position
        """
    ).fetchall()
    connection.close()
    told.recorded = {id_: (version, place) for id_, version, place, name in rows if name[0] == "c"}
    jobs = {id_: place for id_, _, place, name in rows if name[0] == "j"}
    assert jobs == {id_: place + 1 for id_, (_, place) in told.recorded.items()}
    assert len(rows) == 2 * len(jobs)
    for id_, place in told.acked.items():
        assert told.recorded.get(id_) == place, f"{id_} was acknowledged"


@pytest.mark.parametrize(
    ("point", "unsaid"), [("store.before_commit", 0), ("store.after_commit_before_answer", 1)]
)
def test_nothing_is_lost_or_doubled_at_a_crash_point_G1(
    tmp_path: Path, point: str, unsaid: int
) -> None:
    told = Told()
    for hit in HITS:
        before = len(told.recorded) - len(told.acked)
        look(
            tmp_path / "chat.db",
            told,
            *run(tmp_path / "chat.db", f"{hit}-", 1, crash=f"{point}:{hit}"),
        )
        # One task: the commit in hand was recorded, or not, exactly as the point says.
        assert len(told.recorded) - len(told.acked) == before + unsaid

    print(f"{point}: {told.killed} hits, {len(told.acked)} acked, {len(told.recorded)} recorded")  # noqa: T201 - the vacuity guard shows its figures
    assert told.killed == len(HITS)
    assert len(told.acked) >= sum(HITS) - len(HITS)


def test_nothing_is_lost_or_doubled_at_random_kills_G1(tmp_path: Path) -> None:
    told, chance = Told(), random.Random(7)  # noqa: S311 - not for secrets
    for number in range(KILLS):
        said, code = run(tmp_path / "chat.db", f"{number}-", 8, after=chance.uniform(0.01, 0.4))
        look(tmp_path / "chat.db", told, said, code)

    print(f"random: {told.killed} kills, {len(told.acked)} acked, {len(told.recorded)} recorded")  # noqa: T201 - the vacuity guard shows its figures
    assert told.killed == KILLS
    assert len(told.acked) >= 20 * KILLS

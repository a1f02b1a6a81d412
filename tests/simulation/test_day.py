"""A simulated day of the whole desk: no chat is stuck, overtaken or doubled (T-sim).

Tokens and names of processes are drawn with `secrets`, which has no seed: its one source of bytes
is replaced by a seeded one. So ids need no renaming, and the trace is the journal as it stands.
"""

import asyncio
import os
import random
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from livechat_core.queues import Lines
from livechat_core.router import Router
from livechat_core.timers import Timers
from tests.house.files import ROOT
from tests.simulation.day import Day

Patch = pytest.MonkeyPatch

SEEDS, SEEDS_SLOW = range(1, 4), range(101, 201)
MINIMUM = {
    "Started": 1_800,
    "Accepted": 1_500,
    "Offered": 1_700,
    "Declined": 80,
    "OfferLapsed": 80,
    "OfferWithdrawn": 5,
    "Requeued": 100,
    "TransferOffered": 10,
    "TransferAccepted": 5,
    "Overflowed": 50,
    "MessageLeft": 60,
    "GraceBegan": 100,
    "Returned": 100,
    "WrapUpBegan": 800,
    "restart": 5,
    "second process": 1,
    "agent disconnects": 100,
    "agent cut off": 15,
    "agent connects": 150,
    "visitor disconnects": 250,
    "visitor cut off": 20,
    "visitor comes back": 400,
    "visitor gives up": 40,
    "away after misses": 10,
    "chats seen waiting": 3_000,
}
"""So much must happen on each day; else it proves little."""
BUSY = {"visitors": 450, "hours": (10, 12)}
"""Two hours in which lines form."""
CALM = {"visitors": 120, "hours": (10, 12)}


def live_through(seed: int, patch: Patch, **less: Any) -> Day:
    """Simulate one day and check it all through."""
    patch.setattr(secrets, "token_bytes", random.Random(seed).randbytes)  # noqa: S311
    day = Day(seed, **less)
    asyncio.run(day.run())
    return day


def told(day: Day) -> Counter[str]:
    """Print what happened and return how often."""
    found = day.counts + day.ledger.events + Counter({"chats seen waiting": day.watch.looked})
    print(dict(found), dict(day.refused))  # noqa: T201
    print(  # noqa: T201
        f"longest line {day.ledger.most_waiting}, overtaken {day.ledger.overtaken.total()} times"
    )
    return found


def a_whole_day(seed: int, patch: Patch) -> None:
    found = told(live_through(seed, patch))
    short = {name: found[name] for name, least in MINIMUM.items() if found[name] < least}
    assert not short, "this day proves little"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_of_2_000_visitors_leaves_no_chat_stuck_overtaken_or_doubled(
    seed: int, monkeypatch: Patch
) -> None:
    """G5 to G10: twenty agents, bad connections, and processes that die."""
    a_whole_day(seed, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS_SLOW)
def test_many_days_leave_no_chat_stuck_overtaken_or_doubled(seed: int, monkeypatch: Patch) -> None:
    """G5 to G10, with 100 other seeds."""
    a_whole_day(seed, monkeypatch)


def test_the_same_seed_gives_the_same_trace_G25(monkeypatch: Patch) -> None:
    """In this process, and in others that put sets into other orders."""
    trace, again, other = (
        live_through(seed, monkeypatch, **CALM).ledger.trace for seed in (7, 7, 8)
    )

    assert again == trace
    assert {trace_elsewhere(hash_seed) for hash_seed in ("1", "2")} == {trace}
    assert other != trace


def trace_elsewhere(hash_seed: str) -> str:
    """Return the trace of the same day in a process with another order of sets."""
    told = (
        "from tests.simulation.test_day import CALM, Patch, live_through\n"
        "print(live_through(7, Patch(), **CALM).ledger.trace)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", told]
    return subprocess.check_output(command, cwd=ROOT, env=environment, text=True).strip()


def newest_first(patch: Patch) -> None:
    real = Lines.join

    def join(self: Lines, stream: str, lane: Any, rank: tuple[int, int]) -> None:
        real(self, stream, lane, (rank[0], -rank[1]))

    patch.setattr(Lines, "join", join)


def rounds_only_now_and_then(patch: Patch) -> None:
    real = Router.route

    async def route(self: Router) -> None:
        if self._desk.clock.now() // 1_000_000 % 20 == 0:
            await real(self)

    patch.setattr(Router, "route", route)


def lost_processes_are_let_be(patch: Patch) -> None:
    async def lost(*_: object) -> None:
        pass

    patch.setattr(Timers, "_process_lost", lost)


@pytest.mark.parametrize(
    ("bug", "found"),
    [
        (newest_first, "overtaken again and again|waits though somebody has room"),
        (rounds_only_now_and_then, "waits though somebody has room"),
        (lost_processes_are_let_be, "G10|nobody is there"),
    ],
)
def test_a_day_finds_a_seeded_bug(
    bug: Callable[[Patch], None], found: str, monkeypatch: Patch
) -> None:
    """G8, G10: without the bug the same day passes."""
    bug(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        live_through(7, monkeypatch, **BUSY)

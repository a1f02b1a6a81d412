"""Several processes on one PostgreSQL schema behave as one, whatever becomes of connections."""

import contextlib
import itertools
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.settings import PostgresSettings
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.clock import SystemClock
from livechat_core.rules import seconds
from livechat_core.streams import Query, Recorded
from tests.backends.postgres_server import kept, place, rows, schema, url

__all__ = ["kept", "place"]

CHILD = Path(__file__).with_name("postgres_child.py")
PLACES = 7  # of the child
PROCESSES = 4
ATTENTIVE = PostgresSettings(poll=60)  # so that nothing but the ring can wake it in time

Child = subprocess.Popen[str]


@contextlib.contextmanager
def children(count: int, *arguments: object) -> Iterator[list[Child]]:
    """Start processes of which each has its number in its prefix; end what is left of them."""
    address, task, tasks, most = map(str, arguments)
    started = [
        subprocess.Popen(
            [sys.executable, CHILD, address, task, f"{number}-", tasks, most],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]
    try:
        yield started
    finally:
        for child in started:
            if child.poll() is None:
                child.kill()
                child.communicate()


def say(child: Child, line: str) -> None:
    assert child.stdin is not None
    child.stdin.write(f"{line}\n")
    child.stdin.flush()


def hear(child: Child) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def begin(processes: list[Child]) -> None:
    """Let those that talk begin together: they come up one after the other."""
    assert [hear(child) for child in processes] == ["ready"] * len(processes)
    for child in processes:
        say(child, "begin")


def faults(place: Place) -> list[tuple[object, ...]]:
    """Return what is not as it must be: versions with holes, summaries that lag, stray labels."""
    return rows(
        place,
        """
        SELECT 'versions', summary.stream FROM summary JOIN journal USING (number)
        GROUP BY summary.number HAVING count(*) <> max(summary.version)
            OR max(journal.version) <> max(summary.version)
            OR max(journal.position) <> max(summary.position)
            OR min(journal.position) <> summary.number
        UNION ALL SELECT 'summary', journal.number::text FROM journal
            LEFT JOIN summary USING (number) WHERE summary.number IS NULL
        UNION ALL SELECT 'labels', summary.stream FROM summary
            LEFT JOIN (SELECT number, array_agg(label ORDER BY label) AS found FROM label
                GROUP BY number) AS label USING (number)
            WHERE labels IS DISTINCT FROM coalesce(found, '{}')
        """,
    )


def test_guards_hold_among_four_processes_G5_G21(place: Place) -> None:
    rounds, tasks = 25, 3  # few, so that no process can fill all places in one transaction
    with children(PROCESSES, url(place.schema), "guard", tasks, 0) as processes:
        assert [hear(child) for child in processes] == ["ready"] * PROCESSES
        shares = []
        for number in range(rounds):
            for child in processes:
                say(child, f"round={number}")
            shares.append([int(hear(child)) for child in processes])

    assert [sum(share) for share in shares] == [PLACES] * rounds
    assert len({tuple(share) for share in shares}) > 2, "they never met"
    held = rows(place, "SELECT label, count(*) FROM label GROUP BY label ORDER BY label")
    assert {count for _, count in held} == {PLACES}
    assert len(held) == rounds
    assert faults(place) == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "anyio_backend", ["asyncio", pytest.param("trio", marks=pytest.mark.slow)], scope="module"
)
async def test_a_follower_of_four_processes_misses_nothing_G2(place: Place) -> None:
    tasks, commits = 3, 25
    seen: list[Recorded] = []
    longest = 0
    async with PostgresStore(place, SystemClock(), ATTENTIVE) as store:
        with children(PROCESSES, url(place.schema), "talk", tasks, commits) as processes:
            begin(processes)
            with anyio.fail_after(50):
                while len(seen) < 2 * PROCESSES * tasks * commits:
                    position = seen[-1].position if seen else 0
                    await store.wait(position, seconds(60))
                    found = await store.feed(position, limit=7)
                    longest = max(longest, len(found))
                    seen += found
            told = [child.communicate(timeout=30)[0] for child in processes]
            ended = [child.returncode for child in processes]
        journal = list(await store.feed(0, limit=100_000))

    assert ended == [0] * PROCESSES
    # Without an order to write in, some would meet others and be refused.
    assert [len(lines.splitlines()) for lines in told] == [tasks * commits] * PROCESSES
    assert "!" not in "".join(told)
    assert seen == journal
    assert [one.position for one in journal] == list(range(1, len(journal) + 1))
    turns = [one.data.partition(b"-")[0] for one in journal]
    changes = sum(one != other for one, other in itertools.pairwise(turns))
    assert changes > 2 * PROCESSES, "they wrote one after the other"
    assert faults(place) == []


@pytest.mark.slow
def test_five_processes_may_open_an_empty_schema_at_once_G20() -> None:
    rounds = 4
    with children(5, "", "open", 0, 0) as processes:
        for _ in range(rounds):
            with schema() as name:
                for child in processes:
                    say(child, url(name))
                assert [hear(child) for child in processes] == ["open"] * len(processes)
                place = Place.of(url(name))
                assert rows(place, "SELECT pre, post FROM migrated") == [(1, 0)]


TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = %s AND pid <> pg_backend_pid()
"""


def cut(place: Place, name: str, times: int, least: int, told: list[str]) -> int:
    """End the connections so many times, each after some more was acknowledged since the last."""
    chance, ended = random.Random(3), 0  # noqa: S311 - not for secrets
    for number in range(times):
        before, until = len(told), time.monotonic() + 20
        while len(told) < before + least:
            assert time.monotonic() < until, f"nothing was acknowledged after cut {number}"
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        hit = 0
        while not hit:  # all of them may be on their way back
            assert time.monotonic() < until, f"nobody came back after cut {number}"
            hit = rows(place, TERMINATE, name)[0][0]
        ended += hit
    return ended


def listen(child: Child, told: list[str], errors: list[str]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        (errors if line.startswith("!") else told).append(line.strip())


def test_connections_ended_fifty_times_lose_and_double_nothing_G1_G22(place: Place) -> None:
    told: list[str] = []
    errors: list[str] = []
    name = f"cut {place.schema}"
    address = f"{url(place.schema)}&application_name={name.replace(' ', '%20')}"
    with children(2, address, "talk", 4, 1_000_000) as processes:
        begin(processes)
        threads = [
            threading.Thread(target=listen, args=(child, told, errors)) for child in processes
        ]
        for thread in threads:
            thread.start()
        ended = cut(place, name, 50, 3, told)
    for thread in threads:
        thread.join()
    acked = {id_: (int(version), int(at)) for id_, version, at in map(str.split, told)}
    found = rows(
        place,
        "SELECT convert_from(data, 'UTF8'), journal.version, journal.position, stream FROM journal"
        " JOIN summary USING (number) ORDER BY 3",
    )
    recorded = {id_: (version, at) for id_, version, at, stream in found if stream[0] == "c"}
    jobs = {id_: at for id_, _, at, stream in found if stream[0] == "j"}

    print(f"{ended} ended, {len(errors)} errors, {len(acked)} acked, {len(recorded)} recorded")  # noqa: T201 - the vacuity guard shows its figures
    assert ended >= 50  # `cut` counts no attempt that met nobody
    assert len(errors) >= 5, "no commit was under way at any cut"
    assert len(acked) >= 150
    assert len(found) == 2 * len(recorded) == 2 * len(jobs)
    assert jobs == {id_: at + 1 for id_, (_, at) in recorded.items()}
    for id_, one in acked.items():
        assert recorded.get(id_) == one, f"{id_} was acknowledged"
    assert faults(place) == []


@pytest.mark.anyio
async def test_the_ring_of_another_process_wakes_at_once_G8(place: Place) -> None:
    async with (
        PostgresStore(place, SystemClock(), ATTENTIVE) as store,
        PostgresStore(place, SystemClock(), ATTENTIVE),
    ):
        with children(1, url(place.schema), "talk", 1, 1) as processes, anyio.fail_after(20):
            begin(processes)
            assert (await store.wait(0, seconds(60))).position == 2
        assert len(await store.summaries(Query())) == 2

"""The one thread that writes: groups, trouble with the file, and the end."""

import sqlite3
import threading
from functools import partial
from pathlib import Path

import anyio
import pytest

from livechat_core import crashpoints
from livechat_core.backends.sqlite import SqliteStore, indexing, schema
from livechat_core.backends.sqlite.writer import Writer
from livechat_core.errors import StoreError
from livechat_core.streams import Commit, Committed, Query
from livechat_core.testing import FakeClock
from livechat_core.testing.store_contract.base import caused, put, together, versions, write
from tests.backends.sqlite_check import faults

CHILD = Path(__file__).with_name("sqlite_child.py")
WRITERS = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.mark.anyio
async def test_commits_that_wait_together_are_one_transaction(path: Path, clock: FakeClock) -> None:
    """performance.md section 9, rules 1 and 5."""
    passed: list[str] = []
    async with SqliteStore(path, clock) as store:
        await put(store, write("conversation/warm"))
        crashpoints.install(passed.append)
        try:
            outcomes = await together(
                *(partial(put, store, write(f"conversation/{number}")) for number in range(WRITERS))
            )
        finally:
            crashpoints.install(None)

    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    assert passed == ["store.before_commit", "store.after_commit_before_answer"] * (
        len(passed) // 2
    )
    assert len(passed) // 2 <= WRITERS // 4


@pytest.mark.anyio
async def test_a_group_wakes_the_loop_once(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[int] = []
    answer = Writer._answer

    def counted(writer: Writer, answers: list[object], outcomes: list[object]) -> None:
        groups.append(len(answers))
        answer(writer, answers, outcomes)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "_answer", counted)
    async with SqliteStore(path, clock) as store:
        calls = [partial(put, store, write(f"conversation/{number}")) for number in range(WRITERS)]
        await together(*calls)

    assert sum(groups) == WRITERS + 1  # closing is answered too
    assert len(groups) <= WRITERS // 4


@pytest.mark.anyio
@pytest.mark.parametrize("at_once", [1, 50])
async def test_the_indexes_follow_close_behind_G18(
    path: Path, clock: FakeClock, at_once: int
) -> None:
    async def talk(name: int) -> None:
        for number in range(1500 // at_once):
            stream = f"conversation/{name}"
            cause = caused(stream, str(number))
            await store.commit(Commit(writes=(write(stream, number, text="word"),), cause=cause))

    async with SqliteStore(path, clock) as store:
        await together(*(partial(talk, name) for name in range(at_once)))
        assert store._open is not None
        recorder = store._open[0]._recorder
        assert recorder is not None
        assert recorder.head - recorder.indexed < indexing.BUSY + at_once
        assert len(recorder._causes._recent) < indexing.BUSY + at_once
    assert faults(path) == []


@pytest.mark.anyio
async def test_an_unknown_outcome_is_settled_by_the_cause_G22(path: Path, clock: FakeClock) -> None:
    def fail(name: str) -> None:
        if name == point:
            raise OSError(name)

    async with SqliteStore(path, clock) as store:
        for number, point in enumerate(("store.before_commit", "store.after_commit_before_answer")):
            await put(store, write("conversation/a", number * 2))
            cause = caused("conversation/a", point)
            commit = Commit(writes=(write("conversation/a", number * 2 + 1),), cause=cause)
            crashpoints.install(fail)
            try:
                with pytest.raises(OSError, match=point):
                    await store.commit(commit)
            finally:
                crashpoints.install(None)

            was_recorded = (await store.commit(Commit(cause=cause))).repeated is not None
            assert was_recorded == (point == "store.after_commit_before_answer")
            assert ((await store.commit(commit)).repeated is not None) == was_recorded
        assert await versions(store, "conversation/a") == [1, 2, 3, 4]
    assert faults(path) == []


@pytest.mark.anyio
async def test_a_file_that_others_hold_is_busy_and_then_free_G22(
    path: Path, clock: FakeClock
) -> None:
    async with SqliteStore(path, clock, patience=0.05) as store:
        await put(store, write("conversation/a"))
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        outcomes = await together(
            *(partial(put, store, write(f"agent/{number}")) for number in range(10)),
            partial(store.renew, "conversation/a", 1),
        )
        # Readers do not mind.
        assert await versions(store, "conversation/a") == [1]
        assert len(await store.summaries(Query())) == 1
        holder.execute("ROLLBACK")
        holder.close()

        assert [getattr(outcome, "code", None) for outcome in outcomes] == ["store_busy"] * 11
        causes = {
            type(outcome.__cause__) for outcome in outcomes if isinstance(outcome, StoreError)
        }
        assert causes == {sqlite3.OperationalError}
        for number in range(10):
            await put(store, write(f"agent/{number}"))
    assert faults(path) == []


@pytest.mark.anyio
async def test_a_full_disk_refuses_and_harms_nothing_G22(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, size = schema.connect, 60

    def limited(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[arg-type]
        connection.execute(f"PRAGMA max_page_count = {size}")
        return connection

    monkeypatch.setattr(schema, "connect", limited)
    kept = 0
    async with SqliteStore(path, clock) as store:
        big = {"text": "x" * 20_000}
        for kept in range(100):
            given = write(f"conversation/{kept}", facts=big)
            (outcome,) = await together(partial(put, store, given))
            if not isinstance(outcome, Committed):
                break
        assert isinstance(outcome, StoreError)
        assert outcome.code == "store_full"
        assert isinstance(outcome.__cause__, sqlite3.OperationalError)
        assert 0 < kept < 99
        assert len(await store.summaries(Query())) == kept
        size = 100_000
        await put(store, write(f"conversation/{kept}", facts=big))
        assert len(await store.summaries(Query())) == kept + 1
    assert faults(path) == []


@pytest.mark.anyio
async def test_closing_finishes_what_is_under_way(path: Path, clock: FakeClock) -> None:
    outcomes: list[Committed] = []

    async def commit(number: int) -> None:
        outcomes.append(await put(store, write(f"conversation/{number}")))

    async with anyio.create_task_group() as tasks, SqliteStore(path, clock) as store:
        for number in range(WRITERS):
            tasks.start_soon(commit, number)
        await anyio.lowlevel.checkpoint()
        await anyio.wait_all_tasks_blocked()

    assert len(outcomes) == WRITERS
    assert not [thread for thread in threading.enumerate() if thread.name == "livechat-writer"]
    assert [part.name for part in path.parent.iterdir()] == ["chat.db"]

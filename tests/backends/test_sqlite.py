"""The SQLite store keeps the store's promises, and those that a file brings with it."""

import sqlite3
from pathlib import Path

import pytest

from livechat_core.backends.sqlite import SqliteStore, livechat_store, reading, schema
from livechat_core.errors import ConfigurationError, StoreError
from livechat_core.ports import Clock, Forgetting, Rewrite, Search
from livechat_core.settings import Settings
from livechat_core.streams import Commit, Query
from livechat_core.testing import FakeClock, StoreContract
from livechat_core.testing.store_contract.base import caused, put, versions, write
from tests.backends.sqlite_check import faults

CHILD = Path(__file__).with_name("sqlite_child.py")
WRITERS = 40


class TestSqliteStore(StoreContract):
    several = True

    def make_store(self, folder: Path, clock: Clock) -> SqliteStore:
        return SqliteStore(folder / "chat.db", clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.mark.anyio
async def test_what_was_committed_is_there_after_a_restart(path: Path, clock: FakeClock) -> None:
    many = 600  # more than one round of indexing, and some that no round has taken
    async with SqliteStore(path, clock) as store:
        for number in range(many):
            given = write(
                "conversation/a", number, labels={f"n={number % 7}"}, text=f"word{number}"
            )
            cause = caused("conversation/a", str(number))
            await store.commit(Commit(writes=(given,), cause=cause))
        before = (await store.load("conversation/a"), await store.summaries(Query()))
    async with SqliteStore(path, clock) as store:
        assert (await store.load("conversation/a"), await store.summaries(Query())) == before
        assert (await store.wait(0, 0)).position == many
        for number in (0, 300, many - 1):
            asked = await store.commit(Commit(cause=caused("conversation/a", str(number))))
            assert asked.repeated == (number + 1, number + 1)
            assert len(await store.search(Search(words=f"word{number}"))) == 1
        assert (await put(store, write("conversation/b"))).first == many + 1
    assert faults(path) == []


def rights(folder: Path) -> dict[str, int]:
    return {part.name: part.stat().st_mode & 0o777 for part in folder.iterdir()}


def contents(folder: Path) -> bytes:
    return b"".join(part.read_bytes() for part in folder.iterdir())


@pytest.mark.anyio
async def test_the_file_and_its_companions_belong_to_the_owner_alone_A81(
    path: Path, clock: FakeClock
) -> None:
    for number in range(3):
        async with SqliteStore(path, clock) as store:
            await put(store, write("conversation/a", number))
            names = ("chat.db", "chat.db-wal", "chat.db-shm")
            assert rights(path.parent) == dict.fromkeys(names, 0o600)
        path.chmod(0o666)  # noqa: ASYNC240 - a test may block


@pytest.mark.anyio
async def test_a_newer_schema_is_refused(path: Path, clock: FakeClock) -> None:
    async with SqliteStore(path, clock) as store:
        await put(store, write("conversation/a"))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1000")
    connection.close()
    before = contents(path.parent)
    with pytest.raises(ConfigurationError) as caught:
        await SqliteStore(path, clock).__aenter__()

    newest = max(schema.migrations())
    assert caught.value.code == "schema_newer"
    assert caught.value.facts == {"path": str(path), "found": 1000, "known": newest}
    assert contents(path.parent) == before


@pytest.mark.anyio
async def test_an_older_schema_is_brought_up_to_date_or_left_alone(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SqliteStore(path, clock) as store:
        await put(store, write("conversation/a"))
    first = schema.migrations()
    next_, last = max(first) + 1, max(first) + 2
    bad = {
        next_: "CREATE TABLE extra (a TEXT); -- ; a comment",
        last: "CREATE TABLE journal (a TEXT);",
    }
    monkeypatch.setattr(schema, "migrations", lambda: first | bad)
    with pytest.raises(StoreError):
        await SqliteStore(path, clock).__aenter__()

    good = {last: "CREATE TABLE more (a TEXT);\nINSERT INTO extra\nVALUES ('x;\ny');"}
    monkeypatch.setattr(schema, "migrations", lambda: first | bad | good)
    for _ in range(2):
        async with SqliteStore(path, clock) as store:
            assert await versions(store, "conversation/a") == [1]
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT a FROM extra").fetchall() == [("x;\ny",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (last,)
    connection.close()


@pytest.mark.anyio
async def test_a_place_that_cannot_be_used_is_named(tmp_path: Path, clock: FakeClock) -> None:
    missing = tmp_path / "none" / "chat.db"
    cases = {"directory_missing": missing, "not_a_file": tmp_path}
    for code, place in cases.items():
        with pytest.raises(ConfigurationError) as caught:
            await SqliteStore(place, clock).__aenter__()
        assert caught.value.code == code
    assert not missing.parent.exists()

    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(StoreError) as broken:
        await SqliteStore(rubbish, clock).__aenter__()
    assert broken.value.code == "store_corrupt"
    assert isinstance(broken.value.__cause__, sqlite3.DatabaseError)


def test_every_connection_is_durable_and_patient(path: Path) -> None:
    """G1, A79; guarantees.md section 13, rule 4."""
    schema.prepare(path, 5.0)
    for readonly in (False, True):
        connection = schema.connect(path, 5.0, readonly=readonly)
        pragmas = ("journal_mode", "synchronous", "busy_timeout", "secure_delete", "query_only")
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        connection.close()

        assert found == ["wal", 2, 5000, 1, int(readonly)]


@pytest.mark.anyio
async def test_no_byte_of_what_was_forgotten_is_left_A79(path: Path, clock: FakeClock) -> None:
    canary = "Xq7canary"
    facts = {"name": canary + "fact", "long": "y" * 9000 + canary}
    async with SqliteStore(path, clock) as store, SqliteStore(path, clock) as other:
        for name in ("blanked", "removed", "kept"):
            stream = f"conversation/{name}"
            for number in range(40):
                text = f"{canary if name != 'kept' else 'other'}{number} word"
                given = write(
                    stream,
                    number,
                    text=text,
                    labels={text} if number % 2 else (),
                    facts=facts if name != "kept" else {},
                )
                await store.commit(Commit(writes=(given,), cause=caused(stream, str(number))))
            await store.search(Search(words="word"))
        recorded = {
            name: await store.load(f"conversation/{name}") for name in ("blanked", "removed")
        }
        assert canary.encode() in contents(path.parent)
        await other.load("conversation/kept")

        rewrites = tuple(
            Rewrite(stream=one.stream, version=one.version, data=b"{}")
            for one in recorded["blanked"]
        )
        writes = Commit(writes=(write("conversation/blanked", 40, phase="erased"),))
        await store.forget(
            Forgetting(rewrites=rewrites, writes=writes, whole=("conversation/removed",))
        )

        left = contents(path.parent).lower()
        assert canary.lower().encode() not in left
        assert b"other39" in left
        assert await versions(other, "conversation/blanked") == list(range(1, 42))
    assert faults(path) == []


@pytest.mark.anyio
async def test_erasure_waits_for_readers_of_an_old_state(path: Path, clock: FakeClock) -> None:
    async with SqliteStore(path, clock, patience=0.05) as store:
        await put(store, write("conversation/a", text="secretword"))
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM journal").fetchone()
        with pytest.raises(StoreError) as caught:
            await store.forget(Forgetting(whole=("conversation/a",)))
        assert (caught.value.code, caught.value.facts) == ("store_busy", {"step": "checkpoint"})
        assert await versions(store, "conversation/a") == []
        reader.execute("ROLLBACK")
        reader.close()
        await store.forget(Forgetting())

        left = contents(path.parent)
        assert b"secretword" not in left


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query(labels=("v=1",)), "PRIMARY KEY"),
        (Query(kind="conversation", phases=("waiting",), labels=("v=1", "w=1")), "PRIMARY KEY"),
        (Query(due_before=1, order="due"), "summary_due (due_at<?)"),
        (Query(kind="job", phases=("owed",), due_before=1, order="due"), "summary_due (due_at<?)"),
        (Query(changed_after=1), "summary_position (position>?)"),
        (
            Query(kind="conversation", phases=("a", "b"), changed_after=1),
            "summary_position (position>?)",
        ),
        (Query(kind="conversation", phases=("a", "b")), "summary_place (kind=? AND phase=?)"),
        (
            Query(kind="conversation", phases=("a",), queue="q", order="rank"),
            "summary_place (kind=? AND phase=? AND queue=?)",
        ),
        (Query(kind="conversation", newest=True), "summary_position"),
    ],
)
def test_no_query_reads_the_whole_table_P17(path: Path, query: Query, index: str) -> None:
    schema.prepare(path, 5.0)
    connection = schema.connect(path, 5.0)
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    reading.summaries(connection, query)
    reading.count(connection, query)
    connection.set_trace_callback(None)
    for sql in asked:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        read = next(step for step in plan if "summary" in step)
        assert index in read
        assert read.startswith("SEARCH") or query.newest
    connection.close()


def test_it_is_chosen_by_its_address(tmp_path: Path, clock: FakeClock) -> None:
    settings = Settings(data=tmp_path)
    inside = livechat_store("sqlite:///chat.db", settings, clock)
    elsewhere = livechat_store("sqlite:////srv/chat.db", settings, clock)

    assert inside is not None
    assert inside.path == tmp_path / "chat.db"
    assert elsewhere is not None
    assert elsewhere.path == Path("/srv/chat.db")
    assert livechat_store("memory:", settings, clock) is None
    for url in ("sqlite:", "sqlite:///", "sqlite://chat.db"):
        with pytest.raises(ConfigurationError) as caught:
            livechat_store(url, settings, clock)
        assert caught.value.code == "store_address"

"""The PostgreSQL store keeps the store's promises, and those that a server brings with it."""

import sys
from functools import partial
from pathlib import Path

import anyio
import psycopg
import pytest

from livechat_core import crashpoints
from livechat_core.backends.postgres import connecting, livechat_store
from livechat_core.backends.postgres.connecting import connect
from livechat_core.backends.postgres.listener import RETRY
from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.recorder import CAUSES, Recorder
from livechat_core.backends.postgres.settings import PostgresSettings
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.backends.postgres.trouble import translate
from livechat_core.clock import SystemClock
from livechat_core.errors import ConfigurationError, StoreError
from livechat_core.ports import Clock, Forgetting, Rewrite, Search
from livechat_core.rules import seconds
from livechat_core.settings import Settings
from livechat_core.streams import Commit, Query
from livechat_core.testing import FakeClock, StoreContract
from livechat_core.testing.store_contract.base import caused, put, together, versions, write
from tests.backends.postgres_server import OWN_TIME, kept, place, rows, url

__all__ = ["kept", "place"]

TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = %s AND pid <> pg_backend_pid()
"""
CLOSED = "postgresql://nobody:s3cret@127.0.0.1:1/none"


class TestPostgresStore(StoreContract):
    several = True

    @pytest.fixture(autouse=True)
    def _schema(self, place: Place) -> None:
        self.place = place

    def make_store(self, folder: Path, clock: Clock) -> PostgresStore:
        return PostgresStore(self.place, clock, OWN_TIME)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def named(place: Place) -> Place:
    """Return the place with a name for its connections, by which `end_all` knows them."""
    return Place.of(f"{url(place.schema)}&application_name={place.schema}")


def end_all(place: Place) -> int:
    """End all connections of the stores at a named place, as a restart of the server does."""
    (row,) = rows(place, TERMINATE, place.schema)
    return int(row[0])


# --- addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "libpq", "name"),
    [
        ("postgresql://u@h/d?schema=two", "postgresql://u@h/d", "two"),
        ("postgres://u:p@h:1,i:2/d", "postgres://u:p@h:1,i:2/d", "livechat"),
        ("postgresql:///d?host=/run&schema=a&options=-c%20x%3Dy", None, "a"),
    ],
)
def test_an_address_is_libpqs_own_and_a_schema(address: str, libpq: str | None, name: str) -> None:
    place = Place.of(address)

    assert place.schema == name
    assert place.address == libpq or place.address.endswith("?host=/run&options=-c%20x%3Dy")
    assert place.lock != Place.of("postgresql://h/d?schema=another").lock


@pytest.mark.parametrize("wrong", ["&schema=Two", "&schema=a;b", "&schema=", "&nonsense=1"])
def test_a_wrong_address_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Place.of(f"{CLOSED}?application_name=x{wrong}")

    assert caught.value.code == "store_address"
    assert "s3cret" not in f"{caught.value} {caught.value.__cause__!r} {Place.of(CLOSED)!r}"


def test_both_schemes_lead_here_and_a_missing_driver_is_named(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Settings(sections={"postgres": {"notify": False, "poll": 2}})
    for scheme in ("postgres", "postgresql"):
        store = livechat_store(url=f"{scheme}://h/d?schema=x", settings=told, clock=clock)
        assert isinstance(store, PostgresStore)
        assert store.place.schema == "x"
    assert livechat_store(url="sqlite:///x", settings=told, clock=clock) is None
    monkeypatch.delitem(sys.modules, "livechat_core.backends.postgres.store")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError) as caught:
        livechat_store(url="postgres://h/d", settings=told, clock=clock)
    assert (caught.value.code, caught.value.facts["extra"]) == ("missing_extra", "postgres")


@pytest.mark.anyio
async def test_a_server_that_is_not_there_is_told_without_the_password(clock: FakeClock) -> None:
    with pytest.raises(StoreError) as caught:
        await PostgresStore(Place.of(CLOSED), clock, OWN_TIME).__aenter__()

    assert caught.value.code == "store_unreachable"
    assert isinstance(caught.value.__cause__, psycopg.OperationalError)
    assert "s3cret" not in str(caught.value)


# --- time, the ring, the session ------------------------------------------------------------


@pytest.mark.anyio
async def test_the_time_is_the_databases_whatever_the_process_believes(
    place: Place, clock: FakeClock
) -> None:
    async with PostgresStore(place, clock, PostgresSettings()) as store:
        clock.advance(seconds(1_000_000))
        committed = await put(store, write("conversation/a"))
        head = await store.wait(0, 0)
        (row,) = rows(place, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")

    assert clock.now() < committed.now <= head.now <= row[0] < committed.now + seconds(20)


@pytest.mark.anyio
async def test_a_broken_listener_calls_again_and_hears(named: Place) -> None:
    attentive = PostgresSettings(poll=60)
    async with (
        PostgresStore(named, SystemClock(), attentive) as store,
        PostgresStore(named, SystemClock(), attentive) as other,
    ):
        with anyio.fail_after(20):
            await put(other, write("conversation/a"))
            assert (await store.wait(0, seconds(60))).position == 1
            assert end_all(named) >= 2
            await anyio.sleep(2 * RETRY)
            await put(other, write("conversation/a", 1))
            assert (await store.wait(1, seconds(60))).position == 2


@pytest.mark.anyio
async def test_without_the_ring_a_process_looks_for_itself(place: Place) -> None:
    quiet = PostgresSettings(notify=False, poll=0.05)
    async with (
        PostgresStore(place, SystemClock(), quiet) as store,
        PostgresStore(place, SystemClock(), quiet) as other,
    ):
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(put, other, write("conversation/a"))
                assert (await store.wait(0, seconds(60))).position == 1


def test_a_commit_is_durable_whatever_the_server_has_for_default_G1(place: Place) -> None:
    for asked, found in (("off", "on"), ("remote_apply", "remote_apply")):
        options = f"options=-c%20synchronous_commit%3D{asked}"
        with connect(Place.of(f"{url(place.schema)}&{options}")) as connection:
            assert connection.execute("SHOW synchronous_commit").fetchone() == (found,)


# --- trouble --------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_restart_of_the_server_between_two_calls_is_not_noticed_G22(
    named: Place, clock: FakeClock
) -> None:
    async with PostgresStore(named, clock, OWN_TIME) as store:
        for number in range(3):
            await together(*[partial(store.load, "conversation/a")] * 3)
            await put(store, write("conversation/a", number))
            assert end_all(named) >= 2
            assert await store.renew("conversation/a", number)
            assert end_all(named) >= 1
        await put(store, write("conversation/a", 3))
        assert end_all(named) >= 1

        assert await versions(store, "conversation/a") == [1, 2, 3, 4]


@pytest.mark.anyio
async def test_a_commit_cut_off_before_its_end_can_be_found_out_by_its_cause_G3_G22(
    named: Place, clock: FakeClock
) -> None:
    cause = caused("conversation/a", "1")
    commit = Commit(writes=(write("conversation/a"),), cause=cause)
    async with PostgresStore(named, clock, OWN_TIME) as store:
        crashpoints.install(lambda name: name == "store.before_commit" and end_all(named) and None)
        try:
            with pytest.raises(StoreError) as caught:
                await store.commit(commit)
        finally:
            crashpoints.install(None)
        assert caught.value.code == "store_unreachable"
        assert (await store.commit(Commit(cause=cause))).repeated is None
        assert (await store.commit(commit)).repeated is None
        assert await versions(store, "conversation/a") == [1]


@pytest.mark.anyio
async def test_a_commit_whose_answer_is_lost_is_not_recorded_twice_G3_G22(
    place: Place, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause = caused("conversation/a", "1")
    commit = Commit(writes=(write("conversation/a"),), cause=cause)
    writes = Recorder.write

    def lose(recorder: Recorder, *then: str) -> None:
        writes(recorder, *then)
        monkeypatch.undo()
        recorder._connection.close()
        raise psycopg.OperationalError("the answer is lost")

    async with PostgresStore(place, clock, OWN_TIME) as store:
        await put(store, write("agent/x"))
        monkeypatch.setattr(Recorder, "write", lose)
        outcomes = await together(
            partial(store.commit, commit), partial(put, store, write("conversation/b"))
        )
        assert [getattr(one, "code", "") for one in outcomes] == ["store_unreachable"] * 2
        assert ((await store.commit(commit)).repeated or ())[:1] == (1,)
        assert await versions(store, "conversation/a") == [1]
        assert await versions(store, "conversation/b") == [1]


@pytest.mark.anyio
async def test_a_lock_that_is_held_for_too_long_makes_it_busy_not_stuck_G22(
    place: Place, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connecting.SESSION, "lock_timeout", "100ms")
    async with PostgresStore(place, clock, OWN_TIME) as store:
        with connect(place) as holder:
            holder.execute("SELECT pg_advisory_lock(%s)", (place.lock,))
            outcomes = await together(
                *[partial(put, store, write(f"conversation/{name}")) for name in "abc"]
            )
        assert [getattr(one, "code", "") for one in outcomes] == ["store_busy"] * 3
        await put(store, write("conversation/a"))


@pytest.mark.anyio
async def test_a_process_that_stands_still_in_its_commit_does_not_hold_up_the_others_G21(
    place: Place, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connecting.SESSION, "idle_in_transaction_session_timeout", "200ms")
    with connect(place) as stuck:
        stuck.execute("BEGIN")
        stuck.execute("SELECT pg_advisory_xact_lock(%s)", (place.lock,))
        async with PostgresStore(place, clock, OWN_TIME) as store:
            await put(store, write("conversation/a"))
        with pytest.raises(psycopg.Error):
            stuck.execute("COMMIT")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.DiskFull(), "store_full"),
        (psycopg.errors.TooManyConnections(), "store_busy"),
        (psycopg.errors.QueryCanceled(), "store_busy"),
        (psycopg.errors.ReadOnlySqlTransaction(), "store_unreachable"),
        (psycopg.errors.AdminShutdown(), "store_unreachable"),
        (psycopg.errors.DataCorrupted(), "store_corrupt"),
        (psycopg.OperationalError("no route"), "store_unreachable"),
        (psycopg.errors.UniqueViolation("twice\nDETAIL: a row"), "store_failed"),
    ],
)
def test_every_complaint_has_a_word_of_ours(error: psycopg.Error, code: str) -> None:
    found = translate(error)

    assert isinstance(found, StoreError)
    assert (found.code, found.__cause__) == (code, error)
    assert "DETAIL" not in str(found)
    assert translate(KeyError()).__class__ is KeyError


def test_a_cause_is_looked_up_without_reading_its_stream(place: Place) -> None:
    with connect(place) as connection:
        connection.execute(
            """
            INSERT INTO journal SELECT n, 1, n, 0, 'visitor:v', 'Said', '{}',
                decode(md5(n::text), 'hex'), 'd' FROM generate_series(1, 5000) AS n
            """
        )
        for before in ("SELECT 1", "ANALYZE journal"):
            connection.execute(before)
            asked = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {CAUSES}"
            found = connection.execute(asked, ([b"0123456789abcdef"] * 30,)).fetchall()
            plan = "\n".join(line for (line,) in found)
            assert "journal_cause" in plan
            assert "Removed by" not in plan


# --- texts ----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_words_of_any_length_are_found_whole(place: Place, clock: FakeClock) -> None:
    long = "ä" * 5000
    async with PostgresStore(place, clock, OWN_TIME) as store:
        await put(store, write("conversation/a", text=f"one {long}b two"))
        await put(store, write("conversation/b", text=f"one {long}c \0 two"))
        for words, found in (
            (f"{long}B", ["conversation/a"]),
            (f"{long}c-two", []),
            (f"{long}c", ["conversation/b"]),
            (long, []),
            ("one two", ["conversation/b", "conversation/a"]),
        ):
            told = await store.search(Search(words=words))
            assert [one.stream for one in told] == found


@pytest.mark.anyio
async def test_what_is_forgotten_is_in_no_table_A79(place: Place, clock: FakeClock) -> None:
    async with PostgresStore(place, clock, OWN_TIME) as store:
        for name in "ab":
            facts = {"name": "s3cret"}
            given = write(f"conversation/{name}", text="s3cret", labels={"s3cret"}, facts=facts)
            await put(store, given)
        rows(place, "UPDATE journal SET data = 's3cret'")
        blank = Rewrite(stream="conversation/a", version=1, data=b"{}")
        writes = Commit(writes=(write("conversation/a", 1),))
        await store.forget(Forgetting(rewrites=(blank,), writes=writes, whole=("conversation/b",)))
        assert len(await store.summaries(Query())) == 1

    for table in ("journal", "summary", "label", "said", "gone"):
        kept = rows(place, f"SELECT * FROM {table}")  # noqa: S608 - our own names
        assert "s3cret" not in str(kept)
    assert rows(place, "SELECT count(*) FROM gone") == [(1,)]

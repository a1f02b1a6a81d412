"""The schema in PostgreSQL comes up to date under the feet of those who run, or not at all."""

from functools import partial
from threading import Thread

import psycopg
import pytest

from livechat_core.backends.postgres import schema
from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.schema import Step
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.errors import ConfigurationError
from livechat_core.testing import FakeClock
from livechat_core.testing.store_contract.base import put, write
from tests.backends.postgres_server import OWN_TIME, fresh, rows

__all__ = ["fresh"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.mark.anyio
async def test_a_newer_schema_is_refused(fresh: Place, clock: FakeClock) -> None:
    async with PostgresStore(fresh, clock, OWN_TIME) as store:
        await put(store, write("conversation/a"))
    rows(fresh, "UPDATE migrated SET pre = 1000, post = 999")
    with pytest.raises(ConfigurationError) as caught:
        await PostgresStore(fresh, clock, OWN_TIME).__aenter__()

    newest = max(step.number for step in schema.steps())
    assert caught.value.code == "schema_newer"
    assert caught.value.facts == {"schema": fresh.schema, "found": 1000, "known": newest}
    assert rows(fresh, "SELECT pre, post FROM migrated") == [(1000, 999)]


def test_second_halves_wait_for_the_release_after(
    fresh: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = schema.steps()
    second = [
        *first,
        Step(2, False, "CREATE TABLE two (a integer); CREATE TABLE old (a integer)"),
        Step(2, True, "DROP TABLE old"),
    ]
    third = [*second, Step(3, False, "CREATE TABLE three (a integer)"), Step(3, True, "wrong")]
    tables = "SELECT count(to_regclass(name)) FROM unnest(%s::text[]) AS name"
    for release, found in (
        (first, (0, 0, 0)),
        (second, (1, 1, 0)),
        (first, (1, 1, 0)),  # one process of the release before starts again
        (third, (1, 0, 1)),
    ):
        monkeypatch.setattr(schema, "steps", partial(list, release))
        schema.prepare(fresh)
        there = tuple(rows(fresh, tables, [name])[0][0] for name in ("two", "old", "three"))
        assert there == found

    monkeypatch.setattr(schema, "steps", partial(list, first))
    with pytest.raises(ConfigurationError):  # but two releases before is too far
        schema.prepare(fresh)


def test_a_migration_that_fails_leaves_everything_as_it_was(
    fresh: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = schema.steps()
    schema.prepare(fresh)
    broken = [*first, Step(2, False, "CREATE TABLE two (a integer); CREATE TABLE journal (a text)")]
    monkeypatch.setattr(schema, "steps", lambda: broken)
    with pytest.raises(psycopg.Error):
        schema.prepare(fresh)

    assert rows(fresh, "SELECT pre, post, to_regclass('two') FROM migrated") == [(1, 0, None)]


def test_several_may_migrate_at_once_G20(fresh: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [*schema.steps(), Step(2, False, "CREATE TABLE two (a integer); SELECT pg_sleep(0.2)")]
    monkeypatch.setattr(schema, "steps", lambda: slow)
    ended: list[None] = []
    threads = [Thread(target=lambda: ended.append(schema.prepare(fresh))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ended) == len(threads)
    assert rows(fresh, "SELECT pre, post FROM migrated") == [(2, 1)]

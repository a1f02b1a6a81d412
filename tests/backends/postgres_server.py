"""A PostgreSQL server for tests: found, not started; each test gets a schema of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

import psycopg
import pytest

from livechat_core.backends.postgres.connecting import Connection, connect
from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.schema import prepare
from livechat_core.backends.postgres.settings import PostgresSettings

VARIABLE = "LIVECHAT_TEST_POSTGRES"
USUAL = ("postgresql://postgres@127.0.0.1/test", "postgresql:///test")
OWN_TIME = PostgresSettings(clock="process")
"""The settings of tests that bring a clock of their own."""

EMPTY = """
DELETE FROM journal; DELETE FROM summary; DELETE FROM label; DELETE FROM said; DELETE FROM gone
"""

_number = count(1)


@cache
def server() -> str:
    """Return the address of a database where tests may do what they like; empty for none."""
    named = os.environ.get(VARIABLE)
    for address in (named,) if named else USUAL:
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return address
    return ""


def url(schema: str) -> str:
    """Return the address of a schema."""
    return f"{server()}{'&' if '?' in server() else '?'}schema={schema}"


@contextmanager
def schema() -> Iterator[str]:
    """Yield the name of a schema that is not there; drop it afterwards. Without a server, skip."""
    if not server():
        pytest.skip(f"no PostgreSQL here: start one, or name a database in {VARIABLE}")
    name = f"livechat_test_{os.getpid()}_{next(_number)}"
    try:
        yield name
    finally:
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(f"SET lock_timeout = '10s'; DROP SCHEMA IF EXISTS {name} CASCADE")


def rows(place: Place, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Run a statement beside the store and return its rows, if it has any."""
    with connect(place) as connection:
        cursor = connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def fresh() -> Iterator[Place]:
    """Yield a schema that nobody has opened yet."""
    with schema() as name:
        yield Place.of(url(name))


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Place, Connection]]:
    """Yield a schema for all tests of a module: to make one takes longer than most of them."""
    with schema() as name:
        made = Place.of(url(name))
        prepare(made)
        with connect(made) as connection:
            yield made, connection


@pytest.fixture
def place(kept: tuple[Place, Connection]) -> Place:
    """Return a schema with empty tables."""
    place, connection = kept
    connection.execute(EMPTY)
    return place

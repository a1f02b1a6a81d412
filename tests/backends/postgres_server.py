"""A PostgreSQL server for tests: found, not started; each test gets a schema of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count

import psycopg
import pytest

from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.settings import PostgresSettings

VARIABLE = "LIVECHAT_TEST_POSTGRES"
USUAL = ("postgresql://postgres@127.0.0.1/test", "postgresql:///test")
OWN_TIME = PostgresSettings(clock="process")
"""The settings of tests that bring a clock of their own."""

_number = count(1)


@cache
def server() -> str:
    """Return the address of a database where tests may do what they like; empty if there is none."""
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


@pytest.fixture
def place() -> Iterator[Place]:
    """Return a schema of its own for each test."""
    with schema() as name:
        yield Place.of(url(name))

"""How SQLite finds: along an index, in the order of the answer, so that a page is found at once."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from livechat_core.backends.sqlite import reading, schema
from livechat_core.ports import Search


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    schema.prepare(tmp_path / "chat.db", 5.0)
    connection = schema.connect(tmp_path / "chat.db", 5.0)
    yield connection
    connection.close()


def plan(connection: sqlite3.Connection, search: Search) -> list[str]:
    """Return how the query of a search is carried out, step by step."""
    said: list[str] = []
    connection.set_trace_callback(said.append)
    reading.search(connection, search)
    connection.set_trace_callback(None)
    (query,) = said
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]


@pytest.mark.parametrize(
    ("search", "first"),
    [
        (Search(), "SCAN summary"),
        (Search(queues=("a", "b"), before=7), "SEARCH summary USING INTEGER PRIMARY KEY (rowid<?)"),
        (Search(labels=("v=1",)), "SEARCH first USING PRIMARY KEY (label=?)"),
        (
            Search(labels=("v=1", "w=1"), queues=("a",), before=7),
            "SEARCH first USING PRIMARY KEY (label=? AND number<?)",
        ),
        (
            Search(labels=("v=1",), since=3, until=9),
            "SEARCH first USING PRIMARY KEY (label=? AND number>? AND number<?)",
        ),
    ],
    ids=str,
)
def test_a_page_is_read_in_order_from_an_index_F63(
    connection: sqlite3.Connection, search: Search, first: str
) -> None:
    """F63: nothing is sorted, and what lies behind a full page is not read."""
    steps = plan(connection, search)

    assert steps[0] == first
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps


def test_a_number_is_looked_up(connection: sqlite3.Connection) -> None:
    """S4-22."""
    first, *_ = plan(connection, Search(number=7))

    assert first == "SEARCH summary USING INTEGER PRIMARY KEY (rowid=?)"


def test_a_span_is_bounded_by_a_covering_index(connection: sqlite3.Connection) -> None:
    """F63: the dates say between which numbers to look."""
    steps = plan(connection, Search(since=3, until=9))

    assert [step for step in steps if "COVERING INDEX summary_begun" in step]
    assert not [step for step in steps if "TEMP B-TREE" in step]

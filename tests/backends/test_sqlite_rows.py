"""Many rows in one statement: all of them, once, in order, whatever their number."""

import sqlite3
from collections.abc import Iterator

import pytest

from livechat_core.backends.sqlite.rows import MOST, write_rows


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE pair (place INTEGER PRIMARY KEY, name TEXT)")
    yield connection
    connection.close()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, MOST - 1, MOST, MOST + 1, 5 * MOST + 3])
def test_all_rows_are_written_in_few_statements(connection: sqlite3.Connection, count: int) -> None:
    rows = [(place, f"name '{place}'?") for place in range(count)]
    said: list[str] = []
    connection.set_trace_callback(said.append)
    write_rows(connection, "INSERT INTO pair VALUES ROWS", rows)
    connection.set_trace_callback(None)

    assert connection.execute("SELECT * FROM pair ORDER BY place").fetchall() == rows
    assert len([sql for sql in said if sql.startswith("INSERT")]) <= count // MOST + 6


def test_rows_may_be_compared_with_those_of_a_table(connection: sqlite3.Connection) -> None:
    write_rows(connection, "INSERT INTO pair VALUES ROWS", [(place, "old") for place in range(100)])
    changed = [("new", place) for place in range(10, 90)]
    sql = "UPDATE pair SET name = column1 FROM (VALUES ROWS) WHERE place = column2"
    write_rows(connection, sql, changed)
    write_rows(connection, "DELETE FROM pair WHERE (name, place) IN (VALUES ROWS)", changed[5:])

    found = connection.execute("SELECT place FROM pair WHERE name = 'new'").fetchall()
    assert found == [(10,), (11,), (12,), (13,), (14,)]
    assert connection.execute("SELECT count(*) FROM pair WHERE name = 'old'").fetchone() == (20,)

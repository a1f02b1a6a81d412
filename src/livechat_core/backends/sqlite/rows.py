"""Many rows in one statement.

At each row of `executemany` the writing thread lets the interpreter go, and a busy event loop gives
it back late; a statement with many rows does so once, and costs no more.
"""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache

MOST = 64


def write_rows(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run a statement that says ``VALUES ROWS`` for all rows, which are of one width."""
    done, size = 0, MOST
    while done < len(rows):
        # Only a few sizes, so that all of them stay prepared.
        while size > len(rows) - done:
            size //= 2
        values = [value for row in rows[done : done + size] for value in row]
        connection.execute(_sized(sql, len(rows[done]), size), values)
        done += size


@lru_cache
def _sized(sql: str, width: int, count: int) -> str:
    row = f"({', '.join('?' * width)})"
    return sql.replace("ROWS", ", ".join([row] * count))

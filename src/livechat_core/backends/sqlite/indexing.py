"""Causes and texts are indexed behind the commits, many at once, so that no answer waits for it.

An index by stream touches another page for each stream, which would be the dearest part of a small
commit. Until an event is indexed, the recorder remembers its cause, and a search asks for the rest.
"""

import sqlite3

from .recorder import Recorder

CALM = 32
"""So many events are indexed at once while little happens, to delay nobody for long."""
BUSY = 512
"""So many may wait, and are then indexed at once, while much happens."""

STATEMENTS = (
    """
    INSERT INTO cause SELECT number, cause_hash, position FROM journal
    WHERE position > :after AND position <= :until AND cause_hash IS NOT NULL ORDER BY 1, 2
    """,
    """
    INSERT INTO words (rowid, text) SELECT position, text FROM journal
    WHERE position > :after AND position <= :until AND text IS NOT NULL ORDER BY 1
    """,
    "UPDATE indexed SET position = :until",
)


def index(connection: sqlite3.Connection, recorder: Recorder, limit: int) -> bool:
    """Index up to ``limit`` events and tell whether more wait."""
    recorder.begin()
    after, until = recorder.indexed, min(recorder.indexed + limit, recorder.head)
    if after < until:
        for statement in STATEMENTS:
            connection.execute(statement, {"after": after, "until": until})
    connection.execute("COMMIT")
    recorder.let_go(until)
    return until < recorder.head

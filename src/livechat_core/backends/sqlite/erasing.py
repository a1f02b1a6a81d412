"""Erasure: what is forgotten leaves tables, text index and every byte of the files (A79)."""

import json
import sqlite3
from collections.abc import Sequence

from ...errors import LivechatError, NotFound, StoreError
from ...ports import Forgetting, Rewrite
from .recorder import Recorder

EVENTS = """
WITH RECURSIVE chain (position, version, before) AS (
    SELECT journal.position, journal.version, before
    FROM summary JOIN journal ON journal.position = summary.position WHERE stream = ?
    UNION ALL
    SELECT journal.position, journal.version, journal.before
    FROM chain JOIN journal ON journal.position = chain.before
)
SELECT version, position FROM chain
"""
# The index finds what to take out by the text itself, so this comes before the text is dropped.
UNINDEX = """
INSERT INTO words (words, rowid, text)
SELECT 'delete', position, text FROM json_each(?) JOIN journal ON position = value
WHERE position <= (SELECT position FROM indexed) AND text IS NOT NULL
"""
UNSAY = """
UPDATE journal SET text = NULL
WHERE position IN (SELECT value FROM json_each(?)) AND text IS NOT NULL
"""
REWRITE = "UPDATE journal SET data = ? WHERE position = ?"
REMOVE = "DELETE FROM journal WHERE position IN (SELECT value FROM json_each(?))"
BURY = (
    "INSERT INTO gone SELECT stream, number, version, position FROM summary WHERE stream = ?",
    """
    DELETE FROM label WHERE (label, number) IN (
        SELECT value, number FROM summary JOIN json_each(labels) WHERE stream = ?
    )
    """,
    "DELETE FROM cause WHERE number = (SELECT number FROM summary WHERE stream = ?)",
    "DELETE FROM summary WHERE stream = ?",
)


def forget(connection: sqlite3.Connection, recorder: Recorder, forgetting: Forgetting) -> None:
    """Erase and record the erasure in one transaction, then clean the files.

    Raises:
        NotFound: There is no such event to rewrite.
        Conflict: What records the erasure does not fit any more; nothing was erased.
        StoreError: All is erased and recorded, but somebody still reads an old state of the file;
            forgetting once more, with nothing to forget, tries again to clean it.
    """
    recorder.begin()
    _blank(connection, forgetting.rewrites)
    (outcome,) = recorder.record([forgetting.writes])
    if isinstance(outcome, LivechatError):
        raise outcome
    for stream in forgetting.whole:
        _remove(connection, stream)
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("COMMIT")
    recorder.reset()
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchone()
    if busy:
        raise StoreError("store_busy", step="checkpoint")


def _blank(connection: sqlite3.Connection, rewrites: Sequence[Rewrite]) -> None:
    positions: dict[str, dict[int, int]] = {}
    for rewrite in rewrites:
        if rewrite.stream not in positions:
            positions[rewrite.stream] = _drop_text(connection, rewrite.stream)
        position = positions[rewrite.stream].get(rewrite.version)
        if position is None:
            raise NotFound(stream=rewrite.stream, version=rewrite.version)
        connection.execute(REWRITE, (rewrite.data, position))


def _remove(connection: sqlite3.Connection, stream: str) -> None:
    positions = _drop_text(connection, stream)
    connection.execute(REMOVE, (json.dumps([*positions.values()]),))
    for statement in BURY:
        connection.execute(statement, (stream,))


def _drop_text(connection: sqlite3.Connection, stream: str) -> dict[int, int]:
    """Drop the search text of a stream and return its events' positions by version."""
    positions = dict(connection.execute(EVENTS, (stream,)))
    for statement in (UNINDEX, UNSAY):
        connection.execute(statement, (json.dumps([*positions.values()]),))
    return positions

"""Looks into a store's file without the library's reading code, and tells what is wrong with it."""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path


def faults(path: Path) -> list[str]:
    """Return every breach of what must always hold (guarantees.md I1, G2, G3, G20)."""
    connection = sqlite3.connect(path)
    try:
        return [
            *_integrity(connection),
            *_chains(connection),
            *_labels(connection),
            *_causes(connection),
        ]
    finally:
        connection.close()


def _integrity(connection: sqlite3.Connection) -> list[str]:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    (indexed,) = connection.execute("SELECT position FROM indexed").fetchone()
    (last,) = connection.execute("SELECT ifnull(max(position), 0) FROM journal").fetchone()
    if indexed == last:  # else texts that wait look like missing ones
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    connection.rollback()
    return [] if found == ["ok"] else found


def _chains(connection: sqlite3.Connection) -> list[str]:
    streams = defaultdict(list)
    rows = "SELECT number, position, version, before FROM journal ORDER BY position"
    for number, position, version, before in connection.execute(rows):
        streams[number].append((position, version, before))
    found = []
    for number, version, position in connection.execute(
        "SELECT number, version, position FROM summary"
    ):
        events = streams.pop(number, [])
        positions = [event[0] for event in events]
        if [event[1] for event in events] != list(range(1, version + 1)):
            found.append(f"stream {number} has versions {events}")
        if [event[2] for event in events] != [None, *positions[:-1]]:
            found.append(f"stream {number} is not chained: {events}")
        if not positions or (positions[0], positions[-1]) != (number, position):
            found.append(f"summary {number} ends at {position}, not {positions}")
    return found + [f"stream {number} has no summary" for number in streams]


def _labels(connection: sqlite3.Connection) -> list[str]:
    told = {
        (label, number)
        for number, labels in connection.execute("SELECT number, labels FROM summary")
        for label in json.loads(labels)
    }
    wrong = told ^ set(connection.execute("SELECT label, number FROM label"))
    return [f"labels differ: {wrong}"] if wrong else []


def _causes(connection: sqlite3.Connection) -> list[str]:
    twice = connection.execute(
        """
        SELECT number, cause_actor, cause_id, count(*) FROM journal WHERE cause_id IS NOT NULL
        GROUP BY 1, 2, 3 HAVING count(*) > 1
        """
    ).fetchall()
    lost = connection.execute(
        """
        SELECT number, cause_hash, position FROM journal, (SELECT position AS done FROM indexed)
        WHERE cause_hash IS NOT NULL AND position <= done
        EXCEPT SELECT number, hash, position FROM cause
        """
    ).fetchall()
    stale = connection.execute(
        "SELECT * FROM cause WHERE position NOT IN (SELECT position FROM journal)"
    ).fetchall()
    found = {"recorded twice": twice, "not indexed": lost, "indexed, but removed": stale}
    return [f"{what}: {rows}" for what, rows in found.items() if rows]

"""Which command of which client a commit answered: found again for ever, at little cost (G3).

The journal keeps each cause with the event it belongs to. An index by stream would touch another
page for each stream and so be the dearest part of a small commit; therefore causes are indexed
behind the commits (indexing.py), and those not yet indexed are remembered here.
"""

import json
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias

import attrs

from ...streams import Cause

Key: TypeAlias = tuple[str, str, str]

RECENT = """
SELECT number, cause_hash, position FROM journal WHERE position > ? AND cause_hash IS NOT NULL
"""
INDEXED = """
SELECT position FROM json_each(?) AS asked
CROSS JOIN cause ON number = asked.value ->> 0 AND hash = asked.value ->> 1
"""
KEPT = """
SELECT stream, cause_actor, cause_id, cause_digest, journal.version, journal.position
FROM json_each(?) CROSS JOIN journal ON journal.position = value
JOIN summary ON summary.number = journal.number
"""


@attrs.frozen
class Known:
    """A cause that came before: its digest, and the event it was recorded with."""

    digest: str
    version: int
    position: int


class Causes:
    """The causes that a group of commits must know of.

    Args:
        connection: The connection of the recorder.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._recent: dict[tuple[int, int], int] = {}
        self._known: dict[Key, Known] = {}

    def refresh(self, indexed: int) -> None:
        """Read what was recorded behind the index."""
        rows = self._connection.execute(RECENT, (indexed,))
        self._recent = {(number, hashed): position for number, hashed, position in rows}

    def let_go(self, indexed: int) -> None:
        """Drop what the index has by now."""
        recent = self._recent.items()
        self._recent = {key: position for key, position in recent if position > indexed}

    def look_up(self, asked: Iterable[tuple[int, Cause]]) -> None:
        """Find out, for a whole group in one statement, which causes of which streams are known."""
        self._known.clear()
        keys = [(number, hash_of(cause.actor, cause.id)) for number, cause in asked if number]
        if not keys:
            return
        found = [self._recent[key] for key in keys if key in self._recent]
        found += [place for (place,) in self._connection.execute(INDEXED, (json.dumps(keys),))]
        if found:
            rows = self._connection.execute(KEPT, (json.dumps(found),))
            for stream, actor, id_, digest, version, position in rows:
                self._known[stream, actor, id_] = Known(digest, version, position)

    def known(self, cause: Cause) -> Known | None:
        """Return what is known of a cause that was looked up, or noted since."""
        return self._known.get((cause.stream, cause.actor, cause.id))

    def note(self, cause: Cause, number: int, version: int, position: int) -> int:
        """Remember a cause and return the hash to keep with its event."""
        hashed = hash_of(cause.actor, cause.id)
        self._recent[number, hashed] = position
        self._known[cause.stream, cause.actor, cause.id] = Known(cause.digest, version, position)
        return hashed

    def drop(self, cause: Cause) -> None:
        """Forget a cause that was noted: its commit was taken back."""
        del self._known[cause.stream, cause.actor, cause.id]


@lru_cache(2048)
def hash_of(actor: str, id_: str) -> int:
    """Return the short form of a cause that the index has; what it finds is compared whole."""
    return int.from_bytes(blake2b(f"{actor}\0{id_}".encode(), digest_size=7).digest())

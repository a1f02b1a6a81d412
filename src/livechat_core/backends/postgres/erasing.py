"""Erasure: what is forgotten leaves the tables, and soon their old row versions too (A79)."""

from collections.abc import Sequence

from ...errors import LivechatError, NotFound
from ...ports import Forgetting, Rewrite
from .connecting import Connection
from .recorder import Recorder

EVENTS = """
SELECT stream, journal.version, journal.position FROM summary JOIN journal USING (number)
WHERE stream = ANY(%s)
"""
UNSAY = "DELETE FROM said WHERE number IN (SELECT number FROM summary WHERE stream = ANY(%s))"
REWRITE = "UPDATE journal SET data = %s WHERE position = %s"
BURY = (
    """
    INSERT INTO gone SELECT stream, number, version, position FROM summary WHERE stream = ANY(%s)
    """,
    UNSAY,
    "DELETE FROM journal WHERE number IN (SELECT number FROM summary WHERE stream = ANY(%s))",
    "DELETE FROM label WHERE number IN (SELECT number FROM summary WHERE stream = ANY(%s))",
    "DELETE FROM summary WHERE stream = ANY(%s)",
)
CLEAN = "VACUUM journal, summary, label, said"


def forget(connection: Connection, recorder: Recorder, *, forgetting: Forgetting) -> None:
    """Erase and record the erasure in one transaction.

    Raises:
        NotFound: There is no such event to rewrite.
        Conflict: What records the erasure does not fit any more; nothing was erased.
    """
    recorder.begin([forgetting.writes])
    _blank(connection, forgetting.rewrites)
    (outcome,) = recorder.record([forgetting.writes])
    if isinstance(outcome, LivechatError):
        raise outcome
    recorder.write()
    for statement in BURY if forgetting.whole else ():
        connection.execute(statement, (list(forgetting.whole),))
    connection.execute("COMMIT")


def clean(connection: Connection) -> None:
    """Free the room of old row versions that nobody reads any more; holds up nobody."""
    connection.execute("SET statement_timeout = 0")
    connection.execute(CLEAN)


def _blank(connection: Connection, rewrites: Sequence[Rewrite]) -> None:
    if not rewrites:
        return
    streams = [*{rewrite.stream for rewrite in rewrites}]
    rows = connection.execute(EVENTS, (streams,))
    positions = {(stream, version): position for stream, version, position in rows}
    for rewrite in rewrites:
        if (rewrite.stream, rewrite.version) not in positions:
            raise NotFound(stream=rewrite.stream, version=rewrite.version)
    connection.execute(UNSAY, (streams,))
    data = [(one.data, positions[one.stream, one.version]) for one in rewrites]
    connection.cursor().executemany(REWRITE, data)

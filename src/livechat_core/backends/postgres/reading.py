"""Reading: queries as SQL, rows as values."""

from collections.abc import Sequence

from ...ports import Search
from ...streams import Query, Recorded, Summary
from . import wording
from .connecting import Connection

COLUMNS = """stream, phase, version, queue, rank_1, rank_2, due_at, labels, facts,
    begun_at, number, position"""
HEAD = """
SELECT greatest((SELECT max(position) FROM journal), (SELECT max(position) FROM gone), 0),
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
"""
LOAD = """
SELECT position, %s::text, version, at, actor, type, data FROM journal
WHERE number = (SELECT number FROM summary WHERE stream = %s) AND version > %s ORDER BY version
"""
FEED = """
SELECT journal.position, stream, journal.version, at, actor, type, data
FROM journal JOIN summary USING (number)
WHERE journal.position > %s ORDER BY journal.position LIMIT %s
"""
LAST = 2**63 - 1  # where what has no rank or no deadline stands
KEYS = {
    "position": ("position",),
    "rank": (f"coalesce(rank_1, {LAST})", f"coalesce(rank_2, {LAST})", "number"),
    "due": (f"coalesce(due_at, {LAST})", "number"),
}
LABELLED = "number IN (SELECT number FROM label WHERE label = %s)"
SAID = """number IN (
    SELECT number FROM said WHERE words @> %s::text[] AND position(%s IN text) > 0
    AND position(%s IN ' ' || array_to_string(words, ' ') || ' ') > 0
)"""


def head(connection: Connection) -> tuple[int, int]:
    """Return the position of the last event, even if it has been removed since, and the time."""
    row = connection.execute(HEAD).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def load(connection: Connection, stream: str, after: int) -> list[Recorded]:
    """Return the events of a stream with versions above ``after``."""
    return _recorded(connection, LOAD, (stream, stream, after))


def feed(connection: Connection, after: int, limit: int) -> list[Recorded]:
    """Return the events behind a position."""
    return _recorded(connection, FEED, (after, limit))


def summaries(connection: Connection, query: Query) -> list[Summary]:
    """Return the summaries that match, in the query's order."""
    where, values = selection(query)
    backwards = query.newest and query.order == "position"
    keys = KEYS[query.order]
    if query.past is not None:
        place = _place(query.past, query.order)
        marks = ", ".join("%s" for _ in place)
        where += f" AND ({', '.join(keys)}) {'<' if backwards else '>'} ({marks})"
        values += place
    order = ", ".join(f"{key} DESC" if backwards else key for key in keys)
    return _summaries(connection, f"{where} ORDER BY {order} LIMIT %s", [*values, query.limit])


def streams(connection: Connection, query: Query, limit: int) -> list[str]:
    """Return the names of streams that match, whatever the query's page, oldest change first."""
    where, values = selection(query)
    rows = connection.execute(
        f"SELECT stream FROM summary WHERE {where} ORDER BY position LIMIT %s",  # noqa: S608 - as below
        [*values, limit],
    )
    return [stream for (stream,) in rows]


def counting(query: Query) -> tuple[str, list[object]]:
    """Return the statement, and its values, that counts what matches, whatever the query's page."""
    where, values = selection(query)
    return f"SELECT count(*) FROM summary WHERE {where}", values  # noqa: S608 - as below


def selection(query: Query) -> tuple[str, list[object]]:
    """Return the conditions of a query; every value is bound, none is text in the statement."""
    return _joined(
        ("kind = %s", query.kind),
        ("phase = ANY(%s)", list(query.phases) or None),
        ("queue = %s", query.queue),
        ("begun_at >= %s", query.begun_since),
        ("due_at <= %s", query.due_before),
        ("position > %s", query.changed_after),
        *((LABELLED, label) for label in query.labels),
    )


def search(connection: Connection, search: Search) -> list[Summary]:
    """Return the summaries of the streams whose texts hold all the words, newest first."""
    where, values = _joined(
        ("kind = %s", search.kind),
        ("number = %s", search.number),
        ("number < %s", search.before),
        ("begun_at >= %s", search.since),
        ("begun_at < %s", search.until),
        ("queue = ANY(%s)", list(search.queues) or None),
        *((LABELLED, label) for label in search.labels),
    )
    for asked in wording.asked(search.words):
        where += f" AND {SAID}"
        values += asked
    return _summaries(connection, f"{where} ORDER BY number DESC LIMIT %s", [*values, search.limit])


def _joined(*conditions: tuple[str, object]) -> tuple[str, list[object]]:
    """Return all conditions that have a value, and the values."""
    given = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(condition for condition, _ in given)
    return where or "true", [value for _, value in given]


def _place(summary: Summary, order: str) -> list[object]:
    """Return where a summary stands in an order, as the columns of `KEYS`."""
    if order == "position":
        return [summary.position]
    if order == "due":
        return [LAST if summary.due_at is None else summary.due_at, summary.number]
    return [*(summary.rank or (LAST, LAST)), summary.number]


def _recorded(connection: Connection, sql: str, values: Sequence[object]) -> list[Recorded]:
    rows = connection.cursor(binary=True).execute(sql, values)
    return [
        Recorded(
            position=position,
            stream=stream,
            version=version,
            at=at,
            actor=actor,
            type=type_,
            data=data,
        )
        for position, stream, version, at, actor, type_, data in rows
    ]


def _summaries(connection: Connection, where: str, values: Sequence[object]) -> list[Summary]:
    sql = f"SELECT {COLUMNS} FROM summary WHERE {where}"  # noqa: S608 - put together in this module
    rows = connection.cursor(binary=True).execute(sql, values)
    return [
        Summary(
            stream=stream,
            phase=phase,
            version=version,
            queue=queue,
            rank=None if rank_1 is None else (rank_1, rank_2),
            due_at=due_at,
            labels=frozenset(labels),
            facts=facts,
            begun_at=places[0],
            number=places[1],
            position=places[2],
        )
        for stream, phase, version, queue, rank_1, rank_2, due_at, labels, facts, *places in rows
    ]

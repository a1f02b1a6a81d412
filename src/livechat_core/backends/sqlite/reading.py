"""Reading: queries as SQL, rows as values."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from ...ports import Search
from ...streams import Query, Recorded, Summary
from ...words import terms

COLUMNS = """stream, phase, version, queue, rank_1, rank_2, due_at, labels, facts,
    begun_at, summary.number, position"""
HEAD = """
SELECT max(
    ifnull((SELECT max(position) FROM journal), 0), ifnull((SELECT max(position) FROM gone), 0)
)
"""
# From the last event of the stream back to the one asked for; see 001_journal.sql.
LOAD = """
WITH RECURSIVE chain (position, version, before, at, actor, type, data) AS (
    SELECT journal.position, journal.version, before, at, actor, type, data
    FROM summary JOIN journal ON journal.position = summary.position
    WHERE stream = :stream AND journal.version > :after
    UNION ALL
    SELECT journal.position, journal.version, journal.before,
        journal.at, journal.actor, journal.type, journal.data
    FROM chain JOIN journal ON journal.position = chain.before
    WHERE chain.version > :after + 1
)
SELECT position, :stream, version, at, actor, type, data FROM chain ORDER BY version
"""
FEED = """
SELECT journal.position, stream, journal.version, at, actor, type, data
FROM journal JOIN summary ON summary.number = journal.number
WHERE journal.position > ? ORDER BY journal.position LIMIT ?
"""
LAST = 2**63 - 1  # where what has no rank or no deadline stands
KEYS = {
    "position": "position",
    "rank": f"ifnull(rank_1, {LAST}), ifnull(rank_2, {LAST}), number",
    "due": f"ifnull(due_at, {LAST}), number",
}
LABELLED = "number IN (SELECT number FROM label WHERE label = ?)"
LABELLED_TOO = "EXISTS (SELECT 1 FROM label WHERE label = ? AND label.number = summary.number)"
SAID = """number IN (
    SELECT journal.number FROM words JOIN journal ON journal.position = words.rowid
    WHERE words MATCH ? AND instr(journal.text, ?) > 0
)"""
# A covering index tells between which numbers to look, so that a walk by number ends.
FIRST = """>= (
    SELECT min(number) FROM summary INDEXED BY summary_begun WHERE kind = ? AND begun_at >= ?
)"""
LAST_OF = """<= (
    SELECT max(number) FROM summary INDEXED BY summary_begun WHERE kind = ? AND begun_at < ?
)"""
SHOWN = "number IN (SELECT journal.number FROM journal WHERE instr(journal.text, ?) > 0)"


def head(connection: sqlite3.Connection) -> int:
    """Return the position of the last event, even if it has been removed since."""
    position: int = connection.execute(HEAD).fetchone()[0]
    return position


def load(connection: sqlite3.Connection, stream: str, after: int) -> list[Recorded]:
    """Return the events of a stream with versions above ``after``."""
    return _recorded(connection, LOAD, {"stream": stream, "after": after})


def feed(connection: sqlite3.Connection, after: int, limit: int) -> list[Recorded]:
    """Return the events behind a position."""
    return _recorded(connection, FEED, (after, limit))


def summary(connection: sqlite3.Connection, stream: str) -> Summary | None:
    """Return the summary of a stream, if there is one."""
    return next(_summaries(connection, "summary WHERE stream = ?", [stream]), None)


def summaries(connection: sqlite3.Connection, query: Query) -> list[Summary]:
    """Return the summaries that match, in the query's order."""
    rows, values = selection(query)
    backwards = query.newest and query.order == "position"
    key = KEYS[query.order]
    if query.past is not None:
        place = _place(query.past, query.order)
        marks = ", ".join("?" for _ in place)
        rows += f" AND ({key}) {'<' if backwards else '>'} ({marks})"
        values += place
    rows += f" ORDER BY {key}{' DESC' if backwards else ''} LIMIT ?"
    return list(_summaries(connection, rows, [*values, query.limit]))


def count(connection: sqlite3.Connection, query: Query) -> int:
    """Return how many summaries match, whatever the query's page."""
    number: int = _select(connection, "count(*)", *selection(query)).fetchone()[0]
    return number


def streams(connection: sqlite3.Connection, query: Query, limit: int) -> list[str]:
    """Return the names of streams that match, whatever the query's page, oldest change first."""
    rows, values = selection(query)
    rows += " ORDER BY position LIMIT ?"
    return [stream for (stream,) in _select(connection, "stream", rows, [*values, limit])]


def selection(query: Query) -> tuple[str, list[object]]:
    """Return the tail of a SELECT, from the table's name on, for the conditions of a query."""
    conditions, values = ["1"], list[object]()
    for condition, value in (
        ("kind = ?", query.kind),
        ("queue = ?", query.queue),
        ("begun_at >= ?", query.begun_since),
        ("due_at <= ?", query.due_before),
        ("position > ?", query.changed_after),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if query.phases:
        conditions.append(f"phase IN ({', '.join('?' for _ in query.phases)})")
        values += query.phases
    _add_labels(query.labels, conditions, values)
    return f"summary {_index(query)} WHERE {' AND '.join(conditions)}", values


def search(connection: sqlite3.Connection, search: Search) -> list[Summary]:
    """Return the summaries of the streams whose indexed text holds all the words, newest first."""
    source, place, conditions, values = _source(search)
    for condition, value in (
        (f"{place} = ?", search.number),
        (f"{place} < ?", search.before),
        ("begun_at >= ?", search.since),
        ("begun_at < ?", search.until),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    for bound, at in ((FIRST, search.since), (LAST_OF, search.until)):
        if at is not None:
            conditions.append(f"{place} {bound}")
            values += [search.kind, at]
    if search.queues:
        conditions.append(f"queue IN ({', '.join('?' for _ in search.queues)})")
        values += search.queues
    for term in terms(search.words):
        conditions.append(SAID if term.phrase else SHOWN)
        values += [f'"{term.phrase}"', term.literal] if term.phrase else [term.literal]
    rows = f"{source} WHERE {' AND '.join(conditions)} ORDER BY {place} DESC LIMIT ?"
    return list(_summaries(connection, rows, [*values, search.limit]))


def _source(search: Search) -> tuple[str, str, list[str], list[object]]:
    """Return the table to look through, its number, and the conditions by which it is entered.

    Without words, rows come in the order of their numbers and a full page ends the search: from the
    table itself, or from the first label's part of the index of labels.
    """
    if not search.labels or search.words.strip():
        conditions = ["kind = ?", *[LABELLED_TOO] * len(search.labels)]
        return "summary NOT INDEXED", "summary.number", conditions, [search.kind, *search.labels]
    first, *others = search.labels
    source = "label AS first CROSS JOIN summary ON summary.number = first.number"
    conditions = ["first.label = ?", "kind = ?", *[LABELLED_TOO] * len(others)]
    return source, "first.number", conditions, [first, search.kind, *others]


def _add_labels(labels: Sequence[str], conditions: list[str], values: list[object]) -> None:
    """Let the first label find the rows, so name the rarest first; the others are looked up."""
    conditions += [LABELLED_TOO if place else LABELLED for place in range(len(labels))]
    values += labels


def _index(query: Query) -> str:
    """Name the index to use: SQLite has no figures about the table, we know what is rare."""
    if query.labels:
        return "NOT INDEXED"
    if query.due_before is not None:
        return "INDEXED BY summary_due"
    if query.changed_after is not None:
        return "INDEXED BY summary_position"
    if query.kind is not None and (query.phases or query.order == "rank"):
        return "INDEXED BY summary_place"
    return "INDEXED BY summary_position" if query.order == "position" else ""


def _place(summary: Summary, order: str) -> list[object]:
    """Return where a summary stands in an order, as the columns of `KEYS`."""
    if order == "position":
        return [summary.position]
    if order == "due":
        return [LAST if summary.due_at is None else summary.due_at, summary.number]
    return [*(summary.rank or (LAST, LAST)), summary.number]


def _recorded(
    connection: sqlite3.Connection, sql: str, values: Mapping[str, object] | Sequence[object]
) -> list[Recorded]:
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
        for position, stream, version, at, actor, type_, data in connection.execute(sql, values)
    ]


def _summaries(
    connection: sqlite3.Connection, rows: str, values: Sequence[object]
) -> Iterator[Summary]:
    for row in _select(connection, COLUMNS, rows, values):
        stream, phase, version, queue, rank_1, rank_2, due_at, labels, facts, *places = row
        yield Summary(
            stream=stream,
            phase=phase,
            version=version,
            queue=queue,
            rank=None if rank_1 is None else (rank_1, rank_2),
            due_at=due_at,
            labels=frozenset(json.loads(labels)),
            facts=json.loads(facts),
            begun_at=places[0],
            number=places[1],
            position=places[2],
        )


def _select(
    connection: sqlite3.Connection, what: str, rows: str, values: Sequence[object]
) -> sqlite3.Cursor:
    """Run a SELECT that this module has put together; every value is bound, none is text in it."""
    return connection.execute(f"SELECT {what} FROM {rows}", values)  # noqa: S608

"""What the local Slack remembers, in an SQLite file of its own that survives `kill -9`.

A message is a row with its versions: the raw request that posted it, then one for each update,
each exactly as received. Times are Slack's `ts`, kept as microseconds.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from livechat_core.demo.outside import Json

MICROSECONDS = 1_000_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message(
    at INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    is_bot INTEGER NOT NULL,
    thread INTEGER,
    visible_to TEXT,
    is_deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS message_thread ON message(thread);
CREATE TABLE IF NOT EXISTS version(
    message INTEGER NOT NULL REFERENCES message(at),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    raw BLOB NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY(message, number)
);
CREATE TABLE IF NOT EXISTS call(
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    content_type TEXT NOT NULL,
    raw BLOB NOT NULL,
    fault TEXT,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS press(
    at INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    payload TEXT NOT NULL,
    answers TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS response_url(
    secret TEXT PRIMARY KEY,
    message INTEGER NOT NULL,
    user TEXT NOT NULL,
    until INTEGER NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0
);
"""

_COLUMNS = "at, channel, user, is_bot, thread, visible_to, is_deleted"


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def written(at: int) -> str:
    """A time as Slack writes it: `1732210000.000100`."""
    return f"{at // MICROSECONDS}.{at % MICROSECONDS:06d}"


@attrs.frozen(kw_only=True)
class Received:
    """A request's content type and body, exactly as it came."""

    content_type: str
    raw: bytes

    def as_json(self) -> Json:
        """For `/_state`; bytes that are no UTF-8 show as replacement characters."""
        return {"content_type": self.content_type, "raw": self.raw.decode(errors="replace")}


@attrs.frozen(kw_only=True)
class Version:
    """What a message held from one time on."""

    at: int
    received: Received
    content: Json


@attrs.frozen(kw_only=True)
class Message:
    """One message with all its versions, oldest first."""

    at: int
    channel: str
    user: str
    is_bot: bool
    versions: tuple[Version, ...]
    thread: int | None = None
    visible_to: str | None = None
    is_deleted: bool = False

    @property
    def ts(self) -> str:
        """Its name within the channel."""
        return written(self.at)

    @property
    def content(self) -> Json:
        """What it holds now."""
        return self.versions[-1].content


@attrs.frozen(kw_only=True)
class ResponseUrl:
    """An address handed out with a button press, for answers to it."""

    secret: str
    message: int
    user: str
    until: int
    uses: int = 0


class SlackStore:
    """The local Slack's file."""

    _database: sqlite3.Connection
    _last: int

    def __init__(self, path: Path) -> None:
        """Remember where the file is; `open` opens it."""
        self._path = path

    def open(self) -> None:
        """Open the file, making it if there is none."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)
        self._last = max(self._latest("message"), self._latest("version"), self._latest("press"))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _latest(self, table: str) -> int:
        row = self._database.execute(f"SELECT max(at) FROM {table}").fetchone()  # noqa: S608
        return int(row[0] or 0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's changes, or none."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def next_at(self) -> int:
        """A time that no message, update or press has had, later than all of them."""
        self._last = max(now(), self._last + 1)
        return self._last

    def add(self, message: Message) -> Message:
        """Store a new message."""
        self._database.execute(
            f"INSERT INTO message({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                message.at,
                message.channel,
                message.user,
                message.is_bot,
                message.thread,
                message.visible_to,
                message.is_deleted,
            ),
        )
        self._insert_version(message.at, 1, message.versions[0])
        return message

    def revise(self, message: Message, version: Version) -> Message:
        """Give a message a new version."""
        self._insert_version(message.at, len(message.versions) + 1, version)
        return attrs.evolve(message, versions=(*message.versions, version))

    def _insert_version(self, message: int, number: int, version: Version) -> None:
        received = version.received
        self._database.execute(
            "INSERT INTO version(message, number, at, content_type, raw, content)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                message,
                number,
                version.at,
                received.content_type,
                received.raw,
                json.dumps(version.content),
            ),
        )

    def delete(self, message: Message) -> None:
        """Hide a message for ever."""
        self._database.execute("UPDATE message SET is_deleted = 1 WHERE at = ?", (message.at,))

    def message(self, at: int) -> Message | None:
        """The message posted at this time, if it is still there."""
        return next(iter(self._select("at = ? AND NOT is_deleted", (at,))), None)

    def roots(self, channel: str, after: int, before: int, limit: int) -> list[Message]:
        """Messages of the channel that are no replies, newest first, limits included."""
        return self._select(
            "channel = ? AND thread IS NULL AND visible_to IS NULL AND NOT is_deleted"
            " AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?",
            (channel, after, before, limit),
        )

    def replies(self, root: int) -> list[Message]:
        """Answers within the thread of a message, oldest first."""
        return self._select(
            "thread = ? AND visible_to IS NULL AND NOT is_deleted ORDER BY at", (root,)
        )

    def latest(self, limit: int) -> list[Message]:
        """The newest messages of all kinds, oldest first, without deleted ones."""
        return self._select("NOT is_deleted ORDER BY at DESC LIMIT ?", (limit,))[::-1]

    def everything(self) -> list[Message]:
        """All messages, oldest first, deleted ones too."""
        return self._select("1 ORDER BY at", ())

    def _select(self, condition: str, values: Iterable[object]) -> list[Message]:
        query = f"SELECT {_COLUMNS} FROM message WHERE {condition}"  # noqa: S608
        return [self._load(row) for row in self._database.execute(query, tuple(values)).fetchall()]

    def _load(self, row: tuple[Any, ...]) -> Message:
        at, channel, user, is_bot, thread, visible_to, is_deleted = row
        versions = self._database.execute(
            "SELECT at, content_type, raw, content FROM version WHERE message = ? ORDER BY number",
            (at,),
        )
        return Message(
            at=at,
            channel=channel,
            user=user,
            is_bot=bool(is_bot),
            thread=thread,
            visible_to=visible_to,
            is_deleted=bool(is_deleted),
            versions=tuple(
                Version(
                    at=version_at,
                    received=Received(content_type=content_type, raw=raw),
                    content=json.loads(content),
                )
                for version_at, content_type, raw, content in versions
            ),
        )

    def add_call(
        self, method: str, received: Received, fault: str | None, status: int, answer: str
    ) -> None:
        """Record a call of the Web API, whether or not it was carried out."""
        self._database.execute(
            "INSERT INTO call(at, method, content_type, raw, fault, status, answer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (now(), method, received.content_type, received.raw, fault, status, answer),
        )

    def calls(self) -> list[Json]:
        """Every call of the Web API so far, oldest first."""
        rows = self._database.execute(
            "SELECT id, at, method, content_type, raw, fault, status, answer FROM call ORDER BY id"
        )
        return [
            {
                "id": identity,
                "at": at,
                "method": method,
                **Received(content_type=content_type, raw=raw).as_json(),
                "fault": fault,
                "status": status,
                "answer": answer,
            }
            for identity, at, method, content_type, raw, fault, status, answer in rows
        ]

    def add_press(self, at: int, message: int, payload: Json, answers: list[Json]) -> None:
        """Record a button press and what the callback answered."""
        self._database.execute(
            "INSERT INTO press(at, message, payload, answers) VALUES (?, ?, ?, ?)",
            (at, message, json.dumps(payload), json.dumps(answers)),
        )

    def presses(self, limit: int = -1) -> list[Json]:
        """The newest button presses, oldest first; all of them without a limit."""
        rows = self._database.execute(
            "SELECT at, message, payload, answers FROM press ORDER BY at DESC LIMIT ?", (limit,)
        )
        return [
            {
                "action_ts": written(at),
                "ts": written(message),
                "payload": json.loads(payload),
                "answers": json.loads(answers),
            }
            for at, message, payload, answers in rows.fetchall()[::-1]
        ]

    def add_response_url(self, entry: ResponseUrl) -> None:
        """Remember an address handed out."""
        self._database.execute(
            "INSERT INTO response_url(secret, message, user, until, uses) VALUES (?, ?, ?, ?, ?)",
            (entry.secret, entry.message, entry.user, entry.until, entry.uses),
        )

    def response_url(self, secret: str) -> ResponseUrl | None:
        """What an address was handed out for."""
        row = self._database.execute(
            "SELECT message, user, until, uses FROM response_url WHERE secret = ?", (secret,)
        ).fetchone()
        if row is None:
            return None
        message, user, until, uses = row
        return ResponseUrl(secret=secret, message=message, user=user, until=until, uses=uses)

    def count_use(self, entry: ResponseUrl) -> None:
        """Count one more use of an address."""
        self._database.execute(
            "UPDATE response_url SET uses = uses + 1 WHERE secret = ?", (entry.secret,)
        )

"""Two relays by hand, with nothing of a live chat in them: what aiohttp and SQLite allow at all.

A visitor's line is decoded, numbered, stamped, and passed to the agent of the same chat; the
visitor gets an answer. With a store it is first committed (`synchronous=FULL`): one thread writes,
what came while it wrote is the next transaction, and each transaction is one statement.
"""

import argparse
import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeAlias

import msgspec
from aiohttp import WSMsgType, web

from . import serving

SCHEMA = """
CREATE TABLE line (
    number INTEGER PRIMARY KEY, chat TEXT NOT NULL, author TEXT NOT NULL,
    at INTEGER NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX line_chat ON line (chat, number);
"""
INSERT = """
INSERT INTO line (number, chat, author, at, id, text)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM json_each(?)
"""

Row: TypeAlias = tuple[int, str, str, int, str, str]


class Params(msgspec.Struct):
    """Of `join` and of `conversation.post`."""

    stream: str
    id: str = ""
    text: str = ""
    role: str = ""


class Request(msgspec.Struct):
    """What comes in."""

    method: str
    params: Params
    id: int | None = None


class Data(msgspec.Struct):
    """The line itself."""

    author: str
    name: str
    text: str


class Event(msgspec.Struct):
    """What the agent is told about a line."""

    stream: str
    seq: int
    prev: int
    type: str
    at: int
    by: str
    data: Data


class Notice(msgspec.Struct):
    """The frame around it."""

    jsonrpc: str
    method: str
    params: Event


class Ack(msgspec.Struct):
    """What the visitor is told."""

    stream: str
    seq: int
    number: int
    at: int


class Answer(msgspec.Struct):
    """The frame around it."""

    jsonrpc: str
    id: int | None
    result: Ack


decode = msgspec.json.Decoder(Request).decode
encode = msgspec.json.Encoder().encode


class Writer:
    """Commits rows in a thread of its own and hands the groups back to the event loop."""

    def __init__(self, path: Path, written: Callable[[list[Any]], None]) -> None:
        self._path = path
        self._written = written
        self._loop = asyncio.get_running_loop()
        self._queue = SimpleQueue[tuple[Row, Any]]()
        threading.Thread(target=self._run, daemon=True).start()

    def put(self, row: Row, context: object) -> None:
        """Hand over a row; the context comes back after its commit."""
        self._queue.put((row, context))

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(SCHEMA)
        while True:
            group = [self._queue.get()]
            while len(group) < 1000 and not self._queue.empty():
                group.append(self._queue.get())
            connection.execute(INSERT, (encode([row for row, _ in group]).decode(),))
            told = [context for _, context in group]
            self._loop.call_soon_threadsafe(self._written, told)


class Relay:
    """All chats of one process."""

    def __init__(self, path: Path | None) -> None:
        self._agents: dict[str, web.WebSocketResponse] = {}
        self._seen: dict[str, int] = {}
        self._count = 0
        self._sending: set[asyncio.Task[None]] = set()
        self._writer = Writer(path, self._written) if path else None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        socket = web.WebSocketResponse(compress=False, decode_text=False)
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._take(socket, decode(frame.data))
        return socket

    async def _take(self, socket: web.WebSocketResponse, request: Request) -> None:
        params = request.params
        if request.method == "join":
            self._agents[params.stream] = socket
            return
        stream, at, self._count = params.stream, time.time_ns() // 1000, self._count + 1
        prev = self._seen.get(stream, 0)
        self._seen[stream] = prev + 1
        data = Data("visitor", "Kim", params.text)
        event = Event(stream, prev + 1, prev, "Posted", at, "visitor:v", data)
        answer = Answer("2.0", request.id, Ack(stream, prev + 1, self._count, at))
        if self._writer is None:
            await self._tell(socket, event, answer)
        else:
            row = (self._count, stream, "visitor", at, params.id, params.text)
            self._writer.put(row, (socket, event, answer))

    async def _tell(self, socket: web.WebSocketResponse, event: Event, answer: Answer) -> None:
        agent = self._agents[event.stream]
        await agent.send_frame(encode(Notice("2.0", "event", event)), WSMsgType.TEXT)
        await socket.send_frame(encode(answer), WSMsgType.TEXT)

    def _written(self, told: list[tuple[web.WebSocketResponse, Event, Answer]]) -> None:
        task = asyncio.ensure_future(self._tell_all(told))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _tell_all(self, told: list[tuple[web.WebSocketResponse, Event, Answer]]) -> None:
        for one in told:
            await self._tell(*one)


@asynccontextmanager
async def application(options: argparse.Namespace) -> AsyncIterator[web.Application]:
    """Give the relay as an application."""
    app = web.Application()
    app.router.add_get("/ws", Relay(options.file).serve)
    yield app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", type=Path, help="where to store the lines; nowhere if left out")
    serving.run(application(parser.parse_args()))

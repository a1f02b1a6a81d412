"""Server-sent events: what a WebSocket would push, for clients that can only ask."""

import asyncio
import json
import logging
from contextlib import suppress
from itertools import zip_longest
from typing import TypeAlias

import attrs
from aiohttp import web

from livechat_core import Invalid, LivechatError, Service, Session

from ..logins import WHILE_LISTENING, Login
from ..outbox import Outbox
from ..singles import Json, bearer
from .door import Door, refused

logger = logging.getLogger("livechat_core")

PULSE = 15.0
STALL = 10.0
MOST_STREAMS = 20
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep the events to itself
}


Pairs: TypeAlias = list[tuple[str, int]]


@attrs.frozen(eq=False)
class Listener:
    """A client that listens."""

    session: Session
    outbox: Outbox
    login: Login

    async def follow(self, stream: str, after: int) -> list[bytes]:
        """Follow a stream from now on, and return what has happened in it after a number."""
        told = {"stream": stream, "after": after}
        found = await self.session.call("conversation.follow", told)
        return [_notice("event", event) for event in found["events"]]


class Events:
    """All event streams of an application.

    Args:
        service: The running desk.
        door: Who may come in.
    """

    def __init__(self, service: Service, door: Door) -> None:
        self._service = service
        self._door = door
        self._listeners: dict[str, set[Listener]] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one stream until the client leaves.

        Query: ``as`` (visitor or staff), ``watch`` (staff who only look on), and pairs of
        ``follow`` and ``after``: streams to follow, and the last number of each that the client
        holds. The first notification is ``session``, with what `session.open` returns.
        """
        arrival = self._door.admit(request)
        outbox = Outbox(lambda: _cut(request))
        session = Session(self._service, arrival, outbox.put, lambda _: outbox.end())
        listener = Listener(session, outbox, Login(self._service, arrival, session))
        label = ""
        try:
            known = await _open(listener, request, bearer(arrival))
            label = session.caller.actor.label if session.caller else ""
            self._listeners.setdefault(label, set()).add(listener)
            return await _stream(listener, request, known)
        except LivechatError as error:
            return refused(error)
        finally:
            self._leave(label, listener)
            await asyncio.shield(session.close())

    async def follow(self, label: str, stream: str, after: int) -> None:
        """Let all event streams of somebody follow what he asked to follow in a single request."""
        for listener in tuple(self._listeners.get(label, ())):
            with suppress(LivechatError):
                for frame in await listener.follow(stream, after):
                    listener.outbox.put(frame)

    async def stop(self) -> None:
        """End all streams."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.outbox.put(_notice("closed", {"code": "shutdown"}))
                listener.outbox.end()

    def _leave(self, label: str, listener: Listener) -> None:
        listeners = self._listeners.get(label, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(label, None)


async def _open(listener: Listener, request: web.Request, token: str) -> list[bytes]:
    """Open the session and return what is to be sent first."""
    query, streams = request.query, _pairs(request)
    role = query.get("as", "visitor" if token else "staff")
    if role == "visitor":
        told = await listener.session.resume(token, listen=True)
    elif role == "staff":
        watch = query.get("watch", "") not in ("", "0", "false")
        told = await listener.session.open({"as": "staff", "watch": watch})
    else:
        raise Invalid("invalid_type", field="as")
    known = [_notice("session", told)]
    for stream, after in streams:
        known += await listener.follow(stream, after)
    return known


async def _stream(
    listener: Listener, request: web.Request, known: list[bytes]
) -> web.StreamResponse:
    """Send what the listener is told until he leaves, does not take it, or signs out."""
    response = web.StreamResponse(headers=HEADERS)
    outbox = listener.outbox
    with suppress(ConnectionError, TimeoutError):
        await response.prepare(request)
        for frame in known:
            async with asyncio.timeout(STALL):
                await response.write(_events([frame]))
        while not outbox.ended:
            chunk = await _chunk(outbox)
            if not await listener.login.holds(WHILE_LISTENING):
                outbox.put(_notice("closed", {"code": "unauthenticated"}))
                outbox.end()
            async with asyncio.timeout(STALL):
                await response.write(chunk)
        async with asyncio.timeout(STALL):
            await response.write(_events(await outbox.take()))
            await response.write_eof()
    return response


async def _chunk(outbox: Outbox) -> bytes:
    """Return what is to be sent next: events, or a comment that keeps the line open."""
    try:
        async with asyncio.timeout(PULSE):
            return _events(await outbox.take())
    except TimeoutError:
        return b":\n\n"


def _events(frames: list[bytes]) -> bytes:
    return b"".join(b"data: %b\n\n" % frame for frame in frames)


def _pairs(request: web.Request) -> Pairs:
    """Return the streams to follow, each with the last number that the client holds."""
    streams, after = request.query.getall("follow", []), request.query.getall("after", [])
    numbers = [number for number in after if number.isascii() and number.isdigit()]
    if len(numbers) != len(after) or len(after) > len(streams) or len(streams) > MOST_STREAMS:
        raise Invalid("invalid_type", field="after")
    return list(zip_longest(streams, map(int, numbers), fillvalue=0))  # type: ignore[arg-type]


def _notice(method: str, params: Json) -> bytes:
    frame = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(frame, separators=(",", ":")).encode()


def _cut(request: web.Request) -> None:
    """End the connection of a client that does not read; it resumes from what it holds (G17)."""
    logger.warning("a client that does not read is cut")
    if request.transport is not None:
        request.transport.abort()

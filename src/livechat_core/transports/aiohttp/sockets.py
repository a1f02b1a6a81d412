"""WebSockets: one reader for each, answers and notifications written straight to the socket.

The socket's own buffer is the only line of frames there is. A message therefore costs no task, no
queue and no lock (performance.md rules 5 and 14), and a client that does not read is cut when its
buffer holds too much (G17).
"""

import asyncio
import logging
import sys
from contextlib import suppress

import attrs
from aiohttp import WSMsgType, web

from livechat_core import MAX_FRAME, Service, Session

from ..logins import WHILE_LISTENING, WHILE_SENDING, Login
from ..outbox import MOST_BYTES
from .door import Door, turned_away

logger = logging.getLogger("livechat_core")

OPENING = 10.0
CLOSING = 5.0
HEARTBEAT = 20.0
MOST_SOCKETS = 10_000

SHUTDOWN = 1001
BINARY = 1003
BAD_UTF8 = 1007
TOO_SLOW = 1013
UNAUTHENTICATED = 4401
BANNED = 4403
_CODES = {"banned": BANNED}


class Socket:
    """One WebSocket.

    Args:
        ws: The prepared response.
        transport: What it writes to.
    """

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._ws = ws
        self._transport = transport
        self._cutting: asyncio.Task[None] | None = None

    def push(self, frame: bytes) -> None:
        """Send a frame without waiting, or cut a client that has not read for too long."""
        if self._cutting is not None:
            return
        if self._transport.get_write_buffer_size() > MOST_BYTES:
            logger.warning("a client that does not read is cut")
            self._cutting = asyncio.ensure_future(self.close(TOO_SLOW))
            return
        # With the writer's limit out of reach this coroutine has nothing to wait for.
        sending = self._ws.send_frame(frame, WSMsgType.TEXT)
        with suppress(StopIteration, ConnectionError):
            sending.send(None)

    def drop(self, code: str) -> None:
        """Turn a visitor out; he has been told why."""
        if self._cutting is None:
            self._cutting = asyncio.ensure_future(self.close(_CODES.get(code, UNAUTHENTICATED)))

    async def exchange(self, session: Session, login: Login) -> bool:
        """Take one frame and answer it; false at the end."""
        message = await self._ws.receive()
        if message.type is not WSMsgType.TEXT:
            if message.type is WSMsgType.BINARY:
                await self.close(BINARY)
            return False
        frame: bytes = message.data
        if not frame.isascii() and not _is_utf8(frame):
            await self.close(BAD_UTF8)
            return False
        if not await login.holds(WHILE_SENDING):
            await self.close(UNAUTHENTICATED, "unauthenticated")
            return False
        self.push(await session.receive(frame))
        return True

    async def close(self, code: int, notice: str = "") -> None:
        """Close, telling why; a client that does not answer is left after a few seconds."""
        if notice:
            self.push(
                b'{"jsonrpc":"2.0","method":"closed","params":{"code":"%b"}}' % notice.encode()
            )
        await self._ws.close(code=code, drain=False)
        if self._transport.get_write_buffer_size():
            self._transport.abort()


@attrs.frozen(eq=False)
class Open:
    """An open socket with the session on it."""

    socket: Socket
    session: Session
    login: Login


class Sockets:
    """All WebSockets of an application.

    Args:
        service: The running desk.
        door: Who may come in.
    """

    def __init__(self, service: Service, door: Door) -> None:
        self._service = service
        self._door = door
        self._open: set[Open] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket until it is closed."""
        arrival = self._door.admit(request, to_socket=True)
        if len(self._open) >= MOST_SOCKETS or request.transport is None:
            raise turned_away(web.HTTPServiceUnavailable(), "full")
        ws = web.WebSocketResponse(
            heartbeat=HEARTBEAT,
            timeout=CLOSING,
            compress=False,
            max_msg_size=MAX_FRAME + 1,
            writer_limit=sys.maxsize,
            decode_text=False,
        )
        await ws.prepare(request)
        socket = Socket(ws, request.transport)
        session = Session(self._service, arrival, socket.push, socket.drop)
        one = Open(socket, session, Login(self._service, arrival, session))
        self._open.add(one)
        try:
            await self._converse(one)
        finally:
            self._open.discard(one)
            await asyncio.shield(session.close())
        return ws

    async def _converse(self, one: Open) -> None:
        try:
            async with asyncio.timeout(OPENING):
                while one.session.caller is None:
                    if not await one.socket.exchange(one.session, one.login):
                        return
        except TimeoutError:
            await one.socket.close(UNAUTHENTICATED, "unauthenticated")
            return
        while await one.socket.exchange(one.session, one.login):
            pass

    async def watch(self) -> None:
        """Close the sockets of staff who are not signed in any more, until cancelled (A36)."""
        while True:
            await self._service.desk.clock.sleep(WHILE_LISTENING)
            for one in tuple(self._open):
                if not await one.login.holds(WHILE_LISTENING):
                    await one.socket.close(UNAUTHENTICATED, "unauthenticated")

    async def stop(self) -> None:
        """Close all sockets, so that the clients come back elsewhere (G19)."""
        closing = [one.socket.close(SHUTDOWN, "shutdown") for one in self._open]
        await asyncio.gather(*closing, return_exceptions=True)


def _is_utf8(frame: bytes) -> bool:
    try:
        frame.decode()
    except UnicodeDecodeError:
        return False
    return True

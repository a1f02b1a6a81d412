"""Requests that come one by one: each says anew who asks, and nobody counts as connected."""

import json
from collections import OrderedDict
from typing import Any

import attrs

from livechat_core import Denied, LivechatError, Service, Session, ports, refusal, seconds

LIFE = seconds(60)
MOST = 10_000

Json = dict[str, Any]


@attrs.frozen
class Followed:
    """Who asked to follow which stream, and up to where he has been told."""

    label: str
    stream: str
    seq: int


class Singles:
    """Answers single requests.

    A visitor's session is kept for a minute: finding him costs one look into the store, and his
    limits hold from one request to the next.

    Args:
        service: The running desk.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: OrderedDict[str, tuple[int, Session]] = OrderedDict()

    async def answer(
        self, body: bytes, request: ports.Request, token: str
    ) -> tuple[Json, Followed | None]:
        """Return the answer to a request, and what is to be followed from now on, if anything.

        Args:
            body: One JSON-RPC request.
            request: Headers and cookies it came with.
            token: The visitor's token; empty for staff.
        """
        frame = _read(body)
        method = frame.get("method")
        if method == "session.open":
            return await self._open(frame, request), None
        if not isinstance(method, str):
            return await self._new(request).answer(body), None
        try:
            session = await self.session(request, token)
        except LivechatError as error:
            return {"jsonrpc": "2.0", "id": frame.get("id"), "error": refusal(error)}, None
        if method == "conversation.follow":
            return await self._follow(session, frame)
        return await session.answer(body), None

    async def _follow(self, session: Session, frame: Json) -> tuple[Json, Followed | None]:
        """Return what has happened; the caller's event streams go on from there."""
        answer = await session.answer(_written({**frame, "method": "conversation.history"}))
        if "error" in answer or session.caller is None:
            return answer, None
        stream, seq = frame["params"]["stream"], answer["result"]["seq"]
        return answer, Followed(session.caller.actor.label, stream, seq)

    async def _open(self, frame: Json, request: ports.Request) -> Json:
        """Open a session and leave at once: who wants to stay listens to the events."""
        params = frame.get("params")
        if isinstance(params, dict) and params.get("as") == "staff":
            frame = {**frame, "params": {**params, "watch": True}}
        session = self._new(request)
        try:
            return await session.answer(_written(frame))
        finally:
            await session.close()

    async def session(self, request: ports.Request, token: str) -> Session:
        """Return a session of who asks.

        Args:
            request: Headers and cookies of what he asks.
            token: The visitor's token; empty for staff.

        Raises:
            Denied: ``unauthenticated``: nobody knows him.
        """
        if token:
            return await self._visitor(request, token)
        identity = self._service.identity
        agent = await identity.agent(request) if identity else None
        session = self._new(request)
        session.vouch(agent or "")
        return session

    async def _visitor(self, request: ports.Request, token: str) -> Session:
        now = self._service.desk.clock.now()
        until, session = self._kept.get(token, (0, None))
        if session is None or until <= now:
            session = self._new(request)
            await session.resume(token, listen=False)
            self._kept.pop(token, None)
            self._kept[token] = now + LIFE, session
            self._forget(now)
        session.renew(request)
        return session

    def _new(self, request: ports.Request) -> Session:
        return Session(self._service, request, _unheard)

    def _forget(self, now: int) -> None:
        while self._kept:
            token, (until, _) = next(iter(self._kept.items()))
            if until > now and len(self._kept) <= MOST:
                return
            del self._kept[token]


def _read(body: bytes) -> Json:
    """Return the request as far as it can be read; the session says what is wrong with it."""
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def _written(frame: Json) -> bytes:
    return json.dumps(frame).encode()


def _unheard(frame: bytes) -> None:
    """Drop what would be pushed: nobody listens."""


def status(answer: Json) -> int:
    """Return the HTTP status of an answer."""
    if "error" not in answer:
        return 200
    data = answer["error"]["data"]
    return 401 if data["code"] == "unauthenticated" else int(data["http"])


def bearer(request: ports.Request) -> str:
    """Return the visitor's token of an ``Authorization`` header, empty if there is none.

    Raises:
        Denied: There is such a header, but not with a token.
    """
    header = request.headers.get("authorization")
    if header is None:
        return ""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Denied("unauthenticated")
    return token.strip()

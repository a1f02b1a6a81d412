"""A small desk for the front ends' tests: it speaks the wire protocol and does as it is told.

Nothing is decided here. Visitors' chats are kept as plain lists of events; what staff see are
lists that a test sets. A test can refuse commands, lose answers, skip events and cut connections.
"""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from aiohttp import WSMsgType, web

import livechat_core
from livechat_core.demo import outside

Json = dict[str, Any]
WEB = Path(livechat_core.__file__).with_name("web")
DEMO = outside.PAGES
DEMO_PAGES = {
    "/": "index",
    "/sites/performances/": "performances",
    "/sites/performances/about": "performances_about",
    "/sites/drumstory/": "drumstory",
    "/sites/drumstory/about": "drumstory_about",
    "/console/": "console",
    "/team/": "team",
    "/sign-in/": "sign_in",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
)
SITE = {"id": "shop", "name": "Blue Note Shop", "greeting": "A consultant is here.",
        "away": "Nobody is here. Leave a message."}  # fmt: skip
PAGES = {
    "shop": "<main><h1>Shop</h1></main>"
    '<script type="module" src="/chat/static/widget.js" data-site="shop"></script>',
    "console": '<script type="module" src="/chat/static/console.js"></script>'
    "<main><live-chat-console></live-chat-console></main>",
    "team": '<script type="module" src="/chat/static/team.js"></script>'
    "<main><live-chat-team></live-chat-team></main>",
    "blank": "<p>Nothing</p>",
}

STANDING = {
    "status": "available", "why_not": "", "reason": "", "load": 0, "capacity": 3,
    "in_call": False, "wrapping": [], "statuses": [],
    "queues": [{"id": "support", "name": "Support"}],
}  # fmt: skip

CAUSES = {
    "conversation.leave_message": "MessageLeft",
    "conversation.post": "Posted",
    "conversation.close": "Closed",
    "conversation.rate": "Rated",
    "conversation.note": "Noted",
    "conversation.email_transcript": "TranscriptAsked",
}


class Refusal(Exception):
    """What the desk answers instead of a result."""

    def __init__(self, code: str, http: int = 409, **facts: object) -> None:
        super().__init__(code)
        self.error = {
            "code": -32000,
            "message": code,
            "data": {"code": code, "http": http, **facts},
        }


@attrs.define(eq=False)
class Session:
    """One open session and what it follows."""

    send: Callable[[Json], Coroutine[Any, Any, None]]
    close: Callable[[], Coroutine[Any, Any, object]]
    visitor: str = ""
    follows: set[str] = attrs.field(factory=set)


@attrs.define(eq=False)
class FakeDesk:
    """The desk. Its public attributes may be set by a test at any time."""

    availability: Json = attrs.field(
        factory=lambda: {"state": "online", "queue_when_busy": "queue_with_escape",
                         "opens_at": None, "topics": [{"id": "support", "name": "Support",
                                                       "state": "online"}]}
    )  # fmt: skip
    welcome: Json = attrs.field(factory=dict)
    lists: Json = attrs.field(factory=dict)
    staff: Json = attrs.field(factory=lambda: {"role": "agent", "agent": "ana", "name": "Ana"})
    answers: Json = attrs.field(factory=dict)
    refusals: dict[str, Refusal] = attrs.field(factory=dict)
    losses: list[str] = attrs.field(factory=list)
    sockets: bool = True
    http: bool = True
    existing: str = ""
    elsewhere: str = ""
    signed_in: bool = True
    commands: list[tuple[str, Json]] = attrs.field(factory=list)
    asked: list[tuple[str, Json]] = attrs.field(factory=list)
    sent: list[tuple[str, bytes]] = attrs.field(factory=list)
    upload: Refusal | None = None
    opened: list[Json] = attrs.field(factory=list)
    events: dict[str, list[Json]] = attrs.field(factory=dict)
    owners: dict[str, str] = attrs.field(factory=dict)
    sessions: list[Session] = attrs.field(factory=list)
    _acks: dict[str, Json] = attrs.field(factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None

    # What a test does, from its own thread.

    def tell(self, method: str, params: Json) -> None:
        """Send a notification to every session."""
        self._run(self._tell(method, params))

    def happen(
        self, stream: str, type_: str, *, tell: bool = True, by: str = "", **data: Any
    ) -> int:
        """Record an event, and tell who follows the stream unless told not to."""
        event = self._happen(stream, type_, by or "agent:ana", data, tell=tell)
        return int(self._run(event))

    def cut(self) -> None:
        """Close every connection."""
        for session in list(self.sessions):
            self._run(session.close())

    def named(self, method: str) -> list[Json]:
        """The parameters of the commands of one kind, each id once."""
        return list(
            {params["id"]: params for name, params in self.commands if name == method}.values()
        )

    def first(self, method: str) -> Json:
        """The parameters of the first command of a kind; waits for it."""
        end = time.monotonic() + 10
        while not self.named(method):
            assert time.monotonic() < end, f"no {method} came"
            time.sleep(0.01)
        return self.named(method)[0]

    def _run(self, wanted: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop
        return asyncio.run_coroutine_threadsafe(wanted, self._loop).result(5)

    # What the wire does.

    async def _tell(self, method: str, params: Json) -> None:
        for session in list(self.sessions):
            await session.send({"method": method, "params": params})

    async def _happen(
        self, stream: str, type_: str, by: str, data: Json, *, tell: bool = True
    ) -> int:
        log = self.events.setdefault(stream, [])
        prev = log[-1]["seq"] if log else 0
        event: Json = {"stream": stream, "seq": prev + 2, "prev": prev, "at": now()}
        event |= {"type": type_, "by": by, "data": data}
        log.append(event)
        for session in list(self.sessions) if tell else []:
            if stream in session.follows or not stream.startswith("conversation/"):
                await session.send({"method": "event", "params": event})
        return int(event["seq"])

    async def answer(self, session: Session, frame: Json) -> Json | None:
        """The answer to one request, or None if it is to be lost with the connection."""
        method, params = frame["method"], frame.get("params", {})
        try:
            result = await self._result(session, method, params)
        except Refusal as refusal:
            return {"jsonrpc": "2.0", "id": frame["id"], "error": refusal.error}
        if method in self.losses:
            self.losses.remove(method)
            return None
        return {"jsonrpc": "2.0", "id": frame["id"], "result": result}

    async def _result(self, session: Session, method: str, params: Json) -> Any:
        if method in self.refusals:
            raise self.refusals[method]
        if method == "session.open":
            return self._open(session, params)
        if method == "conversation.follow":
            session.follows.add(params["stream"])
            log = self.events.get(params["stream"])
            if log is None:
                raise Refusal("not_found", 404)
            return {"events": [e for e in log if e["seq"] > params["after"]], "seq": log[-1]["seq"]}
        if "id" not in params:
            self.asked.append((method, params))
            return self.answers.get(method, {})
        self.commands.append((method, params))
        if params["id"] not in self._acks:
            self._acks[params["id"]] = await self._obey(session, method, params)
        return self._acks[params["id"]]

    def _open(self, session: Session, params: Json) -> Json:
        self.opened.append(params)
        if params["as"] == "staff":
            if not self.signed_in:
                raise Refusal("unauthenticated", 401)
            return {**STANDING, "lists": self.lists, "now": now(), **self.staff}
        token = params["token"] or f"token-{len(self.opened)}"
        session.visitor = token
        streams = [stream for stream, owner in self.owners.items() if owner == token]
        chat = None
        if streams:
            types = {event["type"] for event in self.events[streams[-1]]}
            phase = "message_left" if "MessageLeft" in types else "active"
            chat = {"stream": streams[-1], "number": number(streams[-1]), "phase": phase}
        found = {"role": "visitor", "visitor": token, "token": token, "now": now(), "site": SITE}
        found |= {"availability": self.availability, "conversation": chat, "invitation": None}
        found |= {"entry": True, "reasons": [], "recorded": True, "greeting": None, **self.welcome}
        return found

    async def _obey(self, session: Session, method: str, params: Json) -> Json:
        if method == "conversation.start" and self.existing:
            return {"stream": self.existing, "seq": 0, "number": 7, "at": now(), "existing": True}
        stream = params.get("stream") or f"conversation/c{100 + len(self.events)}"
        known = {"email": "", "question": "", "page": "", **params}
        if method in ("conversation.start", "conversation.leave_message"):
            self.owners[stream] = session.visitor
            if stream not in self.events:
                await self._happen(stream, "Started", "visitor", {"name": "", **known})
        who, by = ("visitor", "visitor") if session.visitor else ("agent", "agent:ana")
        told = {"name": "Ana", "agent": "ana", "author": who, "reason": who, **known}
        if method in CAUSES:
            await self._happen(stream, CAUSES[method], by, told)
        log = self.events.get(stream)
        place = {"path": "files/c7/f1"} if method == "conversation.attach" else {}
        return {
            **place,
            "stream": stream,
            "seq": log[-1]["seq"] if log else 1,
            "number": number(stream),
            "at": now(),
        }

    # The transport.

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if not self.sockets:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        session = Session(socket.send_json, socket.close)
        self.sessions.append(session)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                answer = await self.answer(session, json.loads(message.data))
                await (socket.send_json(answer) if answer else socket.close())
        self.sessions.remove(session)
        return socket

    async def rpc(self, request: web.Request) -> web.Response:
        if not self.http:
            raise web.HTTPBadGateway
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        session = next((s for s in self.sessions if s.visitor == token), None)
        answer = await self.answer(
            session or Session(_nothing, _nothing, token), await request.json()
        )
        return web.json_response(answer) if answer else web.Response(status=502)

    async def file(self, request: web.Request) -> web.Response:
        self.sent.append((request.path, await request.read()))
        error = {"error": self.upload.error} if self.upload else {}
        return web.json_response({"jsonrpc": "2.0", "id": None, "result": {}, **error})

    async def download(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.headers)))
        return web.Response(body=b"content", content_type="text/plain")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        session = Session(_nothing, _nothing)
        try:
            hello = {"as": request.query["as"], "token": token}
            opened = self._open(session, hello)
        except Refusal as refusal:
            return web.json_response({"jsonrpc": "2.0", "error": refusal.error}, status=401)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)

        async def send(frame: Json) -> None:
            await response.write(f"data: {json.dumps(frame)}\n\n".encode())

        ended = asyncio.Event()

        async def close() -> None:
            ended.set()

        session.send, session.close = send, close
        await send({"method": "session", "params": opened})
        self.sessions.append(session)
        await ended.wait()
        self.sessions.remove(session)
        return response

    async def embedding(self, _request: web.Request) -> web.Response:
        """A page that embeds the chat of another desk, at the address `elsewhere`."""
        script = f'<script type="module" src="{self.elsewhere}chat/static/widget.js"'
        return html("Embedding", f'{script} data-site="shop"></script>')

    async def linking(self, request: web.Request) -> web.Response:
        """A page of one of several sites, with a link to another."""
        origin = f"http://{request.host}"
        script = f'<script type="module" src="/chat/static/links.js" data-others="{origin}"'
        link = f'<a href="{origin}/linking?next#prices">Next door</a>'
        return html("Linking", f'{link}{script} data-site="shop"></script>')

    def app(self) -> web.Application:
        app = web.Application()
        app.on_startup.append(self._started)
        app.on_shutdown.append(self._ended)
        app.on_response_prepare.append(_add_policy)
        app.router.add_get("/{page:shop|console|team|blank}", page)
        app.router.add_get("/embedding", self.embedding)
        app.router.add_get("/linking", self.linking)
        app.router.add_get("/favicon.ico", _file(WEB / "favicon.svg"))
        app.router.add_get("/chat/ws", self.socket)
        app.router.add_get("/chat/events", self.stream)
        app.router.add_post("/chat/rpc", self.rpc)
        app.router.add_post("/chat/files/{chat}/{file}", self.file)
        app.router.add_get("/chat/files/{chat}/{file}", self.download)
        app.router.add_static("/chat/static", WEB)
        app.router.add_static("/demo/pages", DEMO)
        for path, name in DEMO_PAGES.items():
            app.router.add_get(path, _file(DEMO / f"{name}.html"))
        return app

    async def _started(self, _app: web.Application) -> None:
        self._loop = asyncio.get_running_loop()

    async def _ended(self, _app: web.Application) -> None:
        for session in list(self.sessions):
            await session.close()


async def _nothing(*_args: object) -> None:
    return None


async def _add_policy(request: web.Request, response: web.StreamResponse) -> None:
    if request.path != "/embedding":
        response.headers["Content-Security-Policy"] = POLICY
    response.headers["Access-Control-Allow-Origin"] = "*"


def _file(path: Path) -> Callable[[web.Request], Coroutine[Any, Any, web.FileResponse]]:
    async def serve(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return serve


async def page(request: web.Request) -> web.Response:
    name = request.match_info["page"]
    return html(name, PAGES[name])


def html(title: str, body: str) -> web.Response:
    """A page with this title and body."""
    head = (
        f'<title>{title}</title><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="/chat/static/page.css">'
    )
    text = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    return web.Response(text=text, content_type="text/html")


def now() -> int:
    """The time in microseconds."""
    return time.time_ns() // 1000


def number(stream: str) -> int:
    """The public number of a stream."""
    return int("".join(filter(str.isdigit, stream)) or 0)


@contextmanager
def running() -> Iterator[tuple[str, FakeDesk]]:
    """Run a desk; gives its address and itself."""
    desk = FakeDesk()
    with outside.running(desk.app()) as url:
        yield url, desk

"""A desk behind a real HTTP server on loopback, and clients for it."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import attrs
from aiohttp import web

from livechat_core import Desk, Plugins, Service, hookimpl, ports, serve, settings
from livechat_core.transports.aiohttp import create_app

Json = dict[str, Any]
SHOP = "https://shop.example"
TABLES: Json = {
    "desk": {"store": "sqlite:///chat.sqlite3", "public_url": "https://desk.example"},
    "sites": {"shop": {"name": "Shop", "origins": [SHOP]}},
    "staff": {
        "ana": {"name": "Ana", "slack_user": "U1"},
        "ben": {"name": "Ben", "slack_user": "U2"},
    },
    "notifiers": [{"notifier": "team"}],
    "erm": {"path": "erm.sqlite3"},
}
PAGE = {"site": "shop", "url": "https://shop.example/drums", "title": "Drums"}
_ids = count(1)


class Logins:
    """An identity plugin whose login is a cookie with the person's id, until it is revoked."""

    def __init__(self) -> None:
        self.revoked: set[str] = set()

    async def agent(self, request: ports.Request) -> str | None:
        agent = request.cookies.get("login")
        return None if agent in self.revoked else agent

    async def visitor(self, request: ports.Request) -> ports.Person | None:
        customer = request.cookies.get("customer")
        return ports.Person(id=customer, name=customer.title()) if customer else None

    @hookimpl
    def livechat_identity(self) -> ports.Identity:
        return self


@attrs.define
class Served:
    """A desk that is being served under the prefix ``/chat``."""

    service: Service
    logins: Logins
    runner: web.AppRunner
    http: aiohttp.ClientSession

    @property
    def host(self) -> str:
        address, port = self.runner.addresses[0][:2]
        return f"{address}:{port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/chat"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator["Wire"]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.ws_connect(f"{self.url}/ws", headers=named) as ws:
            yield Wire(ws)

    @asynccontextmanager
    async def visitor(self, token: str = "") -> AsyncIterator["Wire"]:
        async with self.socket(Origin=SHOP) as wire:
            wire.told = await wire.ask("session.open", **{"as": "visitor"}, token=token, page=PAGE)
            yield wire

    @asynccontextmanager
    async def staff(self, agent: str = "ana") -> AsyncIterator["Wire"]:
        async with self.socket(Origin=self.origin, Cookie=f"login={agent}") as wire:
            wire.told = await wire.ask("session.open", **{"as": "staff"})
            yield wire

    async def rpc(
        self, method: str, params: Json, *, token: str = "", agent: str = ""
    ) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if agent:
            headers["Cookie"] = f"login={agent}"
        frame = {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": params}
        async with self.http.post(f"{self.url}/rpc", json=frame, headers=headers) as answer:
            return answer.status, await answer.json()

    @asynccontextmanager
    async def events(
        self, query: str = "", *, token: str = "", agent: str = ""
    ) -> AsyncIterator["Stream"]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if agent:
            headers["Cookie"] = f"login={agent}"
        async with self.http.get(f"{self.url}/events?{query}", headers=headers) as answer:
            yield Stream(answer)


@attrs.define
class Wire:
    """One WebSocket of a client."""

    ws: aiohttp.ClientWebSocketResponse
    told: Json = attrs.field(factory=dict)
    heard: list[Json] = attrs.field(factory=list)

    async def send(self, method: str, params: Json) -> int:
        number = next(_ids)
        frame = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.ws.send_str(json.dumps(frame))
        return number

    async def answer(self, number: object) -> Json:
        """Return the answer with this id; notifications that come before it are kept."""
        with anyio.fail_after(30):
            while True:
                frame: Json = await self.ws.receive_json()
                if "id" in frame and frame["id"] == number:
                    return frame
                self.heard.append(frame)

    async def call(self, method: str, **params: object) -> Json:
        return await self.answer(await self.send(method, params))

    async def ask(self, method: str, **params: object) -> Any:
        answer = await self.call(method, **params)
        assert "result" in answer, answer
        return answer["result"]

    async def do(self, method: str, **params: object) -> Any:
        return await self.ask(method, **{"id": new_id(), **params})

    async def event(self, kind: str) -> Json:
        """Return the next event of this type."""
        return await self.hear(lambda frame: frame["params"].get("type") == kind)

    async def notice(self, method: str) -> Json:
        """Return the next notification of this name."""
        return await self.hear(lambda frame: frame["method"] == method)

    async def hear(self, wanted: Any) -> Json:
        with anyio.fail_after(30):
            while True:
                for frame in self.heard:
                    if wanted(frame):
                        self.heard.remove(frame)
                        return dict(frame["params"])
                self.heard.append(await self.ws.receive_json())

    async def closed(self) -> int | None:
        """Return the code with which the server closes."""
        with anyio.fail_after(30):
            while True:
                message = await self.ws.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    self.heard.append(json.loads(message.data))
                else:
                    return self.ws.close_code


@attrs.define
class Stream:
    """One stream of server-sent events of a client."""

    answer: aiohttp.ClientResponse
    heard: list[Json] = attrs.field(factory=list)

    async def next(self) -> Json:
        """Return the next notification."""
        with anyio.fail_after(30):
            while True:
                line = await self.answer.content.readline()
                assert line, "the stream has ended"
                if line.startswith(b"data: "):
                    frame: Json = json.loads(line[6:])
                    return frame

    async def event(self, kind: str) -> Json:
        while True:
            frame = await self.next()
            self.heard.append(frame)
            if frame["params"].get("type") == kind:
                return dict(frame["params"])


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    with anyio.fail_after(30):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await anyio.sleep(0.01)


def new_id() -> str:
    return f"made-by-test-{next(_ids)}"


@asynccontextmanager
async def serving(folder: Path, changes: Mapping[str, Json] | None = None) -> AsyncIterator[Served]:
    """Serve a desk whose files lie in a folder."""
    tables = {**TABLES, **(changes or {})}
    chosen = attrs.evolve(settings.from_tables(tables, base=folder), data=folder)
    logins = Logins()
    async with (
        serve(Desk(chosen, Plugins([logins], entry_points=False))) as service,
        aiohttp.ClientSession() as http,
    ):
        app = web.Application()
        app.add_subapp("/chat", create_app(service))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield Served(service, logins, runner, http)
        finally:
            await runner.cleanup()

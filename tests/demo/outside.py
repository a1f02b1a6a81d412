"""Tools for the tests of the stand-ins: plain HTTP, a program to kill, a Slack and its app."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import attrs
from aiohttp import web
from slack_sdk import WebClient

from livechat_core.demo import outside, slack_server
from livechat_core.demo.slack_workspace import CHANNEL_ID, USERS, User

Json = dict[str, Any]
SECRET = "signing-secret"  # noqa: S105
TOKEN = "xoxb-token"  # noqa: S105


@attrs.frozen
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def fetch(url: str, body: bytes | None = None, **headers: str) -> Answer:
    """Return the answer to a GET, or to a POST of this body, whatever its status."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, names)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return Answer(answer.status, answer.read().decode(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), dict(error.headers))


def post(url: str, body: Json) -> Answer:
    """Return the answer to a POST of a JSON object."""
    return fetch(url, json.dumps(body).encode(), Content_Type="application/json")


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


@contextmanager
def program(module: str, *arguments: str) -> Iterator[tuple[Json, Callable[[], None]]]:
    """Run a stand-in alone; gives what its first line says, and `kill -9` for it."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"livechat_core.demo.{module}", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )

    def kill() -> None:
        process.kill()
        process.wait(10)

    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), kill
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


@attrs.define
class Product:
    """The app that Slack calls: it records each request and answers as told."""

    requests: list[tuple[Mapping[str, str], bytes]] = attrs.field(factory=list)
    respond: Callable[[], Any] = web.Response

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.read()))
        answer = self.respond()
        return answer if isinstance(answer, web.Response) else await answer

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/callback", self.handle)
        return app


@attrs.frozen
class Slack:
    """A running local Slack, mounted under a prefix as in the demo."""

    url: str
    product: Product

    def client(self, token: str = TOKEN, timeout: int = 20) -> WebClient:
        return WebClient(token, base_url=f"{self.url}api/", timeout=timeout, retry_handlers=[])

    def post(self, text: str = "Hello", **fields: Any) -> str:
        return str(self.client().chat_postMessage(channel=CHANNEL_ID, text=text, **fields)["ts"])

    def state(self) -> Json:
        state: Json = fetch(f"{self.url}_state").json
        return state

    def fault(self, method: str, mode: str, **rest: object) -> None:
        assert post(f"{self.url}_fault", {"method": method, "mode": mode, **rest}).status == 200

    def press(self, user: str, ts: str, action_id: str, **rest: object) -> Answer:
        return post(f"{self.url}_press", {"user": user, "ts": ts, "action_id": action_id, **rest})


@contextmanager
def running_slack(data: Path, users: Sequence[User] = USERS) -> Iterator[Slack]:
    """Run a Slack with the app it calls."""
    product = Product()
    with ExitStack() as stack:
        callback = stack.enter_context(outside.running(product.app())) + "callback"
        host = web.Application()
        host.add_subapp("/slack/", slack_server.create_app(data, callback, SECRET, TOKEN, users))
        yield Slack(stack.enter_context(outside.running(host)) + "slack/", product)


def button(action_id: str = "claim", **fields: object) -> Json:
    """Return a button element."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": action_id.capitalize()},
        **fields,
    }


def actions(*elements: Json, block_id: str = "enquiry") -> Json:
    """Return a block of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def signed(product: Product) -> list[Json]:
    """Return the payloads that the app received."""
    return [json.loads(parse_qs(body.decode())["payload"][0]) for _, body in product.requests]

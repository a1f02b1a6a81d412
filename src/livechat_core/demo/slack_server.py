"""A local Slack: the Web API, button presses, faults on demand, and a page to look at it.

It stands for somebody else's system, so it imports nothing of the product, enforces Slack's
limits, and answers as Slack does. `create_app` gives an aiohttp application to mount anywhere;
`python -m livechat_core.demo.slack_server` runs it alone.

Beside the Web API under `/api/` there is, for tests and for the page:

- `POST /_press {user, ts, action_id, block_id?, copies?, stale?}` presses a button;
- `POST /_say {user, text, thread_ts?}` posts a person's own message;
- `POST /_fault {method, mode, count?, retry_after?, error?}` plans a misbehaviour;
- `GET /_state` gives everything that was received.
"""

import argparse
import asyncio
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import attrs
from aiohttp import web

from livechat_core.demo.outside import (
    Fault,
    Faults,
    Json,
    new_app,
    read_object,
    serve_until_stopped,
)
from livechat_core.demo.slack_methods import METHODS, Call, parsed_ts
from livechat_core.demo.slack_presses import Callback, Press, press, respond
from livechat_core.demo.slack_store import Message, Received, SlackStore, written
from livechat_core.demo.slack_workspace import (
    BOT_NAME,
    CHANNEL_ID,
    CHANNEL_NAME,
    USERS,
    SlackError,
    User,
    Workspace,
    checked_content,
)

FAULT_MODES: Final = frozenset({"429", "500", "before", "after", "slow", "permanent"})
_REFUSALS: Final = {
    "429": "ratelimited",
    "500": "internal_error",
    "before": "internal_error",
    "permanent": "channel_not_found",
}
SHOWN_MESSAGES: Final = 300
SHOWN_PRESSES: Final = 20


def create_app(
    data_dir: Path | str,
    callback_url: str,
    signing_secret: str,
    token: str,
    users: Sequence[User] = USERS,
) -> web.Application:
    """The local Slack as an application, to be mounted under any prefix.

    Args:
        data_dir: The folder of its file, made if it is missing.
        callback_url: Where presses are sent.
        signing_secret: What they are signed with.
        token: The only token that the Web API accepts.
        users: The workspace's people.
    """
    workspace = Workspace(store=SlackStore(Path(data_dir) / "slack.sqlite3"), users=users)
    callback = Callback(url=callback_url, signing_secret=signing_secret)
    server = _Slack(workspace=workspace, callback=callback, token=token)
    app = new_app("slack")
    app.cleanup_ctx.extend((server.lifetime, callback.lifetime))
    app.router.add_route("*", "/api/{method}", server.api)
    app.router.add_post("/response/{secret}", server.response, name="response")
    app.router.add_post("/_press", server.press)
    app.router.add_post("/_say", server.say)
    app.router.add_post("/_fault", server.fault)
    app.router.add_get("/_state", server.state)
    app.router.add_get("/_view", server.view)
    return app


@attrs.define(kw_only=True)
class _Slack:
    workspace: Workspace
    callback: Callback
    token: str
    faults: Faults = attrs.field(factory=lambda: Faults(FAULT_MODES))

    async def lifetime(self, _app: web.Application) -> AsyncIterator[None]:
        """Hold the file open while the application runs."""
        self.workspace.store.open()
        yield
        self.workspace.store.close()

    async def api(self, request: web.Request) -> web.StreamResponse:
        """A call of the Web API."""
        method = request.match_info["method"]
        received = await _received(request)
        fault = self.faults.take(method)
        mode = fault.mode if fault else None
        status = {"429": 429, "500": 500, "before": 0}.get(mode or "", 200)
        with self.workspace.store.transaction():
            text = json.dumps(self._answer(request, method, received, fault))
            self.workspace.store.add_call(method, received, mode, status, text)
        if mode in {"before", "after"}:
            return _cut_off(request)
        if fault and mode == "slow":
            await asyncio.sleep(fault.seconds)
        if mode == "500":
            return web.Response(status=500, text="upstream request timeout\n")
        headers = {"Retry-After": f"{fault.seconds:.0f}"} if fault and mode == "429" else {}
        return web.json_response(text=text, status=status, headers=headers)

    def _answer(
        self, request: web.Request, method: str, received: Received, fault: Fault | None
    ) -> Json:
        try:
            _refuse(fault)
            return {"ok": True} | self._perform(request, method, received)
        except SlackError as error:
            return error.as_json()

    def _perform(self, request: web.Request, method: str, received: Received) -> Json:
        arguments = _arguments(request, received)
        self._authenticate(request, arguments)
        if method not in METHODS:
            raise SlackError("unknown_method")
        return METHODS[method](self.workspace, Call(arguments=arguments, received=received))

    def _authenticate(self, request: web.Request, arguments: Mapping[str, object]) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        token = given if scheme.lower() == "bearer" else arguments.get("token")
        if not token:
            raise SlackError("not_authed")
        if not hmac.compare_digest(str(token).encode(), self.token.encode()):
            raise SlackError("invalid_auth")

    async def response(self, request: web.Request) -> web.Response:
        """What the app sends to the response address of a press."""
        body = await read_object(request)
        received = await _received(request)
        try:
            with self.workspace.store.transaction():
                respond(self.workspace, request.match_info["secret"], body, received)
        except SlackError as error:
            return web.json_response(error.as_json(), status=404)
        return web.json_response({"ok": True})

    async def press(self, request: web.Request) -> web.Response:
        """A person presses a button, on the page or in a test."""
        body = await read_object(request)
        copies = body.get("copies", 1)
        if not isinstance(copies, int) or copies < 1:
            raise web.HTTPBadRequest(text="copies must be a number from 1")
        try:
            message = self._message(body.get("ts"))
            wanted = Press.found(message, self._user(body), body)
        except SlackError as error:
            return web.json_response(error.as_json(), status=404)
        outcome = await press(self.workspace, self.callback, wanted, _address(request), copies)
        return web.json_response({"ok": True} | outcome)

    async def say(self, request: web.Request) -> web.Response:
        """A person writes a message of his own."""
        body = await read_object(request)
        try:
            user = self._user(body)
            thread = self._message(body["thread_ts"]).at if body.get("thread_ts") else None
            content = checked_content({"text": body.get("text")})
            with self.workspace.store.transaction():
                received = await _received(request)
                message = self.workspace.post(received, content, thread=thread, user=user)
        except SlackError as error:
            return web.json_response(error.as_json(), status=404)
        return web.json_response({"ok": True, "ts": message.ts})

    def _user(self, body: Json) -> User:
        user = self.workspace.user(body.get("user"))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def _message(self, ts: object) -> Message:
        at = parsed_ts(str(ts))
        message = None if at is None else self.workspace.store.message(at)
        if message is None:
            raise SlackError("message_not_found")
        return message

    async def fault(self, request: web.Request) -> web.Response:
        """Plan a misbehaviour of a Web API method."""
        body = await read_object(request)
        if body.get("method") not in METHODS:
            raise web.HTTPBadRequest(text="method must be one of the Web API methods here")
        self.faults.plan_from(body, body["method"])
        return web.json_response({"ok": True})

    async def state(self, _request: web.Request) -> web.Response:
        """Everything received so far."""
        store = self.workspace.store
        calls = store.calls()
        return web.json_response(
            {
                "messages": [_full(message) for message in store.everything()],
                "calls": calls,
                "counts": Counter(call["method"] for call in calls),
                "presses": store.presses(),
            }
        )

    async def view(self, _request: web.Request) -> web.Response:
        """What the page shows."""
        store = self.workspace.store
        names = {user.id: user.real_name for user in self.workspace.users}
        messages = store.latest(SHOWN_MESSAGES)
        return web.json_response(
            {
                "channel": {"id": CHANNEL_ID, "name": CHANNEL_NAME},
                "users": [{"id": identity, "name": name} for identity, name in names.items()],
                "messages": [_seen(message, names) for message in messages],
                "presses": [_pressed(entry, names) for entry in store.presses(SHOWN_PRESSES)],
            }
        )


def _refuse(fault: Fault | None) -> None:
    """Raise what a planned misbehaviour says instead of doing the work."""
    if fault and fault.mode not in {"after", "slow"}:
        raise SlackError(fault.error or _REFUSALS[fault.mode])


async def _received(request: web.Request) -> Received:
    raw = await request.read() or request.query_string.encode()
    return Received(content_type=request.headers.get("Content-Type", ""), raw=raw)


def _arguments(request: web.Request, received: Received) -> Mapping[str, object]:
    if not (request.body_exists and request.content_type == "application/json"):
        body = received.raw.decode(errors="replace")
        return dict(request.query) | dict(parse_qsl(body, keep_blank_values=True))
    try:
        arguments = json.loads(received.raw)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(arguments, dict):
        raise SlackError("json_not_object")
    return dict(request.query) | arguments


def _cut_off(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _address(request: web.Request) -> Callable[[str], str]:
    """Makes absolute response addresses, under whatever prefix this application is mounted."""
    resource = request.app.router["response"]
    return lambda secret: str(request.url.join(resource.url_for(secret=secret)))


def _full(message: Message) -> Json:
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "is_bot": message.is_bot,
        "thread_ts": message.thread and written(message.thread),
        "visible_to": message.visible_to,
        "is_deleted": message.is_deleted,
        "content": message.content,
        "versions": [
            {"at": written(version.at), **version.received.as_json()}
            for version in message.versions
        ],
    }


def _seen(message: Message, names: Mapping[str, str]) -> Json:
    return {
        "ts": message.ts,
        "name": names.get(message.user, BOT_NAME),
        "is_bot": message.is_bot,
        "thread_ts": message.thread and written(message.thread),
        "visible_to": message.visible_to,
        "edited": len(message.versions) > 1,
        "text": message.content["text"],
        "blocks": message.content.get("blocks", []),
    }


def _pressed(entry: Json, names: Mapping[str, str]) -> Json:
    """A press as the page lists it."""
    payload = entry["payload"]
    (action,) = payload["actions"]
    return {
        "action_ts": entry["action_ts"],
        "name": names.get(payload["user"]["id"], payload["user"]["name"]),
        "button": action["text"]["text"],
        "answers": entry["answers"],
    }


def main() -> None:
    """Run the local Slack alone; prints one JSON line with its port."""
    parser = argparse.ArgumentParser(prog="python -m livechat_core.demo.slack_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", required=True)
    parser.add_argument("--callback", required=True)
    parser.add_argument("--signing-secret", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--users", type=Path, help="a JSON file: a list of objects")
    given = parser.parse_args()
    users: Sequence[User] = USERS
    if given.users:
        users = tuple(User(**fields) for fields in json.loads(given.users.read_text("utf-8")))
    app = create_app(given.data, given.callback, given.signing_secret, given.token, users)
    asyncio.run(serve_until_stopped(app, given.port, lambda port: {"port": port}))


if __name__ == "__main__":
    main()

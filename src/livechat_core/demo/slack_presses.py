"""Button presses in the local Slack: the signed call to the app, and the app's private answer.

The call is a `block_actions` payload signed as Slack signs it (version `v0`, HMAC-SHA256 over
`v0:<timestamp>:<body>`). It is sent once and given three seconds; nothing is ever sent again.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

import aiohttp
import attrs
from aiohttp import web

from livechat_core.demo.outside import Json
from livechat_core.demo.slack_store import (
    MICROSECONDS,
    Message,
    Received,
    ResponseUrl,
    now,
    written,
)
from livechat_core.demo.slack_workspace import (
    APP_ID,
    CHANNEL_ID,
    CHANNEL_NAME,
    TEAM_DOMAIN,
    TEAM_ID,
    SlackError,
    User,
    Workspace,
    checked_content,
)

SECONDS_TO_ANSWER: Final = 3.0
RESPONSE_URL_USES: Final = 5
RESPONSE_URL_LIFE: Final = 30 * 60 * MICROSECONDS
_SHOWN_BODY: Final = 2000


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Slack puts into `X-Slack-Signature`."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def buttons(content: Mapping[str, object]) -> Iterator[tuple[str, Json]]:
    """The buttons of a message, each with the id of its block."""
    blocks = content.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        elements = block["elements"] if block["type"] == "actions" else ()
        for element in (*elements, block.get("accessory")):
            if element is not None:
                yield block["block_id"], element


@attrs.define(kw_only=True)
class Callback:
    """The app's address for interactions, and what its calls are signed with."""

    url: str
    signing_secret: str
    _session: aiohttp.ClientSession | None = None

    async def lifetime(self, _app: web.Application) -> AsyncIterator[None]:
        """Hold an HTTP client while the application runs."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as self._session:
            yield

    async def deliver(self, payload: Json, copies: int) -> list[Json]:
        """Send the same signed request as often as asked, all at once; gives the answers."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (local stand-in)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.signing_secret, timestamp, body),
        }
        sent = (self._send(body, headers) for _ in range(copies))
        return list(await asyncio.gather(*sent))

    async def _send(self, body: bytes, headers: Mapping[str, str]) -> Json:
        if self._session is None:
            raise web.HTTPServiceUnavailable(text="not started yet")
        started = time.monotonic()
        outcome: Json = {"status": None, "body": "", "error": None}
        limit = aiohttp.ClientTimeout(total=SECONDS_TO_ANSWER)
        try:
            async with self._session.post(
                self.url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                outcome["status"] = answer.status
                outcome["body"] = (await answer.text(errors="replace"))[:_SHOWN_BODY]
        except TimeoutError:
            outcome["error"] = "no answer within 3 seconds"
        except aiohttp.ClientError as error:
            outcome["error"] = str(error) or type(error).__name__
        outcome["seconds"] = round(time.monotonic() - started, 4)
        return outcome


@attrs.frozen(kw_only=True)
class Press:
    """A person presses a button of a message."""

    user: User
    message: Message
    block_id: str
    button: Json

    @classmethod
    def found(cls, message: Message, user: User, wanted: Json) -> "Press":
        """The press of the button with this action, and of this block if one is named.

        A screen that has not caught up still shows a message's former buttons: with `stale`
        they can be pressed too.

        Raises:
            SlackError: The message has no such button.
        """
        versions = reversed(message.versions) if wanted.get("stale") else message.versions[-1:]
        for version in versions:
            for block_id, button in buttons(version.content):
                in_block = wanted.get("block_id") in {None, block_id}
                if button["action_id"] == wanted.get("action_id") and in_block:
                    return cls(user=user, message=message, block_id=block_id, button=button)
        raise SlackError("no_such_button")

    def payload(self, workspace: Workspace, action_ts: str, response_url: str) -> Json:
        """What the app is told."""
        user = self.user
        pressed = {key: self.button[key] for key in _TOLD if key in self.button}
        return {
            "type": "block_actions",
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": TEAM_ID,
            },
            "api_app_id": APP_ID,
            "token": "verification-token-not-to-be-used",
            "container": {
                "type": "message",
                "message_ts": self.message.ts,
                "channel_id": CHANNEL_ID,
                "is_ephemeral": self.message.visible_to is not None,
            },
            "trigger_id": f"{action_ts}.{secrets.token_hex(16)}",
            "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": CHANNEL_ID, "name": CHANNEL_NAME},
            "message": workspace.as_json(self.message),
            "state": {"values": {}},
            "response_url": response_url,
            "actions": [{**pressed, "block_id": self.block_id, "action_ts": action_ts}],
        }


_TOLD = ("type", "action_id", "text", "value", "style", "url")


async def press(
    workspace: Workspace,
    callback: Callback,
    wanted: Press,
    address: Callable[[str], str],
    copies: int = 1,
) -> Json:
    """Tell the app of a press and record what it answered.

    Args:
        workspace: Where the message is.
        callback: The app's address.
        wanted: Who presses what.
        address: Makes the URL of a response address from its secret.
        copies: How often the very same signed request is sent.
    """
    store = workspace.store
    at = store.next_at()
    handed_out = ResponseUrl(
        secret=secrets.token_urlsafe(24),
        message=wanted.message.at,
        user=wanted.user.id,
        until=now() + RESPONSE_URL_LIFE,
    )
    with store.transaction():
        store.add_response_url(handed_out)
    payload = wanted.payload(workspace, written(at), address(handed_out.secret))
    answers = await callback.deliver(payload, copies)
    with store.transaction():
        store.add_press(at, wanted.message.at, payload, answers)
    return {"action_ts": written(at), "answers": answers}


def respond(workspace: Workspace, secret: str, body: Json, received: Received) -> None:
    """Carry out what the app sent to a response address.

    Raises:
        SlackError: The address is spent, too old or unknown, or the content is refused.
    """
    store = workspace.store
    entry = store.response_url(secret)
    source = store.message(entry.message) if entry else None
    if entry is None or now() > entry.until:
        raise SlackError("expired_url")
    if entry.uses >= RESPONSE_URL_USES:
        raise SlackError("used_url")
    if body.get("delete_original") or body.get("replace_original"):
        if source is None:
            raise SlackError("message_not_found")
        _change(workspace, source, body, received)
    else:
        in_channel = body.get("response_type") == "in_channel"
        thread = source.thread if source else None
        workspace.post(
            received,
            checked_content(body),
            thread=thread,
            visible_to=None if in_channel else entry.user,
        )
    store.count_use(entry)


def _change(workspace: Workspace, source: Message, body: Json, received: Received) -> None:
    if body.get("delete_original"):
        workspace.store.delete(source)
    else:
        workspace.revise(source, received, checked_content(body))

"""The Web API methods of the local Slack, with Slack's own names for what goes wrong."""

import base64
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

import attrs

from livechat_core.demo.outside import Json
from livechat_core.demo.slack_store import MICROSECONDS, Message, Received
from livechat_core.demo.slack_workspace import (
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    BOT_USER_ID,
    CHANNEL_ID,
    CHANNEL_NAME,
    TEAM_DOMAIN,
    TEAM_ID,
    SlackError,
    Workspace,
    checked_content,
)

FOREVER: Final = 2**62
MOST_PER_PAGE: Final = 999
_TS = re.compile(r"(\d{1,12})\.(\d{6})")


@attrs.frozen(kw_only=True)
class Call:
    """One call: its arguments, whatever way they came, and the request as received."""

    arguments: Mapping[str, object]
    received: Received

    def string(self, name: str) -> str | None:
        """An optional argument."""
        value = self.arguments.get(name)
        if value is None or isinstance(value, str):
            return value
        raise SlackError("invalid_arguments", f"[ERROR] must be a string [json-pointer:/{name}]")

    def required(self, name: str) -> str:
        """An argument that must be there."""
        value = self.string(name)
        if not value:
            raise SlackError("invalid_arguments", f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """A yes or no, off unless given."""
        return str(self.arguments.get(name, "")).lower() in {"1", "true"}

    def limit(self, default: int) -> int:
        """The size of a page."""
        value = str(self.arguments.get("limit") or default)
        if not value.isdecimal() or not 1 <= int(value) <= MOST_PER_PAGE:
            raise SlackError("invalid_limit")
        return int(value)

    def time(self, name: str, default: int) -> int:
        """A bound such as `oldest`, as microseconds; seconds may be whole or broken."""
        value = self.arguments.get(name)
        try:
            return int(Decimal(str(value)) * MICROSECONDS) if value else default
        except InvalidOperation:
            raise SlackError(f"invalid_ts_{name}") from None


Method = Callable[[Workspace, Call], Json]


def parsed_ts(ts: str | None) -> int | None:
    """The time that a message's `ts` stands for; nothing if it is none."""
    found = _TS.fullmatch(ts or "")
    return int(found[1]) * MICROSECONDS + int(found[2]) if found else None


def auth_test(_workspace: Workspace, _call: Call) -> Json:
    """Who the token belongs to."""
    return {
        "url": f"https://{TEAM_DOMAIN}.example/",
        "team": "Demo workspace",
        "team_id": TEAM_ID,
        "user": BOT_NAME,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def chat_post_message(workspace: Workspace, call: Call) -> Json:
    """Post into the channel, or into a thread of it."""
    _named_channel(call)
    thread = _thread(workspace, call)
    message = workspace.post(call.received, checked_content(call.arguments), thread=thread)
    shown = workspace.as_json(message, metadata=True)
    return {"channel": CHANNEL_ID, "ts": message.ts, "message": shown}


def chat_post_ephemeral(workspace: Workspace, call: Call) -> Json:
    """Post something that one person sees and no history keeps."""
    _named_channel(call)
    user = workspace.user(call.required("user"))
    if user is None:
        raise SlackError("user_not_in_channel")
    message = workspace.post(
        call.received,
        checked_content(call.arguments),
        thread=_thread(workspace, call),
        visible_to=user.id,
    )
    return {"message_ts": message.ts}


def chat_update(workspace: Workspace, call: Call) -> Json:
    """Change one of the app's own messages; what is not given stays as it was."""
    _channel(call)
    message = _stored(workspace, call.required("ts"))
    if message is None or message.visible_to:
        raise SlackError("message_not_found")
    if not message.is_bot:
        raise SlackError("cant_update_message")
    if call.arguments.get("text") is None and call.arguments.get("blocks") is None:
        raise SlackError("no_text")
    content = checked_content(call.arguments, previous=message.content)
    message = workspace.revise(message, call.received, content)
    return {
        "channel": CHANNEL_ID,
        "ts": message.ts,
        "text": message.content["text"],
        "message": workspace.as_json(message, metadata=True),
    }


def conversations_history(workspace: Workspace, call: Call) -> Json:
    """The channel's messages without replies, newest first."""
    _channel(call)
    after, before = _bounds(call)
    limit = call.limit(100)
    newest = min(before, _cursor(call, FOREVER))
    found = workspace.store.roots(CHANNEL_ID, after, newest, limit + 1)
    return _page(workspace, call, found, limit) | {"pin_count": 0}


def conversations_replies(workspace: Workspace, call: Call) -> Json:
    """A message and the answers within its thread, oldest first."""
    _channel(call)
    root = _stored(workspace, call.required("ts"))
    if root is None or root.thread or root.visible_to:
        raise SlackError("thread_not_found")
    after, before = _bounds(call)
    replies = [reply for reply in workspace.store.replies(root.at) if after <= reply.at <= before]
    start = _cursor(call, root.at)
    rest = [message for message in (root, *replies) if message.at >= start]
    return _page(workspace, call, rest, call.limit(MOST_PER_PAGE))


def users_info(workspace: Workspace, call: Call) -> Json:
    """One person, or the app itself."""
    identity = call.required("user")
    if identity == BOT_USER_ID:
        return {"user": BOT_USER}
    user = workspace.user(identity)
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.as_json()}


def users_list(workspace: Workspace, _call: Call) -> Json:
    """Everybody, the app included, on one page."""
    members = [user.as_json() for user in workspace.users]
    return {"members": [*members, BOT_USER], "response_metadata": {"next_cursor": ""}}


def users_lookup_by_email(workspace: Workspace, call: Call) -> Json:
    """The person with this address, whatever its case."""
    email = call.required("email").casefold()
    for user in workspace.users:
        if user.email.casefold() == email:
            return {"user": user.as_json()}
    raise SlackError("users_not_found")


METHODS: Mapping[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
}


def _named_channel(call: Call) -> None:
    """Posting takes the channel's name too; everything else wants its id."""
    if call.required("channel") not in {CHANNEL_ID, CHANNEL_NAME, f"#{CHANNEL_NAME}"}:
        raise SlackError("channel_not_found")


def _channel(call: Call) -> None:
    if call.required("channel") != CHANNEL_ID:
        raise SlackError("channel_not_found")


def _stored(workspace: Workspace, ts: str) -> Message | None:
    at = parsed_ts(ts)
    return None if at is None else workspace.store.message(at)


def _thread(workspace: Workspace, call: Call) -> int | None:
    ts = call.string("thread_ts")
    if not ts:
        return None
    root = _stored(workspace, ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.thread or root.visible_to:
        raise SlackError("cannot_reply_to_message")
    return root.at


def _bounds(call: Call) -> tuple[int, int]:
    edge = 0 if call.flag("inclusive") else 1
    after = call.time("oldest", -1) + edge
    before = call.time("latest", FOREVER) - edge
    return after, before


def _cursor(call: Call, default: int) -> int:
    """Where the page begins."""
    value = call.string("cursor")
    if not value:
        return default
    try:
        return int(base64.b64decode(value, validate=True).removeprefix(b"next_ts:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None


def _page(workspace: Workspace, call: Call, found: list[Message], limit: int) -> Json:
    """The first messages found, and where the next page begins if there are more."""
    metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [workspace.as_json(each, metadata=metadata) for each in found[:limit]],
        "has_more": len(found) > limit,
    }
    if len(found) > limit:
        next_ts = f"next_ts:{found[limit].at}".encode()
        answer["response_metadata"] = {"next_cursor": base64.b64encode(next_ts).decode()}
    return answer

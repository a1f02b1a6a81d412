"""The local Slack's workspace: its people, its one channel, and what a message may hold."""

import json
import secrets
import string
from collections.abc import Mapping, Sequence

import attrs

from livechat_core.demo import slack_blocks
from livechat_core.demo.outside import Json
from livechat_core.demo.slack_store import Message, Received, SlackStore, Version, written

TEAM_ID = "T07DEMO"
TEAM_DOMAIN = "demo-workspace"
CHANNEL_ID = "C07LIVECHAT"
CHANNEL_NAME = "live-chat"
APP_ID = "A07LIVECHAT"
BOT_ID = "B07LIVECHAT"
BOT_USER_ID = "U07LIVECHAT"
BOT_NAME = "Live chat"

MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000


@attrs.frozen(kw_only=True)
class User:
    """A person of the workspace."""

    id: str
    name: str
    real_name: str
    email: str
    is_guest: bool = False

    def as_json(self) -> Json:
        """As `users.info` shows a person."""
        return _person(self.id, self.name, self.real_name, is_restricted=self.is_guest) | {
            "profile": {
                "real_name": self.real_name,
                "display_name": self.real_name,
                "email": self.email,
            }
        }


USERS = (
    User(id="U07ANA", name="ana", real_name="Ana", email="ana@demo.example"),
    User(id="U07BEN", name="ben", real_name="Ben", email="ben@demo.example"),
    User(id="U07SAM", name="sam", real_name="Sam", email="sam@demo.example"),
    User(
        id="U07GUEST",
        name="guest",
        real_name="Guest (not staff)",
        email="guest@partner.example",
        is_guest=True,
    ),
)


class SlackError(Exception):
    """The Web API's `ok: false`, with Slack's name for the reason."""

    def __init__(self, error: str, *messages: str) -> None:
        """Keep Slack's name for the reason and the lines that explain it."""
        super().__init__(error)
        self.error = error
        self.messages = messages

    def as_json(self) -> Json:
        """The body of the answer."""
        answer: Json = {"ok": False, "error": self.error}
        if self.messages:
            answer["errors"] = [line.removeprefix("[ERROR] ") for line in self.messages]
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


@attrs.frozen(kw_only=True)
class Workspace:
    """The people and the file; messages go in and out through here."""

    store: SlackStore
    users: Sequence[User]

    def user(self, identity: str | None) -> User | None:
        """The person with this id."""
        return next((user for user in self.users if user.id == identity), None)

    def post(
        self,
        received: Received,
        content: Json,
        *,
        thread: int | None = None,
        user: User | None = None,
        visible_to: str | None = None,
    ) -> Message:
        """Store a new message of a person, or of the app when no person is given."""
        at = self.store.next_at()
        return self.store.add(
            Message(
                at=at,
                channel=CHANNEL_ID,
                user=user.id if user else BOT_USER_ID,
                is_bot=user is None,
                thread=thread,
                visible_to=visible_to,
                versions=(Version(at=at, received=received, content=content),),
            )
        )

    def revise(self, message: Message, received: Received, content: Json) -> Message:
        """Store a message's new version."""
        version = Version(at=self.store.next_at(), received=received, content=content)
        return self.store.revise(message, version)

    def as_json(self, message: Message, *, metadata: bool = False) -> Json:
        """A message as the Web API shows it."""
        content = message.content
        shown: Json = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "team": TEAM_ID,
            "text": content["text"],
        }
        if content.get("blocks"):
            shown["blocks"] = content["blocks"]
        if metadata and content.get("metadata"):
            shown["metadata"] = content["metadata"]
        if message.is_bot:
            shown |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": _BOT_PROFILE}
        if len(message.versions) > 1:
            edited = written(message.versions[-1].at)
            shown["edited"] = {"user": message.user, "ts": edited}
        if message.thread:
            shown["thread_ts"] = written(message.thread)
        elif replies := self.store.replies(message.at):
            shown |= _thread_facts(message, replies)
        return shown


def _thread_facts(root: Message, replies: Sequence[Message]) -> Json:
    people = sorted({reply.user for reply in replies})
    return {
        "thread_ts": root.ts,
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "reply_users": people,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def _person(identity: str, name: str, real_name: str, *, is_restricted: bool) -> Json:
    return {
        "id": identity,
        "team_id": TEAM_ID,
        "name": name,
        "real_name": real_name,
        "deleted": False,
        "is_bot": False,
        "is_admin": False,
        "is_restricted": is_restricted,
        "is_ultra_restricted": False,
    }


_BOT_PROFILE = {"id": BOT_ID, "app_id": APP_ID, "name": BOT_NAME, "team_id": TEAM_ID}

BOT_USER: Json = _person(BOT_USER_ID, "livechat", BOT_NAME, is_restricted=False) | {
    "is_bot": True,
    "profile": {"real_name": BOT_NAME, "display_name": "", "bot_id": BOT_ID},
}
"""The app's own entry in the list of users; it has no e-mail address."""


def checked_content(given: Mapping[str, object], previous: Json | None = None) -> Json:
    """What a message is to hold: the fields given, else those it held before.

    Raises:
        SlackError: Slack would not accept it.
    """
    content = dict(previous or {"text": ""})
    if given.get("text") is not None:
        content["text"] = _checked_text(given["text"], MOST_TEXT if previous is None else None)
    if given.get("blocks") is not None:
        content["blocks"] = _checked_blocks(decoded(given["blocks"], "invalid_blocks_format"))
    if given.get("metadata") is not None:
        metadata = decoded(given["metadata"], "invalid_metadata_format")
        content["metadata"] = _checked_metadata(metadata, previous)
    if not content["text"] and not content.get("blocks"):
        raise SlackError("no_text")
    return content


def decoded(value: object, error: str) -> object:
    """A structured argument, which a form carries as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(error) from None


def _checked_text(text: object, most: int | None) -> str:
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", "[ERROR] must be a string [json-pointer:/text]")
    if len(text) > (most or MOST_UPDATED_TEXT):
        raise SlackError("msg_too_long")
    return text


def _checked_blocks(blocks: object) -> list[Json]:
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := slack_blocks.problems(blocks):
        raise SlackError("invalid_blocks", *problems)
    if slack_blocks.size(blocks) > slack_blocks.MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return [_named(block) for block in blocks]


def _named(block: Json) -> Json:
    """The block with the ids that Slack makes up where the app gave none."""
    named = {"block_id": _made_up(), **block}
    if block["type"] == "actions":
        named["elements"] = [{"action_id": _made_up(), **element} for element in block["elements"]]
    if "accessory" in block:
        named["accessory"] = {"action_id": _made_up(), **block["accessory"]}
    return named


def _made_up() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))


def _checked_metadata(metadata: object, previous: Json | None) -> Json:
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    is_removal = not metadata and previous is not None
    is_named = isinstance(metadata.get("event_type"), str)
    if not is_removal and not (is_named and isinstance(metadata.get("event_payload"), dict)):
        raise SlackError("invalid_metadata_format")
    return metadata

"""Button presses: proving that Slack sent one, reading it, and answering privately.

`parse` is pure: the web framework hands over body and headers as they came. Whose press it was, a
member of staff or not, is for the desk to say.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs

from livechat_core.errors import DeliveryError, Denied, Invalid
from livechat_core.rules import SECOND

from .buttons import CLAIM
from .settings import SlackSettings, needs_sdk

ANSWER_SECONDS = 5
_VALUE = re.compile(r"(enquiry/[A-Za-z0-9_.-]{1,100}):([0-9]{1,15})")
_HOOKS = ("https", "hooks.slack.com", None)


@attrs.frozen(kw_only=True)
class SlackAction:
    """One press of a button.

    Args:
        user: Who pressed, as Slack knows him.
        team: His workspace.
        action: ``livechat_claim``, or another button's ``action_id`` (a link button tells of its
            press too, and wants nothing but an answer 200).
        enquiry: Stream to claim, empty for other buttons.
        version: Version the button was drawn for.
        at: Slack's time of the press.
        channel: Where the message stands.
        message: Its ``ts``.
        response_url: Where a private answer may go.
    """

    user: str
    team: str
    action: str
    enquiry: str = ""
    version: int = 0
    at: str
    channel: str = ""
    message: str = ""
    response_url: str = attrs.field(default="", repr=False)

    @property
    def client_id(self) -> str:
        """The same for every delivery of this press, so that a repeat changes nothing (G3, A43)."""
        return "slack-" + sha256(f"{self.team} {self.user} {self.at}".encode()).hexdigest()[:32]


def parse(
    body: bytes, headers: Mapping[str, str], settings: SlackSettings, now: int
) -> SlackAction:
    """Return the press that a request tells of (A43).

    Args:
        body: The request's body, byte for byte.
        headers: The request's headers.
        settings: Signing secret and workspace.
        now: Microseconds since 1970.

    Raises:
        Denied: ``unauthenticated`` if Slack did not send it within five minutes of now,
            ``forbidden`` if it comes from another workspace.
        Invalid: Slack sent it, but it is no press of a button.
    """
    if not _is_signed(body, headers, settings.signing_secret, now):
        raise Denied("unauthenticated")
    action = _read(_payload(body))
    if settings.team and action.team != settings.team:
        raise Denied("forbidden", team=action.team)
    return action


async def answer(action: SlackAction, text: str, settings: SlackSettings) -> None:
    """Tell the person who pressed something that nobody else sees.

    Raises:
        DeliveryError: Slack did not take it, or the address is not one of Slack's (A54).
    """
    if not _is_slacks(action.response_url, settings.base_url):
        raise DeliveryError("slack_foreign_address", permanent=True)
    with needs_sdk():
        from slack_sdk.webhook import WebhookClient

        from .blocks import escape
        from .client import in_thread, never_sent, refusal
    client = WebhookClient(action.response_url, timeout=ANSWER_SECONDS, retry_handlers=[])
    client.proxy = None
    try:
        response = await in_thread(
            lambda: client.send(
                text=escape(text), response_type="ephemeral", replace_original=False
            ),
            ANSWER_SECONDS,
        )
    except Exception as error:
        raise DeliveryError("slack_answer_lost", unknown=not never_sent(error)) from error
    if response.status_code != 200:
        raise refusal(response.status_code, response.headers, "")


@attrs.frozen
class _At:
    """The clock that slack-sdk's verifier asks: seconds."""

    seconds: float

    def now(self) -> float:
        return self.seconds


def _is_signed(body: bytes, headers: Mapping[str, str], secret: str, now: int) -> bool:
    with needs_sdk():
        from slack_sdk.signature import SignatureVerifier
    verifier = SignatureVerifier(secret, _At(now / SECOND))  # type: ignore[arg-type]
    try:
        return verifier.is_valid_request(body, dict(headers))
    except (ValueError, TypeError):  # a time that is no number, a signature or body that is no text
        return False


def _payload(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON says
    try:
        (payload,) = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)["payload"]
        return json.loads(payload)
    except (ValueError, KeyError, RecursionError) as error:
        raise Invalid("invalid_json") from error


def _read(payload: object) -> SlackAction:
    match payload:
        case {
            "type": "block_actions",
            "user": {"id": str(user)},
            "team": {"id": str(team)},
            "actions": [{"action_id": str(action), "action_ts": str(at), **rest}],
            **context,
        }:
            enquiry, version = _claimed(rest.get("value")) if action == CLAIM else ("", 0)
            return SlackAction(
                user=user,
                team=team,
                action=action,
                enquiry=enquiry,
                version=version,
                at=at,
                channel=_text(context, "channel", "id"),
                message=_text(context, "container", "message_ts"),
                response_url=_text(context, "response_url"),
            )
        case _:
            raise Invalid("invalid_type", why="not a press of one button")


def _claimed(value: object) -> tuple[str, int]:
    found = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Invalid("invalid_type", why="not an enquiry")
    return found[1], int(found[2])


def _text(facts: object, *path: str) -> str:
    for name in path:
        facts = facts.get(name) if isinstance(facts, dict) else None
    return facts if isinstance(facts, str) else ""


def _is_slacks(address: str, base_url: str) -> bool:
    """Tell whether an address is Slack's own, or of the host that was configured in its place."""
    try:
        found = _origin(address)
    except ValueError:
        return False
    return found in (_HOOKS, _origin(base_url))


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port

"""Calls of Slack's Web API, in worker threads, and what their failures mean.

slack-sdk's own retries are off: a post whose answer was lost would be posted twice. The job decides
about a repeat, so all that matters here is what is known about the outcome (G13, B86).
"""

import logging
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import anyio
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from livechat_core.errors import DeliveryError
from livechat_core.rules import SECOND

from .settings import SlackSettings

TIMEOUT = 10
"""Seconds that one step of a call may take: connecting, sending, each part of the answer."""
TOTAL = 15
"""Seconds that a whole call may take, below a job's lease; past it the thread is left to itself."""
AT_ONCE = 4

_PERMANENT = frozenset(
    {
        *("account_inactive", "invalid_auth", "missing_scope", "no_permission", "not_authed"),
        *("team_access_not_granted", "token_expired", "token_revoked", "unknown_method"),
        *("channel_not_found", "is_archived", "messages_tab_disabled", "not_in_channel"),
        *("cannot_reply_to_message", "cant_update_message", "edit_window_closed"),
        *("message_not_found", "thread_not_found"),
        *("restricted_action", "restricted_action_read_only_channel"),
        *("restricted_action_thread_locked", "restricted_action_thread_only_channel"),
        *("invalid_arg_name", "invalid_arguments", "invalid_blocks", "invalid_blocks_format"),
        *("invalid_metadata_format", "invalid_metadata_schema", "msg_blocks_too_long"),
        *("msg_too_long", "no_text"),
    }
)
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_WORD = re.compile(r"[a-z0-9_]{1,64}")

_at_once: RunVar[CapacityLimiter] = RunVar("livechat_core.notifiers.slack")
_silent = logging.getLogger(f"{__name__}.sdk")
_silent.setLevel(logging.CRITICAL + 1)  # at debug level slack-sdk writes whole messages (A77)


class Client:
    """The calls that the notifier needs.

    Args:
        settings: Address and token.
    """

    def __init__(self, settings: SlackSettings) -> None:
        self._web = WebClient(
            settings.token,
            base_url=settings.base_url,
            timeout=TIMEOUT,
            retry_handlers=[],
            logger=_silent,
        )
        # slack-sdk reads HTTPS_PROXY but not NO_PROXY; without its own answer urllib reads both.
        self._web.proxy = None

    async def post(self, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401 - Slack's own
        """Post a message."""
        return await _called(
            partial(self._web.chat_postMessage, unfurl_links=False, unfurl_media=False, **arguments)
        )

    async def update(self, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """Change a message."""
        return await _called(partial(self._web.chat_update, **arguments))

    async def history(self, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """Return a page of the channel, newest message first."""
        return await _called(
            partial(self._web.conversations_history, include_all_metadata=True, **arguments)
        )

    async def replies(self, **arguments: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """Return a page of a thread, oldest message first."""
        return await _called(
            partial(self._web.conversations_replies, include_all_metadata=True, **arguments)
        )


async def in_thread(call: Callable[[], Any], total: float) -> Any:  # noqa: ANN401 - as the call's
    """Return what the call returns in a worker thread, waiting at most ``total`` seconds.

    Raises:
        TimeoutError: It took longer.
    """
    with anyio.fail_after(total):
        return await to_thread.run_sync(call, abandon_on_cancel=True, limiter=_limiter())


async def _called(call: Callable[[], SlackResponse]) -> Mapping[str, Any]:
    try:
        answer = await in_thread(call, TOTAL)
    except SlackApiError as error:
        response = error.response
        raise refusal(response.status_code, response.headers, response.get("error")) from error
    except Exception as error:
        if never_sent(error):
            raise DeliveryError("slack_unreachable") from error
        # Whatever else goes wrong, it does so after the request has left.
        raise DeliveryError("slack_answer_lost", unknown=True) from error
    if not isinstance(answer.data, dict):
        raise DeliveryError("slack_answer_unreadable", unknown=True)
    return answer.data


def refusal(status: int, headers: Mapping[str, str], error: object) -> DeliveryError:
    """Return what an answer other than ``ok`` says about the outcome."""
    word = error if isinstance(error, str) and _WORD.fullmatch(error) else ""
    if status == 429 or word == "ratelimited":
        return DeliveryError("slack_rate_limited", retry_after=_retry_after(headers))
    code = f"slack_{word or status}"
    if status >= 500 or word in _UNCLEAR or (status < 400 and not word):
        return DeliveryError(code, unknown=True, status=status)
    return DeliveryError(code, permanent=word in _PERMANENT, status=status)


def never_sent(error: BaseException) -> bool:
    """Tell whether a request surely stayed here: no such host, nobody listens, bad certificate."""
    reason = getattr(error, "reason", error)
    return isinstance(
        reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError
    )


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Return Slack's wish in microseconds, between a second and an hour; none if unreadable."""
    wish = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not re.fullmatch(r"-?[0-9]{1,18}", wish):
        return None
    return min(max(int(wish), 1), 3600) * SECOND


def _limiter() -> CapacityLimiter:
    """Return the limiter of the event loop that asks; it cannot be shared between loops."""
    try:
        return _at_once.get()
    except LookupError:
        limiter = CapacityLimiter(AT_ONCE)
        _at_once.set(limiter)
        return limiter

"""What the Slack notifier tells about a failed call, what it keeps secret, and its settings."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import attrs
import pytest

from livechat_core.errors import ConfigurationError, DeliveryError
from livechat_core.notifiers.slack import livechat_notifiers
from livechat_core.notifiers.slack.client import refusal
from livechat_core.notifiers.slack.notifier import SlackNotifier
from livechat_core.notifiers.slack.settings import SlackSettings
from livechat_core.rules import seconds
from livechat_core.settings import Settings
from livechat_core.testing import NOTICE
from tests.demo.outside import Slack

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fault", "code", "known"),
    [
        ({"mode": "after"}, "slack_answer_lost", {"unknown": True}),
        ({"mode": "before"}, "slack_answer_lost", {"unknown": True}),
        ({"mode": "500"}, "slack_500", {"unknown": True}),
        ({"mode": "429", "retry_after": 30}, "slack_rate_limited", {"retry_after": seconds(30)}),
        (
            {"mode": "permanent", "error": "is_archived"},
            "slack_is_archived",
            {"permanent": True},
        ),
        ({"mode": "permanent", "error": "never_heard_of"}, "slack_never_heard_of", {}),
        ({"mode": "permanent", "error": "fatal_error"}, "slack_fatal_error", {"unknown": True}),
    ],
)
async def test_failures_tell_what_is_known_about_the_outcome(
    slack: Slack,
    notifier: SlackNotifier,
    fault: dict[str, Any],
    code: str,
    known: dict[str, object],
) -> None:
    """B86, G13."""
    slack.fault("chat.postMessage", **fault)
    with pytest.raises(DeliveryError) as caught:
        await notifier.send(NOTICE)
    assert_known(caught.value, code, known)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("30", 30),
        ("1", 1),
        ("0", 1),
        ("-1", 1),
        ("3600", 3600),
        ("3601", 3600),
        ("1000000000", 3600),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("1.5", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_the_wish_to_wait_is_kept_within_reason(told: str, wait: int | None) -> None:
    """B86: between a second and an hour; what cannot be read is left to the ladder."""
    for name in ("Retry-After", "retry-after"):
        error = refusal(429, {name: told}, "ratelimited")
        assert error.retry_after == (None if wait is None else seconds(wait))
    assert refusal(429, {}, None).retry_after is None


@contextmanager
def odd_slack(status: int, body: bytes) -> Iterator[str]:
    """Serve the same answer to everything; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "code", "unknown"),
    [
        (200, b"<html>maintenance</html>", "slack_200", True),
        (200, b"", "slack_200", True),
        (200, b"null", "slack_200", True),
        (200, b"[1]", "slack_answer_lost", True),
        (200, b'"ok"', "slack_answer_lost", True),
        (200, b"\xff\xfe", "slack_answer_lost", True),
        (200, b"[" * 100_000, "slack_answer_lost", True),
        (200, b'{"ok": true}', "slack_answer_unreadable", True),
        (200, b'{"ok": true, "channel": 1, "ts": 2}', "slack_answer_unreadable", True),
        (200, b'{"ok": false}', "slack_200", True),
        (200, b'{"ok": false, "error": {"a": 1}}', "slack_200", True),
        (200, b'{"ok": false, "error": "bad\\nword <x>"}', "slack_200", True),
        (404, b"<html>not here</html>", "slack_404", False),
        (403, b"{}", "slack_403", False),
        (502, b"<html>bad gateway</html>", "slack_502", True),
        (503, b'{"ok": false, "error": "is_archived"}', "slack_is_archived", True),
    ],
)
async def test_an_odd_answer_to_a_post_is_judged_by_what_it_allows(
    status: int, body: bytes, code: str, *, unknown: bool
) -> None:
    """B86: nothing that an outside system says breaks the adapter, or counts as done."""
    with odd_slack(status, body) as address:
        settings = SlackSettings(token="t", signing_secret="s", channel="C1", base_url=address)
        with pytest.raises(DeliveryError) as caught:
            await SlackNotifier(settings).send(NOTICE)
    assert (caught.value.code, caught.value.unknown) == (code, unknown)


@pytest.mark.parametrize(
    "body",
    [
        b'{"ok": true}',
        b'{"ok": true, "messages": 5}',
        b'{"ok": true, "messages": {"ts": "1"}}',
    ],
)
async def test_an_odd_history_is_not_taken_for_an_empty_one(body: bytes) -> None:
    """B86: else a probe would have the notice posted twice."""
    with odd_slack(200, body) as address:
        settings = SlackSettings(token="t", signing_secret="s", channel="C1", base_url=address)
        with pytest.raises(DeliveryError):
            await SlackNotifier(settings).probe(NOTICE)


async def test_odd_messages_in_a_history_are_passed_over() -> None:
    odd = b'[1, null, {}, {"ts": 1}, {"ts": "1.1", "metadata": []}, {"ts": "1.1", "metadata": {}}]'
    body = b'{"ok": true, "messages": ' + odd + b', "response_metadata": {"next_cursor": 5}}'
    with odd_slack(200, body) as address:
        settings = SlackSettings(token="t", signing_secret="s", channel="C1", base_url=address)
        assert await SlackNotifier(settings).probe(NOTICE) is None


async def test_a_slow_slack_is_an_unknown_outcome(
    slack: Slack, notifier: SlackNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livechat_core.notifiers.slack.client.TOTAL", 0.2)
    slack.fault("chat.postMessage", "slow", seconds=0.6)
    with pytest.raises(DeliveryError) as caught:
        await notifier.send(NOTICE)
    assert_known(caught.value, "slack_answer_lost", {"unknown": True})


async def test_a_wrong_token_is_permanent_and_stays_secret(settings: SlackSettings) -> None:
    """A76."""
    notifier = SlackNotifier(attrs.evolve(settings, token="xoxb-another-secret"))
    with pytest.raises(DeliveryError) as caught:
        await notifier.send(NOTICE)
    assert_known(caught.value, "slack_invalid_auth", {"permanent": True})
    told = f"{caught.value!r} {caught.value.__cause__!r} {settings!r}"
    assert "another-secret" not in told
    assert settings.token not in told
    assert settings.signing_secret not in told


async def test_nobody_listening_is_surely_not_done(settings: SlackSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
        with pytest.raises(DeliveryError) as caught:
            await SlackNotifier(attrs.evolve(settings, base_url=address)).send(NOTICE)
    assert_known(caught.value, "slack_unreachable", {})


async def test_no_log_line_has_a_message_text(
    slack: Slack, notifier: SlackNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    """A77, even at debug level."""
    caplog.set_level("DEBUG")
    slack.fault("chat.postMessage", "500")
    with pytest.raises(DeliveryError):
        await notifier.send(NOTICE)
    await notifier.send(NOTICE)
    assert "Ref 48211" not in caplog.text
    assert "zoe@" not in caplog.text


def assert_known(error: DeliveryError, code: str, known: dict[str, object]) -> None:
    nothing = {"unknown": False, "permanent": False, "retry_after": None}
    assert error.code == code
    assert {name: getattr(error, name) for name in nothing} == nothing | known


TABLE = {"token": "xoxb-1", "signing_secret": "s", "channel": "C1"}


class TestSettings:
    def test_without_a_table_there_is_no_slack(self) -> None:
        assert livechat_notifiers(Settings()) == []

    def test_with_a_table_there_is(self) -> None:
        (notifier,) = livechat_notifiers(Settings(sections={"slack": TABLE}))
        assert notifier.name == "slack"

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("tokn", "x"),
            ("token", 3),
            ("token", ""),
            ("signing_secret", ""),
            ("channel", "#live-chat"),
            ("base_url", "ftp://slack.example/"),
            ("base_url", "https://slack.example/api"),
        ],
    )
    def test_a_wrong_key_is_named(self, key: str, value: object) -> None:
        with pytest.raises(ConfigurationError, match=key):
            livechat_notifiers(Settings(sections={"slack": TABLE | {key: value}}))

    @pytest.mark.parametrize("key", TABLE)
    def test_a_missing_key_is_named(self, key: str) -> None:
        table = {name: value for name, value in TABLE.items() if name != key}
        with pytest.raises(ConfigurationError, match=key):
            livechat_notifiers(Settings(sections={"slack": table}))

    def test_a_missing_sdk_is_one_error_that_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "slack_sdk.errors", None)
        for name in ("client", "notifier"):
            monkeypatch.delitem(sys.modules, f"livechat_core.notifiers.slack.{name}")
        with pytest.raises(ConfigurationError) as caught:
            livechat_notifiers(Settings(sections={"slack": TABLE}))
        assert caught.value.facts["install"] == 'pip install "livechat-core[slack]"'

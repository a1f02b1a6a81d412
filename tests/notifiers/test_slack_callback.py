"""Button presses: really signed ones from the local Slack, forged ones, and private answers."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest
from hypothesis import given, strategies as st

from livechat_core.demo.slack_workspace import CHANNEL_ID, TEAM_ID
from livechat_core.errors import DeliveryError, Denied, Invalid, LivechatError
from livechat_core.notifiers.slack.callback import SlackAction, answer, parse
from livechat_core.notifiers.slack.notifier import SlackNotifier
from livechat_core.notifiers.slack.settings import SlackSettings
from livechat_core.rules import seconds
from livechat_core.testing import NOTICE
from tests.demo.outside import Slack

NOW = 1_700_000_000
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105
SETTINGS = SlackSettings(token="xoxb-1", signing_secret=SECRET, channel="C1", team="T1")
PAYLOAD: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1"},
    "container": {"message_ts": "1.000001"},
    "channel": {"id": "C1"},
    "response_url": "https://hooks.slack.com/actions/T1/1/x",
    "actions": [
        {"action_id": "livechat_claim", "action_ts": "1.000002", "value": "enquiry/e1:3"},
    ],
}


def body(payload: object = PAYLOAD) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, at: str = str(NOW), secret: str = SECRET) -> dict[str, str]:
    signature = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={signature.hexdigest()}",
    }


def parsed(payload: object = PAYLOAD, settings: SlackSettings = SETTINGS) -> SlackAction:
    made = body(payload)
    return parse(made, signed(made), settings, seconds(NOW))


def with_action(**changes: object) -> dict[str, Any]:
    return PAYLOAD | {"actions": [PAYLOAD["actions"][0] | changes]}


def test_a_press_is_read() -> None:
    assert parsed() == SlackAction(
        user="U1",
        team="T1",
        action="livechat_claim",
        enquiry="enquiry/e1",
        version=3,
        at="1.000002",
        channel="C1",
        message="1.000001",
        response_url="https://hooks.slack.com/actions/T1/1/x",
    )


@pytest.mark.parametrize("change", [str.lower, str.upper, str])
def test_names_of_headers_have_no_case(change: Any) -> None:
    headers = {change(name): value for name, value in signed(body()).items()}
    assert parse(body(), headers, SETTINGS, seconds(NOW)).user == "U1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": str(NOW)},
        {"X-Slack-Signature": signed(body())["X-Slack-Signature"]},
        signed(body()) | {"X-Slack-Signature": ""},
        signed(body()) | {"X-Slack-Signature": "v0=" + "0" * 64},
        signed(body()) | {"X-Slack-Signature": "v0=ü"},
        signed(body()) | {"X-Slack-Signature": signed(body())["X-Slack-Signature"][3:]},
        signed(body()) | {"X-Slack-Signature": signed(body())["X-Slack-Signature"].upper()},
        signed(body()) | {"X-Slack-Request-Timestamp": str(NOW + 1)},
        signed(body(), "now"),
        signed(body(), ""),
        signed(body(), "1e9"),
        signed(body(), "9" * 5000),
        signed(body(), "-1"),
        signed(body(), str(NOW - 301)),
        signed(body(), str(NOW + 301)),
        signed(body(), secret="another"),
        signed(body() + b" "),
    ],
)
def test_what_slack_did_not_sign_now_is_refused(headers: dict[str, str]) -> None:
    """A43."""
    with pytest.raises(Denied) as caught:
        parse(body(), headers, SETTINGS, seconds(NOW))
    assert caught.value.code == "unauthenticated"


@pytest.mark.parametrize("drift", [-300, 0, 300])
def test_five_minutes_are_allowed_both_ways(drift: int) -> None:
    assert parse(body(), signed(body(), str(NOW + drift)), SETTINGS, seconds(NOW)).user == "U1"


def test_one_changed_byte_is_refused() -> None:
    """A43: also a body that says the same in other words."""
    headers = signed(body())
    again = body(json.loads(json.dumps(PAYLOAD, sort_keys=True)) | {"type": "block_actions"})
    places = range(0, len(body()), 7)
    changed = [body()[:n] + bytes([body()[n] ^ 1]) + body()[n + 1 :] for n in places]
    for other in (*changed, again + b"&", b"", body(with_action(value="enquiry/e2:3"))):
        with pytest.raises(Denied):
            parse(other, headers, SETTINGS, seconds(NOW))


def test_another_workspace_is_refused() -> None:
    """A43."""
    with pytest.raises(Denied) as caught:
        parsed(PAYLOAD | {"team": {"id": "T2"}})
    assert caught.value.code == "forbidden"
    any_team = attrs.evolve(SETTINGS, team="")
    assert parsed(PAYLOAD | {"team": {"id": "T2"}}, any_team).team == "T2"


def test_a_repeated_delivery_has_the_same_client_id_and_no_other_press_has() -> None:
    """G3, A43; B-rules for client ids: 8 to 64 of ``A-Za-z0-9_-``."""
    first = parsed().client_id
    assert first == parsed().client_id
    others = {
        parsed(with_action(action_ts="1.000003")).client_id,
        parsed(PAYLOAD | {"user": {"id": "U2"}}).client_id,
    }
    assert first not in others
    assert len(others) == 2
    assert first.replace("-", "").isalnum()
    assert 8 <= len(first) <= 64


def test_a_link_button_tells_of_its_press_too() -> None:
    found = parsed(with_action(action_id="livechat_open", value=None))
    assert (found.action, found.enquiry, found.version) == ("livechat_open", "", 0)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "text",
        {},
        PAYLOAD | {"type": "view_submission"},
        PAYLOAD | {"actions": []},
        PAYLOAD | {"actions": PAYLOAD["actions"] * 2},
        PAYLOAD | {"actions": "livechat_claim"},
        PAYLOAD | {"user": None},
        PAYLOAD | {"user": {"id": 3}},
        {name: value for name, value in PAYLOAD.items() if name != "team"},
        with_action(action_ts=1.5),
        with_action(value=None),
        with_action(value=3),
        with_action(value="enquiry/e1"),
        with_action(value="enquiry/e1:"),
        with_action(value="enquiry/e1:-1"),
        with_action(value="enquiry/e1:3 "),
        with_action(value="enquiry/e1:٣"),
        with_action(value="enquiry/../e1:3"),
        with_action(value="conversation/e1:3"),
        with_action(value="enquiry/e1:" + "9" * 30),
        with_action(value=f"enquiry/{'e' * 2000}:3"),
    ],
)
def test_what_is_signed_but_no_press_is_refused(payload: object) -> None:
    """A43, A4: never a 5xx."""
    with pytest.raises(Invalid):
        parsed(payload)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"payload=",
        b"payload={",
        b"payload=" + b"[" * 100_000,
        b"other=1",
        b"payload=1&payload=2",
        b"payload",
        b"&" * 1000,
        b"payload=%7B%7D" + b"&a=1" * 1000,
        b"payload=%ff",
        json.dumps(PAYLOAD).encode(),
    ],
)
def test_a_signed_body_of_another_form_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        parse(raw, signed(raw), SETTINGS, seconds(NOW))


def test_a_body_that_is_no_text_cannot_be_signed() -> None:
    with pytest.raises(Denied):
        parse(b"\xff\xfe", signed(b"\xff\xfe"), SETTINGS, seconds(NOW))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(PAYLOAD)), inner),
    )
)
def test_whatever_is_signed_ends_in_a_press_or_a_refusal(payload: object) -> None:
    """A43, A78."""
    with pytest.raises(LivechatError) as caught:
        parsed(payload)
    assert caught.value.http_hint < 500


def test_the_private_address_is_not_told() -> None:
    """A76: who knows the response address can write in the bot's name."""
    assert "hooks.slack.com" not in repr(parsed())


# --- with the local Slack ------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_really_signed_press_of_a_really_posted_button(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """S0-14: what was posted comes back, as often as Slack delivers it."""
    place = await notifier.send(NOTICE)
    assert slack.press("U07BEN", place["ts"], "livechat_claim", copies=3).status == 200
    presses = [
        notifier.parse(raw, headers, seconds(int(headers["X-Slack-Request-Timestamp"])))
        for headers, raw in slack.product.requests
    ]
    assert len(presses) == 3
    press = presses[0]
    assert (press.user, press.team, press.channel) == ("U07BEN", TEAM_ID, CHANNEL_ID)
    assert (press.enquiry, press.version) == (NOTICE.enquiry, NOTICE.version)
    assert press.message == place["ts"]
    assert len({one.client_id for one in presses}) == 1


@pytest.fixture
async def press(slack: Slack, notifier: SlackNotifier, settings: SlackSettings) -> SlackAction:
    place = await notifier.send(NOTICE)
    slack.press("U07BEN", place["ts"], "livechat_claim")
    ((headers, raw),) = slack.product.requests
    return parse(raw, headers, settings, seconds(int(headers["X-Slack-Request-Timestamp"])))


@pytest.mark.anyio
async def test_an_answer_is_seen_by_the_one_who_pressed_and_leaves_the_message(
    slack: Slack, settings: SlackSettings, press: SlackAction
) -> None:
    before = slack.state()["messages"]
    await SlackNotifier(settings).answer(press, "Already claimed by <Ana> & co")
    *rest, private = slack.state()["messages"]
    assert rest == before
    assert private["visible_to"] == "U07BEN"
    assert private["content"]["text"] == "Already claimed by &lt;Ana&gt; &amp; co"


@pytest.mark.anyio
async def test_a_spent_address_is_told(settings: SlackSettings, press: SlackAction) -> None:
    for _ in range(5):
        await answer(press, "Hello", settings)
    with pytest.raises(DeliveryError) as caught:
        await answer(press, "Hello", settings)
    assert (caught.value.code, caught.value.unknown) == ("slack_404", False)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://hooks.slack.com/actions/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com:8443/x",
        "https://evil.example/?https://hooks.slack.com/",
        "https://hooks.slack.com@evil.example/",
        "http://127.0.0.1:1/response",
        "http://169.254.169.254/latest",
        "https://hooks.slack.com:port/",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
async def test_answers_go_nowhere_but_to_slack(settings: SlackSettings, address: str) -> None:
    """A54, A56."""
    action = SlackAction(user="U1", team="T1", action="x", at="1.0", response_url=address)
    with pytest.raises(DeliveryError) as caught:
        await answer(action, "Hello", settings)
    assert caught.value.code == "slack_foreign_address"
    assert caught.value.permanent

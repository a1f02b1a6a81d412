"""Button presses: the signed request to the app, and its answers to the response address."""

import asyncio
import socket
import threading
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk import WebhookClient
from slack_sdk.signature import SignatureVerifier

from livechat_core.demo import slack_presses, slack_server
from livechat_core.demo.outside import running
from livechat_core.demo.slack_presses import signature
from livechat_core.demo.slack_store import now
from livechat_core.demo.slack_workspace import CHANNEL_ID, TEAM_ID, User
from tests.demo.outside import (
    SECRET,
    TOKEN,
    Product,
    Slack,
    actions,
    button,
    running_slack,
    signed,
)


def test_the_signature_is_that_of_slacks_own_verifier() -> None:
    body = b"payload=%7B%7D"

    mine = signature(SECRET, "1732210000", body)
    assert mine == SignatureVerifier(SECRET).generate_signature(timestamp="1732210000", body=body)
    assert mine != signature("other", "1732210000", body)


def test_a_press_is_signed_and_says_who_pressed_what(slack: Slack) -> None:
    ts = slack.post("New", blocks=[actions(button(value="48211:1", style="primary"))])
    outcome = slack.press("U07BEN", ts, "claim").json

    ((headers, body),) = slack.product.requests
    assert SignatureVerifier(SECRET).is_valid_request(body, dict(headers))
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert list(parse_qs(body.decode())) == ["payload"]
    (payload,) = signed(slack.product)
    assert payload["type"] == "block_actions"
    assert payload["user"] == {
        "id": "U07BEN",
        "username": "ben",
        "name": "ben",
        "team_id": TEAM_ID,
    }
    assert payload["team"]["id"] == TEAM_ID
    assert payload["channel"]["id"] == CHANNEL_ID
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": CHANNEL_ID,
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == ts
    assert payload["message"]["blocks"] == [actions(button(value="48211:1", style="primary"))]
    (action,) = payload["actions"]
    assert action == {
        **button(value="48211:1", style="primary"),
        "block_id": "enquiry",
        "action_ts": outcome["action_ts"],
    }
    assert payload["trigger_id"]
    assert payload["response_url"].startswith(f"{slack.url}response/")


def test_each_press_has_its_own_time_and_is_sent_once(slack: Slack) -> None:
    slack.product.respond = lambda: web.Response(status=500, text="broken")
    ts = slack.post(blocks=[actions(button())])
    answers = [slack.press("U07ANA", ts, "claim").json["answers"] for _ in range(2)]

    assert [(answer["status"], answer["body"]) for (answer,) in answers] == [(500, "broken")] * 2
    times = [payload["actions"][0]["action_ts"] for payload in signed(slack.product)]
    assert times == sorted(set(times))
    assert len(times) == 2


def test_copies_are_the_very_same_request(slack: Slack) -> None:
    ts = slack.post(blocks=[actions(button())])
    answers = slack.press("U07ANA", ts, "claim", copies=5).json["answers"]

    assert [answer["status"] for answer in answers] == [200] * 5
    requests = slack.product.requests
    assert len(requests) == 5
    assert len({body for _, body in requests}) == 1
    assert len({headers["X-Slack-Signature"] for headers, _ in requests}) == 1


def test_the_app_has_three_seconds_to_answer(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert slack_presses.SECONDS_TO_ANSWER == 3
    monkeypatch.setattr(slack_presses, "SECONDS_TO_ANSWER", 0.2)

    async def late() -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    def respond() -> Awaitable[web.Response]:
        return late()

    slack.product.respond = respond
    (answer,) = slack.press("U07ANA", slack.post(blocks=[actions(button())]), "claim").json[
        "answers"
    ]
    assert answer["status"] is None
    assert answer["error"] == "no answer within 3 seconds"


def test_only_a_button_that_is_there_can_be_pressed(slack: Slack) -> None:
    ts = slack.post(blocks=[actions(button())])

    def error(user: str, ts: str, action_id: str, **rest: object) -> str:
        answer = slack.press(user, ts, action_id, **rest)
        assert answer.status == 404
        return str(answer.json["error"])

    assert error("U07ANA", ts, "drop") == "no_such_button"
    assert error("U07ANA", ts, "claim", block_id="other") == "no_such_button"
    assert error("U0NOBODY", ts, "claim") == "user_not_found"
    assert error("U07ANA", "1700000000.000001", "claim") == "message_not_found"
    assert slack.press("U07ANA", ts, "claim", copies=0).status == 400
    assert slack.product.requests == []


def test_a_screen_that_has_not_caught_up_can_press_a_former_button(slack: Slack) -> None:
    ts = slack.post(blocks=[actions(button(value="old"))])
    slack.client().chat_update(channel=CHANNEL_ID, ts=ts, text="Claimed by Ana", blocks=[])

    assert slack.press("U07BEN", ts, "claim").json["error"] == "no_such_button"
    assert slack.press("U07BEN", ts, "claim", stale=True).json["ok"] is True
    (payload,) = signed(slack.product)
    assert payload["actions"][0]["value"] == "old"
    assert payload["message"]["text"] == "Claimed by Ana"


def test_the_button_beside_a_section_can_be_pressed(slack: Slack) -> None:
    text = {"type": "plain_text", "text": "Look"}
    slack_section = {"type": "section", "text": text, "accessory": button("view")}
    ts = slack.post(blocks=[slack_section])

    assert slack.press("U07ANA", ts, "view").json["ok"] is True


def test_presses_are_recorded_with_their_answers(slack: Slack) -> None:
    ts = slack.post(blocks=[actions(button())])
    slack.press("U07ANA", ts, "claim")

    (entry,) = slack.state()["presses"]
    assert entry["ts"] == ts
    assert entry["payload"] == signed(slack.product)[0]
    assert entry["answers"][0]["status"] == 200


def response_url(slack: Slack) -> WebhookClient:
    """Return slack-sdk's client for the response address of Ben's press."""
    ts = slack.post("New", blocks=[actions(button())])
    slack.press("U07BEN", ts, "claim")
    return WebhookClient(signed(slack.product)[-1]["response_url"], retry_handlers=[])


def test_an_answer_is_private_unless_it_says_otherwise(slack: Slack) -> None:
    hook = response_url(slack)
    assert hook.send(text="Already claimed by Ana").status_code == 200
    hook.send(text="For all", response_type="in_channel")

    _, private, public = slack.state()["messages"]
    assert (private["visible_to"], private["content"]["text"]) == (
        "U07BEN",
        "Already claimed by Ana",
    )
    assert (public["visible_to"], public["content"]["text"]) == (None, "For all")


def test_an_answer_can_replace_or_delete_the_message(slack: Slack) -> None:
    hook = response_url(slack)
    hook.send(text="Claimed by Ben", replace_original=True)
    assert slack.state()["messages"][0]["content"] == {"text": "Claimed by Ben"}

    hook.send(delete_original=True)
    assert slack.state()["messages"][0]["is_deleted"] is True
    assert slack.client().conversations_history(channel=CHANNEL_ID)["messages"] == []


def test_a_response_address_works_five_times(slack: Slack) -> None:
    hook = response_url(slack)

    assert [hook.send(text=str(number)).status_code for number in range(6)] == [200] * 5 + [404]
    assert "used_url" in hook.send(text="again").body


def test_a_response_address_works_for_thirty_minutes(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = response_url(slack)
    start = now()
    monkeypatch.setattr(slack_presses, "now", lambda: start + 29 * 60 * 1_000_000)
    assert hook.send(text="in time").status_code == 200
    monkeypatch.setattr(slack_presses, "now", lambda: start + 30 * 60 * 1_000_000)
    assert "expired_url" in hook.send(text="too late").body


def test_a_refused_answer_uses_nothing_up(slack: Slack) -> None:
    hook = response_url(slack)

    assert "no_text" in hook.send(text="").body
    assert [hook.send(text=str(number)).status_code for number in range(5)] == [200] * 5


def test_an_app_that_is_not_there_is_told_to_the_person_who_pressed(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        callback = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with running(slack_server.create_app(tmp_path, callback, SECRET, TOKEN)) as url:
            slack = Slack(url, Product())
            ts = slack.post(blocks=[actions(button())])
            (answer,) = slack.press("U07ANA", ts, "claim").json["answers"]

    assert answer["status"] is None
    assert "Cannot connect" in answer["error"]


def test_fifty_people_press_at_once(tmp_path: Path) -> None:
    people = [
        User(id=f"U{n}", name=f"p{n}", real_name=f"P{n}", email=f"p{n}@demo.example")
        for n in range(50)
    ]
    with running_slack(tmp_path, people) as slack, ThreadPoolExecutor(50) as pool:
        ts = slack.post(blocks=[actions(button())])
        barrier = threading.Barrier(50)

        def press(user: User) -> int:
            barrier.wait(10)
            (answer,) = slack.press(user.id, ts, "claim").json["answers"]
            return int(answer["status"])

        assert list(pool.map(press, people)) == [200] * 50
        payloads = signed(slack.product)
        assert {payload["user"]["id"] for payload in payloads} == {user.id for user in people}
        assert len({payload["actions"][0]["action_ts"] for payload in payloads}) == 50

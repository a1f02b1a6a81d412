"""The local Slack as a whole: faults on demand, crashes, running alone, refusing other origins."""

import threading
import time
from pathlib import Path
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from livechat_core.demo import slack_store
from livechat_core.demo.outside import CONTENT_SECURITY_POLICY
from livechat_core.demo.slack_workspace import CHANNEL_ID
from tests.demo.outside import (
    SECRET,
    TOKEN,
    Slack,
    actions,
    button,
    fetch,
    post,
    program,
    running_slack,
)

POST = "chat.postMessage"


def texts(slack: Slack) -> list[str]:
    return [message["content"]["text"] for message in slack.state()["messages"]]


def test_429_names_the_seconds_to_wait_and_does_nothing(slack: Slack) -> None:
    slack.fault(POST, "429", retry_after=7)
    with pytest.raises(SlackApiError) as error:
        slack.post()

    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "7"
    assert error.value.response["error"] == "ratelimited"
    assert texts(slack) == []
    slack.post("now")
    assert texts(slack) == ["now"]


def test_500_answers_with_text_and_does_nothing(slack: Slack) -> None:
    slack.fault(POST, "500")
    with pytest.raises(SlackApiError) as error:
        slack.post()

    assert error.value.response.status_code == 500
    assert texts(slack) == []


@pytest.mark.parametrize(("mode", "kept"), [("before", []), ("after", ["Hello"])])
def test_the_connection_breaks_before_or_after_the_work(
    slack: Slack, mode: str, kept: list[str]
) -> None:
    slack.fault(POST, mode)
    with pytest.raises((URLError, ConnectionError)):
        slack.post("Hello")

    assert texts(slack) == kept
    assert slack.state()["counts"] == {POST: 1}


def test_slow_does_the_work_at_once_and_answers_late(slack: Slack) -> None:
    slack.fault(POST, "slow", seconds=1.5)
    with pytest.raises(TimeoutError):
        slack.client(timeout=1).chat_postMessage(channel=CHANNEL_ID, text="Hello")
    assert texts(slack) == ["Hello"]

    slack.fault(POST, "slow", seconds=0.2)
    started = time.monotonic()
    slack.post("again")
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("error", [None, "is_archived"])
def test_permanent_refuses_by_name(slack: Slack, error: str | None) -> None:
    slack.fault(POST, "permanent", **({"error": error} if error else {}))
    with pytest.raises(SlackApiError) as refused:
        slack.post()

    assert refused.value.response["error"] == (error or "channel_not_found")
    assert texts(slack) == []


def test_faults_are_counted_in_order_and_concern_their_method_only(slack: Slack) -> None:
    slack.fault(POST, "429", count=2)
    slack.fault(POST, "500")
    slack.client().auth_test()

    def status() -> int:
        try:
            return int(slack.client().chat_postMessage(channel=CHANNEL_ID, text="x").status_code)
        except SlackApiError as error:
            return int(error.response.status_code)

    assert [status() for _ in range(4)] == [429, 429, 500, 200]
    assert [call["fault"] for call in slack.state()["calls"] if call["method"] == POST] == [
        "429",
        "429",
        "500",
        None,
    ]


def test_planned_faults_can_be_taken_back(slack: Slack) -> None:
    slack.fault(POST, "500", count=9)
    slack.fault(POST, "500", count=0)

    assert slack.post()


@pytest.mark.parametrize(
    "body",
    [
        {"method": POST},
        {"method": POST, "mode": "earthquake"},
        {"method": POST, "mode": "429", "count": "many"},
        {"method": "chat.delight", "mode": "429"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(slack: Slack, body: dict[str, object]) -> None:
    assert post(f"{slack.url}_fault", body).status == 400


def test_a_page_of_another_origin_cannot_press_or_plan_anything(slack: Slack) -> None:
    """A browser sends plain text across origins unasked, but JSON only after a preflight."""
    for action in ("_press", "_say", "_fault"):
        assert fetch(f"{slack.url}{action}", b"{}", Content_Type="text/plain").status == 415


def test_every_answer_carries_the_strict_policy(slack: Slack) -> None:
    for path in ("", "static/slack.js", "static/outside.css", "_view", "_state", "favicon.ico"):
        answer = fetch(f"{slack.url}{path}")
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    with running_slack(tmp_path) as first:
        ts = first.post("before", blocks=[actions(button())])
        first.press("U07ANA", ts, "claim")
        before = first.state()
    with running_slack(tmp_path) as second:
        assert second.state() == before
        assert second.post("after") > ts
        assert second.press("U07BEN", ts, "claim").json["ok"] is True


def test_ts_increase_even_if_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_slack(tmp_path) as slack:
        stamps = [slack.post("on time")]
    monkeypatch.setattr(slack_store, "now", lambda: 1_700_000_000_000_000)
    with running_slack(tmp_path) as slack:
        stamps += [slack.post("earlier"), slack.post("at the same time")]

    assert stamps == sorted(set(stamps))


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    given = ("--data", str(tmp_path), "--callback", "http://127.0.0.1:9/")
    secrets = ("--signing-secret", SECRET, "--token", TOKEN)
    acknowledged: list[str] = []

    def post_until_it_dies(client: WebClient) -> None:
        try:
            while True:
                answer = client.chat_postMessage(channel=CHANNEL_ID, text=str(len(acknowledged)))
                acknowledged.append(answer["ts"])
        except (URLError, ConnectionError):
            return

    for round_ in range(1, 4):
        with program("slack_server", *given, *secrets) as (facts, kill):
            url = f"http://127.0.0.1:{facts['port']}/api/"
            client = WebClient(TOKEN, base_url=url, retry_handlers=[])
            writer = threading.Thread(target=post_until_it_dies, args=(client,))
            enough = len(acknowledged) + 20
            writer.start()
            while len(acknowledged) < enough:
                time.sleep(0.005)
            kill()
            writer.join()
        assert len(acknowledged) >= 20 * round_

    with running_slack(tmp_path) as slack:
        kept = [message["ts"] for message in slack.state()["messages"]]
    assert kept == sorted(set(kept))
    assert set(acknowledged) <= set(kept)
    assert len(kept) <= len(acknowledged) + 3  # at most the one under way at each kill


def test_alone_it_takes_its_people_from_a_file(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text('[{"id": "U1", "name": "a", "real_name": "A", "email": "a@demo.example"}]')
    given = ("--data", str(tmp_path), "--callback", "http://127.0.0.1:9/", "--users", str(people))
    with program("slack_server", *given, "--signing-secret", SECRET, "--token", TOKEN) as (
        facts,
        _,
    ):
        url = f"http://127.0.0.1:{facts['port']}/api/"
        members = WebClient(TOKEN, base_url=url).users_list()["members"]
        assert [member["name"] for member in members] == ["a", "livechat"]

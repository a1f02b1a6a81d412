"""The Slack notifier against a local Slack over real HTTP, which shares no code with it."""

import json
from collections import Counter
from typing import Any

import attrs
import pytest

from livechat_core.errors import DeliveryError
from livechat_core.notifiers.slack.notifier import SlackNotifier
from livechat_core.ports import Notice
from livechat_core.testing import NOTICE, Channel, NotifierContract
from tests.demo.outside import Slack

pytestmark = pytest.mark.anyio


def texts(node: object) -> str:
    """Return every text of a message's blocks, one after the other."""
    if isinstance(node, dict):
        own = node["text"] if isinstance(node.get("text"), str) else ""
        return own + "".join(texts(value) for value in node.values() if not isinstance(value, str))
    return "".join(map(texts, node)) if isinstance(node, list) else ""


def messages(slack: Slack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = slack.state()["messages"]
    return found


def shown(slack: Slack) -> list[str]:
    return [texts(one["content"].get("blocks") or one["content"]) for one in messages(slack)]


def announced(message: dict[str, Any]) -> str:
    """Return the text of the announcement as the Slack server received it."""
    (quoted,) = [
        part
        for block in message["content"]["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"]
    ]
    return "".join(element["text"] for element in quoted["elements"])


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        element["action_id"]: element
        for block in message["content"]["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


def threads(slack: Slack) -> list[str]:
    return [one["content"]["text"] for one in messages(slack) if one["thread_ts"]]


def counts(slack: Slack) -> Counter[str]:
    return Counter(slack.state()["counts"])


def claimed(place: dict[str, str], **changes: Any) -> Notice:
    told: dict[str, Any] = {"claimed_by": "Ana", "state": "Claimed by Ana", "version": 4} | changes
    return attrs.evolve(NOTICE, place=place, **told)


class TestSlackNotifier(NotifierContract):
    @pytest.fixture
    def channel(self, slack: Slack, notifier: SlackNotifier) -> Channel:
        return Channel(
            notifier,
            shown=lambda: shown(slack),
            lose_answer=lambda: slack.fault("chat.postMessage", "after"),
            break_line=lambda: slack.fault("chat.postMessage", "before"),
        )


async def test_the_slack_server_receives_the_announcement_byte_for_byte(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """S0-17: compared in the raw request, as stored."""
    await notifier.send(NOTICE)
    (message,) = messages(slack)
    assert announced(message) == NOTICE.text
    raw = json.loads(message["versions"][0]["raw"])
    quoted = raw["blocks"][2]["elements"][0]["elements"]
    assert "".join(element["text"] for element in quoted) == NOTICE.text


async def test_the_six_facts_stand_in_elements_of_their_own(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """S0-8 to S0-13, A41."""
    await notifier.send(NOTICE)
    (message,) = messages(slack)
    header, facts = message["content"]["blocks"][:2]
    assert header["text"]["text"] == NOTICE.facts["kind"]
    lines = [field["text"] for field in facts["fields"]]
    wanted = {"Name": "name", "E-mail": "email", "Page": "page", "Location": "location"}
    for label, name in wanted.items():
        assert f"{label}: {NOTICE.facts[name]}" in lines
    assert f"Question: {NOTICE.facts['question']}" in lines


async def test_there_is_a_button_to_claim_this_version_and_one_to_open(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """S0-14."""
    await notifier.send(NOTICE)
    (message,) = messages(slack)
    found = buttons(message)
    assert found["livechat_claim"]["value"] == "enquiry/e1:3"
    assert found["livechat_open"]["url"] == NOTICE.link


async def test_nothing_in_a_message_is_fetched_or_linked_by_slack(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """A42: no preview of an address that a visitor wrote; also in the thread."""
    await notifier.update(claimed(await notifier.send(NOTICE)))
    for message in messages(slack):
        sent = json.loads(message["versions"][0]["raw"])
        assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)


async def test_another_apps_mark_is_not_taken_for_ours(
    slack: Slack, notifier: SlackNotifier
) -> None:
    slack.post(metadata={"event_type": "other", "event_payload": {"key": NOTICE.key}})
    assert await notifier.probe(NOTICE) is None


async def test_a_notice_that_cannot_be_claimed_has_no_such_button(
    slack: Slack, notifier: SlackNotifier
) -> None:
    await notifier.send(attrs.evolve(NOTICE, enquiry="", link=""))
    (message,) = messages(slack)
    assert buttons(message) == {}


async def test_after_the_claim_the_buttons_name_who_has_it(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """S0-14."""
    await notifier.update(claimed(await notifier.send(NOTICE)))
    root, line = messages(slack)
    assert set(buttons(root)) == {"livechat_open"}
    assert "Claimed by Ana" in texts(root["content"]["blocks"])
    assert root["content"]["text"].startswith("Claimed by Ana\n")
    assert announced(root) == NOTICE.text
    assert (line["content"]["text"], line["thread_ts"]) == ("Claimed by Ana", root["ts"])


async def test_a_released_enquiry_can_be_claimed_again(
    slack: Slack, notifier: SlackNotifier
) -> None:
    place = await notifier.send(NOTICE)
    await notifier.update(claimed(place))
    await notifier.update(claimed(place, claimed_by="", state="Released", version=5))
    assert buttons(messages(slack)[0])["livechat_claim"]["value"] == "enquiry/e1:5"
    assert threads(slack) == ["Claimed by Ana", "Released"]


async def test_each_state_has_one_line_however_often_it_is_told(
    slack: Slack, notifier: SlackNotifier
) -> None:
    place = await notifier.send(NOTICE)
    for state in ("Claimed by Ana", "Done", "Claimed by Ana", "Done"):
        await notifier.update(claimed(place, state=state))
    assert threads(slack) == ["Claimed by Ana", "Done"]


async def test_a_lost_answer_of_an_update_is_repeated_without_a_second_line(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """G13."""
    place = await notifier.send(NOTICE)
    for method in ("chat.update", "chat.postMessage", "conversations.replies"):
        slack.fault(method, "after")
        with pytest.raises(DeliveryError):
            await notifier.update(claimed(place))
    assert await notifier.update(claimed(place)) == place
    assert threads(slack) == ["Claimed by Ana"]


async def test_a_probe_tells_whether_the_present_state_is_shown(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """G13: an update whose answer was lost is done when message and thread both show it."""
    place = await notifier.send(NOTICE)
    taken = claimed(place)
    assert await notifier.probe(taken) is None
    slack.fault("chat.postMessage", "before")
    with pytest.raises(DeliveryError):
        await notifier.update(taken)
    assert await notifier.probe(taken) is None
    await notifier.update(taken)
    assert await notifier.probe(taken) == place
    await notifier.update(claimed(place, claimed_by="", state="Released"))
    assert await notifier.probe(taken) is None
    await notifier.update(taken)
    assert await notifier.probe(taken) == place
    assert threads(slack) == ["Claimed by Ana", "Released"]


async def test_colleagues_lines_in_the_thread_are_no_state(
    slack: Slack, notifier: SlackNotifier
) -> None:
    place = await notifier.send(NOTICE)
    answer = slack.client().chat_postMessage(
        channel=place["channel"], thread_ts=place["ts"], text="Claimed by Ana"
    )
    assert answer["ok"]
    await notifier.update(claimed(place))
    assert threads(slack) == ["Claimed by Ana", "Claimed by Ana"]


async def test_nothing_is_posted_twice_by_itself(slack: Slack, notifier: SlackNotifier) -> None:
    """G13: slack-sdk would repeat a post whose answer was lost."""
    slack.fault("chat.postMessage", "before", count=5)
    with pytest.raises(DeliveryError):
        await notifier.send(NOTICE)
    assert counts(slack) == {"chat.postMessage": 1}


async def test_a_probe_looks_through_many_pages(
    slack: Slack, notifier: SlackNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livechat_core.notifiers.slack.notifier.PAGE", 2)
    place = await notifier.send(NOTICE)
    for number in range(5):
        slack.post(f"chatter {number}")
    assert await notifier.probe(NOTICE) == place
    assert counts(slack)["conversations.history"] == 3
    for number in range(6):
        slack.post(f"more {number}")
    assert await notifier.probe(NOTICE) is None
    assert counts(slack)["conversations.history"] == 3 + 5


async def test_a_message_that_is_gone_is_posted_afresh_and_once(
    slack: Slack, notifier: SlackNotifier
) -> None:
    gone = {"channel": (await notifier.send(NOTICE))["channel"], "ts": "1600000000.000001"}
    notice = attrs.evolve(claimed(gone), key="another")
    place = await notifier.update(notice)
    assert place != gone
    assert await notifier.update(notice) == place
    roots = [one for one in messages(slack) if not one["thread_ts"]]
    assert [one["ts"] for one in roots][1:] == [place["ts"]]
    assert threads(slack) == ["Claimed by Ana"]


async def test_an_update_without_a_known_place_finds_the_message(
    slack: Slack, notifier: SlackNotifier
) -> None:
    place = await notifier.send(NOTICE)
    assert await notifier.update(claimed({})) == place
    assert len(messages(slack)) == 2


LONG = (
    NOTICE.facts["kind"] + "\n" + 'a "quote" \\ & <tag> Привет 李 🦄\n' * 900 + "Ref 48211-k7qd2m"
)


async def test_a_long_announcement_goes_on_in_the_thread(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """S0-17: the pieces together are the text, in order and without loss."""
    notice = attrs.evolve(NOTICE, text=LONG)
    place = await notifier.send(notice)
    found = messages(slack)
    assert len(found) > 2
    assert "".join(map(announced, found)) == LONG
    assert [one["thread_ts"] for one in found] == [None] + [place["ts"]] * (len(found) - 1)
    await notifier.update(attrs.evolve(notice, place=place, state="Done"))
    assert "".join(announced(one) for one in messages(slack)[: len(found)]) == LONG


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_a_long_announcement_that_broke_off_is_completed(
    slack: Slack, notifier: SlackNotifier, lost: int
) -> None:
    """G13: wherever the answer was lost, a probe or a repeat ends with each piece once."""
    notice = attrs.evolve(NOTICE, text=LONG)
    for n in range(lost):
        slack.fault("chat.postMessage", "after")
        with pytest.raises(DeliveryError):
            await notifier.send(notice)
        assert len(messages(slack)) == n + 1
        assert await notifier.probe(notice) is None
    place = await notifier.send(notice)
    assert await notifier.probe(notice) == place
    assert "".join(map(announced, messages(slack))) == LONG


async def test_the_longest_message_with_the_longest_facts_is_accepted(
    slack: Slack, notifier: SlackNotifier
) -> None:
    """Every field at its limit, in characters that take much room."""
    facts = dict.fromkeys(("name", "email", "page", "location", "site", "kind"), "🦄" * 5000)
    facts |= {"question": '"\\' * 2500, "reference": "🦄" * 500}
    link = "https://d.example/" + "p" * 900
    notice = attrs.evolve(NOTICE, text="🦄" * 5000, facts=facts, link=link)
    place = await notifier.send(notice)
    await notifier.update(attrs.evolve(notice, place=place, state="x" * 500, claimed_by="🦄" * 100))
    assert all(call["status"] == 200 for call in slack.state()["calls"])
    assert all(json.loads(call["answer"])["ok"] for call in slack.state()["calls"])

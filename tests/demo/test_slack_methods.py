"""The Web API as slack-sdk's own client meets it."""

import json
from urllib.parse import urlencode

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from livechat_core.demo.slack_workspace import BOT_USER_ID, CHANNEL_ID, USERS
from tests.demo.outside import TOKEN, Json, Slack, actions, button, fetch, post

METADATA = {"event_type": "livechat_notification", "event_payload": {"key": "48211:1"}}


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


def stamps_of(answer: SlackResponse) -> list[str]:
    return [message["ts"] for message in answer["messages"]]


def test_the_token_is_checked(slack: Slack) -> None:
    assert slack.client().auth_test()["user_id"] == BOT_USER_ID
    with pytest.raises(SlackApiError) as wrong:
        slack.client("xoxb-other").auth_test()
    assert refusal(wrong) == "invalid_auth"
    assert post(f"{slack.url}api/auth.test", {}).json["error"] == "not_authed"


def test_a_form_carries_the_token_and_structured_arguments(slack: Slack) -> None:
    form = {"token": TOKEN, "channel": CHANNEL_ID, "blocks": json.dumps([{"type": "divider"}])}
    body = urlencode(form).encode()
    answer = fetch(
        f"{slack.url}api/chat.postMessage",
        body,
        Content_Type="application/x-www-form-urlencoded",
    ).json

    assert answer["ok"] is True
    assert answer["message"]["blocks"][0]["type"] == "divider"


def test_an_unknown_method_is_named_so(slack: Slack) -> None:
    with pytest.raises(SlackApiError) as error:
        slack.client().api_call("chat.delight")
    assert refusal(error) == "unknown_method"


def test_a_body_that_is_no_json_is_refused(slack: Slack) -> None:
    address = f"{slack.url}api/chat.postMessage"
    headers = {"Content_Type": "application/json", "Authorization": f"Bearer {TOKEN}"}

    assert fetch(address, b"{", **headers).json["error"] == "invalid_json"
    assert fetch(address, b"[]", **headers).json["error"] == "json_not_object"


def test_a_message_is_kept_exactly_as_received(slack: Slack) -> None:
    body = '{"channel" :"C07LIVECHAT",  "text":"Gr\\u00fc\u00dfe \\n <b>", "unknown": 1}'.encode()
    answer = fetch(
        f"{slack.url}api/chat.postMessage",
        body,
        Content_Type="application/json; charset=utf-8",
        Authorization=f"Bearer {TOKEN}",
    ).json

    (message,) = slack.state()["messages"]
    assert message["ts"] == answer["ts"]
    assert message["versions"][0]["raw"].encode() == body
    assert message["content"]["text"] == "Grüße \n <b>"


def test_ts_are_unique_and_increase(slack: Slack) -> None:
    stamps = [slack.post(str(number)) for number in range(30)]

    assert len(set(stamps)) == 30
    assert stamps == sorted(stamps)
    assert all(len(stamp.partition(".")[2]) == 6 for stamp in stamps)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": "no json"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "channel": "C0OTHER"}, "channel_not_found"),
        ({"text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
    ],
)
def test_what_cannot_be_posted_is_refused_and_not_kept(
    slack: Slack, fields: Json, error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.client().api_call("chat.postMessage", json={"channel": CHANNEL_ID} | fields)

    assert refusal(refused) == error
    state = slack.state()
    assert state["messages"] == []
    assert state["counts"] == {"chat.postMessage": 1}


def test_blocks_that_break_a_rule_are_explained(slack: Slack) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.post(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}])

    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_all_blocks_together_have_a_ceiling_near_13000(slack: Slack) -> None:
    def blocks(length: int) -> list[Json]:
        text = {"type": "plain_text", "text": "x" * length}
        return [{"type": "section", "text": text} for _ in range(5)]

    slack.post(blocks=blocks(2500))
    with pytest.raises(SlackApiError) as refused:
        slack.post(blocks=blocks(2600))
    assert refusal(refused) == "msg_blocks_too_long"


def test_ids_that_the_app_left_out_are_made_up(slack: Slack) -> None:
    element = {key: value for key, value in button().items() if key != "action_id"}
    slack.post(blocks=[{"type": "actions", "elements": [element]}])

    (block,) = slack.state()["messages"][0]["content"]["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


def test_an_update_keeps_what_it_does_not_name(slack: Slack) -> None:
    ts = slack.post("first", blocks=[actions(button())], metadata=METADATA)
    answer = slack.client().chat_update(channel=CHANNEL_ID, ts=ts, text="Claimed by Ana")

    assert answer["message"]["text"] == "Claimed by Ana"
    assert answer["message"]["blocks"] == [actions(button())]
    assert answer["message"]["metadata"] == METADATA
    assert answer["message"]["edited"]["ts"] > ts
    (message,) = slack.state()["messages"]
    assert [json.loads(version["raw"])["text"] for version in message["versions"]] == [
        "first",
        "Claimed by Ana",
    ]


def test_an_update_with_empty_blocks_and_metadata_removes_them(slack: Slack) -> None:
    ts = slack.post("first", blocks=[actions(button())], metadata=METADATA)
    answer = slack.client().chat_update(
        channel=CHANNEL_ID, ts=ts, text="second", blocks=[], metadata={}
    )

    assert "blocks" not in answer["message"]
    assert "metadata" not in answer["message"]


def test_only_own_messages_of_this_channel_can_be_updated(slack: Slack) -> None:
    client = slack.client()
    theirs = post(f"{slack.url}_say", {"user": "U07BEN", "text": "Mine"}).json["ts"]
    private = client.chat_postEphemeral(channel=CHANNEL_ID, user="U07BEN", text="x")["message_ts"]
    own = slack.post()

    def error(channel: str, ts: str, **fields: object) -> str:
        with pytest.raises(SlackApiError) as refused:
            client.api_call("chat.update", json={"channel": channel, "ts": ts, **fields})
        return refusal(refused)

    assert error(CHANNEL_ID, theirs, text="x") == "cant_update_message"
    assert error(CHANNEL_ID, private, text="x") == "message_not_found"
    assert error(CHANNEL_ID, "1700000000.000001", text="x") == "message_not_found"
    assert error(CHANNEL_ID, "nonsense", text="x") == "message_not_found"
    assert error("live-chat", own, text="x") == "channel_not_found"
    assert error(CHANNEL_ID, own) == "no_text"
    assert error(CHANNEL_ID, own, text="x" * 4001) == "msg_too_long"


def test_the_channel_may_be_named_when_posting(slack: Slack) -> None:
    assert slack.client().chat_postMessage(channel="#live-chat", text="x")["channel"] == CHANNEL_ID


def test_a_thread_is_not_history_but_shows_in_its_root(slack: Slack) -> None:
    root = slack.post("root")
    replies = [slack.post(f"reply {number}", thread_ts=root) for number in range(3)]
    other = slack.post("other")
    client = slack.client()

    history = client.conversations_history(channel=CHANNEL_ID)["messages"]
    assert [message["ts"] for message in history] == [other, root]
    assert history[1]["reply_count"] == 3
    assert history[1]["latest_reply"] == replies[-1]
    thread = client.conversations_replies(channel=CHANNEL_ID, ts=root)["messages"]
    assert [message["ts"] for message in thread] == [root, *replies]
    assert {message["thread_ts"] for message in thread} == {root}


def test_a_thread_is_answered_at_its_root_only(slack: Slack) -> None:
    reply = slack.post("reply", thread_ts=slack.post("root"))

    with pytest.raises(SlackApiError) as refused:
        slack.post("reply to a reply", thread_ts=reply)
    assert refusal(refused) == "cannot_reply_to_message"
    with pytest.raises(SlackApiError) as refused:
        slack.client().conversations_replies(channel=CHANNEL_ID, ts=reply)
    assert refusal(refused) == "thread_not_found"


def test_history_shows_metadata_only_when_asked(slack: Slack) -> None:
    slack.post(metadata=METADATA)
    client = slack.client()

    (plain,) = client.conversations_history(channel=CHANNEL_ID)["messages"]
    (full,) = client.conversations_history(channel=CHANNEL_ID, include_all_metadata=True)[
        "messages"
    ]
    assert "metadata" not in plain
    assert full["metadata"] == METADATA


def test_history_has_bounds_and_pages(slack: Slack) -> None:
    stamps = [slack.post(str(number)) for number in range(7)]
    client = slack.client()

    def between(**bounds: object) -> list[str]:
        answer = client.api_call(
            "conversations.history", http_verb="GET", params={"channel": CHANNEL_ID, **bounds}
        )
        return stamps_of(answer)

    assert between(oldest=stamps[2], latest=stamps[5]) == [stamps[4], stamps[3]]
    assert between(oldest=stamps[4], inclusive=True) == stamps[:3:-1]
    assert between(oldest=str(int(float(stamps[0])) + 1000)) == []
    pages = client.conversations_history(channel=CHANNEL_ID, limit=3)
    assert [(stamps_of(page), page["has_more"]) for page in pages] == [
        (stamps[:3:-1], True),
        (stamps[3:0:-1], True),
        (stamps[:1], False),
    ]


def test_a_thread_has_pages(slack: Slack) -> None:
    root = slack.post("root")
    replies = [slack.post(str(number), thread_ts=root) for number in range(3)]

    pages = slack.client().conversations_replies(channel=CHANNEL_ID, ts=root, limit=2)
    assert [stamps_of(page) for page in pages] == [[root, replies[0]], replies[1:]]


@pytest.mark.parametrize(
    ("argument", "value", "error"),
    [
        ("limit", "1000", "invalid_limit"),
        ("limit", "x", "invalid_limit"),
        ("oldest", "yesterday", "invalid_ts_oldest"),
        ("cursor", "?", "invalid_cursor"),
    ],
)
def test_bad_bounds_are_refused(slack: Slack, argument: str, value: str, error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        slack.client().api_call(
            "conversations.history",
            http_verb="GET",
            params={"channel": CHANNEL_ID, argument: value},
        )
    assert refusal(refused) == error


def test_an_ephemeral_message_is_for_one_person_and_no_history(slack: Slack) -> None:
    client = slack.client()
    client.chat_postEphemeral(channel=CHANNEL_ID, user="U07BEN", text="Already claimed by Ana")

    assert client.conversations_history(channel=CHANNEL_ID)["messages"] == []
    assert slack.state()["messages"][0]["visible_to"] == "U07BEN"
    with pytest.raises(SlackApiError) as refused:
        client.chat_postEphemeral(channel=CHANNEL_ID, user="U0NOBODY", text="x")
    assert refusal(refused) == "user_not_in_channel"


def test_people_are_found_by_id_and_by_email(slack: Slack) -> None:
    client = slack.client()

    assert client.users_info(user="U07ANA")["user"]["profile"]["email"] == "ana@demo.example"
    assert client.users_lookupByEmail(email="ANA@demo.example")["user"]["id"] == "U07ANA"
    members = client.users_list()["members"]
    assert [member["id"] for member in members] == [*(user.id for user in USERS), BOT_USER_ID]
    assert [member["id"] for member in members if member["is_restricted"]] == ["U07GUEST"]
    assert client.users_info(user=BOT_USER_ID)["user"]["is_bot"] is True
    with pytest.raises(SlackApiError) as refused:
        client.users_info(user="U0NOBODY")
    assert refusal(refused) == "user_not_found"
    with pytest.raises(SlackApiError) as refused:
        client.users_lookupByEmail(email="nobody@demo.example")
    assert refusal(refused) == "users_not_found"

"""Slack's limits: each limit is accepted exactly, and refused when passed by one."""

from typing import Any

import pytest
from hypothesis import given, strategies as st
from slack_sdk.models import blocks as sdk

from livechat_core.demo import slack_blocks
from tests.demo.outside import Json, actions, button


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def rich(*elements: Json) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


LIMITS: dict[str, tuple[int, Any]] = {
    "section text": (3000, lambda n: [{"type": "section", "text": mrkdwn(n)}]),
    "section field": (2000, lambda n: [{"type": "section", "fields": [mrkdwn(n)]}]),
    "section fields": (10, lambda n: [{"type": "section", "fields": [plain(1)] * n}]),
    "header": (150, lambda n: [{"type": "header", "text": plain(n)}]),
    "context elements": (10, lambda n: [{"type": "context", "elements": [plain(1)] * n}]),
    "button text": (75, lambda n: [actions(button() | {"text": plain(n)})]),
    "button value": (2000, lambda n: [actions(button(value="x" * n))]),
    "button url": (3000, lambda n: [actions(button(url="x" * n))]),
    "action id": (255, lambda n: [actions(button("x" * n, text=plain(1)))]),
    "buttons": (25, lambda n: [actions(*(button(f"a{i}") for i in range(n)))]),
    "block id": (255, lambda n: [{"type": "divider", "block_id": "x" * n}]),
    "blocks": (50, lambda n: [{"type": "divider"}] * n),
    "link": (3000, lambda n: [rich({"type": "link", "url": "x" * n})]),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_accepted_and_one_more_is_refused(name: str) -> None:
    limit, blocks = LIMITS[name]

    assert slack_blocks.problems(blocks(limit)) == []
    (problem,) = slack_blocks.problems(blocks(limit + 1))
    assert "json-pointer:/blocks" in problem
    assert f"{limit + 1} characters" in problem or f"no more than {limit} items" in problem


WRONG: dict[str, tuple[object, str]] = {
    "no list": ({}, "must be an array"),
    "no block": (["x"], "unsupported type: None"),
    "unknown block": ([{"type": "carousel"}], "unsupported type: carousel"),
    "unknown property": ([{"type": "divider", "colour": "red"}], "additional property: colour"),
    "empty text": ([{"type": "section", "text": plain(0)}], "more than 0 characters"),
    "empty rich text": ([rich({"type": "text", "text": ""})], "more than 0 characters"),
    "section without text": ([{"type": "section"}], "missing required field: text"),
    "markdown header": ([{"type": "header", "text": mrkdwn(1)}], "unsupported type: mrkdwn"),
    "markdown button": ([actions(button(text=mrkdwn(1)))], "unsupported type: mrkdwn"),
    "bad style": ([actions(button(style="blue"))], "must be one of primary, danger"),
    "no buttons": ([actions()], "no fewer than 1 items"),
    "text that is none": (
        [{"type": "header", "text": {"type": "plain_text", "text": 5}}],
        "string",
    ),
    "flag that is none": (
        [{"type": "header", "text": {**plain(1), "emoji": "no"}}],
        "must be a boolean",
    ),
    "twin action": ([actions(button(), button())], "`action_id` claim already exists"),
    "twin block": ([actions(button()), actions(button())], "`block_id` enquiry already exists"),
    "unknown range": ([rich({"type": "broadcast", "range": "all"})], "must be one of here"),
    "confirm without text": (
        [actions(button(confirm={"title": plain(1), "confirm": plain(1), "deny": plain(1)}))],
        "missing required field: text",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_slack_refuses_is_refused(name: str) -> None:
    blocks, expected = WRONG[name]

    (problem,) = slack_blocks.problems(blocks)
    assert expected in problem


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    blocks = [actions(button(), block_id="one"), actions(button(), block_id="two")]

    assert slack_blocks.problems(blocks) == []


def test_every_problem_of_a_message_is_named() -> None:
    blocks = [{"type": "header", "text": plain(151)}, {"type": "section"}, actions(button(value=7))]

    assert len(slack_blocks.problems(blocks)) == 3


TEXTS = st.text(min_size=1, max_size=75).filter(str.strip)


@given(TEXTS, TEXTS, st.text(max_size=2000))
def test_what_the_sdk_builds_within_its_limits_is_accepted(
    title: str, label: str, value: str
) -> None:
    blocks = [
        sdk.HeaderBlock(text=sdk.PlainTextObject(text=title, emoji=False)),
        sdk.SectionBlock(fields=[sdk.MarkdownTextObject(text=title, verbatim=True)]),
        sdk.DividerBlock(),
        sdk.RichTextBlock(
            elements=[
                sdk.RichTextQuoteElement(
                    elements=[
                        sdk.RichTextElementParts.Text(text=title),
                        sdk.RichTextElementParts.Link(url="https://a.example", text=label),
                    ]
                ),
                sdk.RichTextListElement(
                    style="bullet",
                    elements=[
                        sdk.RichTextSectionElement(
                            elements=[sdk.RichTextElementParts.User(user_id="U07ANA")]
                        )
                    ],
                ),
            ]
        ),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(text=label, action_id="a", value=value, style="primary"),
                sdk.ButtonElement(
                    text=label,
                    action_id="b",
                    confirm=sdk.ConfirmObject(title="Sure?", text="Really?"),
                ),
            ]
        ),
        sdk.ContextBlock(elements=[sdk.PlainTextObject(text=label)]),
    ]

    assert slack_blocks.problems([block.to_dict() for block in blocks]) == []

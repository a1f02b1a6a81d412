"""Tags and mentions: for colleagues only, in every phase."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import Invalid, LimitExceeded, NotFound
from livechat_core.rules import Staff
from livechat_core.streams import Audience
from livechat_core.text import clean_tag
from tests.pure.chats import Chat, active, chat, waiting
from tests.pure.play import ANA, BEN, MARIA, RULES, kinds

TEAM = attrs.evolve(
    RULES, staff={name: Staff(name=name.title()) for name in ("ana", "ben", "eve", "joe")}
)


def closed() -> Chat:
    """Return a chat that is over."""
    story = active(TEAM)
    story.when(c.Close(by=MARIA))
    return story


def labels(story: Chat, key: str) -> set[str]:
    """Return the values of a label."""
    start = key + "="
    found = (one for one in story.summary.labels if one.startswith(start))
    return {one.removeprefix(start) for one in found}


# --- tags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", [waiting(), active(), closed()], ids=lambda s: str(s.state.phase))
def test_a_chat_is_tagged_and_found_by_it_whatever_its_phase_S3_24(story: Chat) -> None:
    assert story.when(c.Tag(by=ANA, tag="vip")) == [c.Tagged(tag="vip", by="ana")]
    assert story.when(c.Tag(by=BEN, tag="vip")) == []
    assert (labels(story, "tag"), story.summary.facts["tags"]) == ({"vip"}, ["vip"])
    assert story.when(c.Untag(by=BEN, tag="vip")) == [c.Untagged(tag="vip", by="ben")]
    assert story.when(c.Untag(by=BEN, tag="vip")) == []
    assert labels(story, "tag") == set()


def test_a_chat_has_so_many_tags_at_most_S3_24() -> None:
    story = active()
    story.when(*(c.Tag(by=ANA, tag=f"t{n}") for n in range(c.annotations.MOST_TAGS)))

    assert story.refuses(c.Tag(by=ANA, tag="one-more")) == "too_many_tags"
    assert story.when(c.Tag(by=ANA, tag="t0")) == []


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("Billing", "billing"),
        ("  Late   Delivery ", "late-delivery"),
        ("ÉTÉ", "été"),
        ("cafe\u0301", "café"),
        ("v1.2/beta_3", "v1.2/beta_3"),
        ("x" * 50, "x" * 50),
    ],
)
def test_a_tag_has_one_form_S3_24(typed: str, tag: str) -> None:
    assert clean_tag(typed) == tag
    assert clean_tag(tag) == tag


@pytest.mark.parametrize("typed", ["", " ", "-x", "a=b", "a,b", "tag;", "👟"])
def test_what_is_no_word_is_no_tag_S3_24(typed: str) -> None:
    with pytest.raises(Invalid):
        clean_tag(typed)


def test_a_tag_is_short_S3_24() -> None:
    with pytest.raises(LimitExceeded) as refused:
        clean_tag("x" * 51)
    assert refused.value.code == "too_long"


# --- mentions ------------------------------------------------------------------------------------


def test_a_note_mentions_colleagues_each_once_and_nobody_himself_S3_27() -> None:
    story = active(TEAM)
    told = story.when(c.Note(by=ANA, text="Look", mentions=("ben", "eve", "ben", "ana")))

    assert told[1:] == [
        c.Mentioned(agent="ben", name="Ben", by="ana"),
        c.Mentioned(agent="eve", name="Eve", by="ana"),
    ]
    assert labels(story, "mention") == {"ben", "eve"}
    assert story.summary.facts["mentions"] == {"ben": story.now, "eve": story.now}


@pytest.mark.parametrize("story", [active(TEAM), closed()], ids=["active", "closed"])
def test_a_mention_stands_until_it_is_read_and_its_right_to_see_for_good_S3_27(
    story: Chat,
) -> None:
    story.when(c.Note(by=ANA, text="Look", mentions=("ben",)))

    assert story.when(c.ReadMention(by=ANA)) == []
    assert story.when(c.ReadMention(by=BEN)) == [c.MentionRead(agent="ben")]
    assert story.when(c.ReadMention(by=BEN)) == []
    assert (labels(story, "mention"), story.state.mentioned) == (set(), {"ben"})


def test_who_is_mentioned_again_is_told_again_S3_27() -> None:
    story = active(TEAM)
    note = c.Note(by=ANA, text="Look", mentions=("ben",))
    story.when(note)

    assert kinds(story.later(60).when(note)) == ["Noted", "Mentioned"]
    assert story.summary.facts["mentions"] == {"ben": story.now}


def test_a_note_that_mentions_a_stranger_or_too_many_is_not_written_S3_27() -> None:
    story = active(TEAM)
    refusal = story.refusal(c.Note(by=ANA, text="Look", mentions=("ben", "zoe")))
    assert (refusal.code, refusal.facts) == ("unknown_agent", {"agent": "zoe"})

    many = tuple(f"a{n}" for n in range(c.annotations.MOST_MENTIONS + 1))
    assert story.refuses(c.Note(by=ANA, text="Look", mentions=many)) == "too_many_mentions"


@pytest.mark.parametrize("event", [c.Tagged, c.Untagged, c.Mentioned, c.MentionRead, c.Whispered])
def test_the_visitor_learns_of_none_of_it_S3_19(event: Any) -> None:
    assert event.audience is Audience.STAFF


@pytest.mark.parametrize(
    "command",
    [c.Tag(by=ANA, tag="x"), c.Untag(by=ANA, tag="x"), c.ReadMention(by=ANA)],
    ids=lambda command: type(command).__name__,
)
def test_what_has_not_begun_does_not_exist_A2(command: Any) -> None:
    assert isinstance(chat().refusal(command), NotFound)

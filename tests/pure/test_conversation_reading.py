"""How far the visitor has read: recorded only where it ends something (F47)."""

import pytest

from livechat_core import conversation as c
from livechat_core.errors import NotFound
from livechat_core.streams import Actor
from tests.pure.chats import Chat, active, chat, waiting
from tests.pure.play import ANA, MARIA, SAM, STRANGER, kinds


def spoken() -> Chat:
    """Return a chat in which Ana has said two things that Maria has not seen."""
    story = active()
    story.when(c.Post(by=ANA, text="Hello"))
    story.later(10).when(c.Post(by=ANA, text="In red, yes"))
    return story


def test_the_state_knows_the_last_line_of_an_agent_and_since_when_it_is_unseen_F47() -> None:
    story = spoken()
    state = story.state

    assert (state.version, state.answered, state.seen) == (len(story.told), len(story.told), 0)
    assert state.unseen_since == story.summary.facts["unseen_since"] == story.now - 10_000_000


def test_a_mark_on_the_last_line_is_recorded_once_F47() -> None:
    story = spoken()
    line = story.state.answered

    assert story.when(c.Read(by=MARIA, version=line - 1)) == []
    assert story.when(c.Read(by=MARIA, version=line + 50)) == [c.Seen(version=line)]
    assert story.when(c.Read(by=MARIA, version=line)) == []
    assert (story.state.seen, story.state.unseen_since) == (line, None)


def test_whoever_writes_has_seen_what_came_before_F47() -> None:
    story = spoken()
    story.when(c.Post(by=MARIA, text="Good"))

    assert (story.state.seen, story.state.unseen_since) == (story.state.version, None)
    assert story.when(c.Read(by=MARIA, version=99)) == []


@pytest.mark.parametrize("reader", [ANA, SAM])
def test_what_staff_read_is_never_recorded_F47(reader: Actor) -> None:
    assert spoken().when(c.Read(by=reader, version=99)) == []


def test_a_line_that_is_seen_after_the_end_is_seen_F47() -> None:
    story = spoken()
    story.when(c.Close(by=ANA))

    assert kinds(story.when(c.Read(by=MARIA, version=99))) == ["Seen"]


def test_a_chat_where_nobody_has_spoken_has_nothing_to_be_seen_F47() -> None:
    assert waiting().when(c.Read(by=MARIA, version=1)) == []


def test_only_the_visitor_of_a_chat_marks_it_A2() -> None:
    assert isinstance(spoken().refusal(c.Read(by=STRANGER, version=1)), NotFound)
    assert isinstance(chat().refusal(c.Read(by=MARIA, version=1)), NotFound)

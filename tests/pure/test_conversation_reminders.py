"""Silence that is noticed: the agent is reminded, the visitor is warned before the chat ends."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.rules import seconds
from livechat_core.streams import Actor
from tests.pure.chats import ANA_SEAT, BEN_SEAT, active, offered, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, kinds

REMIND = ruled(remind_after=seconds(60), lull_after=seconds(120), idle_counts=True, unread_after=0)
LOUD = ruled(idle_counts=True, unread_after=0, inactive_warning=seconds(300))


# --- reminders -----------------------------------------------------------------------------------


def test_an_agent_whose_visitor_waits_is_reminded_once_F53() -> None:
    """S3-18."""
    story = active(REMIND, question="Red ones?")
    assert story.due_in == seconds(60)
    assert story.later(59).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [c.AgentReminded(seat=ANA_SEAT, reason="waits")]
    assert story.summary.facts["reminded"]
    assert story.later(600).when(c.Elapse()) == []


def test_a_further_line_of_the_visitor_reminds_again_after_a_while() -> None:
    story = active(REMIND, question="Red ones?").later(60)
    story.when(c.Elapse())
    story.later(10).when(c.Post(by=MARIA, text="Are you there?"))
    assert not story.summary.facts["reminded"]

    assert story.later(49).when(c.Elapse()) == []
    assert kinds(story.later(1).when(c.Elapse())) == ["AgentReminded"]


def test_a_visitor_who_waited_in_line_counts_from_when_the_agent_came() -> None:
    story = waiting(REMIND, question="Red ones?").later(300)
    story.when(c.Offer(offer="first", seat=ANA_SEAT), c.Accept(by=ANA, offer="first"))

    assert story.later(59).when(c.Elapse()) == []
    assert kinds(story.later(1).when(c.Elapse())) == ["AgentReminded"]


def test_an_agent_who_has_been_silent_for_long_is_reminded_though_nobody_waits_S3_18() -> None:
    story = active(REMIND, question="Red ones?")
    story.when(c.Post(by=ANA, text="I shall look."))
    assert story.later(119).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [c.AgentReminded(seat=ANA_SEAT, reason="lull")]
    assert story.later(120).when(c.Elapse()) == []
    story.when(c.Post(by=ANA, text="Still looking."))
    assert kinds(story.later(120).when(c.Elapse())) == ["AgentReminded"]


def test_who_takes_over_is_reminded_himself() -> None:
    story = active(REMIND, question="Red ones?").later(60)
    story.when(c.Elapse(), c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))
    story.later(1).when(c.Accept(by=BEN, offer=story.summary.facts["offer"]))

    (reminded,) = story.later(60).when(c.Elapse())

    assert isinstance(reminded, c.AgentReminded)
    assert reminded.seat == BEN_SEAT


def test_only_who_has_the_chat_is_reminded_and_only_where_the_desk_wants_it() -> None:
    assert waiting(REMIND, question="Red ones?").due_in == seconds(3600)
    assert active(LOUD, question="Red ones?").later(3000).when(c.Elapse()) == []


# --- the end of a silent chat --------------------------------------------------------------------


def test_a_visitor_is_warned_before_a_silent_chat_ends_S1_30() -> None:
    """S1-31, F53."""
    story = active(LOUD)
    assert story.later(3299).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [c.ClosingSoon(until=NOON + seconds(3600))]
    assert story.due_in == seconds(300)
    assert story.later(299).when(c.Elapse()) == []
    assert story.later(1).when(c.Elapse()) == [c.Closed(reason="inactive", former=ANA_SEAT)]
    assert story.when(c.Elapse()) == []


@pytest.mark.parametrize("by", [MARIA, ANA], ids=lambda by: by.id)
def test_any_line_after_the_warning_lets_the_chat_go_on_F53(by: Actor) -> None:
    story = active(LOUD).later(3300)
    story.when(c.Elapse())

    story.later(299).when(c.Post(by=by, text="I am here"))

    assert story.due_in == seconds(3300)


def test_a_desk_that_was_away_warns_all_the_same_F53() -> None:
    """A chat never ends for want of a line that the visitor was not asked for."""
    story = active(LOUD).later(9000)

    assert story.when(c.Elapse()) == [c.ClosingSoon(until=story.now + seconds(300))]
    assert kinds(story.later(300).when(c.Elapse())) == ["Closed"]


def test_where_the_desk_wants_no_warning_there_is_none_F53() -> None:
    story = active(ruled(idle_counts=True, unread_after=0, inactive_warning=0))

    assert story.later(3599).when(c.Elapse()) == []
    assert kinds(story.later(1).when(c.Elapse())) == ["Closed"]


def test_of_a_short_patience_half_is_left_after_the_warning_F53() -> None:
    story = active(attrs.evolve(LOUD, visitor_idle_close=seconds(60)))

    assert story.due_in == seconds(30)
    assert story.later(30).when(c.Elapse()) == [c.ClosingSoon(until=NOON + seconds(60))]


def test_a_chat_that_waits_for_us_is_not_inactive_F53() -> None:
    """The end of a wait is the queue's `max_wait`, or that the visitor is lost."""
    for story in (waiting(RULES), offered(ruled(offer_timeout=seconds(9000)))):
        assert story.later(3599).when(c.Elapse()) == []
        assert kinds(story.later(1).when(c.Elapse())) == ["VisitorLeft"]
        assert kinds(story.later(5).when(c.VisitorBack())) == ["VisitorReturned"]
        assert story.due_in == seconds(3600)
        assert story.summary.phase != "closed"


def test_who_waits_in_silence_and_is_not_there_is_lost() -> None:
    """Whatever became of the process that he was connected to."""
    story = waiting(RULES).later(3600)
    story.when(c.Elapse())

    assert story.due_in == RULES.visitor_lost
    assert story.later(240).when(c.Elapse()) == [c.Closed(reason="visitor_lost", former=None)]

"""Silence in a chat that somebody has: a late first reply, and a chat that takes no place."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.rules import seconds
from livechat_core.streams import Actor
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, origin, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, SAM, kinds

PROMPT = ruled(sales={"reply_timeout": seconds(60)})


def quiet() -> Chat:
    """Return a chat that Ana has and in which nobody has spoken for long."""
    story = active().later(600)
    story.when(c.Elapse())
    return story


# --- the first reply is late ---------------------------------------------------------------------


def test_a_chat_whose_agent_does_not_reply_goes_to_another_F30() -> None:
    """S1-21."""
    story = active(PROMPT)
    assert story.due_in == seconds(60)
    assert story.later(59).when(c.Elapse(others=True)) == []

    assert story.later(1).when(c.Elapse(others=True)) == [
        c.Requeued(
            queue="sales",
            priority=0,
            reason="unanswered",
            former=ANA_SEAT,
            from_queue="sales",
            terms=story.state.terms,
        )
    ]
    assert (story.summary.phase, story.summary.rank) == ("waiting", (0, NOON))
    assert story.refuses(c.Offer(offer="second", seat=ANA_SEAT)) == "already_tried"


def test_with_nobody_else_the_chat_stays_and_the_others_are_looked_for_again_F30() -> None:
    story = active(PROMPT).later(60)

    assert story.when(c.Elapse()) == [c.ReplyOverdue()]
    assert (story.state.owner, story.due_in) == (ANA_SEAT, seconds(60))
    assert story.when(c.Elapse(others=True)) == []
    assert kinds(story.later(60).when(c.Elapse(others=True))) == ["Requeued"]


def test_who_has_replied_once_keeps_the_chat_F30() -> None:
    story = active(PROMPT)
    story.when(c.Post(by=ANA, text="Good day"), c.Post(by=MARIA, text="Are you there?"))

    assert story.later(599).when(c.Elapse(others=True)) == []


def test_what_the_visitor_says_is_no_reply_F30() -> None:
    story = active(PROMPT)
    story.when(c.Post(by=MARIA, text="Are you there?"))

    assert kinds(story.later(60).when(c.Elapse(others=True))) == ["Requeued"]


def test_a_colleague_who_takes_over_must_reply_too_F30() -> None:
    story = active(PROMPT)
    story.when(c.Post(by=ANA, text="Good day"), c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))
    story.when(c.Accept(by=BEN, offer=story.summary.facts["offer"]))

    (back,) = story.later(60).when(c.Elapse(others=True))

    assert isinstance(back, c.Requeued)
    assert back.former == BEN_SEAT


def test_while_a_colleague_is_asked_to_take_over_no_reply_is_overdue_F30() -> None:
    story = active(PROMPT).later(50)
    story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))

    assert story.later(29).when(c.Elapse(others=True)) == []
    assert kinds(story.later(1).when(c.Elapse(others=True))) == ["TransferEnded"]
    assert kinds(story.when(c.Elapse(others=True))) == ["Requeued"]


def test_a_queue_without_a_reply_time_leaves_the_chat_with_its_agent_F30() -> None:
    story = active(ruled(idle_counts=True))

    assert story.later(3599).when(c.Elapse(others=True)) == []


def test_a_chat_of_a_queue_that_is_gone_goes_back_under_its_old_terms_F30() -> None:
    story = active(PROMPT).later(60)
    story.rules = attrs.evolve(PROMPT, queues={}, idle_after=seconds(1))

    (back,) = story.when(c.Elapse(others=True))

    assert isinstance(back, c.Requeued)
    assert back.terms == c.Terms(reply=seconds(60), idle=seconds(600))


def test_a_closed_chat_waits_for_no_reply_F30() -> None:
    story = active(PROMPT)
    story.when(c.Close(by=MARIA))

    assert story.due_in is None
    assert story.later(60).when(c.Elapse(others=True)) == []


# --- nobody speaks -------------------------------------------------------------------------------


def test_a_chat_in_which_both_are_silent_takes_no_place_after_a_while_F7() -> None:
    story = active()
    assert story.due_in == story.rules.idle_after == seconds(600)
    assert story.later(599).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [c.Quieted(seat=ANA_SEAT)]
    assert story.summary.facts["quiet"]
    assert story.when(c.Elapse()) == []


def test_a_line_of_either_side_begins_the_silence_anew_F7() -> None:
    story = active()
    for by in (MARIA, ANA, SAM):
        story.later(599).when(c.Post(by=by, text="One moment"))

    assert story.later(599).when(c.Elapse()) == []
    assert kinds(story.later(1).when(c.Elapse())) == ["Quieted"]


@pytest.mark.parametrize("by", [MARIA, ANA, SAM], ids=lambda by: by.id)
def test_who_speaks_stirs_a_quiet_chat_and_it_can_become_quiet_again_F7(by: Actor) -> None:
    story = quiet()

    stirred, posted = story.when(c.Post(by=by, text="Are you still there?"))

    assert (stirred, kinds([posted])) == (c.Stirred(seat=ANA_SEAT), ["Posted"])
    assert not story.summary.facts["quiet"]
    assert kinds(story.later(600).when(c.Elapse())) == ["Quieted"]


def test_a_lost_visitor_who_writes_is_back_and_stirs_his_chat_F7() -> None:
    story = quiet()
    story.when(c.VisitorGone())

    assert kinds(story.when(c.Post(by=MARIA, text="Here I am"))) == [
        *("Stirred", "VisitorReturned", "Posted")
    ]


def test_a_note_to_colleagues_does_not_stir_a_chat_F7() -> None:
    story = quiet()

    assert kinds(story.when(c.Note(by=ANA, text="Waits for the parcel"))) == ["Noted"]
    assert story.summary.facts["quiet"]


def test_a_quiet_chat_still_ends_for_want_of_activity() -> None:
    story = quiet()

    assert story.due_in == story.rules.visitor_idle_close - seconds(600)
    assert kinds(story.later(3000).when(c.Elapse())) == ["Closed"]
    assert not story.summary.facts["quiet"]


def test_who_takes_over_a_quiet_chat_has_it_with_a_place_F7() -> None:
    story = quiet()
    story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))

    story.when(c.Accept(by=BEN, offer=story.summary.facts["offer"]))

    assert not story.state.quiet


def test_a_quiet_chat_that_goes_back_to_its_line_is_quiet_no_more_F7() -> None:
    story = quiet()

    story.when(c.ReleaseAgent(agent="ana", reason="offline"))

    assert not story.state.quiet
    assert kinds(story.when(c.Post(by=MARIA, text="Hello?"))) == ["Posted"]


def test_where_idle_chats_count_they_never_become_quiet_F7() -> None:
    story = active(ruled(idle_counts=True))

    assert story.later(3599).when(c.Elapse()) == []


def test_only_a_chat_that_somebody_has_becomes_quiet_F7() -> None:
    assert waiting().later(3599).when(c.Elapse()) == []
    invited = waiting(origin=origin(inviter=ANA_SEAT))
    assert kinds(invited.later(600).when(c.Elapse())) == ["Quieted"]

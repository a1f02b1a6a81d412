"""A chat that waits: what its queue grants it, its place in the line, and where it goes on."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import NotFound, Rejected
from livechat_core.rules import Rules, seconds
from tests.pure.chats import (
    ANA_SEAT,
    BEN_SEAT,
    Chat,
    active,
    chat,
    offered,
    ruled,
    waiting,
)
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM, kinds

SHORT = ruled(sales={"max_wait": seconds(300)})
QUESTION = "Do you hire drummers?"


# --- what a chat asks for, and what it is granted ------------------------------------------------


def test_a_queue_grants_its_terms_when_a_chat_comes_into_it() -> None:
    granted = {"max_wait": seconds(300), "reply_timeout": seconds(60)}

    assert waiting(ruled(sales=granted, idle_after=seconds(120))).state.terms == c.Terms(
        max_wait=seconds(300), reply=seconds(60), idle=seconds(120)
    )
    assert waiting(ruled(idle_counts=True)).state.terms == c.Terms()


def test_terms_that_were_granted_hold_though_the_settings_change() -> None:
    story = waiting(SHORT, question=QUESTION)
    story.rules = RULES

    assert kinds(story.later(300).when(c.Elapse())) == ["MessageLeft"]


# --- staff are told once more --------------------------------------------------------------------


def test_a_chat_that_nobody_takes_is_announced_once_more() -> None:
    """Semantics.md section 3: after two minutes by default, also while somebody is being asked."""
    story = offered(ruled(waiting_alert=seconds(20)))
    assert story.later(19).when(c.Elapse()) == []
    assert story.later(1).when(c.Elapse()) == [c.WaitedLong()]
    assert story.when(c.Elapse()) == []
    story.when(c.ReleaseAgent(agent="ana", reason="gone"))
    assert kinds(story.later(20).when(c.Elapse())) != ["WaitedLong"]


@pytest.mark.parametrize("rules", [ruled(), ruled(waiting_alert=seconds(20))])
def test_a_chat_that_somebody_has_or_that_is_never_announced_is_not(rules: Rules) -> None:
    story = active(rules) if rules.waiting_alert else waiting(rules)
    assert story.later(120).when(c.Elapse()) == []


# --- waiting too long ----------------------------------------------------------------------------


def test_who_waits_too_long_has_left_a_message_if_it_can_be_answered_F4() -> None:
    story = waiting(SHORT, question=QUESTION, page="https://drumstory.example/hire")
    assert story.due_in == seconds(300)
    assert story.later(299).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [
        c.MessageLeft(
            name="Maria",
            email="maria@example.org",
            question=QUESTION,
            page="https://drumstory.example/hire",
            former=None,
            reason="waited_too_long",
        )
    ]
    assert (story.summary.phase, story.summary.due_at) == ("message_left", None)


@pytest.mark.parametrize(
    "known",
    [{"email": "", "question": QUESTION}, {"question": ""}],
    ids=["no-address", "no-question"],
)
def test_who_waits_too_long_is_told_so_if_no_answer_could_reach_him_F4(
    known: dict[str, Any],
) -> None:
    story = waiting(SHORT, **known).later(300)

    assert story.when(c.Elapse()) == [c.Closed(reason="waited_too_long", former=None)]
    assert story.summary.facts["closed_reason"] == "waited_too_long"


def test_the_first_line_of_who_asked_nothing_before_is_his_question_F4() -> None:
    story = active(SHORT)
    story.when(c.Post(by=ANA, text="Good day"), c.Post(by=MARIA, text=QUESTION * 20))
    story.when(c.Post(by=MARIA, text="Hello?"), c.ReleaseAgent(agent="ana", reason="offline"))

    (left,) = story.later(300).when(c.Elapse())

    assert isinstance(left, c.MessageLeft)
    assert left.question == QUESTION * 20


def test_what_only_the_agent_said_is_no_question_of_the_visitor_F4() -> None:
    story = active(SHORT)
    story.when(c.Post(by=ANA, text="Good day"), c.ReleaseAgent(agent="ana", reason="offline"))

    assert kinds(story.later(300).when(c.Elapse())) == ["Closed"]


def test_who_is_being_asked_may_still_take_a_chat_that_has_waited_too_long_F4() -> None:
    story = waiting(SHORT, question=QUESTION).later(299)
    story.when(c.Offer(offer="late", seat=ANA_SEAT))

    assert story.later(29).when(c.Elapse()) == []
    assert kinds(story.later(1).when(c.Elapse())) == ["OfferLapsed"]
    assert kinds(story.when(c.Elapse())) == ["MessageLeft"]


def test_the_longest_wait_begins_anew_when_a_chat_goes_back_and_its_place_does_not_F4() -> None:
    story = active(SHORT, question=QUESTION).later(200)
    story.when(c.ReleaseAgent(agent="ana", reason="offline"))

    assert story.due_in == seconds(300)
    assert story.summary.rank == (0, NOON)


@pytest.mark.parametrize(
    ("known", "event"), [({"question": QUESTION}, "MessageLeft"), ({}, "Closed")]
)
def test_when_nobody_answers_nothing_is_lost(known: dict[str, Any], event: str) -> None:
    """S1-23."""
    story = waiting(**known)

    (over,) = story.when(c.GiveUp(reason="nobody_answered"))

    assert type(over).__name__ == event
    assert isinstance(over, c.MessageLeft | c.Closed)
    assert over.reason == "nobody_answered"
    assert story.when(c.GiveUp(reason="nobody_answered")) == []


@pytest.mark.parametrize("story", [chat(), offered(), active()], ids=["new", "offered", "active"])
def test_nobody_gives_up_a_chat_that_does_not_wait(story: Chat) -> None:
    assert story.when(c.GiveUp(reason="nobody_answered")) == []


# --- the place in the line -----------------------------------------------------------------------


def test_a_supervisor_moves_a_chat_in_its_line_F18() -> None:
    story = waiting()

    assert story.when(c.Prioritize(by=SAM, priority=7)) == [c.Prioritized(priority=7, by="sam")]
    assert story.summary.rank == (-7, NOON)
    assert story.when(c.Prioritize(by=SAM, priority=7)) == []
    story.when(c.Prioritize(by=SAM, priority=-2))
    assert story.summary.rank == (2, NOON)


def test_a_chat_that_is_offered_can_be_moved_and_one_that_somebody_has_cannot_F18() -> None:
    story = offered()

    story.when(c.Prioritize(by=SAM, priority=3))

    assert (story.summary.phase, story.summary.rank) == ("offered", (-3, NOON))
    assert active().refuses(c.Prioritize(by=SAM, priority=3)) == "not_now"


def test_a_priority_has_bounds_F18() -> None:
    story = waiting()
    for within in (1000, -1000):
        assert kinds(story.when(c.Prioritize(by=SAM, priority=within))) == ["Prioritized"]
    for beyond in (1001, -1001):
        refusal = story.refusal(c.Prioritize(by=SAM, priority=beyond))
        assert (refusal.code, refusal.facts) == (
            "bad_priority",
            {"priority": beyond, "highest": 1000},
        )


def test_a_priority_that_was_given_stays_when_the_agent_is_gone_F18() -> None:
    story = waiting()
    story.when(c.Prioritize(by=SAM, priority=9), c.Pick(by=ANA, seat=ANA_SEAT))

    story.when(c.ReleaseAgent(agent="ana", reason="connection_lost"))

    assert story.summary.rank == (-9, NOON)


def test_the_wait_is_measured_until_the_first_agent_has_the_chat() -> None:
    """F2: it makes the estimate for others, so going back does not count."""
    story = waiting()
    assert story.summary.facts["waited"] is None

    story.later(40).when(c.Pick(by=ANA, seat=ANA_SEAT))
    story.when(c.ReleaseAgent(agent="ana", reason="offline"))
    story.later(60).when(c.Pick(by=BEN, seat=BEN_SEAT))

    assert story.summary.facts["waited"] == seconds(40)


# --- overflow ------------------------------------------------------------------------------------

ON = c.Overflow(queue="events", reason="nobody_here")


def test_a_chat_goes_on_to_another_queue_under_its_terms_and_in_its_old_place_F19() -> None:
    story = waiting(ruled(events={"max_wait": seconds(60)})).later(30)

    (gone_on,) = story.when(ON)

    assert gone_on == c.Overflowed(
        queue="events",
        priority=5,
        reason="nobody_here",
        terms=c.Terms(max_wait=seconds(60), idle=seconds(600)),
    )
    assert (story.summary.queue, story.summary.rank) == ("events", (-5, NOON))
    assert "queue=events" in story.summary.labels
    assert (story.due_in, story.summary.facts["queued_at"]) == (seconds(60), story.now)


def test_a_chat_that_goes_on_keeps_a_higher_priority_F19_F18() -> None:
    story = waiting()
    story.when(c.Prioritize(by=SAM, priority=8), ON)

    assert story.summary.rank == (-8, NOON)


def test_in_the_next_queue_everybody_may_be_asked_again_F19() -> None:
    story = offered()
    story.when(c.Decline(by=ANA, offer="first"), ON)

    assert story.summary.facts["tried"] == []
    assert kinds(story.when(c.Offer(offer="second", seat=ANA_SEAT))) == ["Offered"]


def test_a_chat_goes_on_so_many_times_and_no_more_F19() -> None:
    story = waiting(ruled(overflow_depth=2))
    story.when(ON, attrs.evolve(ON, queue="sales"))
    assert story.summary.facts["overflows"] == 2

    refusal = story.refusal(ON)

    assert isinstance(refusal, Rejected)
    assert (refusal.code, refusal.facts) == ("too_deep", {"overflows": 2})


def test_a_chat_does_not_go_on_to_its_own_or_an_unknown_queue_F19() -> None:
    assert waiting().when(attrs.evolve(ON, queue="sales")) == []
    assert isinstance(waiting().refusal(attrs.evolve(ON, queue="nothing")), NotFound)


@pytest.mark.parametrize("story", [chat(), offered(), active()], ids=["new", "offered", "active"])
def test_only_a_chat_that_waits_goes_on_F19(story: Chat) -> None:
    assert story.when(ON) == []

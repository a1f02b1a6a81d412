"""Times promised to customers: what begins and ends them, who is warned, what is final."""

from collections.abc import Mapping

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.rules import Rules, seconds
from livechat_core.streams import Event
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, kinds

PROMISED = {
    "sla_first_reply": seconds(300),
    "sla_next_reply": seconds(120),
    "sla_resolution": seconds(3000),
}
SLA = ruled(sales=PROMISED, idle_counts=True, unread_after=0)
FIRST = ruled(sales={"sla_first_reply": seconds(300)}, idle_counts=True, unread_after=0)


def sla(story: Chat) -> Mapping[str, bool]:
    found: Mapping[str, bool] = story.summary.facts["sla"]
    return found


def due(story: Chat) -> float:
    """Return the seconds until a promise ends."""
    return float(story.summary.facts["sla_due"] - story.now) / 1e6


def elapsed(story: Chat, duration: float) -> list[Event]:
    return story.later(duration).when(c.Elapse())


def test_the_first_reply_is_promised_from_the_beginning_on_F51() -> None:
    story = waiting(FIRST)
    assert (due(story), story.due_in) == (300, seconds(240))
    assert elapsed(story, 239) == []

    assert elapsed(story, 1) == [c.SlaDue(kind="first_reply", due_at=NOON + seconds(300))]
    assert elapsed(story, 59) == []
    assert elapsed(story, 1) == [c.SlaBroken(kind="first_reply", due_at=NOON + seconds(300))]
    assert (sla(story), story.summary.facts["sla_due"]) == ({"first_reply": False}, 0)


def test_an_agents_line_keeps_the_promise_for_good_F51() -> None:
    story = active(FIRST)
    story.later(299).when(c.Post(by=ANA, text="Good day"))

    assert (sla(story), story.summary.facts["sla_due"]) == ({"first_reply": True}, 0)
    story.when(c.Post(by=MARIA, text="Hello"))
    assert elapsed(story, 400) == []


def test_a_line_at_the_very_end_is_late_F51() -> None:
    """B71: whatever the timers have noticed."""
    story = active(FIRST).later(300)
    story.when(c.Post(by=ANA, text="Good day"))

    assert sla(story) == {"first_reply": False}


def test_notes_and_lines_of_the_visitor_answer_nothing_F51() -> None:
    story = active(FIRST)
    story.when(c.Note(by=ANA, text="Hm"), c.Post(by=MARIA, text="Hello?"))

    assert due(story) == 300


def test_further_replies_are_promised_from_the_first_line_that_waits_F51() -> None:
    story = active(SLA)
    story.when(c.Post(by=MARIA, text="Hello?"), c.Post(by=ANA, text="Good day"))
    assert sla(story) == {"first_reply": True}
    story.later(100).when(c.Post(by=MARIA, text="Red ones?"))
    story.later(20).when(c.Post(by=MARIA, text="Or blue ones?"))
    assert due(story) == 100

    assert elapsed(story, 40) == [c.SlaDue(kind="next_reply", due_at=NOON + seconds(220))]
    assert elapsed(story, 60) == [c.SlaBroken(kind="next_reply", due_at=NOON + seconds(220))]
    story.when(c.Post(by=ANA, text="Yes"), c.Post(by=MARIA, text="Good"))
    story.when(c.Post(by=ANA, text="Bye"))
    assert sla(story) == {"first_reply": True, "next_reply": False}


def test_the_end_is_promised_too_and_its_verdict_is_final_F51() -> None:
    story = active(SLA)
    story.when(c.Post(by=ANA, text="Good day"), c.Close(by=ANA))
    assert sla(story) == {"first_reply": True, "resolution": True}
    assert story.due_in is None

    late = active(SLA)
    late.when(c.Post(by=ANA, text="Good day"))
    late.later(2000).when(c.Post(by=ANA, text="Still looking"))
    assert elapsed(late, 940) == [c.SlaDue(kind="resolution", due_at=NOON + seconds(3000))]
    assert kinds(elapsed(late, 60)) == ["SlaBroken"]
    late.when(c.Close(by=ANA))
    assert sla(late) == {"first_reply": True, "resolution": False}


def test_a_chat_that_ends_before_an_answer_was_due_has_no_verdict_of_it_F51() -> None:
    story = active(SLA)
    story.when(c.Close(by=MARIA))

    assert sla(story) == {"resolution": True}


def test_a_left_message_ends_what_was_promised_F51() -> None:
    story = waiting(SLA, question="Hello?")
    story.when(c.GiveUp(reason="nobody_answered"))

    assert (sla(story), story.summary.facts["sla_due"], story.due_in) == ({}, 0, None)


def test_going_back_to_the_line_or_to_another_queue_keeps_the_promise_F51() -> None:
    story = active(FIRST).later(100)
    story.when(c.ReleaseAgent(agent="ana", reason="offline"))
    story.when(c.Overflow(queue="events", reason="full"), c.Offer(offer="b", seat=BEN_SEAT))
    story.when(c.Accept(by=BEN, offer="b"))

    assert due(story) == 200


def test_a_chat_on_hold_is_still_to_be_resolved_F51() -> None:
    story = active(SLA)
    story.when(c.Post(by=ANA, text="Good day"), c.Snooze(by=ANA))

    assert kinds(elapsed(story, 2940)) == ["SlaDue"]
    assert kinds(elapsed(story, 60)) == ["SlaBroken"]


def test_a_chat_that_goes_on_is_to_be_resolved_anew_and_a_miss_stays_one_F51() -> None:
    story = active(SLA)
    story.when(c.Post(by=ANA, text="Good day"), c.Close(by=ANA))
    there = c.Situation(availability={"sales": "online"})
    story.later(60).when(c.Post(by=MARIA, text="One more", situation=there))
    assert {one.kind for one in story.state.promises} == {"resolution", "next_reply"}
    story.later(130).when(c.Elapse())
    story.when(c.Offer(offer="b", seat=ANA_SEAT), c.Accept(by=ANA, offer="b"))

    story.when(c.Post(by=ANA, text="Yes"), c.Close(by=ANA))

    assert sla(story) == {"first_reply": True, "next_reply": False, "resolution": True}


def with_bot(rules: Rules) -> Rules:
    queues = {"sales": attrs.evolve(rules.queues["sales"], bot="guide")}
    return attrs.evolve(rules, queues=queues)


def test_with_a_bot_nothing_is_promised_before_people_are_responsible_F51() -> None:
    story = waiting(with_bot(SLA))
    assert story.state.promises == ()
    story.later(100).when(c.BotAnswer(turn=1, says=(c.BotLine(text="Hello"),)))

    story.when(c.HandOff(by=MARIA, available="online"))

    assert (due(story), sla(story)) == (300, {})
    story.when(c.Post(by=MARIA, text="Hello?"))
    assert due(story) == 300
    taken = waiting(with_bot(SLA)).later(50)
    taken.when(c.Pick(by=ANA, seat=ANA_SEAT))
    assert due(taken) == 300


@pytest.mark.parametrize(("warning", "left"), [(0, 300), (60, 240), (1000, 150)])
def test_staff_are_warned_in_time_or_not_at_all_F51(warning: float, left: float) -> None:
    story = waiting(attrs.evolve(FIRST, sla_warning=seconds(warning)))

    assert story.due_in == seconds(left)
    assert kinds(elapsed(story, left)) == (["SlaDue"] if warning else ["SlaBroken"])


def test_without_promises_there_is_no_clock_F51() -> None:
    story = active(RULES)
    story.when(c.Post(by=MARIA, text="Hello?"), c.Post(by=ANA, text="Yes"), c.Close(by=ANA))

    assert (sla(story), story.state.promises) == ({}, ())

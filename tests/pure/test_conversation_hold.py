"""A chat on hold: who may, when it comes back, and when it ends instead."""

import pytest

from livechat_core import conversation as c
from livechat_core.rules import AgentGone, Rules, seconds
from livechat_core.streams import Actor
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, SAM, STRANGER, kinds

HOUR = seconds(3600)
CALM = ruled(unread_after=0)


def answered(rules: Rules = CALM) -> Chat:
    """Return Ana's chat in which nobody waits for an answer."""
    story = active(rules, question="Red ones?")
    story.when(c.Post(by=ANA, text="I shall look."))
    return story


def held(until: int = 0, rules: Rules = CALM) -> Chat:
    """Return Ana's chat on hold."""
    story = answered(rules)
    story.when(c.Snooze(by=ANA, until=until))
    return story


def left_behind(until: int = 0) -> Chat:
    """Return a chat on hold whose agent is gone for good."""
    story = held(until)
    story.when(c.ReleaseAgent(agent="ana", reason="connection_lost"))
    return story


def test_a_chat_is_put_on_hold_without_a_term_or_with_one_S3_17() -> None:
    """F52: it is still the agent's, takes no place of his, and comes back by itself."""
    story = answered()

    assert story.when(c.Snooze(by=ANA)) == [
        c.Snoozed(seat=ANA_SEAT, until=None, closes_at=NOON + HOUR)
    ]
    facts = story.summary.facts
    assert (story.summary.phase, facts["owner"], facts["quiet"]) == ("snoozed", "ana", True)
    assert (facts["snoozed_until"], story.due_in) == (NOON + HOUR, HOUR)
    later = NOON + 2 * HOUR
    assert story.when(c.Snooze(by=SAM, until=later)) == [
        c.Snoozed(seat=ANA_SEAT, until=later, closes_at=None)
    ]
    assert story.when(c.Snooze(by=ANA, until=later)) == []
    assert story.due_in == 2 * HOUR


def test_nobody_is_put_on_hold_who_waits_for_an_answer_S3_17() -> None:
    story = active(question="Red ones?")
    assert story.refuses(c.Snooze(by=ANA)) == "visitor_waits"
    silent = active(question="")
    assert silent.refuses(c.Snooze(by=ANA)) == "visitor_waits"

    again = answered()
    again.when(c.Post(by=MARIA, text="And blue ones?"))
    assert again.refuses(c.Snooze(by=ANA)) == "visitor_waits"


@pytest.mark.parametrize(
    ("by", "code"), [(BEN, "forbidden"), (SAM, "transfer_pending"), (ANA, "transfer_pending")]
)
def test_only_its_agent_holds_a_chat_and_not_while_a_colleague_is_asked(
    by: Actor, code: str
) -> None:
    story = answered()
    story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))

    assert story.refuses(c.Snooze(by=by)) == code


@pytest.mark.parametrize("until", [1, NOON, NOON + seconds(31 * 86_400)])
def test_a_term_lies_ahead_and_not_too_far(until: int) -> None:
    assert answered().refuses(c.Snooze(by=ANA, until=until)) == "invalid_time"


def test_only_a_chat_with_an_agent_is_put_on_hold() -> None:
    assert waiting().refuses(c.Snooze(by=SAM)) == "not_now"
    assert waiting().refuses(c.Snooze(by=ANA)) == "forbidden"
    assert left_behind().refuses(c.Snooze(by=SAM)) == "not_now"
    new = Chat(c.DECIDER, CALM)
    assert [new.refuses(wish) for wish in (c.Snooze(by=ANA), c.Wake(by=ANA))] == ["not_found"] * 2


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (c.Post(by=MARIA, text="I found it"), "visitor"),
        (c.Post(by=ANA, text="They have come in"), "colleague"),
        (c.Post(by=SAM, text="May I?"), "colleague"),
        (c.Wake(by=ANA), "colleague"),
        (c.Wake(by=SAM), "colleague"),
    ],
)
def test_who_speaks_or_wakes_it_brings_a_chat_back_to_its_agent_F52(
    wish: c.Post | c.Wake, reason: str
) -> None:
    story = held()

    first, *rest = story.when(wish)

    assert first == c.Woken(seat=ANA_SEAT, reason=reason)
    assert kinds(rest) == (["Posted"] if isinstance(wish, c.Post) else [])
    facts = story.summary.facts
    assert (story.summary.phase, facts["quiet"], facts["snoozed_until"]) == ("active", False, 0)


def test_a_lost_visitor_who_writes_is_back_and_wakes_his_chat() -> None:
    story = held()
    story.when(c.VisitorGone())

    assert kinds(story.when(c.Post(by=MARIA, text="Here"))) == [
        *("Woken", "VisitorReturned", "Posted")
    ]


def test_others_do_not_wake_a_chat_and_one_that_is_awake_stays_so() -> None:
    assert held().refuses(c.Wake(by=BEN)) == "forbidden"
    assert held().refuses(c.Post(by=STRANGER, text="Hi")) == "not_found"
    assert active().when(c.Wake(by=ANA)) == []


def test_a_chat_comes_back_when_its_time_has_come_F52() -> None:
    story = held(NOON + 2 * HOUR)
    assert story.later(2 * 3600 - 1).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [c.Woken(seat=ANA_SEAT, reason="time")]
    assert kinds(story.later(600).when(c.Elapse())) == ["Quieted"]


def test_a_hold_without_a_term_ends_the_chat_after_an_hour_F52() -> None:
    story = held()
    assert story.later(3599).when(c.Elapse()) == []

    assert story.later(1).when(c.Elapse()) == [c.Closed(reason="on_hold", former=ANA_SEAT)]
    assert (story.due_in, story.summary.facts["snoozed_until"]) == (None, 0)


def test_the_chat_of_an_agent_who_is_gone_stays_on_hold_and_then_waits_at_its_old_place() -> None:
    """F52: nobody is found for it before it matters."""
    story = held(NOON + 2 * HOUR)

    assert story.when(c.ReleaseAgent(agent="ana", reason="connection_lost")) == [
        c.HolderLeft(former=ANA_SEAT, reason="connection_lost")
    ]
    assert story.when(c.ReleaseAgent(agent="ana", reason="connection_lost")) == []
    assert (story.summary.phase, story.summary.facts["owner"]) == ("snoozed", "")
    back, posted = story.later(60).when(c.Post(by=MARIA, text="Hello?"))
    assert isinstance(back, c.Requeued)
    assert (back.reason, back.former, kinds([posted])) == ("woken", ANA_SEAT, ["Posted"])
    assert (story.summary.phase, story.summary.rank) == ("waiting", (0, NOON))
    assert story.when(c.Offer(offer="again", seat=ANA_SEAT))


def test_anybody_of_the_queue_wakes_a_chat_that_is_nobodys() -> None:
    assert kinds(left_behind().when(c.Wake(by=BEN))) == ["Requeued"]
    assert kinds(left_behind(NOON + HOUR).later(3600).when(c.Elapse())) == ["Requeued"]
    assert left_behind().later(3600).when(c.Elapse()) == [c.Closed(reason="on_hold", former=None)]


def test_where_chats_of_who_is_gone_end_one_on_hold_ends_too() -> None:
    story = held(rules=ruled(unread_after=0, agent_gone=AgentGone.CLOSE))

    assert kinds(story.when(c.ReleaseAgent(agent="ana", reason="offline"))) == ["Closed"]


def test_either_side_ends_a_chat_on_hold() -> None:
    for by in (MARIA, ANA, SAM):
        assert kinds(held().when(c.Close(by=by))) == ["Closed"]
    assert left_behind().refuses(c.Close(by=ANA)) == "forbidden"


def test_a_chat_on_hold_is_woken_before_it_is_given_away() -> None:
    for wish in (
        c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT),
        c.Transfer(by=ANA, queue="events", anyway=True),
    ):
        assert held().refuses(wish) == "not_now"


def test_guests_leave_a_chat_that_is_put_on_hold() -> None:
    story = answered()
    story.when(c.Join(by=BEN, seat=BEN_SEAT))

    assert kinds(story.when(c.Snooze(by=ANA))) == ["Left", "Snoozed"]
    assert story.state.guests == {}


def test_a_silent_chat_that_is_put_on_hold_is_stirred_only_by_waking_F7() -> None:
    story = answered().later(600)
    story.when(c.Elapse())
    story.when(c.Snooze(by=ANA))

    assert kinds(story.when(c.Post(by=MARIA, text="Hello?"))) == ["Woken", "Posted"]

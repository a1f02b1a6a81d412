"""What follows from a chat for the places of agents, and how many chats there may be at once."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation, presence
from livechat_core.policy import Happened, Order, require
from livechat_core.rules import Queue, Rules, Subscription, seconds
from livechat_core.streams import Event, Guard, Query
from tests.pure.samples import AT, RULES, after, chat, sample

SEAT = conversation.Seat(agent="ana", name="Ana", presence="presence/ana.1")
BEN_SEAT = conversation.Seat(agent="ben", name="Ben", presence="presence/ben.1")


def with_queue(**changes: Any) -> Rules:
    """Return the rules with one queue that is given these settings."""
    return attrs.evolve(RULES, queues={"queue": Queue(name="Queue", **changes)})


# --- taking a place ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "how"),
    [
        (sample(conversation.Offered, seat=SEAT, by=""), {}),
        (sample(conversation.Offered, seat=SEAT, by="sam"), {"by_hand": True}),
        (sample(conversation.TransferOffered, seat=SEAT, by="ben"), {"by_hand": True}),
        (sample(conversation.Accepted, seat=SEAT), {"by_hand": True, "answered": True}),
    ],
    ids=["offered", "assigned", "transferred", "accepted"],
)
def test_who_is_asked_or_has_a_chat_has_a_slot_for_it(event: Event, how: dict[str, Any]) -> None:
    """G7: needed, so a full agent refuses the whole command."""
    (order,) = after(event, chat())

    command = presence.TakeSlot(conversation="conversation/1", queue="queue", **how)
    assert order == Order(stream="presence/ana.1", command=command, needed=True)


def test_a_chat_takes_as_much_of_an_agent_as_its_queue_says_F8_F6() -> None:
    rules = with_queue(weight=2, agent_limit=1)
    (order,) = after(sample(conversation.Offered, seat=SEAT, by=""), chat(), rules=rules)

    assert order.command == presence.TakeSlot(
        conversation="conversation/1", queue="queue", weight=2, agent_limit=1
    )


def test_a_chat_of_a_queue_that_is_gone_takes_one_place_F8() -> None:
    (order,) = after(sample(conversation.Offered, seat=SEAT, by=""), chat(queue="sold"))

    assert order.command == presence.TakeSlot(conversation="conversation/1", queue="sold")


# --- giving it back ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "how"),
    [
        (conversation.Declined(seat=SEAT), {"answered": True}),
        (conversation.OfferLapsed(seat=SEAT), {"missed": True}),
        (conversation.OfferWithdrawn(seat=SEAT), {}),
        (conversation.TransferEnded(seat=SEAT, reason="declined"), {"answered": True}),
        (conversation.TransferEnded(seat=SEAT, reason="lapsed"), {"missed": True}),
        (conversation.TransferEnded(seat=SEAT, reason="withdrawn"), {}),
        (sample(conversation.Requeued, former=SEAT), {}),
        (sample(conversation.Requeued, former=SEAT, reason="unanswered"), {"missed": True}),
    ],
    ids=[
        *("declined", "lapsed", "withdrawn", "transfer-declined", "transfer-lapsed"),
        *("transfer-withdrawn", "gone", "unanswered"),
    ],
)
def test_who_no_longer_has_a_chat_is_free_of_it_F29_F30(event: Event, how: dict[str, Any]) -> None:
    """Who lets an offer or an accepted chat run out has missed it (semantics.md section 4)."""
    (order,) = after(event, conversation.State())

    command = presence.FreeSlot(conversation="conversation/1", **how)
    assert order == Order(stream="presence/ana.1", command=command)


def test_the_end_of_a_chat_frees_the_agent_and_the_visit() -> None:
    state = conversation.State(visitor="maria")
    orders = after(conversation.Closed(reason="visitor", former=SEAT), state)

    assert [order.stream for order in orders] == ["presence/ana.1", "visit/maria"]
    orders = after(conversation.Closed(reason="visitor", former=None), state)
    assert [order.stream for order in orders] == ["visit/maria"]


def test_a_quiet_chat_gives_its_place_back_and_takes_it_again_F7() -> None:
    name = "conversation/1"

    assert after(conversation.Quieted(seat=SEAT), chat()) == [
        Order(stream="presence/ana.1", command=presence.QuietSlot(conversation=name))
    ]
    assert after(conversation.Stirred(seat=SEAT), chat()) == [
        Order(stream="presence/ana.1", command=presence.StirSlot(conversation=name))
    ]


# --- time for notes ------------------------------------------------------------------------------

NOTES = with_queue(wrap_up=seconds(45))


def wrap_ups(event: Event, state: conversation.State, rules: Rules = NOTES) -> list[int]:
    """Return the time for notes that each freed agent is given."""
    return [
        order.command.wrap_up
        for order in after(event, state, rules=rules)
        if isinstance(order.command, presence.FreeSlot)
    ]


def test_after_a_chat_its_agent_has_time_for_notes_F26() -> None:
    state = chat(last_owner="ana", joined=AT)
    closed = conversation.Closed(reason="visitor", former=SEAT)

    assert wrap_ups(closed, state) == [seconds(45)]
    assert wrap_ups(closed, state, RULES) == [0]


@pytest.mark.parametrize(
    "state",
    [
        chat(),
        chat(last_owner="ben", joined=AT),
        chat(last_owner="ana", joined=AT, queued_at=AT + 1),
        chat(queue="sold", last_owner="ana", joined=AT),
    ],
    ids=["nobody-had-it", "another-had-it", "had-it-before", "queue-is-gone"],
)
def test_who_was_only_asked_has_nothing_to_note_F26(state: conversation.State) -> None:
    assert wrap_ups(conversation.Closed(reason="visitor", former=SEAT), state) == [0]


@pytest.mark.parametrize(
    "event",
    [
        conversation.Declined(seat=SEAT),
        conversation.OfferLapsed(seat=SEAT),
        sample(conversation.TransferAccepted, former=SEAT),
        sample(conversation.Requeued, former=SEAT),
        sample(conversation.MessageLeft, former=SEAT),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_chat_that_goes_on_without_its_agent_leaves_him_nothing_to_note_F26(
    event: Event,
) -> None:
    assert wrap_ups(event, chat(last_owner="ana", joined=AT)) == [0]


# --- agents who cannot be asked, or are gone -----------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [presence.GraceBegan, presence.BecameBusy, presence.BecameAway, presence.DrainBegan],
)
def test_who_cannot_be_asked_any_more_loses_his_offers(event: type[Event]) -> None:
    slots = frozenset({"conversation/2", "conversation/1"})
    orders = after(sample(event, slots=slots), presence.State(agent="ana"), "presence/ana.1")

    assert [order.stream for order in orders] == ["conversation/1", "conversation/2"]
    assert {order.command for order in orders} == {conversation.WithdrawOffer(agent="ana")}


def test_who_is_gone_for_good_gives_his_chats_back() -> None:
    event = presence.Ended(reason="connection_lost", slots=frozenset({"conversation/1"}))
    (order,) = after(event, presence.State(agent="ana"), "presence/ana.1")

    assert order.command == conversation.ReleaseAgent(agent="ana", reason="connection_lost")


def test_who_keeps_his_chats_while_he_is_gone_gives_none_back_G10() -> None:
    event = presence.ChatsKept(slots=frozenset({"conversation/1"}))

    assert after(event, presence.State(agent="ana"), "presence/ana.1") == []


# --- how many at once ----------------------------------------------------------------------------


def guards(event: Event, rules: Rules, **facts: Any) -> dict[str, Guard]:
    """Return the guards of an event by name."""
    happened = Happened(stream="conversation/1", event=event, state=chat(**facts), at=AT)
    found = {guard.name: guard for guard in require(happened, rules)}
    assert len(found) == len(list(require(happened, rules)))
    return found


SERVED = ("offered", "active")


@pytest.mark.parametrize("event", [conversation.Offered, conversation.Accepted])
def test_a_queue_and_the_desk_have_so_many_chats_with_agents_and_no_more_F6(
    event: type[Event],
) -> None:
    rules = attrs.evolve(with_queue(chat_limit=4), desk_chats=9)

    assert guards(sample(event), rules) == {
        "queue_busy": Guard(
            name="queue_busy",
            query=Query(kind="conversation", phases=SERVED, queue="queue"),
            limit=4,
        ),
        "desk_busy": Guard(
            name="desk_busy", query=Query(kind="conversation", phases=SERVED), limit=9
        ),
    }


def test_each_level_is_limited_for_itself_and_a_queue_may_be_shut_to_agents_F6() -> None:
    offered = sample(conversation.Offered)

    assert guards(offered, RULES) == {}
    assert list(guards(offered, attrs.evolve(RULES, desk_chats=9))) == ["desk_busy"]
    assert guards(offered, with_queue(chat_limit=0))["queue_busy"].limit == 0


def test_a_chat_of_a_queue_that_is_gone_counts_for_the_desk_F6() -> None:
    rules = attrs.evolve(with_queue(chat_limit=4), desk_chats=9)

    assert list(guards(sample(conversation.Accepted), rules, queue="sold")) == ["desk_busy"]


def test_handing_a_chat_over_makes_none_more_F6() -> None:
    rules = attrs.evolve(with_queue(chat_limit=4), desk_chats=9)

    assert guards(sample(conversation.TransferAccepted, former=BEN_SEAT), rules) == {}


def test_whoever_begins_a_chat_is_counted_in_line_by_address_and_as_a_visitor() -> None:
    """G5, F6."""
    rules = attrs.evolve(with_queue(limit=50), visitor_chats=1, waiting_per_address=3)
    waits = ("waiting", "offered")

    found = guards(sample(conversation.Started), rules, address="hash")

    assert {name: guard.limit for name, guard in found.items()} == {
        "open_conversation": 1,
        "queue_full": 50,
        "address_full": 3,
    }
    assert found["open_conversation"].query.labels == ("visitor=maria",)
    assert (found["queue_full"].query.phases, found["queue_full"].query.queue) == (waits, "queue")
    assert found["address_full"].query.labels == ("address=hash",)
    assert "address_full" not in guards(sample(conversation.Started), rules)


# --- staff are told ------------------------------------------------------------------------------


def test_a_chat_that_nobody_takes_is_shown_in_the_channels_that_want_it() -> None:
    """Semantics.md section 3: the unaccepted chat."""
    rules = attrs.evolve(
        RULES,
        notifiers=(
            Subscription(notifier="team"),
            Subscription(notifier="mail", kinds=frozenset({"left_message"})),
        ),
    )
    (order,) = after(conversation.WaitedLong(), chat(question="Is it free?"), rules=rules)

    assert order.stream == "job/1.waiting.team"
    facts = order.command.payload["facts"]
    assert (facts["kind"], facts["question"]) == ("waiting", "Is it free?")

"""What follows from holds, from chats that go on after their end, and from tickets."""

from typing import Any

import attrs

from livechat_core import conversation, enquiry, presence, visit
from livechat_core.policy import Happened, Order, address_of, require
from livechat_core.rules import Queue, Staff
from tests.pure.samples import AT, RULES, after, chat, sample

SEAT = conversation.Seat(agent="ana", name="Ana", presence="presence/ana.1")
NAME = "conversation/1"


def test_a_chat_on_hold_gives_its_place_back_and_takes_it_again_F52() -> None:
    """S3-17: caused, so waking is never refused."""
    assert after(sample(conversation.Snoozed, seat=SEAT), chat()) == [
        Order(stream=SEAT.presence, command=presence.QuietSlot(conversation=NAME))
    ]
    assert after(sample(conversation.Woken, seat=SEAT), chat()) == [
        Order(stream=SEAT.presence, command=presence.StirSlot(conversation=NAME))
    ]
    assert after(sample(conversation.HolderLeft, former=SEAT), chat()) == [
        Order(stream=SEAT.presence, command=presence.FreeSlot(conversation=NAME))
    ]


def test_a_chat_that_goes_on_is_its_visitors_again_and_staff_are_told_once_more() -> None:
    state = chat(segment=2)
    orders = after(sample(conversation.Reopened), state)

    began = visit.ChatBegan(conversation=NAME)
    assert orders[0] == Order(stream="visit/maria", command=began)
    assert [order.stream for order in orders[1:]] == ["job/1.enquiry.team.2"]
    taken_back = attrs.evolve(state, owner=SEAT)
    assert len(after(sample(conversation.Reopened), taken_back)) == 1


def test_a_second_wait_is_announced_like_the_first() -> None:
    (subscription, *rest) = RULES.notifiers
    kinds = subscription.kinds | {"waiting"}
    loud = attrs.evolve(RULES, notifiers=(attrs.evolve(subscription, kinds=kinds), *rest))

    for segment, stream in ((1, "job/1.waiting.team"), (3, "job/1.waiting.team.3")):
        state = chat(segment=segment)
        (order,) = after(sample(conversation.WaitedLong), state, rules=loud)
        assert order.stream == stream


def test_the_team_is_mailed_once_more_too() -> None:
    """S3-10."""
    team = attrs.evolve(
        RULES,
        notifiers=(),
        queues={"queue": Queue(name="Queue", mail_team=True)},
        staff={"ana": Staff(name="Ana", email="ana@desk.example", queues=("queue",))},
    )
    orders = after(sample(conversation.Reopened), chat(segment=2), rules=team)

    assert orders[1].stream == "job/1.enquiry.email.ana.2"


def test_a_chat_that_goes_on_holds_the_same_guards_as_a_new_one_G5() -> None:
    event = sample(conversation.Reopened)
    happened = Happened(stream=NAME, event=event, state=chat(address="hash"), at=AT)

    names = [guard.name for guard in require(happened, RULES)]
    assert names == ["open_conversation", "queue_full", "address_full"]


def test_a_ticket_is_an_enquiry_of_its_own_which_its_maker_has_S1_17() -> None:
    """F66."""
    event = conversation.TicketMade(
        ticket=2, subject="Red shoes", note="Ask Nadia", agent="ana", name="Ana"
    )
    (order,) = after(event, chat(name="Maria", email="m@c.example", question="Red ones?"))

    facts = enquiry.Facts(
        kind="ticket",
        site="Site",
        name="Maria",
        email="m@c.example",
        question="Red ones?",
        subject="Red shoes",
        remark="Ask Nadia",
    )
    command = enquiry.Open(
        conversation=NAME,
        site="site",
        queue="queue",
        facts=facts,
        contact=f"contact/{address_of('m@c.example', RULES.key)}",
        ticket=2,
        agent="ana",
        name="Ana",
    )
    assert order == Order(stream="enquiry/1.2", command=command)


def ticket(**facts: Any) -> enquiry.State:
    return enquiry.State(conversation=NAME, ticket=1, **facts)


def test_tickets_are_announced_only_where_that_is_wanted() -> None:
    opened = sample(enquiry.Opened)
    assert after(opened, ticket(), "enquiry/1.1") == []

    (subscription, *_) = RULES.notifiers
    wanted = attrs.evolve(subscription, kinds=frozenset({"ticket"}))
    rules = attrs.evolve(RULES, notifiers=(wanted,))
    (order,) = after(opened, ticket(), "enquiry/1.1", rules)
    assert order.stream == "job/1.1.ticket.team"
    assert after(opened, enquiry.State(conversation=NAME), "enquiry/1", rules) == []


def test_the_end_of_a_ticket_leaves_its_chat_alone() -> None:
    over = after(sample(enquiry.Completed), ticket(), "enquiry/1.1")

    assert over == []
    message = enquiry.State(conversation=NAME)
    orders = after(sample(enquiry.Completed), message, "enquiry/1")
    assert orders[-1] == Order(stream=NAME, command=conversation.Close())

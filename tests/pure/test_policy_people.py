"""What follows from who takes part, and who is told of a chat by mail."""

import attrs
import pytest

from livechat_core import conversation, job, presence
from livechat_core.policy import Order
from livechat_core.rules import Queue, Rules, Staff
from livechat_core.streams import Event
from tests.pure.samples import RULES, after, chat, sample

ANA = conversation.Seat(agent="ana", name="Ana", presence="presence/ana.1")
BEN = conversation.Seat(agent="ben", name="Ben", presence="presence/ben.1")
CHAT = "conversation/1"
LEAVES = Order(stream="presence/ben.1", command=presence.LeaveChat(conversation=CHAT))


@pytest.mark.parametrize(
    ("desk", "queue", "weight"),
    [({}, "queue", 0), ({"joined_counts": True}, "queue", 2), ({"joined_counts": True}, "sold", 0)],
)
def test_who_joins_must_be_able_to_and_pays_if_the_desk_says_so_F32(
    desk: dict[str, bool], queue: str, weight: int
) -> None:
    rules = attrs.evolve(RULES, queues={"queue": Queue(name="Queue", weight=2)}, **desk)
    event = conversation.Joined(agent="Ben", seat=BEN)

    command = presence.JoinChat(conversation=CHAT, weight=weight)
    assert after(event, chat(queue=queue), rules=rules) == [
        Order(stream="presence/ben.1", command=command, needed=True)
    ]


def test_who_leaves_is_noted() -> None:
    assert after(conversation.Left(agent="Ben", seat=BEN), chat()) == [LEAVES]


def test_who_takes_over_gets_the_place_and_the_former_agent_loses_his_S1_12() -> None:
    event = conversation.TakenOver(agent="Ben", seat=BEN, former=ANA)
    taken = presence.TakeSlot(conversation=CHAT, queue="queue", by_hand=True, answered=True)

    assert after(event, chat()) == [
        LEAVES,
        Order(stream="presence/ben.1", command=taken, needed=True),
        Order(stream="presence/ana.1", command=presence.FreeSlot(conversation=CHAT)),
    ]


def test_who_takes_a_transfer_is_no_guest_any_more() -> None:
    event = conversation.TransferAccepted(agent="Ben", seat=BEN, former=ANA)

    assert after(event, chat()) == [
        LEAVES,
        Order(stream="presence/ana.1", command=presence.FreeSlot(conversation=CHAT)),
    ]


def test_chats_in_which_an_agent_was_a_guest_learn_that_he_is_gone() -> None:
    state = presence.State(agent="ben", guest_of={CHAT: 0})
    event = presence.Ended(reason="offline", slots=frozenset({"conversation/2"}))

    released = conversation.ReleaseAgent(agent="ben", reason="offline")
    assert [(one.stream, one.command) for one in after(event, state, "presence/ben.1")] == [
        (CHAT, released),
        ("conversation/2", released),
    ]


# --- mails to the team ---------------------------------------------------------------------------


def _team(number: int) -> Rules:
    staff = {f"a{n:03}": Staff(name="A", email=f"a{n}@desk.example", queues=("queue",))
             for n in range(number)}  # fmt: skip
    others = {
        "eve": Staff(name="Eve", email="eve@desk.example", queues=("sales",)),
        "kim": Staff(name="Kim", queues=("queue",)),
    }
    queues = {"queue": Queue(name="Queue", mail_team=True)}
    return attrs.evolve(RULES, staff={**staff, **others}, queues=queues, notifiers=())


def _mails(event: Event, rules: Rules, queue: str = "queue") -> dict[str, list[str]]:
    orders = after(event, chat(queue=queue, visitor=""), rules=rules)
    return {
        order.stream: list(order.command.payload["to"])
        for order in orders
        if isinstance(order.command, job.Owe) and order.command.target == "email"
    }


@pytest.mark.parametrize(
    "event", [sample(conversation.Started), sample(conversation.HandedOff)], ids=["start", "bot"]
)
def test_a_chat_in_line_is_mailed_to_everybody_who_serves_the_queue_S3_10(event: Event) -> None:
    """Each has a job of his own: what fails for one is repeated for one."""
    assert _mails(event, _team(2)) == {
        "job/1.enquiry.email.a000": ["a0@desk.example"],
        "job/1.enquiry.email.a001": ["a1@desk.example"],
    }


def test_of_a_large_team_so_many_are_mailed_S3_10() -> None:
    assert len(_mails(sample(conversation.Started), _team(60))) == 50


def test_where_the_queue_says_nothing_nobody_is_mailed_S3_10() -> None:
    rules = attrs.evolve(_team(2), queues={"queue": Queue(name="Queue")})

    assert _mails(sample(conversation.Started), rules) == {}
    assert _mails(sample(conversation.Started), _team(2), queue="sold") == {}

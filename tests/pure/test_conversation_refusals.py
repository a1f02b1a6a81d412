"""What a refusal tells: its code and the facts of the case, for the person who sees it."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import Denied, LivechatError, NotFound, Rejected
from livechat_core.rules import seconds
from livechat_core.streams import Command
from tests.pure.chats import (
    ANA_SEAT,
    BEN_SEAT,
    Chat,
    active,
    chat,
    offered,
    origin,
    ruled,
    start,
    waiting,
)
from tests.pure.play import ANA, BEN, MARIA, SAM, STRANGER

LEAVE = c.LeaveMessage(by=MARIA, site="drumstory", email="m@example.org", question="Call me")
GIVEN = c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT)


def closed() -> Chat:
    """Return a chat that Ana had and Maria has closed."""
    story = active()
    story.when(c.Close(by=MARIA))
    return story


def left() -> Chat:
    """Return a message that Maria has left."""
    story = waiting()
    story.when(LEAVE)
    return story


def rated_too_late() -> Chat:
    """Return a chat whose time for a rating is over."""
    story = closed()
    return story.later(story.rules.rating_window // seconds(1))


def pending() -> Chat:
    """Return a chat that Ben is asked to take over from Ana."""
    story = active()
    story.when(GIVEN)
    return story


def deep() -> Chat:
    """Return a chat that has come into another queue as often as it may."""
    story = waiting(ruled(overflow_depth=1))
    story.when(c.Overflow(queue="events", reason="full"))
    return story


def tried() -> Chat:
    """Return a chat that Ana has declined."""
    story = offered()
    story.when(c.Decline(by=ANA, offer="first"))
    return story


def staff_only() -> Chat:
    """Return a chat of Ana's where only supervisors give chats to others."""
    return active(ruled(agents_transfer=False))


CASES: list[tuple[str, Callable[[], Chat], Command, LivechatError]] = [
    # the beginning
    ("no such site", chat, start(site="moon"), NotFound("unknown_site", site="moon")),
    ("no such queue", chat, start(queue="moon"), NotFound("unknown_queue", queue="moon")),
    ("a site without queues", chat, start(site="bare"), NotFound("unknown_queue", queue="")),
    ("a queue that is gone", chat, start(site="broken"), NotFound("unknown_queue", queue="gone")),
    ("banned", chat, start(origin=origin(banned=True)), Denied("banned")),
    ("banned writer", chat, attrs.evolve(LEAVE, origin=origin(banned=True)), Denied("banned")),
    (
        "offline",
        chat,
        start(origin=origin(availability="offline")),
        Rejected("nobody_available", availability="offline", queue="sales"),
    ),
    (
        "busy, and the queue takes messages then",
        chat,
        start(queue="events", origin=origin(availability="busy")),
        Rejected("nobody_available", availability="busy", queue="events"),
    ),
    # the end
    (
        "a message from a chat with an agent",
        active,
        LEAVE,
        Rejected("closed", phase="active", wanted="MessageLeft"),
    ),
    ("a stranger's message", waiting, attrs.evolve(LEAVE, by=STRANGER), NotFound()),
    ("a stranger closes", waiting, c.Close(by=STRANGER), NotFound()),
    ("nothing to close", chat, c.Close(by=ANA), NotFound()),
    ("not Ben's to close", active, c.Close(by=BEN), Denied("forbidden", why="not your chat")),
    ("nobody's to close", waiting, c.Close(by=BEN), Denied("forbidden", why="not your chat")),
    (
        "a message cannot be taken back",
        left,
        c.Close(by=MARIA),
        Rejected("not_now", phase="message_left", wanted="Closed"),
    ),
    ("four of three", closed, c.Rate(by=MARIA, value=4), Rejected("bad_rating", value=4)),
    (
        "an early rating",
        active,
        c.Rate(by=MARIA, value=3),
        Rejected("not_now", phase="active", wanted="Rated"),
    ),
    (
        "a late rating",
        rated_too_late,
        c.Rate(by=MARIA, value=3),
        Rejected("closed", why="rating window is over"),
    ),
    ("a stranger's rating", closed, c.Rate(by=STRANGER, value=3), NotFound()),
    (
        "another's transcript",
        active,
        c.EmailTranscript(by=MARIA, email="other@example.org"),
        Rejected("other_address"),
    ),
    # lines
    ("no chat to write in", chat, c.Post(by=ANA, text="Hi"), NotFound()),
    ("no chat to note in", chat, c.Note(by=ANA, text="Hi"), NotFound()),
    ("a stranger writes", active, c.Post(by=STRANGER, text="Hi"), NotFound()),
    (
        "a line after the end",
        lambda: closed().later(600),
        c.Post(by=MARIA, text="Hi"),
        Rejected("closed", phase="closed", wanted="Reopened", then="start"),
    ),
    (
        "a line in Ana's chat",
        active,
        c.Post(by=BEN, text="Hi"),
        Denied("forbidden", why="not your chat"),
    ),
    (
        "a second first reply",
        lambda: active(ruled(sales={"assignment": "first_reply"})),
        c.Post(by=BEN, text="Hi"),
        Rejected("taken", owner="Ana"),
    ),
    # offers
    (
        "asked again",
        tried,
        c.Offer(offer="second", seat=ANA_SEAT),
        Rejected("already_tried", agent="ana"),
    ),
    (
        "a second offer",
        offered,
        c.Offer(offer="second", seat=BEN_SEAT),
        Rejected("not_now", phase="offered", wanted="Offered"),
    ),
    ("another's offer", offered, c.Accept(by=BEN, offer="first"), Rejected("taken", owner="Ana")),
    ("a chat that Ana has", active, c.Accept(by=BEN, offer="x"), Rejected("taken", owner="Ana")),
    ("an offer of old", offered, c.Accept(by=ANA, offer="zero"), NotFound()),
    ("an offer of old, declined", offered, c.Decline(by=ANA, offer="zero"), NotFound()),
    ("no offer", waiting, c.Accept(by=ANA, offer="first"), Rejected("offer_over")),
    ("nothing to decline", waiting, c.Decline(by=ANA, offer="first"), Rejected("offer_over")),
    ("a closed chat", closed, c.Accept(by=ANA, offer="first"), Rejected("closed")),
    ("no chat to accept", chat, c.Accept(by=ANA, offer="first"), NotFound()),
    (
        "an offer whose time is over",
        lambda: offered().later(999),
        c.Accept(by=ANA, offer="first"),
        Rejected("offer_over"),
    ),
    # by hand
    ("no seat to pick for", waiting, c.Pick(by=BEN), Rejected("not_available", agent="ben")),
    ("picked by another", active, c.Pick(by=BEN, seat=BEN_SEAT), Rejected("taken", owner="Ana")),
    (
        "a queue that offers its chats",
        lambda: waiting(ruled(sales={"pick": False})),
        c.Pick(by=BEN, seat=BEN_SEAT),
        Denied("forbidden", why="chats of this queue are offered", queue="sales"),
    ),
    ("nothing to assign", chat, c.Assign(by=SAM, agent="ben", seat=BEN_SEAT), NotFound()),
    (
        "assigned to nobody at work",
        waiting,
        c.Assign(by=SAM, agent="ben"),
        Rejected("not_available", agent="ben"),
    ),
    (
        "assigned while Ana is asked",
        offered,
        c.Assign(by=SAM, agent="ben", seat=BEN_SEAT),
        Rejected("taken", owner="Ana"),
    ),
    ("nothing to move", chat, c.Prioritize(by=SAM, priority=1), NotFound()),
    (
        "too important",
        waiting,
        c.Prioritize(by=SAM, priority=1001),
        Rejected("bad_priority", priority=1001, highest=1000),
    ),
    (
        "too unimportant",
        waiting,
        c.Prioritize(by=SAM, priority=-1001),
        Rejected("bad_priority", priority=-1001, highest=1000),
    ),
    (
        "no queue to flow over to",
        waiting,
        c.Overflow(queue="moon", reason="full"),
        NotFound("unknown_queue", queue="moon"),
    ),
    (
        "flowed over too often",
        deep,
        c.Overflow(queue="sales", reason="full"),
        Rejected("too_deep", overflows=1),
    ),
    # transfer
    ("no chat to transfer", chat, GIVEN, NotFound()),
    (
        "nobody has it",
        waiting,
        GIVEN,
        Rejected("not_now", phase="waiting", wanted="TransferOffered"),
    ),
    ("it is over", closed, GIVEN, Rejected("closed", phase="closed", wanted="TransferOffered")),
    (
        "not Ben's to give",
        active,
        attrs.evolve(GIVEN, by=BEN),
        Denied("forbidden", why="not your chat"),
    ),
    (
        "not an agent's right",
        staff_only,
        GIVEN,
        Denied("forbidden", why="only supervisors give chats to others"),
    ),
    ("nowhere", active, c.Transfer(by=ANA), Rejected("agent_or_queue")),
    (
        "to both",
        active,
        c.Transfer(by=ANA, agent="ben", queue="events"),
        Rejected("agent_or_queue"),
    ),
    ("twice", pending, GIVEN, Rejected("transfer_pending", agent="ben")),
    (
        "to who is not there",
        active,
        c.Transfer(by=ANA, agent="eve"),
        Rejected("not_available", agent="eve"),
    ),
    (
        "to himself",
        active,
        c.Transfer(by=ANA, agent="ana", seat=ANA_SEAT),
        Rejected("same_agent", agent="ana"),
    ),
    (
        "to no queue",
        active,
        c.Transfer(by=ANA, queue="moon"),
        NotFound("unknown_queue", queue="moon"),
    ),
    (
        "to the same queue",
        active,
        c.Transfer(by=ANA, queue="sales"),
        Rejected("same_queue", queue="sales"),
    ),
    (
        "to a queue without agents",
        active,
        c.Transfer(by=ANA, queue="events"),
        Rejected("nobody_available", queue="events"),
    ),
]


@pytest.mark.parametrize(
    ("begin", "command", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_refusal_says_why(
    begin: Callable[[], Chat], command: Command, told: LivechatError
) -> None:
    found: Any = begin().refusal(command)

    assert (type(found), found.code, found.facts) == (type(told), told.code, told.facts)

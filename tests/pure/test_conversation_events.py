"""What an event tells, whole: the state, the wire and the transcript know nothing else."""

from collections.abc import Callable

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.conversation import Terms
from livechat_core.rules import AgentGone, seconds
from livechat_core.streams import Command, Event
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
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM

PAGE = "https://drumstory.example/lessons"
KNOWN = origin(signed_in=True, location="Lisbon", address="hash", language="pt", preferred="ben")
ASKED = {"name": "Maria", "email": "m@example.org", "question": "How long?", "page": PAGE}
PROMISES = ruled(
    sales={"max_wait": seconds(300), "reply_timeout": seconds(60), "offer_timeout": seconds(7)},
    events={"max_wait": seconds(900), "reply_timeout": seconds(90)},
    idle_after=seconds(120),
)
SALES = Terms(max_wait=seconds(300), reply=seconds(60), idle=seconds(120))
EVENTS = Terms(max_wait=seconds(900), reply=seconds(90), idle=seconds(120))
REACH = c.SiteTerms(form_delay=seconds(5), unread=seconds(60), unread_gather=seconds(10))
STARTED = c.Started(
    site="drumstory",
    queue="events",
    visitor="maria",
    **ASKED,
    signed_in=True,
    title="Lessons",
    location="Lisbon",
    address="hash",
    priority=5,
    idle_close=RULES.visitor_idle_close,
    language="pt",
    preferred="ben",
    terms=EVENTS,
    site_terms=REACH,
)
LEAVE = c.LeaveMessage(
    by=MARIA, site="drumstory", queue="events", **ASKED, title="Lessons", origin=KNOWN
)
LEFT = c.MessageLeft(**ASKED, former=None)
GONE = c.Requeued(
    queue="sales",
    priority=0,
    reason="connection_lost",
    former=ANA_SEAT,
    from_queue="sales",
    terms=SALES,
)
MOVED = c.Requeued(
    queue="events",
    priority=5,
    reason="transfer",
    former=ANA_SEAT,
    by="ana",
    from_queue="sales",
    terms=EVENTS,
)
RELEASE = c.ReleaseAgent(agent="ana", reason="connection_lost")


def new() -> Chat:
    """Return a chat that has not begun, on a desk that promises something."""
    return chat(PROMISES)


def writing() -> Chat:
    """Return a chat that waits, with a question that can be answered."""
    return waiting(PROMISES, **ASKED)


def owned() -> Chat:
    """Return a chat that Ana has."""
    return active(PROMISES)


def pending() -> Chat:
    """Return a chat that Ben is asked to take over from Ana."""
    story = owned()
    story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))
    return story


def closing() -> Chat:
    """Return Ana's chat on a desk that ends the chats of who is gone."""
    story = pending()
    story.rules = attrs.evolve(PROMISES, agent_gone=AgentGone.CLOSE)
    return story


CASES: list[tuple[str, Callable[[], Chat], Command, list[Event]]] = [
    (
        "a start",
        new,
        start(queue="events", **ASKED, title="Lessons", origin=KNOWN),
        [STARTED],
    ),
    (
        "an invitation is accepted, though all are away",
        new,
        start(origin=origin(inviter=ANA_SEAT, availability="offline")),
        [
            c.Started(
                site="drumstory",
                queue="sales",
                visitor="maria",
                name="Maria",
                email="maria@example.org",
                signed_in=False,
                question="",
                page="",
                title="",
                location="",
                address="",
                priority=0,
                idle_close=RULES.visitor_idle_close,
                terms=SALES,
                site_terms=REACH,
            ),
            c.Accepted(agent="Ana", seat=ANA_SEAT),
        ],
    ),
    ("a message at once", new, LEAVE, [STARTED, LEFT]),
    ("a message from the line", writing, LEAVE, [LEFT]),
    (
        "a message of somebody who gives no name and no page again",
        lambda: offered(PROMISES, page=PAGE),
        attrs.evolve(LEAVE, name="", page=""),
        [attrs.evolve(LEFT, former=ANA_SEAT)],
    ),
    (
        "what was asked becomes a message",
        writing,
        c.GiveUp(reason="closed_for_today"),
        [attrs.evolve(LEFT, reason="closed_for_today")],
    ),
    (
        "nothing was asked",
        lambda: waiting(PROMISES),
        c.GiveUp(reason="closed_for_today"),
        [c.Closed(reason="closed_for_today", former=None)],
    ),
    (
        "a visitor is gone",
        writing,
        c.VisitorGone(),
        [c.VisitorLeft(until=NOON + RULES.visitor_lost)],
    ),
    # the end
    (
        "the visitor ends it",
        owned,
        c.Close(by=MARIA),
        [c.Closed(reason="visitor", former=ANA_SEAT)],
    ),
    ("its agent ends it", owned, c.Close(by=ANA), [c.Closed(reason="agent", former=ANA_SEAT)]),
    ("the desk ends it", owned, c.Close(), [c.Closed(reason="answered", former=ANA_SEAT)]),
    (
        "it ends while Ben is asked",
        pending,
        c.Close(by=SAM),
        [
            c.TransferEnded(seat=BEN_SEAT, reason="withdrawn"),
            c.Closed(reason="agent", former=ANA_SEAT),
        ],
    ),
    # offers
    (
        "an offer",
        writing,
        c.Offer(offer="first", seat=ANA_SEAT, restart=True, why="first of 2"),
        [
            c.Offered(
                offer="first",
                seat=ANA_SEAT,
                until=NOON + seconds(7),
                restart=True,
                why="first of 2",
            )
        ],
    ),
    (
        "an offer by hand",
        writing,
        c.Assign(by=SAM, agent="ben", seat=BEN_SEAT),
        [
            c.Offered(
                offer=f"ben.{NOON}",
                seat=BEN_SEAT,
                until=NOON + seconds(7),
                restart=False,
                why="chosen by Sam",
                by="sam",
            )
        ],
    ),
    (
        "an offer by somebody without a name",
        lambda: waiting(PROMISES, queue="events"),
        c.Assign(by=attrs.evolve(SAM, name=""), agent="ben", seat=BEN_SEAT),
        [
            c.Offered(
                offer=f"ben.{NOON}",
                seat=BEN_SEAT,
                until=NOON + RULES.offer_timeout,
                restart=False,
                why="chosen by sam",
                by="sam",
            )
        ],
    ),
    (
        "a move forward",
        writing,
        c.Prioritize(by=SAM, priority=1000),
        [c.Prioritized(priority=1000, by="sam")],
    ),
    (
        "another queue",
        writing,
        c.Overflow(queue="events", reason="full"),
        [c.Overflowed(queue="events", priority=5, reason="full", terms=EVENTS)],
    ),
    (
        "another queue, with more urgency than its own",
        lambda: waiting(PROMISES, queue="events"),
        c.Overflow(queue="sales", reason="full"),
        [c.Overflowed(queue="sales", priority=5, reason="full", terms=SALES)],
    ),
    ("by hand", writing, c.Pick(by=BEN, seat=BEN_SEAT), [c.Accepted(agent="Ben", seat=BEN_SEAT)]),
    # transfer
    (
        "a colleague",
        owned,
        c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT, comment="knows prices"),
        [
            c.TransferOffered(
                offer=f"ben.{NOON}",
                seat=BEN_SEAT,
                until=NOON + RULES.transfer_timeout,
                comment="knows prices",
                by="ana",
            )
        ],
    ),
    (
        "a colleague takes it",
        pending,
        c.Accept(by=BEN, offer=f"ben.{NOON}"),
        [c.TransferAccepted(agent="Ben", seat=BEN_SEAT, former=ANA_SEAT)],
    ),
    (
        "a colleague does not take it",
        pending,
        c.Decline(by=BEN, offer=f"ben.{NOON}"),
        [c.TransferEnded(seat=BEN_SEAT, reason="declined")],
    ),
    (
        "a colleague cannot be asked any more",
        pending,
        c.WithdrawOffer(agent="ben"),
        [c.TransferEnded(seat=BEN_SEAT, reason="withdrawn")],
    ),
    ("a queue", owned, c.Transfer(by=ANA, queue="events", anyway=True), [MOVED]),
    (
        "a queue, with a comment",
        owned,
        c.Transfer(by=ANA, queue="events", anyway=True, comment="prices"),
        [c.Noted(agent="ana", name="Ana", text="prices"), MOVED],
    ),
    # who is gone
    ("its agent is gone", owned, RELEASE, [GONE]),
    (
        "its agent is gone while Ben is asked",
        pending,
        RELEASE,
        [c.TransferEnded(seat=BEN_SEAT, reason="withdrawn"), GONE],
    ),
    (
        "its agent is gone, and the desk ends such chats",
        closing,
        RELEASE,
        [
            c.TransferEnded(seat=BEN_SEAT, reason="withdrawn"),
            c.Closed(reason="connection_lost", former=ANA_SEAT),
        ],
    ),
    (
        "a remark",
        owned,
        c.Note(by=BEN, text="prices"),
        [c.Noted(agent="ben", name="Ben", text="prices")],
    ),
]


@pytest.mark.parametrize(
    ("begin", "command", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_an_event_tells_what_happened(
    begin: Callable[[], Chat], command: Command, told: list[Event]
) -> None:
    assert begin().when(command) == told


def test_a_chat_whose_queue_is_gone_keeps_what_it_was_granted() -> None:
    story = owned()
    story.rules = attrs.evolve(PROMISES, queues={})

    assert story.when(RELEASE) == [GONE]

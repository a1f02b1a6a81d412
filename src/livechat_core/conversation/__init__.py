"""The conversation: one chat between a visitor and the desk, its place in a line and its offers.

Theory. A chat waits until an agent has it. While it waits it is offered to one agent at a time,
and the offer is itself a phase, so that "waiting and offered twice" cannot be written down. An
agent's *slot* is taken in the same commit that offers or gives the chat (a reaction in `policy`),
so a chat with an offer or an owner always has a slot, and a slot always has its chat. A transfer
is an offer made while the present owner stays: the chat is never without one.

    new -> waiting <-> offered -> active -> closed
           |  ^   <----------------- |  (requeued: agent gone or silent, or moved to another queue)
           |  +- overflowed to another queue
           +-> message_left -> closed

Its place in the line is the moment it began to wait; going back to the line keeps it. What a queue
grants its chats comes with the event that puts them there (`Terms`), so the deadlines follow from
the state alone: the offer's, the idle chat's, the end of the wait, the first reply's, the silence
that frees the agent's slot, and, while nobody has the chat, the lost visitor's. `Elapse` only asks
which of them have passed. What was said is not state: the stream is the transcript.

Closing wins over everything but a rating; a closed chat takes no line (zammad#2559).
"""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Decider, Event
from . import lifecycle, lines, offers, timers
from .commands import (
    Accept as Accept,
    Assign as Assign,
    Close as Close,
    Decline as Decline,
    Elapse as Elapse,
    EmailTranscript as EmailTranscript,
    GiveUp as GiveUp,
    LeaveMessage as LeaveMessage,
    Note as Note,
    Offer as Offer,
    Overflow as Overflow,
    Pick as Pick,
    Post as Post,
    Prioritize as Prioritize,
    Rate as Rate,
    ReleaseAgent as ReleaseAgent,
    Start as Start,
    Transfer as Transfer,
    VisitorBack as VisitorBack,
    VisitorGone as VisitorGone,
    WithdrawOffer as WithdrawOffer,
)
from .events import (
    NEXT as NEXT,
    Accepted as Accepted,
    Closed as Closed,
    Declined as Declined,
    MessageLeft as MessageLeft,
    Noted as Noted,
    Offered as Offered,
    OfferLapsed as OfferLapsed,
    OfferWithdrawn as OfferWithdrawn,
    Origin as Origin,
    Overflowed as Overflowed,
    Phase as Phase,
    Posted as Posted,
    Prioritized as Prioritized,
    Quieted as Quieted,
    Rated as Rated,
    ReplyOverdue as ReplyOverdue,
    Requeued as Requeued,
    Seat as Seat,
    Started as Started,
    Stirred as Stirred,
    Terms as Terms,
    TranscriptAsked as TranscriptAsked,
    TransferAccepted as TransferAccepted,
    TransferEnded as TransferEnded,
    TransferOffered as TransferOffered,
    VisitorLeft as VisitorLeft,
    VisitorReturned as VisitorReturned,
    WaitedLong as WaitedLong,
)
from .state import (
    OPEN as OPEN,
    WAITS as WAITS,
    Ask as Ask,
    State as State,
    evolve as evolve,
    summary as summary,
)

Who: TypeAlias = (
    Offer
    | Accept
    | Decline
    | Pick
    | Assign
    | Prioritize
    | Overflow
    | WithdrawOffer
    | ReleaseAgent
    | Transfer
)
"""What decides who has the chat."""
Wanted: TypeAlias = (
    Start
    | LeaveMessage
    | GiveUp
    | Post
    | Note
    | Close
    | Rate
    | EmailTranscript
    | VisitorGone
    | VisitorBack
    | Elapse
    | Who
)


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: The rules say no; the code says why.
        NotFound: The conversation does not exist for this actor.
        Denied: It does, but this actor may not do that.
    """
    match command:
        case Post():
            return lines.post(state, command, rules)
        case Note():
            return lines.note(state, command)
        case Start():
            return lifecycle.start(state, command, rules)
        case LeaveMessage():
            return lifecycle.leave_message(state, command, rules)
        case GiveUp():
            return lifecycle.give_up(state, command)
        case Close():
            return lifecycle.close(state, command)
        case Rate():
            return lifecycle.rate(state, command, at, rules)
        case EmailTranscript():
            return lifecycle.email_transcript(state, command)
        case VisitorGone():
            return lifecycle.visitor_gone(state, at, rules)
        case VisitorBack():
            return lifecycle.visitor_back(state)
        case Elapse():
            return timers.elapse(state, command, at, rules)
        case _:
            return _decide_who(state, command, at, rules)


def _decide_who(state: State, command: Who, at: int, rules: Rules) -> list[Event]:
    match command:
        case Offer():
            return offers.offer(state, command, at, rules)
        case Accept():
            return offers.accept(state, command, at)
        case Decline():
            return offers.decline(state, command)
        case Pick():
            return offers.pick(state, command, rules)
        case Assign():
            return offers.assign(state, command, at, rules)
        case Prioritize():
            return offers.prioritize(state, command)
        case Overflow():
            return offers.overflow(state, command, rules)
        case WithdrawOffer():
            return offers.withdraw(state, command)
        case ReleaseAgent():
            return offers.release(state, command, rules)
        case Transfer():
            return offers.transfer(state, command, at, rules)
        case _:
            assert_never(command)


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="conversation",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.CLOSED,),
)

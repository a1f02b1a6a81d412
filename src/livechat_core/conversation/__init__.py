"""The conversation: one chat between a visitor and the desk, its place in a line and its offers.

Theory. A chat waits until an agent has it. While it waits it is offered to one agent at a time,
and the offer is itself a phase, so that "waiting and offered twice" cannot be written down. An
agent's *slot* is taken in the same commit that offers or gives the chat (a reaction in `policy`),
so a chat with an offer or an owner always has a slot, and a slot always has its chat. A transfer
is an offer made while the present owner stays: the chat is never without one.

    new -> with_bot -> waiting (handed off) | active (taken by hand) | message_left | closed
    new -> waiting <-> offered -> active -> closed
           |  ^   <----------------- |  (requeued: agent gone or silent, or moved to another queue)
           |  |                      +<-> snoozed -> waiting (its agent is gone) | closed
           |  +- overflowed to another queue
           +-> message_left -> closed

Its place in the line is the moment it began to wait; going back to the line keeps it. What a queue
grants its chats comes with the event that puts them there (`Terms`), so the deadlines follow from
the state alone: the offer's, the idle chat's, the end of the wait, the first reply's, the silence
that frees the agent's slot, the end of a hold, what was promised to the customer, and, while nobody
has the chat, the lost visitor's. `Elapse` only asks which of them have passed. What was said is not
state: the stream is the transcript.

Closing wins over everything but a rating. A closed chat takes no line (zammad#2559): it is reopened
and waits again, within some time, or the line is refused.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, get_args

from ..rules import Rules
from ..streams import Decider, Event
from . import (
    annotations,
    bot,
    figures,
    files,
    forms,
    hold,
    identity,
    lifecycle,
    lines,
    mails,
    offers,
    outcomes,
    people,
    promises,
    reading,
    reopening,
    timers,
)
from .commands import (
    Accept as Accept,
    Assign as Assign,
    Attach as Attach,
    BotAnswer as BotAnswer,
    BotFail as BotFail,
    ChooseContact as ChooseContact,
    Close as Close,
    ComeBack as ComeBack,
    Decline as Decline,
    Elapse as Elapse,
    EmailTranscript as EmailTranscript,
    FinishUpload as FinishUpload,
    GiveUp as GiveUp,
    HandOff as HandOff,
    Introduce as Introduce,
    Join as Join,
    Leave as Leave,
    LeaveMessage as LeaveMessage,
    LookOn as LookOn,
    MakeLink as MakeLink,
    MakeTicket as MakeTicket,
    Note as Note,
    Offer as Offer,
    Overflow as Overflow,
    Pick as Pick,
    Post as Post,
    Prioritize as Prioritize,
    Rate as Rate,
    Read as Read,
    ReadMention as ReadMention,
    Recognize as Recognize,
    RecordOutcome as RecordOutcome,
    ReleaseAgent as ReleaseAgent,
    Reopen as Reopen,
    Snooze as Snooze,
    Start as Start,
    Tag as Tag,
    Transfer as Transfer,
    Untag as Untag,
    VerifyContact as VerifyContact,
    VisitorBack as VisitorBack,
    VisitorGone as VisitorGone,
    Wake as Wake,
    Whisper as Whisper,
    WithdrawOffer as WithdrawOffer,
)
from .events import (
    Accepted as Accepted,
    AgentReminded as AgentReminded,
    AnswersMailed as AnswersMailed,
    Attached as Attached,
    BotAnswered as BotAnswered,
    BotAsked as BotAsked,
    BotBegan as BotBegan,
    Closed as Closed,
    ClosingSoon as ClosingSoon,
    ContactChosen as ContactChosen,
    ContactVerified as ContactVerified,
    Declined as Declined,
    FormPassed as FormPassed,
    FormShown as FormShown,
    HandedOff as HandedOff,
    HolderLeft as HolderLeft,
    Introduced as Introduced,
    Joined as Joined,
    Left as Left,
    LinkMade as LinkMade,
    LinkUsed as LinkUsed,
    LookedOn as LookedOn,
    MailPutOff as MailPutOff,
    Mentioned as Mentioned,
    MentionRead as MentionRead,
    MessageLeft as MessageLeft,
    Noted as Noted,
    Offered as Offered,
    OfferLapsed as OfferLapsed,
    OfferWithdrawn as OfferWithdrawn,
    OutcomeRecorded as OutcomeRecorded,
    Overflowed as Overflowed,
    Posted as Posted,
    Prioritized as Prioritized,
    Quieted as Quieted,
    Rated as Rated,
    Reopened as Reopened,
    ReplyOverdue as ReplyOverdue,
    Requeued as Requeued,
    Seen as Seen,
    SlaBroken as SlaBroken,
    SlaDue as SlaDue,
    Snoozed as Snoozed,
    Started as Started,
    Stirred as Stirred,
    Tagged as Tagged,
    TakenOver as TakenOver,
    TicketMade as TicketMade,
    TranscriptAsked as TranscriptAsked,
    TransferAccepted as TransferAccepted,
    TransferEnded as TransferEnded,
    TransferOffered as TransferOffered,
    Untagged as Untagged,
    UploadBegun as UploadBegun,
    UploadLapsed as UploadLapsed,
    VisitorLeft as VisitorLeft,
    VisitorReturned as VisitorReturned,
    WaitedLong as WaitedLong,
    Whispered as Whispered,
    Woken as Woken,
)
from .outcomes import MOVES as MOVES, PLACEHOLDERS as PLACEHOLDERS, subject_of as subject_of
from .reach import Link as Link, Reach as Reach, SiteTerms as SiteTerms
from .reading import ends_something as ends_something
from .state import OPEN as OPEN, WAITS as WAITS, Ask as Ask, State as State
from .summary import summary as summary
from .table import NEXT as NEXT
from .values import (
    BotLine as BotLine,
    Figures as Figures,
    File as File,
    Guest as Guest,
    Hold as Hold,
    Origin as Origin,
    Phase as Phase,
    Promise as Promise,
    Seat as Seat,
    Serving as Serving,
    Situation as Situation,
    Terms as Terms,
    Upload as Upload,
)

Wanted: TypeAlias = (
    lifecycle.Wanted
    | bot.Wanted
    | offers.Wanted
    | lines.Wanted
    | files.Wanted
    | forms.Wanted
    | mails.Wanted
    | reading.Wanted
    | people.Wanted
    | annotations.Wanted
    | identity.Wanted
    | timers.Wanted
    | hold.Wanted
    | reopening.Wanted
    | outcomes.Wanted
)

PARTS: tuple[Any, ...] = (
    lifecycle,
    bot,
    offers,
    lines,
    files,
    forms,
    mails,
    reading,
    people,
    annotations,
    identity,
    timers,
    hold,
    reopening,
    outcomes,
)
"""Each decides its own commands and applies its own events."""

_DECIDE: dict[type[Any], Callable[[State, Any, int, Rules], list[Event]]] = {
    command: part.decide for part in PARTS for command in get_args(part.Wanted) or (part.Wanted,)
}
_EVOLVE: dict[type[Any], Callable[[State, Any, int], None]] = {
    event: part.evolve for part in PARTS for event in get_args(part.Happened) or (part.Happened,)
}

_FOLLOW: dict[type[Any], tuple[Any, ...]] = {
    event: tuple(part for part in (promises, figures) if event in part.FOLLOWS)
    for event in (*promises.FOLLOWS, *figures.FOLLOWS)
}
"""Who keeps count of an event after it has been applied."""


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: The rules say no; the code says why.
        NotFound: The conversation does not exist for this actor.
        Denied: It does, but this actor may not do that.
    """
    events = _DECIDE[type(command)](state, command, at, rules)
    return people.with_guests(state, events) if state.guests else events


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    state.version += 1
    _EVOLVE[type(event)](state, event, at)
    for part in _FOLLOW.get(type(event), ()):
        part.follow(state, event, at)


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="conversation",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=tuple(_DECIDE),
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.CLOSED,),
)
"""What can happen to a conversation, and in which phase."""

r"""The visit: one visitor's stay at the desk's sites, before, during and after a chat.

Theory. Every visitor who opens a page is a visit, seen by staff before any chat exists (S0-2),
unless a site records none, or none before the visitor agrees (F60): then a visit begins with the
chat that needs it, without pages. Pages are gathered by the process and recorded together, so
browsing costs at most one event in ten seconds; the state keeps the last fifty. An invitation locks
the visit softly for the agent who made it (S0-45): no colleague may invite or take the visitor
until it is answered, has run out, or the agent is gone. While a chat goes on the visit cannot
leave; without one it leaves when nothing was seen of it for long, and returns when the same token
comes again, or a chat begins.

    new -> browsing <-> invited -> chatting -> browsing ...
              |  \-> chatting         left <-> browsing

Who the visitor is, the host says (`Guest`), until a moment if it likes; what he types is no part of
a visit. Two devices of one person are two visits with the same label ``person`` (S3-8). A visit is
known again by tokens, one for each site, of which only the SHA-256 is kept (A9, `tokens`).
"""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Decider, Event
from ..tables import allows
from . import arrivals, invitations, tokens
from .arrivals import without_pages as without_pages
from .campaign import campaign_of as campaign_of
from .commands import (
    Adopt as Adopt,
    AnswerInvitation as AnswerInvitation,
    Arrive as Arrive,
    Bar as Bar,
    ChatBegan as ChatBegan,
    ChatEnded as ChatEnded,
    Consent as Consent,
    Elapse as Elapse,
    HandOver as HandOver,
    Invite as Invite,
    Readmit as Readmit,
    Revoke as Revoke,
    SignOff as SignOff,
    View as View,
)
from .entry import is_other as is_other, missing as missing, records as records
from .events import (
    NEXT as NEXT,
    Adopted as Adopted,
    Arrived as Arrived,
    Barred as Barred,
    Chatted as Chatted,
    Chatting as Chatting,
    ConsentGiven as ConsentGiven,
    ConsentWithdrawn as ConsentWithdrawn,
    Greeted as Greeted,
    GreetingClosed as GreetingClosed,
    GreetingPassed as GreetingPassed,
    HandedOver as HandedOver,
    InvitationEnded as InvitationEnded,
    Invited as Invited,
    Left as Left,
    PagesRemoved as PagesRemoved,
    Recognized as Recognized,
    Returned as Returned,
    Revoked as Revoked,
    Seen as Seen,
    TokenIssued as TokenIssued,
    Viewed as Viewed,
)
from .state import KEPT_PAGES as KEPT_PAGES, State as State, evolve as evolve, summary as summary
from .tokens import admits as admits
from .values import (
    PRESENT as PRESENT,
    Campaign as Campaign,
    Guest as Guest,
    Page as Page,
    Phase as Phase,
    Secret as Secret,
)

Offered: TypeAlias = Invite | AnswerInvitation | Bar | Elapse
Coming: TypeAlias = Arrive | View | Consent | HandOver | Adopt | Readmit | SignOff | Revoke
Wanted: TypeAlias = Coming | ChatBegan | ChatEnded | Offered


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: ``banned``, ``code_over``, or ``invited`` with the name of the colleague who was
            first.
    """
    match command:
        case ChatBegan():
            return _chat_began(state, command)
        case ChatEnded():
            if state.phase is not Phase.CHATTING or state.conversation != command.conversation:
                return []
            return [Chatted(conversation=command.conversation, agent=command.agent)]
        case Invite():
            return invitations.invite(state, command, at, rules)
        case AnswerInvitation():
            return invitations.answer(state)
        case Bar():
            return invitations.bar(state, command)
        case Elapse():
            return invitations.elapse(state, command, at, rules)
        case _:
            return _decide_coming(state, command, at, rules)


def _decide_coming(state: State, command: Coming, at: int, rules: Rules) -> list[Event]:
    match command:
        case Arrive():
            return arrivals.arrive(state, command, at, rules)
        case View():
            return arrivals.view(state, command, at, rules)
        case Consent():
            return arrivals.consent(state, command, at, rules)
        case HandOver():
            return tokens.hand_over(state, command, at, rules)
        case Adopt():
            return tokens.adopt(state, command, at, rules)
        case Readmit():
            return tokens.readmit(state, command, at, rules)
        case SignOff() | Revoke():
            return tokens.revoke(state)
        case _:
            assert_never(command)


def _chat_began(state: State, command: ChatBegan) -> list[Event]:
    if state.conversation == command.conversation and state.phase is Phase.CHATTING:
        return []
    if not allows(NEXT, state.phase, Chatting):
        return []
    return [Chatting(conversation=command.conversation)]


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="visit",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.LEFT,),
)

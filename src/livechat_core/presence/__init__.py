"""Presence: one agent's working time, whatever the number of windows.

Theory. Three facts are kept apart: the *connections* (each window of the agent has one, named, so
that an old one's death never harms a newer one), the *chosen status*, and the *slots* (chats the
agent has, or is being asked to take). The phase follows from them:

    connected, chosen available | busy | away     -> the phase of that name
    no connection                                 -> grace, until the agent is back or it is over
    chosen offline, chats still held              -> draining
    chosen offline or grace over, no chat held    -> ended

A custom status means one of the three and shows its own name. When the grace is over, chats that
are still held are given up with the end, or, where the rules say so, kept: then the grace has no
deadline any more.

Only an agent in phase available with a free unit of capacity can be asked; `why_not` says why
not. A slot goes its own way: taken -> (quiet <-> taken) -> wrapping -> free. A quiet one takes no
unit, one in wrap-up does or does not. It is taken in the same commit that offers or gives a chat,
and all limits are checked here, in the one stream all takers must write: so nothing is ever
assigned above a limit, whatever races (G7). Only what is no assignment may lift the load above the
capacity: a quiet chat that stirs, notes that count, a lower capacity.

What the agent serves and can do is his profile. It comes with the sign-in, and again when somebody
has changed it; a capacity that a supervisor sets holds until then. Without a profile the working
time ends, and others get the chats.

A stream is named ``presence/<agent>.<n>``; after it has ended, the agent's next sign-in begins
number n + 1, and carries on what is fair to remember.
"""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Decider, Event
from . import choices, connections, guests, slots
from .commands import (
    Disconnect as Disconnect,
    Elapse as Elapse,
    FinishWrapUp as FinishWrapUp,
    FreeSlot as FreeSlot,
    JoinChat as JoinChat,
    LeaveChat as LeaveChat,
    ProcessLost as ProcessLost,
    QuietSlot as QuietSlot,
    SetCall as SetCall,
    SetCapacity as SetCapacity,
    SetProfile as SetProfile,
    SetStatus as SetStatus,
    SignIn as SignIn,
    StirSlot as StirSlot,
    TakeSlot as TakeSlot,
)
from .events import (
    CHOICES as CHOICES,
    LIVE as LIVE,
    NEXT as NEXT,
    BecameAvailable as BecameAvailable,
    BecameAway as BecameAway,
    BecameBusy as BecameBusy,
    CallBegan as CallBegan,
    CallEnded as CallEnded,
    CapacitySet as CapacitySet,
    Carried as Carried,
    ChatJoined as ChatJoined,
    ChatLeft as ChatLeft,
    ChatsKept as ChatsKept,
    Connected as Connected,
    Disconnected as Disconnected,
    DrainBegan as DrainBegan,
    Ended as Ended,
    GraceBegan as GraceBegan,
    OfferTaken as OfferTaken,
    Phase as Phase,
    Profile as Profile,
    ProfileSet as ProfileSet,
    Returned as Returned,
    SignedIn as SignedIn,
    SlotFreed as SlotFreed,
    SlotQuiet as SlotQuiet,
    SlotStirred as SlotStirred,
    SlotTaken as SlotTaken,
    WrapUpBegan as WrapUpBegan,
)
from .pace import RECENT as RECENT
from .state import Slot as Slot, State as State, evolve as evolve, summary as summary

Wanted: TypeAlias = (
    SignIn
    | Disconnect
    | ProcessLost
    | SetStatus
    | SetCapacity
    | SetProfile
    | SetCall
    | TakeSlot
    | FreeSlot
    | FinishWrapUp
    | QuietSlot
    | StirSlot
    | JoinChat
    | LeaveChat
    | Elapse
)


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: The rules say no; the code says why.
        NotFound: Nobody has begun to work here.
        Denied: It is not this actor's business.
    """
    match command:
        case TakeSlot():
            return slots.take(state, command, at, rules)
        case FreeSlot():
            return slots.free(state, command, at, rules)
        case FinishWrapUp():
            return slots.finish_wrap_up(state, command)
        case QuietSlot():
            return slots.quiet(state, command)
        case StirSlot():
            return slots.stir(state, command)
        case JoinChat():
            return guests.join(state, command)
        case LeaveChat():
            return guests.leave(state, command)
        case SetStatus():
            return choices.set_status(state, command, rules)
        case SetCapacity():
            return choices.set_capacity(state, command)
        case SetProfile():
            return choices.set_profile(state, command)
        case SetCall():
            return choices.set_call(state, command)
        case _:
            return _decide_presence(state, command, at, rules)


def _decide_presence(
    state: State, command: SignIn | Disconnect | ProcessLost | Elapse, at: int, rules: Rules
) -> list[Event]:
    match command:
        case SignIn():
            return connections.sign_in(state, command, rules)
        case Disconnect():
            gone = frozenset(c for c in state.connections if c[0] == command.connection)
            return connections.lose(state, gone, at, rules)
        case ProcessLost():
            gone = frozenset(c for c in state.connections if c[1] == command.process)
            return connections.lose(state, gone, at, rules)
        case Elapse():
            return [*slots.wrap_ups_over(state, at), *connections.grace_over(state, at, rules)]
        case _:
            assert_never(command)


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="presence",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.ENDED,),
)

"""Presence: one agent's working time, whatever the number of windows.

Theory. Three facts are kept apart: the *connections* (each window of the agent has one, named, so
that an old one's death never harms a newer one), the *chosen status*, and the *slots* (chats the
agent has, or is being asked to take). The phase follows from them:

    connected, chosen available | busy | away     -> the phase of that name
    no connection                                 -> grace, until the agent is back or it is over
    chosen offline, chats still held              -> draining
    chosen offline or grace over, no chat held    -> ended

Only an agent in phase available with a free slot can be asked; `why_not` says why not. A slot is
taken in the same commit that offers or gives a chat, and the count is checked here, in the one
stream all takers must write: so no agent is ever above his capacity, whatever races (G7). A
stream is named ``presence/<agent>.<n>``; after it has ended, the agent's next sign-in begins
number n + 1.
"""

from typing import TypeAlias, assert_never

import attrs

from ..errors import Denied, NotFound, Rejected
from ..rules import Rules
from ..streams import Decider, Event, Role, Summary
from .commands import (
    Disconnect as Disconnect,
    Elapse as Elapse,
    FreeSlot as FreeSlot,
    ProcessLost as ProcessLost,
    SetStatus as SetStatus,
    SignIn as SignIn,
    TakeSlot as TakeSlot,
)
from .events import (
    CHOICES as CHOICES,
    LIVE as LIVE,
    NEXT as NEXT,
    BecameAvailable as BecameAvailable,
    BecameAway as BecameAway,
    BecameBusy as BecameBusy,
    Connected as Connected,
    Disconnected as Disconnected,
    DrainBegan as DrainBegan,
    Ended as Ended,
    GraceBegan as GraceBegan,
    Phase as Phase,
    Profile as Profile,
    Returned as Returned,
    SignedIn as SignedIn,
    SlotFreed as SlotFreed,
    SlotTaken as SlotTaken,
)

_CHOSEN: dict[str, type[BecameAvailable | BecameBusy | BecameAway]] = {
    Phase.AVAILABLE: BecameAvailable,
    Phase.BUSY: BecameBusy,
    Phase.AWAY: BecameAway,
}


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about an agent at work."""

    phase: Phase = Phase.NEW
    agent: str = ""
    profile: Profile = Profile()
    chosen: str = Phase.AVAILABLE
    connections: frozenset[tuple[str, str]] = frozenset()
    slots: frozenset[str] = frozenset()
    last_assigned: int = 0
    missed: int = 0
    grace_until: int | None = None
    ended: str = ""

    @property
    def why_not(self) -> str:
        """Why this agent cannot be asked: a phase's name, ``full``, or nothing if he can."""
        if self.phase is not Phase.AVAILABLE:
            return str(self.phase)
        return "full" if len(self.slots) >= self.profile.capacity else ""


Wanted: TypeAlias = SignIn | Disconnect | ProcessLost | SetStatus | TakeSlot | FreeSlot | Elapse


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: ``not_routable`` or ``agent_full`` for a slot, ``bad_status``, ``signed_out``.
    """
    match command:
        case TakeSlot():
            return _take(state, command)
        case FreeSlot():
            return _free(state, command)
        case SignIn():
            return _sign_in(state, command)
        case Disconnect():
            gone = frozenset(c for c in state.connections if c[0] == command.connection)
            return _lose(state, gone, at, rules)
        case ProcessLost():
            gone = frozenset(c for c in state.connections if c[1] == command.process)
            return _lose(state, gone, at, rules)
        case SetStatus():
            return _set_status(state, command)
        case Elapse():
            return _elapse(state, at)
        case _:
            assert_never(command)


def _take(state: State, command: TakeSlot) -> list[Event]:
    if command.conversation in state.slots:
        return []
    if state.phase is not Phase.AVAILABLE and not (command.by_hand and state.phase in CHOICES):
        raise Rejected("not_routable", agent=state.agent, why=state.why_not)
    if len(state.slots) >= state.profile.capacity:
        raise Rejected("agent_full", agent=state.agent, capacity=state.profile.capacity)
    return [SlotTaken(conversation=command.conversation)]


def _free(state: State, command: FreeSlot) -> list[Event]:
    if command.conversation not in state.slots:
        return []
    events: list[Event] = [SlotFreed(conversation=command.conversation, missed=command.missed)]
    if state.chosen == Phase.DRAINING and len(state.slots) == 1:
        events.append(Ended(reason="offline", slots=frozenset()))
    return events


def _sign_in(state: State, command: SignIn) -> list[Event]:
    if state.phase is not Phase.NEW and command.by.id != state.agent:
        raise Denied("forbidden", why="not your working time")
    if (command.connection, command.process) in state.connections:
        return []
    match state.phase:
        case Phase.NEW:
            return [
                SignedIn(
                    agent=command.by.id,
                    profile=command.profile,
                    connection=command.connection,
                    process=command.process,
                    last_assigned=command.last_assigned,
                )
            ]
        case Phase.ENDED:
            raise Rejected("signed_out", agent=state.agent)
        case Phase.GRACE:
            return _return(state, command)
        case _:
            return [Connected(connection=command.connection, process=command.process)]


def _return(state: State, command: SignIn) -> list[Event]:
    back = Returned(connection=command.connection, process=command.process, status=state.chosen)
    return [back, *_choose(state.chosen, state.slots)]


def _choose(status: str, slots: frozenset[str]) -> list[Event]:
    if status == Phase.AVAILABLE:
        return []
    if status == Phase.DRAINING:
        return [DrainBegan(slots=slots)]
    return [BecameBusy(slots=slots) if status == Phase.BUSY else BecameAway(slots=slots)]


def _lose(state: State, gone: frozenset[tuple[str, str]], at: int, rules: Rules) -> list[Event]:
    if not gone:
        return []
    names = frozenset(connection for connection, _ in gone)
    if state.connections - gone:
        return [Disconnected(connections=names)]
    return [GraceBegan(connections=names, until=at + rules.grace, slots=state.slots)]


def _set_status(state: State, command: SetStatus) -> list[Event]:
    if state.phase is Phase.NEW:
        raise NotFound
    if command.by.role is not Role.SYSTEM and command.by.id != state.agent:
        raise Denied("forbidden", why="not your status")
    if state.phase is Phase.ENDED:
        if command.status == "offline":
            return []
        raise Rejected("signed_out", agent=state.agent)
    if state.phase is Phase.GRACE:
        raise Rejected("not_connected", agent=state.agent)
    if command.status == "offline":
        if state.slots:
            return [] if state.phase is Phase.DRAINING else [DrainBegan(slots=state.slots)]
        return [Ended(reason="offline", slots=frozenset())]
    if command.status not in _CHOSEN:
        raise Rejected("bad_status", status=command.status)
    if command.status == state.phase:
        return []
    if command.status == Phase.AVAILABLE:
        return [BecameAvailable()]
    return _choose(command.status, state.slots)


def _elapse(state: State, at: int) -> list[Event]:
    if state.grace_until is None or state.grace_until > at:
        return []
    return [Ended(reason="connection_lost", slots=state.slots)]


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case SlotTaken():
            state.slots |= {event.conversation}
            state.last_assigned = at
        case SlotFreed():
            state.slots -= {event.conversation}
            state.missed = state.missed + 1 if event.missed else 0
        case SignedIn():
            state.agent, state.profile = event.agent, event.profile
            state.connections = frozenset({(event.connection, event.process)})
            state.last_assigned = event.last_assigned
        case Connected() | Returned():
            others = (c for c in state.connections if c[0] != event.connection)
            state.connections = frozenset({*others, (event.connection, event.process)})
            state.grace_until = None
        case Disconnected() | GraceBegan():
            state.connections = frozenset(
                c for c in state.connections if c[0] not in event.connections
            )
            if isinstance(event, GraceBegan):
                state.grace_until = event.until
        case BecameAvailable() | BecameBusy() | BecameAway() | DrainBegan():
            state.chosen = state.phase
        case Ended():
            state.connections, state.slots = frozenset(), frozenset()
            state.ended = event.reason
            state.grace_until = None
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the agent at work."""
    processes = {f"process={process}" for _, process in state.connections}
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.grace_until,
        labels=frozenset({f"agent={state.agent}"} | processes),
        facts={
            "agent": state.agent,
            "name": state.profile.name,
            "status": "grace" if state.phase is Phase.GRACE else str(state.phase),
            "why_not": state.why_not,
            "queues": list(state.profile.queues),
            "capacity": state.profile.capacity,
            "load": len(state.slots),
            "tier": state.profile.tier,
            "last_assigned": state.last_assigned,
            "missed": state.missed,
            "slots": sorted(state.slots),
        },
    )


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

"""Who else takes part: colleagues who joined, supervisors who look on or whisper (S1-11, F32).

Theory. A chat has one agent, its owner, who alone answers for it; colleagues may join as guests.
A guest writes under his own name and can leave at any time, but he cannot close the chat or give
it away, and he has no slot for it: his working time only notes where he is a guest. The owner can
leave too, if a guest stays: the guest gets the slot in the same commit that makes him the owner.
Otherwise the chat would be without an agent, and that is what transferring and closing are for.

Guests are there because of this owner. So they leave before anything that ends his stay or breaks
it off: the end of the chat, a hold, its return to a line, a transfer (semantics.md section 4: every
old subscription goes).
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Event
from ..tables import require
from . import commands as c, events as e
from .offers import may_give
from .state import State
from .table import NEXT
from .values import Guest, Phase, Seat

MOST_GUESTS = 10

Wanted: TypeAlias = c.Join | c.Leave | c.LookOn | c.Whisper
Happened: TypeAlias = e.Joined | e.Left | e.TakenOver | e.LookedOn | e.Whispered

_PARTING: dict[type[Event], str] = {
    e.Closed: "closed",
    e.Snoozed: "on_hold",
    e.Requeued: "handed_on",
    e.TransferAccepted: "handed_on",
}
"""What ends or breaks off the owner's stay, and why his guests leave then."""


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the wish to take part, or to do so no more."""
    if state.phase is Phase.NEW:
        raise NotFound
    match command:
        case c.Join():
            return join(state, command)
        case c.Leave():
            return leave(state, command, rules)
        case c.LookOn():
            return look_on(state, command)
        case c.Whisper():
            return whisper(state, command)
        case _:
            assert_never(command)


def join(state: State, command: c.Join) -> list[Event]:
    """Take part in a chat that a colleague has; one that waits is picked instead (S1-11)."""
    agent = command.by.id
    if state.takes_part(agent):
        return []
    require(NEXT, state.phase, e.Joined)
    if command.seat is None:
        raise Rejected("not_available", agent=agent)
    if len(state.guests) >= MOST_GUESTS:
        raise Rejected("too_many_guests", limit=MOST_GUESTS)
    return [e.Joined(agent=command.seat.name, seat=command.seat)]


def leave(state: State, command: c.Leave, rules: Rules) -> list[Event]:
    """Take part no more; the owner leaves the chat to a guest (S1-12)."""
    agent = command.by.id
    guest = state.guests.get(agent)
    if guest is not None:
        return [_left(guest)]
    owner = state.owner
    if owner is None or owner.agent != agent:
        return []
    require(NEXT, state.phase, e.TakenOver)
    heir = _heir(state, command.to)
    may_give(command.by, rules)
    events: list[Event] = []
    if state.ask:
        events.append(e.TransferEnded(seat=state.ask.seat, reason="withdrawn"))
    return [*events, e.TakenOver(agent=heir.name, seat=heir, former=owner)]


def _heir(state: State, wanted: str) -> Seat:
    if wanted and wanted not in state.guests:
        raise Rejected("not_in_chat", agent=wanted)
    found = state.guests.get(wanted) or next(iter(state.guests.values()), None)
    if found is None:
        raise Rejected("last_agent", instead="transfer or close")
    return found.seat


def look_on(state: State, command: c.LookOn) -> list[Event]:
    """Note that a supervisor looks on, once (F32)."""
    by = command.by
    if by.id in state.lookers or state.takes_part(by.id):
        return []
    require(NEXT, state.phase, e.LookedOn)
    return [e.LookedOn(agent=by.id, name=by.name)]


def whisper(state: State, command: c.Whisper) -> list[Event]:
    """Say something to the agent who has the chat (F32)."""
    by = command.by
    require(NEXT, state.phase, e.Whispered)
    to = state.owner.agent if state.owner else ""
    if to == by.id:
        raise Rejected("same_agent", agent=to)
    return [e.Whispered(agent=by.id, name=by.name, to=to, text=command.text)]


def with_guests(state: State, events: Sequence[Event]) -> list[Event]:
    """Return the events, the guests' leaving before what ends their owner's stay."""
    return [one for event in events for one in (*_parting(state, event), event)]


def _parting(state: State, event: Event) -> Iterator[Event]:
    reason = _PARTING.get(type(event), "")
    stays = event.seat.agent if isinstance(event, e.TransferAccepted) else ""
    for agent, guest in state.guests.items():
        if reason and agent != stays:
            yield _left(guest, reason)


def _left(guest: Guest, reason: str = "") -> e.Left:
    return e.Left(agent=guest.seat.name, seat=guest.seat, reason=reason)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply who takes part now."""
    match event:
        case e.Joined():
            joined = Guest(seat=event.seat, joined=at)
            state.guests = {**state.guests, event.seat.agent: joined}
        case e.Left():
            left = event.seat.agent
            state.guests = {name: one for name, one in state.guests.items() if name != left}
        case e.TakenOver():
            state.give_to(event.seat, at)
        case e.LookedOn():
            state.lookers |= {event.agent}
        case e.Whispered():
            pass
        case _:
            assert_never(event)

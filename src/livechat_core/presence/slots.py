"""The places for chats: taken up to every limit, quiet while nobody speaks, free after notes."""

from ..errors import Rejected
from ..rules import Rules
from ..streams import Event, Role
from . import pace
from .choices import check_own
from .commands import FinishWrapUp, FreeSlot, QuietSlot, StirSlot, TakeSlot
from .events import (
    CHOICES,
    BecameAway,
    Ended,
    OfferTaken,
    Phase,
    SlotFreed,
    SlotQuiet,
    SlotStirred,
    SlotTaken,
    WrapUpBegan,
)
from .state import State, chats, units, without


def take(state: State, command: TakeSlot, at: int, rules: Rules) -> list[Event]:
    """Take a place; a chat that comes back during its notes takes its own again.

    Who takes a chat himself is there, whatever he has missed (F29).

    Raises:
        Rejected: ``not_routable``, ``agent_full``, ``agent_full_in_queue``, ``resting``.
    """
    is_there = command.answered and state.missed and state.phase in CHOICES
    there: list[Event] = [OfferTaken()] if is_there else []
    if command.conversation in state.held:
        return there
    if state.phase is not Phase.AVAILABLE and not (command.by_hand and state.phase in CHOICES):
        raise Rejected("not_routable", agent=state.agent, why=state.why_not)
    _check_room(state, command)
    if at < state.ready_at and not command.by_hand:
        raise Rejected("resting", agent=state.agent, ready_at=state.ready_at)
    taken = SlotTaken(
        conversation=command.conversation,
        queue=command.queue,
        weight=command.weight,
        ready_at=pace.ready_at((*state.recent, at), rules),
    )
    return [taken, *there]


def _check_room(state: State, command: TakeSlot) -> None:
    others = without(state.slots, command.conversation)
    capacity, limit = state.profile.capacity, command.agent_limit
    joined = state.joined_units(*state.slots, command.conversation)
    if units(others) + joined + command.weight > capacity:
        raise Rejected("agent_full", agent=state.agent, capacity=capacity)
    if limit is not None and chats(others).get(command.queue, 0) >= limit:
        raise Rejected("agent_full_in_queue", agent=state.agent, queue=command.queue, limit=limit)


def free(state: State, command: FreeSlot, at: int, rules: Rules) -> list[Event]:
    """Give a place back, at once or after the time for notes."""
    name = command.conversation
    if name not in state.held:
        return []
    freed = SlotFreed(conversation=name, missed=command.missed, answered=command.answered)
    rest = state.held - {name}
    if (reason := _ends_with_the_last(state)) and not rest:
        return [freed, Ended(reason=reason, slots=frozenset())]
    if command.missed:
        away = BecameAway(slots=rest, reason="missed")
        return [freed, away] if _missed_too_many(state, rules) else [freed]
    if command.wrap_up > 0:
        until = at + command.wrap_up
        return [WrapUpBegan(conversation=name, until=until, counts=rules.wrap_up_counts)]
    return [freed]


def _ends_with_the_last(state: State) -> str:
    """Return why the working time ends with its last chat, nothing if it goes on."""
    if state.chosen is Phase.DRAINING:
        return "offline"
    return "connection_lost" if state.kept else ""


def _missed_too_many(state: State, rules: Rules) -> bool:
    limit = rules.missed_until_away
    return state.phase is Phase.AVAILABLE and 0 < limit <= state.missed + 1


def quiet(state: State, command: QuietSlot) -> list[Event]:
    """Let a silent chat take no place."""
    name = command.conversation
    if name not in state.held or state.slots[name].quiet:
        return []
    return [SlotQuiet(conversation=name)]


def stir(state: State, command: StirSlot) -> list[Event]:
    """Let a chat take its place again, even above the capacity."""
    name = command.conversation
    if name not in state.held or not state.slots[name].quiet:
        return []
    return [SlotStirred(conversation=name)]


def finish_wrap_up(state: State, command: FinishWrapUp) -> list[Event]:
    """End the time for notes on a chat early."""
    check_own(state, command, Role.SYSTEM)
    if command.conversation not in state.wrapping:
        return []
    return [SlotFreed(conversation=command.conversation, missed=False)]


def wrap_ups_over(state: State, at: int) -> list[Event]:
    """Free the places of all chats whose time for notes has passed."""
    return [
        SlotFreed(conversation=name, missed=False)
        for name, slot in sorted(state.slots.items())
        if slot.wrap_until is not None and slot.wrap_until <= at
    ]

"""A chat on hold: its agent comes back to it, and needs no place for it meanwhile (S3-17, F52).

Theory. Holding is the agent's word that he will come back, so the chat stays his; but it costs him
nothing, so its place is *quiet*, as that of a silent chat: it takes no capacity now, and takes it
again on waking even above the limit. Waking can therefore never be refused, which matters because a
line of the visitor does it. Only an agent who is gone for good loses the chat: it stays on hold
without him and waits in its line, at its old place, when it wakes.

    active -Snoozed-> snoozed -Woken-> active      (time, a line of either side, a colleague)
                        |  -HolderLeft-> snoozed -Requeued-> waiting
                        +-> closed                 (on hold without a term for too long)

Nobody is put on hold who waits for an answer. A hold with a term ends then; one without ends the
chat after some time, and the visitor is told both moments.
"""

from typing import TypeAlias, assert_never

from ..errors import Denied, Invalid, NotFound, Rejected
from ..rules import Rules, seconds
from ..streams import Actor, Event, Role
from ..tables import require
from . import commands as c, events as e
from .lifecycle import closing
from .offers import requeued
from .state import State
from .table import NEXT
from .values import Hold, Phase

LONGEST = seconds(30 * 86_400)
"""Nobody puts a chat on hold for longer."""

Wanted: TypeAlias = c.Snooze | c.Wake
Happened: TypeAlias = e.Snoozed | e.Woken | e.HolderLeft


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the wish to put a chat on hold, or to go on with it."""
    match command:
        case c.Snooze():
            return snooze(state, command, at, rules)
        case c.Wake():
            return wake(state, command, rules)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply that a chat is on hold or no more."""
    match event:
        case e.Snoozed():
            state.hold = Hold(by=event.seat, until=event.until, closes_at=event.closes_at)
            state.quiet = True
        case e.Woken():
            state.hold, state.quiet, state.active_at = None, False, at
        case e.HolderLeft():
            state.owner, state.quiet = None, False
        case _:
            assert_never(event)


def snooze(state: State, command: c.Snooze, at: int, rules: Rules) -> list[Event]:
    """Put the chat on hold, unless the visitor waits for an answer (semantics.md section 4).

    Raises:
        Rejected: ``visitor_waits``, ``transfer_pending``.
        Invalid: ``invalid_time``: the term is over, or too far away.
    """
    _may(state, command.by)
    require(NEXT, state.phase, e.Snoozed)
    if state.owner is None:
        raise Rejected("not_now", phase=str(state.phase), wanted="Snoozed")
    if state.ask is not None:
        raise Rejected("transfer_pending", agent=state.ask.seat.agent)
    if state.unanswered_since is not None or state.reply_from is not None:
        raise Rejected("visitor_waits")
    until = command.until or None
    if until is not None and not at < until <= at + LONGEST:
        raise Invalid("invalid_time", field="until")
    if state.hold and state.hold.until == until:
        return []
    closes_at = at + rules.hold_close if until is None else None
    return [e.Snoozed(seat=state.owner, until=until, closes_at=closes_at)]


def wake(state: State, command: c.Wake, rules: Rules) -> list[Event]:
    """Go on with the chat; without its agent, whoever serves the queue may let it wait again."""
    if state.phase is Phase.NEW:
        raise NotFound
    if state.hold is None:
        return []
    if state.owner is not None:
        _may(state, command.by)
    return waking(state, "colleague", rules)


def waking(state: State, reason: str, rules: Rules) -> list[Event]:
    """Return that a chat is on hold no more, nothing if it was not."""
    if state.hold is None:
        return []
    if state.owner is None:
        return [requeued(state, state.hold.by, "woken", rules)]
    return [e.Woken(seat=state.owner, reason=reason)]


def elapse(state: State, at: int, rules: Rules) -> list[Event]:
    """End a hold whose time has come, or the chat."""
    hold = state.hold
    if hold is None or hold.due_at > at:
        return []
    return waking(state, "time", rules) if hold.until else closing(state, "on_hold")


def _may(state: State, by: Actor) -> None:
    if state.phase is Phase.NEW:
        raise NotFound
    if by.role is Role.AGENT and (state.owner is None or state.owner.agent != by.id):
        raise Denied("forbidden", why="not your chat")

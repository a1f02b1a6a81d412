"""A chat that is over and goes on: the visitor writes once more, or a colleague wants it back.

Theory. Shortly after its end a chat is still the same one: the same number, the next *segment*. It
waits again, and its last agent is asked first; whoever is there takes it if he cannot. Nothing is
stored in a chat that is over: a line that comes too late, or while nobody is there, is refused, and
the refusal says what to do with it (begin a new chat, which is linked to this one, or leave a
message). A visitor's rating belongs to the chat, not to a segment: he is asked once, and may change
it after each end.
"""

from typing import TypeAlias

from ..errors import Denied, NotFound, Rejected
from ..rules import LateLines, Rules
from ..streams import Event, Role
from . import commands as c, events as e
from .lifecycle import nobody_answers, terms_of
from .state import OPEN, State
from .values import Phase, Situation

Wanted: TypeAlias = c.Reopen
Happened: TypeAlias = e.Reopened


def decide(state: State, command: c.Reopen, at: int, rules: Rules) -> list[Event]:
    """Return that the chat goes on; staff who reopen it have it at once.

    Raises:
        Rejected: ``closed``: too late, or not wanted here; ``nobody_available``; ``not_available``.
        Denied: ``forbidden``, ``banned``, ``not_entitled``.
    """
    by = command.by
    visitor = by.role is Role.VISITOR
    if state.phase is Phase.NEW or (visitor and state.visitor != by.id):
        raise NotFound
    if state.phase in OPEN:
        return []
    if visitor:
        return late(state, command.situation, at, rules)
    if by.role is Role.AGENT and by.id != state.last_owner:
        raise Denied("forbidden", why="not your chat")
    again = _again(state, at, rules)
    if command.seat is None:
        raise Rejected("not_available", agent=by.id)
    return [again, e.Accepted(agent=command.seat.name, seat=command.seat)]


def late(state: State, situation: Situation, at: int, rules: Rules) -> list[Event]:
    """Return that a chat goes on because its visitor wants it, as if he began one now."""
    if situation.banned:
        raise Denied("banned")
    if not situation.entitled:
        raise Denied("not_entitled")
    again = _again(state, at, rules)
    available = situation.availability.get(state.queue, "offline")
    if nobody_answers(state.queue, available, rules):
        raise Rejected("nobody_available", availability=available, queue=state.queue)
    return [again]


def _again(state: State, at: int, rules: Rules) -> e.Reopened:
    queue = rules.queues.get(state.queue)
    if queue is None or state.phase is not Phase.CLOSED or state.figures.left:
        raise _too_late(state, "start")
    if queue.late_lines is LateLines.REFUSE:
        raise _too_late(state, "")
    if queue.late_lines is LateLines.NEW or at >= state.closed_at + rules.reopen_window:
        raise _too_late(state, "start")
    return e.Reopened(
        segment=state.segment + 1,
        queue=state.queue,
        priority=queue.priority,
        terms=terms_of(state.queue, rules),
    )


def _too_late(state: State, then: str) -> Rejected:
    """Return the refusal of a late line; ``then`` is ``start`` where a new chat may begin."""
    return Rejected("closed", phase=str(state.phase), wanted="Reopened", then=then)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply that a chat goes on: it waits as a new one would, for its last agent first."""
    state.segment, state.queue = event.segment, event.queue
    state.priority, state.terms = event.priority, event.terms
    state.since = state.queued_at = state.active_at = at
    state.tried, state.tried_at, state.overflows, state.alerted = frozenset(), 0, 0, False
    state.preferred = state.last_owner or state.preferred
    state.unanswered_since = None
    state.closed_at, state.closed_reason, state.outcome = 0, "", ""

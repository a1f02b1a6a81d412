"""What is said in a conversation: lines that both sides see, and notes that only staff see."""

from ..errors import Denied, NotFound, Rejected
from ..rules import Assignment, Rules
from ..streams import Event, Role
from ..tables import require
from . import commands as c, events as e
from .events import NEXT, Phase
from .offers import seat_of
from .state import State


def post(state: State, command: c.Post, rules: Rules) -> list[Event]:
    """Say something; a visitor in his own open chat, staff in a chat they have (B76, A2).

    Who writes is there, whatever the connections say.
    """
    by = command.by
    visitor = by.role is Role.VISITOR
    if state.phase is Phase.NEW or (visitor and state.visitor != by.id):
        raise NotFound
    require(NEXT, state.phase, e.Posted, "closed")
    events: list[Event] = []
    if state.quiet and state.owner:
        events.append(e.Stirred(seat=state.owner))
    if visitor:
        if state.lost_at is not None:
            events.append(e.VisitorReturned())
        return [*events, e.Posted(author="visitor", name=state.name, text=command.text)]
    said = e.Posted(author="agent", name=by.name, text=command.text)
    if by.is_staff and state.owner is None and _taken_by_reply(state, rules):
        seat = seat_of(state, by.id, command.seat)
        return [e.Accepted(agent=seat.name, seat=seat), said]
    if by.role is Role.AGENT and (state.owner is None or state.owner.agent != by.id):
        if state.owner and _taken_by_reply(state, rules):
            raise Rejected("taken", owner=state.owner.name)
        raise Denied("forbidden", why="not your chat")
    return [*events, said]


def _taken_by_reply(state: State, rules: Rules) -> bool:
    queue = rules.queues.get(state.queue)
    return queue is not None and queue.assignment is Assignment.FIRST_REPLY


def note(state: State, command: c.Note) -> list[Event]:
    """Write an internal remark (S3-19)."""
    if state.phase is Phase.NEW:
        raise NotFound
    return [e.Noted(agent=command.by.id, name=command.by.name, text=command.text)]

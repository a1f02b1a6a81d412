"""What is said in a conversation: lines that both sides see, and notes that only staff see."""

from typing import TypeAlias, assert_never

import attrs

from ..errors import Denied, NotFound, Rejected
from ..rules import Assignment, Rules
from ..streams import Event, Role
from ..tables import require
from ..text import shortened
from . import commands as c, events as e
from .bot import heard
from .offers import seat_of
from .state import SHOWN, State
from .table import NEXT
from .values import Phase

Wanted: TypeAlias = c.Post | c.Note
Happened: TypeAlias = e.Posted | e.Noted


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the wish to say something."""
    match command:
        case c.Post():
            return post(state, command, rules)
        case c.Note():
            return note(state, command)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what was said."""
    match event:
        case e.Posted():
            _posted(state, event, at)
        case e.Noted():
            pass
        case _:
            assert_never(event)


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
        line = e.Posted(author="visitor", name=state.name, text=command.text)
        return [*events, line, *heard(state, command.text)]
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


def _posted(state: State, event: e.Posted, at: int) -> None:
    state.lines += 1
    state.active_at = at
    state.last_line = shortened(event.text, SHOWN)
    if event.author != "visitor":
        state.unanswered_since = None
        if event.author == "agent":
            state.reply_from = None
        return
    state.question = state.question or event.text
    if state.serving and state.serving.asked_at is not None:
        unheard = "\n".join(filter(None, (state.serving.unheard, event.text)))
        state.serving = attrs.evolve(state.serving, unheard=unheard)
    if state.unanswered_since is None:
        state.unanswered_since = at

"""What is said in a conversation: lines that both sides see, and notes that only staff see."""

from typing import TypeAlias, assert_never

import attrs

from ..errors import Denied, NotFound, Rejected
from ..rules import Assignment, Rules
from ..streams import Actor, Event, Role
from ..tables import require
from ..text import shortened
from . import commands as c, events as e
from .annotations import mentioned
from .bot import heard
from .hold import waking
from .identity import unverified
from .offers import seat_of
from .reopening import late
from .state import SHOWN, State
from .table import NEXT
from .values import Phase

Wanted: TypeAlias = c.Post | c.Note
Happened: TypeAlias = e.Posted | e.Noted


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the wish to say something."""
    match command:
        case c.Post():
            return post(state, command, at, rules)
        case c.Note():
            return note(state, command, rules)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what was said."""
    match event:
        case e.Posted():
            said(state, event.author, event.text, at)
        case e.Noted():
            pass
        case _:
            assert_never(event)


def post(state: State, command: c.Post, at: int, rules: Rules) -> list[Event]:
    """Say something; a visitor in his own open chat, staff in a chat they have (B76, A2).

    Who writes is there, whatever the connections say.
    """
    by = command.by
    visitor = by.role is Role.VISITOR
    if state.phase is Phase.NEW or (visitor and state.visitor != by.id):
        raise NotFound
    if visitor and state.phase is Phase.CLOSED:
        again = late(state, command.situation, at, rules)
        return [*again, e.Posted(author="visitor", name=state.name, text=command.text)]
    if state.hold is None:  # a chat on hold wakes first
        require(NEXT, state.phase, e.Posted, "closed")
    if command.html and not _may_format(by, rules):
        raise Denied("forbidden", why="formatted text")
    events = stirred(state, by, rules)
    if visitor:
        line = e.Posted(author="visitor", name=state.name, text=command.text)
        return [*events, line, *heard(state, command.text)]
    line = e.Posted(author="agent", name=by.name, text=command.text, html=command.html)
    if by.is_staff and state.owner is None and _taken_by_reply(state, rules):
        seat = seat_of(state, by.id, command.seat)
        return [e.Accepted(agent=seat.name, seat=seat), line]
    if by.role is Role.AGENT and not state.takes_part(by.id):
        if state.owner and _taken_by_reply(state, rules):
            raise Rejected("taken", owner=state.owner.name)
        raise Denied("forbidden", why="not your chat")
    if by.is_staff and state.owner and unverified(state, rules):
        raise Rejected("not_verified", contact=state.contact)
    return [*events, line]


def stirred(state: State, by: Actor, rules: Rules) -> list[Event]:
    """Return what follows from the mere fact that somebody says something."""
    who = "visitor" if by.role is Role.VISITOR else "colleague"
    events = waking(state, who, rules)
    if state.quiet and state.owner and not events:
        events.append(e.Stirred(seat=state.owner))
    if by.role is Role.VISITOR and state.lost_at is not None:
        events.append(e.VisitorReturned())
    return events


def _may_format(by: Actor, rules: Rules) -> bool:
    person = rules.staff.get(by.id) if by.is_staff else None
    return person is not None and person.rich_text


def _taken_by_reply(state: State, rules: Rules) -> bool:
    queue = rules.queues.get(state.queue)
    return queue is not None and queue.assignment is Assignment.FIRST_REPLY


def note(state: State, command: c.Note, rules: Rules) -> list[Event]:
    """Write an internal remark, which may mention colleagues (S3-19, S3-27)."""
    if state.phase is Phase.NEW:
        raise NotFound
    by = command.by
    noted = e.Noted(agent=by.id, name=by.name, text=command.text)
    return [noted, *mentioned(command.mentions, by.id, rules)]


def said(state: State, author: str, text: str, at: int) -> None:
    """Note that something was said."""
    if author == "desk":  # a greeting answers nothing and is no news
        return
    state.lines += 1
    state.active_at = at
    state.last_line = shortened(text, SHOWN)
    if author != "visitor":
        state.unanswered_since = None
        if author == "agent":
            state.reply_from = None
            state.answered = state.version
            state.unseen_since = at if state.unseen_since is None else state.unseen_since
        return
    state.seen, state.unseen_since = state.version, None
    state.question = state.question or text
    if state.serving and state.serving.asked_at is not None:
        unheard = "\n".join(filter(None, (state.serving.unheard, text)))
        state.serving = attrs.evolve(state.serving, unheard=unheard)
    if state.unanswered_since is None:
        state.unanswered_since = at

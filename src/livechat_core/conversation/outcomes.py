"""What becomes of a chat: how it ends, where it goes on, and the tickets made from it.

Theory. An *outcome* is the word with which staff close a chat, one of its queue's. Where a chat
*moved to* is recorded whenever it happens: a case, a call, a remote session, an escalation, or a
ticket. Nobody closes a chat as ``moved`` that has moved nowhere (S3-5). Visitors and timers need no
word; staff may add it afterwards.
"""

import re
from typing import TypeAlias, assert_never

from ..errors import Denied, NotFound, Rejected
from ..rules import Rules
from ..streams import Actor, Event, Role
from ..tables import require
from ..text import shortened
from . import commands as c, events as e
from .state import State
from .table import NEXT
from .values import Phase

MOVES = ("case", "call", "remote_session", "escalation")
"""Where a chat may go on, besides tickets of this desk (S3-4)."""
MOVED = "moved"
MOST_TICKETS = 20
SUBJECT = 120
"""The longest subject made from a pattern, in characters."""
PLACEHOLDERS = ("queue", "site", "name", "question")
"""What a queue's ``ticket_subject`` may name."""

Wanted: TypeAlias = c.RecordOutcome | c.MakeTicket
Happened: TypeAlias = e.OutcomeRecorded | e.TicketMade


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from a wish about what becomes of the chat."""
    _may(state, command.by)
    match command:
        case c.RecordOutcome():
            return record(state, command, rules)
        case c.MakeTicket():
            return make_ticket(state, command, rules)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:  # noqa: ARG001
    """Apply what became of the chat."""
    match event:
        case e.OutcomeRecorded() if event.outcome in MOVES:
            state.moved_to |= {event.outcome}
        case e.OutcomeRecorded():
            state.outcome = event.outcome
        case e.TicketMade():
            state.tickets = event.ticket
            state.moved_to |= {"ticket"}
        case _:
            assert_never(event)


def check_outcome(state: State, outcome: str, rules: Rules) -> None:
    """Refuse a word for the end that the queue does not know, and none where it wants one.

    Raises:
        Rejected: ``outcome_missing``, ``bad_outcome``, ``not_moved``.
    """
    queue = rules.queues.get(state.queue)
    allowed = queue.outcomes if queue else ()
    if not outcome:
        if queue is not None and queue.outcome_required:
            raise Rejected("outcome_missing", allowed=", ".join(allowed))
    elif outcome not in allowed:
        raise Rejected("bad_outcome", outcome=outcome, allowed=", ".join(allowed))
    elif outcome == MOVED and not state.moved_to:
        raise Rejected("not_moved")


def record(state: State, command: c.RecordOutcome, rules: Rules) -> list[Event]:
    """Say where the chat goes on; of one that is over, how it ended."""
    require(NEXT, state.phase, e.OutcomeRecorded)
    if command.outcome not in MOVES:
        if state.phase is not Phase.CLOSED:
            raise Rejected("bad_outcome", outcome=command.outcome, allowed=", ".join(MOVES))
        check_outcome(state, command.outcome, rules)
    by = command.by
    return [
        e.OutcomeRecorded(
            outcome=command.outcome,
            reference=command.reference,
            note=command.note,
            agent=by.id,
            name=by.name,
        )
    ]


def make_ticket(state: State, command: c.MakeTicket, rules: Rules) -> list[Event]:
    """Make a ticket; the chat goes on as it is."""
    require(NEXT, state.phase, e.TicketMade)
    if state.tickets >= MOST_TICKETS:
        raise Rejected("too_many", limit=MOST_TICKETS)
    by = command.by
    return [
        e.TicketMade(
            ticket=state.tickets + 1,
            subject=command.subject or subject_of(state, rules),
            note=command.note,
            agent=by.id,
            name=by.name,
        )
    ]


def subject_of(state: State, rules: Rules) -> str:
    """Return the subject of a ticket by the queue's pattern, filled in once (S1-18)."""
    queue, site = rules.queues.get(state.queue), rules.sites.get(state.site)
    told = {
        "queue": queue.name if queue else state.queue,
        "site": site.name if site else state.site,
        "name": state.name or "Guest",
        "question": state.question or "no question",
    }
    pattern = queue.ticket_subject if queue else "{queue}: {question}"
    filled = re.sub(r"\{(\w+)\}", lambda found: told.get(found[1], found[0]), pattern)
    return shortened(" ".join(filled.split()), SUBJECT)


def _may(state: State, by: Actor) -> None:
    """Let those decide who have the chat, or had it last."""
    if state.phase is Phase.NEW:
        raise NotFound
    owner = state.owner.agent if state.owner else state.last_owner
    if by.role is Role.AGENT and by.id != owner:
        raise Denied("forbidden", why="not your chat")

"""What follows from what: reactions between streams, and the guards of a commit.

A recorded event of one stream may cause commands for others; they are decided and committed in the
same transaction. A reaction is *needed* (it may refuse, and then the whole command is refused: an
agent's slot must be free) or *caused* (it never refuses: what is free already is "already so").
Nothing else knows several kinds of streams at once.
"""

from collections.abc import Iterator

from ..contact import address_of as address_of
from ..rules import Rules
from ..streams import Event, Guard
from . import bots, chats, contacts, enquiries, mails, people, reports, tickets, visits
from .guards import GUARDS
from .notices import notice_job as notice_job
from .orders import (
    Happened as Happened,
    Order as Order,
    Reaction as Reaction,
    step_job as step_job,
)

REACTIONS = (
    chats.REACTIONS
    | bots.REACTIONS
    | contacts.REACTIONS
    | enquiries.REACTIONS
    | mails.REACTIONS
    | people.REACTIONS
    | reports.REACTIONS
    | tickets.REACTIONS
    | visits.REACTIONS
)


def matters(event: Event) -> bool:
    """Tell whether anything follows from an event, or must hold for it; not so for a line."""
    return type(event) in REACTIONS or type(event) in GUARDS


def react(happened: Happened, rules: Rules) -> Iterator[Order]:
    """Yield the commands that follow from an event."""
    reaction = REACTIONS.get(type(happened.event))
    if reaction is not None:
        yield from reaction(happened, rules)


def require(happened: Happened, rules: Rules) -> Iterator[Guard]:
    """Yield the guards that the commit of an event must hold."""
    guard = GUARDS.get(type(happened.event))
    if guard is not None:
        yield from guard(happened, rules)

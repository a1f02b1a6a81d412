"""How far the visitor has read (F47).

Theory. Most read marks are no events: they are passed on, like typing, and forgotten. One is
recorded when it ends something that would happen without it: lines of an agent that nobody has seen
may be mailed. So a mark counts when it covers the last of these lines, and only then; who writes a
line himself has seen all that came before. What agents read ends nothing and is never recorded.

The state counts its own events to know which version a line has. An erasure is not counted; a mark
covers one event more for each, which at worst leaves out a mail.
"""

from typing import TypeAlias

from ..errors import NotFound
from ..rules import Rules
from ..streams import Event, Role
from ..tables import allows
from . import commands as c, events as e
from .state import State
from .table import NEXT
from .values import Phase

Wanted: TypeAlias = c.Read
Happened: TypeAlias = e.Seen


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return that the visitor has seen the last line said to him, if that is news."""
    by = command.by
    if state.phase is Phase.NEW or (by.role is Role.VISITOR and state.visitor != by.id):
        raise NotFound
    if by.role is not Role.VISITOR or not ends_something(state, command.version):
        return []
    return [e.Seen(version=min(command.version, state.version))]


def ends_something(state: State, version: int) -> bool:
    """Tell whether a mark of the visitor at this version would have to be recorded."""
    unseen = state.unseen_since is not None and version >= state.answered
    return unseen and allows(NEXT, state.phase, e.Seen)


def evolve(state: State, event: Happened, at: int) -> None:  # noqa: ARG001
    """Apply what the visitor has seen."""
    state.seen = event.version
    state.unseen_since = None

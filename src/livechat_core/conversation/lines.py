"""What is said in a conversation: lines that both sides see, and notes that only staff see."""

from ..errors import Denied, NotFound
from ..streams import Event, Role
from ..tables import require
from . import commands as c, events as e
from .events import NEXT, Phase
from .state import State


def post(state: State, command: c.Post) -> list[Event]:
    """Say something; a visitor in his own open chat, staff in a chat they have (B76, A2).

    Who writes is there, whatever the connections say.
    """
    by = command.by
    visitor = by.role is Role.VISITOR
    if state.phase is Phase.NEW or (visitor and state.visitor != by.id):
        raise NotFound
    require(NEXT, state.phase, e.Posted, "closed")
    if visitor:
        said = e.Posted(author="visitor", name=state.name, text=command.text)
        return [said] if state.lost_at is None else [e.VisitorReturned(), said]
    if by.role is Role.AGENT and (state.owner is None or state.owner.agent != by.id):
        raise Denied("forbidden", why="not your chat")
    return [e.Posted(author="agent", name=by.name, text=command.text)]


def note(state: State, command: c.Note) -> list[Event]:
    """Write an internal remark (S3-19)."""
    if state.phase is Phase.NEW:
        raise NotFound
    return [e.Noted(agent=command.by.id, name=command.by.name, text=command.text)]

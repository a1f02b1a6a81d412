"""What follows from bans for visits, and from visits for chats."""

from collections.abc import Iterator

from .. import ban, conversation, visit
from ..rules import Rules
from ..streams import Event
from .orders import Happened, Order, Reaction


def _imposed(happened: Happened, _: Rules) -> Iterator[Order]:
    state: ban.State = happened.state
    command = visit.Bar(ban=happened.stream, scope=state.scope)
    yield Order(stream=f"visit/{state.visitor}", command=command)


def _barred(happened: Happened, _: Rules) -> Iterator[Order]:
    """End the chat that goes on, in the same commit (S0-33)."""
    state: visit.State = happened.state
    if state.phase is visit.Phase.CHATTING:
        yield Order(stream=state.conversation, command=conversation.Close(reason="banned"))


REACTIONS: dict[type[Event], Reaction] = {
    ban.Imposed: _imposed,
    visit.Barred: _barred,
}

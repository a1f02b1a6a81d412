"""Chats in which an agent takes part though others have them: noted, and no places."""

from ..errors import Rejected
from ..streams import Event
from .commands import JoinChat, LeaveChat
from .events import CHOICES, ChatJoined, ChatLeft, Phase
from .state import State


def join(state: State, command: JoinChat) -> list[Event]:
    """Note that the agent takes part in a chat; what he does himself, he may do busy or away.

    Raises:
        Rejected: ``not_routable``, ``agent_full``.
    """
    if command.conversation in state.guest_of:
        return []
    if state.phase not in CHOICES:
        raise Rejected("not_routable", agent=state.agent, why=state.why_not)
    capacity = state.profile.capacity
    if command.weight and state.load + command.weight > capacity:
        raise Rejected("agent_full", agent=state.agent, capacity=capacity)
    return [ChatJoined(conversation=command.conversation, weight=command.weight)]


def leave(state: State, command: LeaveChat) -> list[Event]:
    """Note that the agent takes part no more."""
    if state.phase is Phase.ENDED or command.conversation not in state.guest_of:
        return []
    return [ChatLeft(conversation=command.conversation)]

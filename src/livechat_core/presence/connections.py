"""The windows of an agent: the first begins the working time, after the last one there is grace."""

from ..errors import Denied, Rejected
from ..rules import AgentGone, Rules
from ..streams import Event
from . import pace
from .choices import becoming, meaning
from .commands import SignIn
from .events import (
    ChatsKept,
    Connected,
    Disconnected,
    Ended,
    GraceBegan,
    Phase,
    Returned,
    SignedIn,
)
from .state import State


def sign_in(state: State, command: SignIn, rules: Rules) -> list[Event]:
    """Open a window.

    Raises:
        Rejected: ``signed_out``.
    """
    if state.phase is not Phase.NEW and command.by.id != state.agent:
        raise Denied("forbidden", why="not your working time")
    if (command.connection, command.process) in state.connections:
        return []
    match state.phase:
        case Phase.NEW:
            return _begin(state, command, rules)
        case Phase.ENDED:
            raise Rejected("signed_out", agent=state.agent)
        case Phase.GRACE:
            return _return(state, command)
        case _:
            return [Connected(connection=command.connection, process=command.process)]


def _begin(state: State, command: SignIn, rules: Rules) -> list[Event]:
    carried = command.carried
    began = SignedIn(
        agent=command.by.id,
        profile=command.profile,
        connection=command.connection,
        process=command.process,
        last_assigned=carried.last_assigned,
        idle_since=carried.idle_since,
        missed=carried.missed,
        status=carried.status,
        recent=carried.recent,
        ready_at=pace.ready_at(carried.recent, rules),
    )
    meant = meaning(carried.status, rules)
    if meant is None or meant == (Phase.AVAILABLE, ""):
        return [began]
    return [began, becoming(meant[0], state, meant[1])]


def _return(state: State, command: SignIn) -> list[Event]:
    back = Returned(
        connection=command.connection,
        process=command.process,
        status=state.custom or str(state.chosen),
    )
    if state.chosen is Phase.AVAILABLE:
        return [back]
    return [back, becoming(state.chosen, state, state.custom, state.reason)]


def lose(state: State, gone: frozenset[tuple[str, str]], at: int, rules: Rules) -> list[Event]:
    """Note that connections are gone; of the last one's death the agent may recover."""
    if not gone:
        return []
    names = frozenset(connection for connection, _ in gone)
    if state.connections - gone:
        return [Disconnected(connections=names)]
    return [GraceBegan(connections=names, until=at + rules.grace, slots=state.held)]


def grace_over(state: State, at: int, rules: Rules) -> list[Event]:
    """End the working time of an agent who did not come back, or keep his chats for him."""
    if state.grace_until is None or state.grace_until > at:
        return []
    if rules.agent_gone == AgentGone.KEEP and state.held:
        return [ChatsKept(slots=state.held)]
    return [Ended(reason="connection_lost", slots=state.held)]

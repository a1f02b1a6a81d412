"""What an agent, or a supervisor, says of his working time: status, capacity, calls."""

from ..errors import Denied, NotFound, Rejected
from ..rules import Rules
from ..streams import Command, Event, Role
from .commands import SetCall, SetCapacity, SetProfile, SetStatus
from .events import (
    CHOICES,
    BecameAvailable,
    BecameAway,
    BecameBusy,
    CallBegan,
    CallEnded,
    CapacitySet,
    DrainBegan,
    Ended,
    Phase,
    ProfileSet,
)
from .state import State

OFFLINE = "offline"


def becoming(phase: Phase, state: State, status: str = "", reason: str = "") -> Event:
    """Return the event by which the agent comes into a chosen phase."""
    match phase:
        case Phase.BUSY:
            return BecameBusy(slots=state.held, status=status)
        case Phase.AWAY:
            return BecameAway(slots=state.held, status=status, reason=reason)
        case Phase.DRAINING:
            return DrainBegan(slots=state.held)
        case _:
            return BecameAvailable(status=status)


def meaning(status: str, rules: Rules) -> tuple[Phase, str] | None:
    """Return the phase that a status stands for, and its name if it is a custom one (F28)."""
    if status in CHOICES:
        return Phase(status), ""
    custom = rules.statuses.get(status)
    return (Phase(custom.means), status) if custom and custom.means in CHOICES else None


def set_status(state: State, command: SetStatus, rules: Rules) -> list[Event]:
    """Choose a status.

    Raises:
        Rejected: ``bad_status``, ``signed_out``, ``not_connected``.
    """
    check_own(state, command, Role.SYSTEM)
    if state.phase is Phase.ENDED and command.status == OFFLINE:
        return []
    _check_at_work(state)
    if state.phase is Phase.GRACE:
        raise Rejected("not_connected", agent=state.agent)
    if command.status == OFFLINE:
        return _go_offline(state)
    meant = meaning(command.status, rules)
    if meant is None:
        raise Rejected("bad_status", status=command.status)
    if (*meant, "") == (state.phase, state.custom, state.reason):
        return []
    return [becoming(meant[0], state, meant[1])]


def _go_offline(state: State) -> list[Event]:
    if not state.held:
        return [Ended(reason=OFFLINE, slots=frozenset())]
    return [] if state.phase is Phase.DRAINING else [becoming(Phase.DRAINING, state)]


def set_capacity(state: State, command: SetCapacity) -> list[Event]:
    """Change the capacity; a supervisor's business.

    Raises:
        Rejected: ``bad_capacity``, ``signed_out``.
    """
    if state.phase is Phase.NEW:
        raise NotFound
    if command.by.role not in (Role.SUPERVISOR, Role.SYSTEM):
        raise Denied("forbidden", why="a supervisor sets the capacity")
    _check_at_work(state)
    if command.capacity < 0:
        raise Rejected("bad_capacity", capacity=command.capacity)
    if command.capacity == state.profile.capacity:
        return []
    return [CapacitySet(capacity=command.capacity)]


def set_profile(state: State, command: SetProfile) -> list[Event]:
    """Work by another profile, or not any more; what he has already stays with him."""
    if state.phase is Phase.NEW:
        raise NotFound
    if command.by.role is not Role.SYSTEM:
        raise Denied("forbidden", why="the desk's own")
    if state.phase is Phase.ENDED:
        return []
    if command.dismissed:
        return [Ended(reason="dismissed", slots=state.held)]
    if command.profile.version <= state.profile.version:
        return []
    return [ProfileSet(profile=command.profile)]


def set_call(state: State, command: SetCall) -> list[Event]:
    """Note that a call has begun or ended.

    Raises:
        Rejected: ``signed_out``.
    """
    check_own(state, command, Role.SYSTEM, Role.PLUGIN)
    _check_at_work(state)
    if command.in_call == state.in_call:
        return []
    return [CallBegan() if command.in_call else CallEnded()]


def check_own(state: State, command: Command, *others: Role) -> None:
    """Refuse who is neither the agent himself nor in one of the roles.

    Raises:
        NotFound: Nobody has begun to work.
        Denied: ``forbidden``.
    """
    if state.phase is Phase.NEW:
        raise NotFound
    if command.by.role not in others and command.by.id != state.agent:
        raise Denied("forbidden", why="not your working time")


def _check_at_work(state: State) -> None:
    if state.phase is Phase.ENDED:
        raise Rejected("signed_out", agent=state.agent)

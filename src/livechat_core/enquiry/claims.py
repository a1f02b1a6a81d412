"""Who has an enquiry: claim, give back, run out, take over, give up."""

from ..errors import Denied, NotFound, Rejected
from ..rules import Rules
from ..streams import Actor, Event, Role
from ..tables import allows, require
from . import commands as c, events as e
from .events import NEXT, Phase
from .state import State


def claim(state: State, command: c.Claim, at: int, rules: Rules) -> list[Event]:
    """Take the enquiry: one wins, the others learn who; the search begins at once (G12, S0-15)."""
    by = command.by
    if state.phase is Phase.NEW:
        raise NotFound
    if state.agent == by.id:
        return []
    if state.agent:
        raise taken(state)
    require(NEXT, state.phase, e.Claimed)
    claimed = e.Claimed(agent=by.id, name=by.name, until=at + rules.claim_expires)
    if not state.address:  # a ticket of which nobody knows the address yet
        return [claimed]
    return [claimed, e.SearchBegan(revision=state.revision + 1, email=state.address)]


def begun(command: c.Open, at: int, rules: Rules) -> list[Event]:
    """Return that who made a ticket has it; without an address he says by which one to search."""
    if not command.agent:
        return []
    until = at + rules.claim_expires
    claimed = e.Claimed(agent=command.agent, name=command.name, until=until)
    email = command.facts.email
    return [claimed, e.SearchBegan(revision=1, email=email)] if email else [claimed]


def release(state: State, command: c.Release) -> list[Event]:
    """Give the enquiry back to all."""
    if state.phase is Phase.OPEN:
        return []
    require_claimer(state, command.by)
    require(NEXT, state.phase, e.Released)
    require_settled(state)
    return [e.Released(agent=state.agent)]


def take_over(state: State, command: c.TakeOver, at: int, rules: Rules) -> list[Event]:
    """Give the enquiry to a supervisor, whatever has been done with it so far."""
    by = command.by
    if state.phase is Phase.NEW:
        raise NotFound
    if state.agent == by.id:
        return []
    require(NEXT, state.phase, e.TakenOver)
    until = at + rules.claim_expires
    return [e.TakenOver(agent=by.id, name=by.name, former=state.agent, until=until)]


def drop(state: State, command: c.Drop) -> list[Event]:
    """Give the enquiry up; until something is in the ERM."""
    if state.phase is Phase.DROPPED:
        return []
    if state.phase is not Phase.OPEN:
        require_claimer(state, command.by)
    require(NEXT, state.phase, e.Dropped)
    require_settled(state)
    return [e.Dropped(reason=command.reason)]


def elapse(state: State, at: int) -> list[Event]:
    """Remind, escalate, or let the claim run out."""
    if state.expires_at is not None and state.expires_at <= at:
        return [e.ClaimExpired(agent=state.agent)]
    if state.phase is not Phase.OPEN:
        return []
    if state.escalation_at is not None and state.escalation_at <= at:
        return [e.Escalated()]
    if state.reminder_at is not None and state.reminder_at <= at:
        return [e.Reminded()]
    return []


def require_settled(state: State) -> None:
    """Refuse to let go of an enquiry while the ERM may be writing for it (G13).

    Else whoever has it next could create the same customer again.
    """
    if state.writing:
        raise Rejected("step_under_way", step=str(state.writing.step))


def require_claimer(state: State, by: Actor) -> None:
    """Refuse anybody but the one who has it (and the desk itself)."""
    if state.phase is Phase.NEW:
        raise NotFound
    if by.role is Role.SYSTEM:
        return
    if not state.agent:
        raise Rejected("not_claimed")
    if state.agent != by.id:
        if allows(NEXT, state.phase, e.TakenOver):
            raise taken(state)
        raise Denied("forbidden", owner=state.agent_name)


def taken(state: State) -> Rejected:
    """Return the refusal that names who has it."""
    return Rejected("claimed", owner=state.agent_name, phase=str(state.phase))

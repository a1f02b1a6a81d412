"""Who has the chat: offers, answers to them, picking by hand, transfer, and losing the agent."""

from ..errors import Denied, NotFound, Rejected
from ..rules import Rules
from ..streams import Actor, Event, Role
from ..tables import require
from . import commands as c, events as e
from .events import NEXT, Phase, Seat
from .state import OPEN, Ask, State


def offer(state: State, command: c.Offer, at: int, rules: Rules) -> list[Event]:
    """Ask one agent; a chat is offered to at most one at a time (G6)."""
    if state.ask and state.ask.id == command.offer:
        return []
    require(NEXT, state.phase, e.Offered)
    if command.seat.agent in state.tried and not command.restart:
        raise Rejected("already_tried", agent=command.seat.agent)
    until = at + rules.offer_timeout
    return [
        e.Offered(
            offer=command.offer,
            seat=command.seat,
            until=until,
            restart=command.restart,
            why=command.why,
        )
    ]


def accept(state: State, command: c.Accept, at: int) -> list[Event]:
    """Take what was offered; one wins, the others learn who (G6, A69)."""
    by = command.by.id
    if state.owner and state.owner.agent == by:
        return []
    ask = state.ask
    if ask is None or ask.seat.agent != by:
        raise _lost(state, by)
    if ask.id != command.offer:
        raise NotFound
    if at >= ask.until:
        raise Rejected("offer_over")
    if state.phase is Phase.ACTIVE and state.owner:
        return [e.TransferAccepted(agent=ask.seat.name, seat=ask.seat, former=state.owner)]
    return [e.Accepted(agent=ask.seat.name, seat=ask.seat)]


def decline(state: State, command: c.Decline) -> list[Event]:
    """Say no to what was offered; declining twice is the same as once."""
    ask = state.ask
    if ask is None or ask.seat.agent != command.by.id:
        if command.by.id in state.tried:
            return []
        raise _lost(state, command.by.id)
    if ask.id != command.offer:
        raise NotFound
    if state.phase is Phase.ACTIVE:
        return [e.TransferEnded(seat=ask.seat, reason="declined")]
    return [e.Declined(seat=ask.seat)]


def pick(state: State, command: c.Pick) -> list[Event]:
    """Take a waiting chat by hand (S0-31)."""
    seat = command.seat
    if seat is None:
        raise Rejected("not_available")
    if state.owner and state.owner.agent == seat.agent:
        return []
    if state.phase is Phase.OFFERED and state.ask and state.ask.seat.agent == seat.agent:
        seat = state.ask.seat  # the slot taken for the offer
    elif state.phase is not Phase.WAITING:
        raise _lost(state, seat.agent)
    return [e.Accepted(agent=seat.name, seat=seat)]


def transfer(state: State, command: c.Transfer, at: int, rules: Rules) -> list[Event]:
    """Ask a colleague, or put the chat into another queue (semantics.md section 4)."""
    owner = _may_move(state, command.by)
    if bool(command.agent) == bool(command.queue):
        raise Rejected("agent_or_queue")
    if state.ask is not None:
        raise Rejected("transfer_pending", agent=state.ask.seat.agent)
    if command.queue:
        return _to_queue(state, command, owner, rules)
    seat = command.seat
    if seat is None:
        raise Rejected("not_available", agent=command.agent)
    if seat.agent == owner.agent:
        raise Rejected("same_agent", agent=seat.agent)
    key = f"{seat.agent}.{at}"
    until = at + rules.transfer_timeout
    return [e.TransferOffered(offer=key, seat=seat, until=until, comment=command.comment)]


def withdraw(state: State, command: c.WithdrawOffer) -> list[Event]:
    """Take an offer back from an agent who can no longer be asked."""
    ask = state.ask
    if ask is None or ask.seat.agent != command.agent:
        return []
    if state.phase is Phase.ACTIVE:
        return [e.TransferEnded(seat=ask.seat, reason="withdrawn")]
    return [e.OfferWithdrawn(seat=ask.seat)]


def release(state: State, command: c.ReleaseAgent) -> list[Event]:
    """Put the chat back to the head of its line when its agent is gone for good."""
    events = withdraw(state, c.WithdrawOffer(agent=command.agent))
    owner = state.owner
    if owner is None or owner.agent != command.agent:
        return events
    if state.ask:
        events = [e.TransferEnded(seat=state.ask.seat, reason="withdrawn")]
    back = e.Requeued(
        queue=state.queue, priority=state.priority, reason=command.reason, former=owner
    )
    return [*events, back]


def lapse(state: State, ask: Ask) -> list[Event]:
    """End an offer whose time is over."""
    if state.phase is Phase.ACTIVE:
        return [e.TransferEnded(seat=ask.seat, reason="lapsed")]
    return [e.OfferLapsed(seat=ask.seat)]


def _to_queue(state: State, command: c.Transfer, owner: Seat, rules: Rules) -> list[Event]:
    if command.queue not in rules.queues:
        raise NotFound("unknown_queue", queue=command.queue)
    if command.queue == state.queue:
        raise Rejected("same_queue", queue=command.queue)
    note = e.Noted(agent=command.by.id, name=command.by.name, text=command.comment)
    priority = rules.queues[command.queue].priority
    moved = e.Requeued(queue=command.queue, priority=priority, reason="transfer", former=owner)
    return [note, moved] if command.comment else [moved]


def _may_move(state: State, by: Actor) -> Seat:
    if state.phase is Phase.NEW:
        raise NotFound
    if state.owner is None:
        code = "not_now" if state.phase in OPEN else "closed"
        raise Rejected(code, phase=str(state.phase), wanted="TransferOffered")
    if by.role is Role.AGENT and state.owner.agent != by.id:
        raise Denied("forbidden", why="not your chat")
    return state.owner


def _lost(state: State, by: str) -> Exception:
    if state.phase is Phase.NEW:
        return NotFound()
    if state.owner and state.owner.agent != by:
        return Rejected("taken", owner=state.owner.name)
    if state.ask and state.ask.seat.agent != by:
        return Rejected("taken", owner=state.ask.seat.name)
    if state.phase in (Phase.CLOSED, Phase.MESSAGE_LEFT):
        return Rejected("closed")
    return Rejected("offer_over")

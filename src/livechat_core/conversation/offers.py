"""Who has the chat: offers, answers to them, picking by hand, transfer, and losing the agent."""

from typing import TypeAlias, assert_never

from ..errors import Denied, NotFound, Rejected
from ..rules import AgentGone, Assignment, Rules
from ..streams import Actor, Event, Role
from ..tables import require
from . import commands as c, events as e
from .lifecycle import closing, terms_of
from .state import OPEN, Ask, State
from .table import NEXT
from .values import Phase, Seat

HIGHEST_PRIORITY = 1000
GIVEN_AWAY = ("transfer", "unanswered")
"""Why a chat waits again though its agent is there."""

Wanted: TypeAlias = (
    c.Offer
    | c.Accept
    | c.Decline
    | c.Pick
    | c.Assign
    | c.Prioritize
    | c.Overflow
    | c.WithdrawOffer
    | c.ReleaseAgent
    | c.Transfer
)
Happened: TypeAlias = (
    e.Offered
    | e.Accepted
    | e.Declined
    | e.OfferLapsed
    | e.OfferWithdrawn
    | e.TransferOffered
    | e.TransferAccepted
    | e.TransferEnded
    | e.Requeued
    | e.Overflowed
    | e.Prioritized
)


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from a wish about who has the chat."""
    match command:
        case c.Offer():
            return offer(state, command, at, rules)
        case c.Accept():
            return accept(state, command, at)
        case c.Decline():
            return decline(state, command)
        case c.Pick():
            return pick(state, command, rules)
        case c.Assign():
            return assign(state, command, at, rules)
        case c.Prioritize():
            return prioritize(state, command)
        case c.Overflow():
            return overflow(state, command, rules)
        case c.WithdrawOffer():
            return withdraw(state, command)
        case c.ReleaseAgent():
            return release(state, command, rules)
        case c.Transfer():
            return transfer(state, command, at, rules)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply a change of who has the chat, who is asked, or where it waits."""
    match event:
        case e.Offered() | e.TransferOffered():
            _asked(state, event)
        case e.Accepted() | e.TransferAccepted():
            _owned(state, event.seat, at)
        case e.Declined() | e.OfferLapsed():
            state.tried |= {event.seat.agent}
            state.tried_at = at
            state.ask = None
        case e.OfferWithdrawn() | e.TransferEnded():
            state.ask = None
        case e.Requeued() | e.Overflowed():
            _queued(state, event, at)
        case e.Prioritized():
            state.priority = event.priority
        case _:
            assert_never(event)


def offer(state: State, command: c.Offer, at: int, rules: Rules) -> list[Event]:
    """Ask one agent; a chat is offered to at most one at a time (G6)."""
    if state.ask and state.ask.id == command.offer:
        return []
    require(NEXT, state.phase, e.Offered)
    if command.seat.agent in state.tried and not command.restart:
        raise Rejected("already_tried", agent=command.seat.agent)
    return [
        e.Offered(
            offer=command.offer,
            seat=command.seat,
            until=at + _time_to_think(state, rules),
            restart=command.restart,
            why=command.why,
        )
    ]


def assign(state: State, command: c.Assign, at: int, rules: Rules) -> list[Event]:
    """Offer a waiting chat to the agent whom somebody chose (S1-10)."""
    if state.phase is Phase.NEW:
        raise NotFound
    may_give(command.by, rules)
    seat = command.seat
    if seat is None:
        raise Rejected("not_available", agent=command.agent)
    holder = state.owner or (state.ask.seat if state.ask else None)
    if holder and holder.agent == seat.agent:
        return []
    if state.phase is not Phase.WAITING:
        raise _lost(state, seat.agent)
    return [
        e.Offered(
            offer=f"{seat.agent}.{at}",
            seat=seat,
            until=at + _time_to_think(state, rules),
            restart=False,
            why=f"chosen by {command.by.name or command.by.id}",
            by=command.by.id,
        )
    ]


def prioritize(state: State, command: c.Prioritize) -> list[Event]:
    """Move the chat forward or back in its line (F18)."""
    if state.phase is Phase.NEW:
        raise NotFound
    require(NEXT, state.phase, e.Prioritized)
    if abs(command.priority) > HIGHEST_PRIORITY:
        raise Rejected("bad_priority", priority=command.priority, highest=HIGHEST_PRIORITY)
    if command.priority == state.priority:
        return []
    return [e.Prioritized(priority=command.priority, by=command.by.id)]


def overflow(state: State, command: c.Overflow, rules: Rules) -> list[Event]:
    """Wait in another queue, at most so many times (F19)."""
    if state.phase is not Phase.WAITING or command.queue == state.queue:
        return []
    if command.queue not in rules.queues:
        raise NotFound("unknown_queue", queue=command.queue)
    if state.overflows >= rules.overflow_depth:
        raise Rejected("too_deep", overflows=state.overflows)
    return [
        e.Overflowed(
            queue=command.queue,
            priority=max(state.priority, rules.queues[command.queue].priority),
            reason=command.reason,
            terms=terms_of(command.queue, rules),
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


def pick(state: State, command: c.Pick, rules: Rules) -> list[Event]:
    """Take a waiting chat by hand (S0-31), unless its queue only offers chats (F10)."""
    queue = rules.queues.get(state.queue)
    offered = queue is not None and queue.assignment is Assignment.OFFER and not queue.pick
    if offered and command.by.role is Role.AGENT:
        raise Denied("forbidden", why="chats of this queue are offered", queue=state.queue)
    by = command.by.id
    if state.owner and state.owner.agent == by:
        return []
    seat = seat_of(state, by, command.seat)
    return [e.Accepted(agent=seat.name, seat=seat)]


def seat_of(state: State, agent: str, seat: Seat | None) -> Seat:
    """Return where an agent takes a chat that has none: the slot of his offer, if he was asked."""
    if state.phase is Phase.OFFERED and state.ask and state.ask.seat.agent == agent:
        return state.ask.seat
    if state.phase not in (Phase.WAITING, Phase.WITH_BOT):
        raise _lost(state, agent)
    if seat is None:
        raise Rejected("not_available", agent=agent)
    return seat


def transfer(state: State, command: c.Transfer, at: int, rules: Rules) -> list[Event]:
    """Ask a colleague, or put the chat into another queue (semantics.md section 4)."""
    owner = _may_move(state, command.by, rules)
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
    return [
        e.TransferOffered(
            offer=key, seat=seat, until=until, comment=command.comment, by=command.by.id
        )
    ]


def withdraw(state: State, command: c.WithdrawOffer) -> list[Event]:
    """Take an offer back from an agent who can no longer be asked."""
    ask = state.ask
    if ask is None or ask.seat.agent != command.agent:
        return []
    if state.phase is Phase.ACTIVE:
        return [e.TransferEnded(seat=ask.seat, reason="withdrawn")]
    return [e.OfferWithdrawn(seat=ask.seat)]


def release(state: State, command: c.ReleaseAgent, rules: Rules) -> list[Event]:
    """Put the chat back to the head of its line when its agent is gone for good, or end it."""
    events = withdraw(state, c.WithdrawOffer(agent=command.agent))
    guest, owner = state.guests.get(command.agent), state.owner
    if guest is not None:
        events.append(e.Left(agent=guest.seat.name, seat=guest.seat, reason=command.reason))
    if owner is None or owner.agent != command.agent:
        return events
    if rules.agent_gone is AgentGone.CLOSE:
        return closing(state, command.reason)
    if state.hold:
        return [e.HolderLeft(former=owner, reason=command.reason)]
    if state.ask:
        events = [e.TransferEnded(seat=state.ask.seat, reason="withdrawn")]
    return [*events, requeued(state, owner, command.reason, rules)]


def requeued(state: State, former: Seat, reason: str, rules: Rules) -> e.Requeued:
    """Return that a chat waits again where it was before."""
    return e.Requeued(
        queue=state.queue,
        priority=state.priority,
        reason=reason,
        former=former,
        from_queue=state.queue,
        terms=terms_of(state.queue, rules) if state.queue in rules.queues else state.terms,
    )


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
    queue = command.queue if command.anyway else command.fallback
    if not queue or queue == state.queue:
        raise Rejected("nobody_available", queue=command.queue)
    note = e.Noted(agent=command.by.id, name=command.by.name, text=command.comment)
    moved = e.Requeued(
        queue=queue,
        priority=rules.queues[queue].priority,
        reason="transfer",
        former=owner,
        by=command.by.id,
        from_queue=state.queue,
        terms=terms_of(queue, rules),
    )
    return [note, moved] if command.comment else [moved]


def _may_move(state: State, by: Actor, rules: Rules) -> Seat:
    if state.phase is Phase.NEW:
        raise NotFound
    if state.owner is None or state.hold is not None:
        code = "not_now" if state.phase in OPEN else "closed"
        raise Rejected(code, phase=str(state.phase), wanted="TransferOffered")
    if by.role is Role.AGENT and state.owner.agent != by.id:
        raise Denied("forbidden", why="not your chat")
    may_give(by, rules)
    return state.owner


def may_give(by: Actor, rules: Rules) -> None:
    """Refuse an agent where giving chats to others is a right of supervisors (S3-16)."""
    if by.role is Role.AGENT and not rules.agents_transfer:
        raise Denied("forbidden", why="only supervisors give chats to others")


def _time_to_think(state: State, rules: Rules) -> int:
    queue = rules.queues.get(state.queue)
    own = queue.offer_timeout if queue else None
    return rules.offer_timeout if own is None else own


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


def _asked(state: State, event: e.Offered | e.TransferOffered) -> None:
    comment = event.comment if isinstance(event, e.TransferOffered) else ""
    state.ask = Ask(id=event.offer, seat=event.seat, until=event.until, comment=comment)
    if isinstance(event, e.Offered) and event.restart:
        state.tried = frozenset()


def _owned(state: State, seat: Seat, at: int) -> None:
    state.give_to(seat, at)
    state.tried = frozenset()
    state.reply_from = at
    if state.waited is None:
        # Who is taken from a bot by hand has not waited for anybody.
        state.waited = 0 if state.serving else at - state.since
    state.serving = None


def _queued(state: State, event: e.Requeued | e.Overflowed, at: int) -> None:
    state.owner, state.ask, state.reply_from, state.quiet = None, None, None, False
    state.hold = None
    state.queue, state.priority, state.terms = event.queue, event.priority, event.terms
    state.active_at = state.queued_at = at
    if isinstance(event, e.Requeued):
        # Who gave it away is not asked again at once; who was only gone may be when he is back.
        gave = event.reason in GIVEN_AWAY
        state.tried, state.tried_at = frozenset({event.former.agent} if gave else ()), at
    else:
        state.tried = frozenset()
        state.overflows += 1

"""How a conversation begins and ends: start, leave a message, close, rate."""

from typing import TypeAlias, assert_never

import attrs

from ..errors import Denied, NotFound, Rejected
from ..rules import Queue, Rules, Site, WhenBusy
from ..streams import Event, Role
from ..tables import allows, require
from ..text import normal_email, shortened
from . import commands as c, events as e
from .forms import check_message, check_start, filled, is_vouched, site_terms
from .outcomes import check_outcome
from .reach import Reach
from .state import OPEN, SHOWN, State
from .table import NEXT
from .values import Origin, Phase, Terms

SCORES = (1, 2, 3)

Wanted: TypeAlias = (
    c.Start | c.LeaveMessage | c.GiveUp | c.Close | c.Rate | c.VisitorGone | c.VisitorBack
)
Happened: TypeAlias = (
    e.Started | e.MessageLeft | e.VisitorLeft | e.VisitorReturned | e.Closed | e.Rated
)


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from a wish about the chat's beginning or end."""
    match command:
        case c.Start():
            return start(state, command, rules)
        case c.LeaveMessage():
            return leave_message(state, command, rules)
        case c.GiveUp():
            return give_up(state, command)
        case c.Close():
            return close(state, command, rules)
        case c.Rate():
            return rate(state, command, at, rules)
        case c.VisitorGone():
            return visitor_gone(state, at, rules)
        case c.VisitorBack():
            return visitor_back(state)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what began or ended."""
    match event:
        case e.Started():
            _begun(state, event, at)
        case e.MessageLeft():
            _message_left(state, event)
        case e.VisitorLeft() | e.VisitorReturned():
            state.lost_at = event.until if isinstance(event, e.VisitorLeft) else None
            state.back_at = at
        case e.Closed():
            _ended(state, event, at)
        case e.Rated():
            state.rating, state.rating_comment = event.value, event.comment
        case _:
            assert_never(event)


def start(state: State, command: c.Start, rules: Rules) -> list[Event]:
    """Begin a chat, if somebody can answer it (S0-4, S0-5)."""
    if state.phase is not Phase.NEW:
        return []
    site = _site(command.site, rules)
    queue = _queue(command.queue, site, rules)
    origin = command.origin
    _let_in(origin)
    if not origin.inviter:  # an invitation has no form
        check_start(command, site, rules)
    started = [_started(command, queue, rules), *_welcome(site)]
    if origin.inviter:
        return [*started, e.Accepted(agent=origin.inviter.name, seat=origin.inviter)]
    known = rules.queues[queue]
    if known.bot:
        return [*started, *bot_begins(known, command.question, rules)]
    if nobody_answers(queue, origin.availability, rules):
        raise Rejected("nobody_available", availability=origin.availability, queue=queue)
    return started


def _let_in(origin: Origin, *, begun: bool = False) -> None:
    """Refuse who is banned, and who may not begin a chat; one that goes on stays (S3-6)."""
    if origin.banned:
        raise Denied("banned")
    if not origin.entitled and not begun:
        raise Denied("not_entitled")


def _welcome(site: Site) -> list[Event]:
    """Return the line with which the desk greets whoever begins a chat (S4-23)."""
    if not site.welcome:
        return []
    return [e.Posted(author="desk", name=site.name, text=site.welcome)]


def bot_begins(queue: Queue, question: str, rules: Rules) -> list[Event]:
    """Return that a queue's bot serves a chat first (S3-1)."""
    began = e.BotBegan(
        bot=queue.bot,
        name=queue.bot_name,
        patience=rules.bot_timeout,
        idle_close=rules.bot_idle_close,
    )
    return [began, e.BotAsked(turn=1, text=question)]


def leave_message(state: State, command: c.LeaveMessage, rules: Rules) -> list[Event]:
    """Leave a message: in a conversation of its own, or instead of waiting on (S0-5, S1-23)."""
    if state.phase is not Phase.NEW:
        _own(state, command.by.id)
    if state.phase is Phase.MESSAGE_LEFT:
        return []
    site = _site(command.site, rules)
    queue = _queue(command.queue, site, rules)
    _let_in(command.origin, begun=state.phase is not Phase.NEW)
    check_message(state, command, site, rules)
    events: list[Event] = []
    if state.phase is Phase.NEW:
        events.append(_started(command, queue, rules))
    else:
        require(NEXT, state.phase, e.MessageLeft, "closed")
    events.append(
        e.MessageLeft(
            name=command.name or state.name,
            email=command.email,
            question=command.question,
            page=command.page or state.page,
            former=state.ask.seat if state.ask else None,
            phone=command.phone or state.phone,
            fields=filled(command.fields),
        )
    )
    return events


def give_up(state: State, command: c.GiveUp) -> list[Event]:
    """Stop waiting for an agent: what the visitor wrote becomes a message, if it can be answered.

    Nothing is lost: with an address and a question it is an enquiry; else the chat ends with the
    reason, and the visitor is asked for both.
    """
    if state.phase not in (Phase.WAITING, Phase.WITH_BOT):
        return []
    if not state.email or not state.question:
        return closing(state, command.reason)
    return [
        e.MessageLeft(
            name=state.name,
            email=state.email,
            question=state.question,
            page=state.page,
            former=None,
            reason=command.reason,
        )
    ]


def close(state: State, command: c.Close, rules: Rules) -> list[Event]:
    """End the chat; closing twice is the same as once (B82)."""
    by = command.by
    if by.role is Role.VISITOR:
        _own(state, by.id)
    elif state.phase is Phase.NEW and by.role is not Role.SYSTEM:
        raise NotFound
    if state.phase in (Phase.NEW, Phase.CLOSED):
        return []
    if by.role is Role.SYSTEM:
        return closing(state, command.reason)
    if by.role is Role.VISITOR:
        if state.phase not in OPEN:
            raise Rejected("not_now", phase=str(state.phase), wanted="Closed")
        return closing(state, "visitor")
    if by.role is Role.AGENT and (state.owner is None or state.owner.agent != by.id):
        raise Denied("forbidden", why="not your chat")
    check_outcome(state, command.outcome, rules)
    return closing(state, "agent", command.outcome)


def closing(state: State, reason: str, outcome: str = "") -> list[Event]:
    """Return the end of a conversation that is not over yet."""
    former = state.owner or (state.ask.seat if state.ask else None)
    events: list[Event] = []
    if state.owner and state.ask:
        events.append(e.TransferEnded(seat=state.ask.seat, reason="withdrawn"))
    return [*events, e.Closed(reason=reason, former=former, outcome=outcome)]


def rate(state: State, command: c.Rate, at: int, rules: Rules) -> list[Event]:
    """Rate a closed chat, once; within the window the value may be changed (S1-29)."""
    _own(state, command.by.id)
    require(NEXT, state.phase, e.Rated)
    if command.value not in SCORES:
        raise Rejected("bad_rating", value=command.value)
    if at >= state.closed_at + rules.rating_window:
        raise Rejected("closed", why="rating window is over")
    if (command.value, command.comment) == (state.rating, state.rating_comment):
        return []
    return [e.Rated(value=command.value, comment=command.comment)]


def visitor_gone(state: State, at: int, rules: Rules) -> list[Event]:
    """Note that the visitor has had no connection for a while."""
    if state.lost_at is not None or not allows(NEXT, state.phase, e.VisitorLeft):
        return []
    return [e.VisitorLeft(until=at + rules.visitor_lost)]


def visitor_back(state: State) -> list[Event]:
    """Note that the visitor is connected again."""
    if state.lost_at is None or not allows(NEXT, state.phase, e.VisitorReturned):
        return []
    return [e.VisitorReturned()]


def terms_of(queue: str, rules: Rules) -> Terms:
    """Return what a queue grants the chats that come into it now."""
    known = rules.queues[queue]
    return Terms(
        max_wait=known.max_wait,
        reply=known.reply_timeout,
        alert=rules.waiting_alert or None,
        idle=None if rules.idle_counts else rules.idle_after,
        remind=rules.remind_after or None,
        lull=rules.lull_after or None,
        first_reply=known.sla_first_reply,
        next_reply=known.sla_next_reply,
        resolution=known.sla_resolution,
        sla_warning=rules.sla_warning if _promises(known) else 0,
    )


def _promises(queue: Queue) -> bool:
    promised = (queue.sla_first_reply, queue.sla_next_reply, queue.sla_resolution)
    return any(time is not None for time in promised)


def _own(state: State, visitor: str) -> None:
    if state.phase is Phase.NEW or state.visitor != visitor:
        raise NotFound


def _site(name: str, rules: Rules) -> Site:
    site = rules.sites.get(name)
    if site is None:
        raise NotFound("unknown_site", site=name)
    return site


def _queue(name: str, site: Site, rules: Rules) -> str:
    chosen = name or next(iter(site.queues), "")
    if chosen not in site.queues or chosen not in rules.queues:
        raise NotFound("unknown_queue", queue=chosen)
    return chosen


def nobody_answers(queue: str, available: str, rules: Rules) -> bool:
    """Tell whether a chat in this queue would lead to nobody (S0-5)."""
    known = rules.queues.get(queue)
    refused = known is not None and known.when_busy is WhenBusy.LEAVE_MESSAGE
    return available == "offline" or (available == "busy" and refused)


def _started(command: c.Start | c.LeaveMessage, queue: str, rules: Rules) -> e.Started:
    origin, known = command.origin, rules.queues[queue]
    return e.Started(
        site=command.site,
        queue=queue,
        visitor=origin.visitor,
        name=command.name,
        email=command.email,
        signed_in=origin.signed_in,
        question=command.question,
        page=command.page,
        title=command.title,
        location=origin.location,
        address=origin.address,
        priority=known.priority,
        idle_close=rules.visitor_idle_close,
        language=origin.language,
        preferred=origin.preferred,
        terms=terms_of(queue, rules),
        person=origin.person,
        idle_warning=rules.inactive_warning,
        previous=origin.previous,
        phone=command.phone,
        fields=filled(command.fields),
        vouched=is_vouched(command),
        site_terms=site_terms(
            rules.sites[command.site], rules, marks=isinstance(command, c.Start) and command.marks
        ),
    )


def _begun(state: State, event: e.Started, at: int) -> None:
    for name in ("site", "queue", "visitor", "name", "email", "signed_in", "question", "page",
                 "title", "location", "address", "priority", "idle_close", "language",
                 "preferred", "terms", "person", "phone", "idle_warning", "previous"):  # fmt: skip
        setattr(state, name, getattr(event, name))
    state.since = state.begun = state.active_at = state.queued_at = at
    state.reach = Reach(
        terms=event.site_terms, vouched=event.vouched, fields=frozenset(event.fields)
    )
    state.last_line = shortened(event.question, SHOWN)
    state.unanswered_since = at if event.question else None


def _message_left(state: State, event: e.MessageLeft) -> None:
    state.reach = attrs.evolve(
        state.reach,
        vouched=state.reach.vouched and normal_email(state.email) == normal_email(event.email),
        fields=state.reach.fields.union(event.fields),
    )
    state.name, state.email = event.name, event.email
    state.phone = event.phone or state.phone
    state.question, state.page = event.question, event.page
    state.ask, state.lost_at, state.serving = None, None, None


def _ended(state: State, event: e.Closed, at: int) -> None:
    state.reach = attrs.evolve(state.reach, gone=state.lost_at is not None)
    state.owner, state.ask, state.lost_at, state.reply_from = None, None, None, None
    state.serving = None
    state.quiet, state.lookers = False, frozenset()
    state.hold = None
    state.closed_at, state.closed_reason = at, event.reason
    state.outcome = event.outcome

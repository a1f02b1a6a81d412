"""The state of a conversation, how events change it, and its summary."""

from typing import assert_never

import attrs

from ..streams import Event, Facts, Summary
from ..text import shortened
from . import events as e
from .events import NEXT, Phase, Seat, Terms

OPEN = (Phase.WAITING, Phase.OFFERED, Phase.ACTIVE)
"""Phases of a chat that goes on; a visitor has at most one such chat (G5)."""
WAITS = (Phase.WAITING, Phase.OFFERED)
"""Phases of a chat that has no agent yet."""
GIVEN_AWAY = ("transfer", "unanswered")
"""Why a chat waits again though its agent is there."""
SHOWN = 200
"""How much of a line the lists show, in characters."""


@attrs.frozen(kw_only=True)
class Ask:
    """An offer that nobody has answered yet."""

    id: str
    seat: Seat
    until: int
    comment: str = ""


@attrs.define(kw_only=True)
class State:
    """What the rules need to know; never the transcript, the stream is that."""

    phase: Phase = Phase.NEW
    site: str = ""
    queue: str = ""
    visitor: str = ""
    name: str = ""
    email: str = ""
    signed_in: bool = False
    question: str = ""
    page: str = ""
    title: str = ""
    location: str = ""
    address: str = ""
    priority: int = 0
    since: int = 0
    begun: int = 0
    owner: Seat | None = None
    joined: int = 0
    ask: Ask | None = None
    tried: frozenset[str] = frozenset()
    tried_at: int = 0
    queued_at: int = 0
    overflows: int = 0
    waited: int | None = None
    alerted: bool = False
    language: str = ""
    preferred: str = ""
    terms: Terms = Terms()
    idle_close: int = 0
    active_at: int = 0
    reply_from: int | None = None
    quiet: bool = False
    unanswered_since: int | None = None
    lost_at: int | None = None
    lines: int = 0
    last_line: str = ""
    closed_at: int = 0
    closed_reason: str = ""
    last_owner: str = ""
    rating: int = 0
    rating_comment: str = ""

    @property
    def idle_at(self) -> int | None:
        """When the chat is closed for want of activity, if it can be."""
        return self.active_at + self.idle_close if self.phase in OPEN else None

    @property
    def given_up_at(self) -> int | None:
        """When the chat ends because its visitor is lost; an agent who has it decides himself."""
        return self.lost_at if self.owner is None else None

    @property
    def waits_until(self) -> int | None:
        """When a chat that nobody takes ends as a message, if its queue says so."""
        if self.phase is not Phase.WAITING or self.terms.max_wait is None:
            return None
        return self.queued_at + self.terms.max_wait

    @property
    def alert_at(self) -> int | None:
        """When staff are told once more that nobody has taken the chat."""
        if self.alerted or self.phase not in WAITS or self.terms.alert is None:
            return None
        return self.queued_at + self.terms.alert

    @property
    def reply_by(self) -> int | None:
        """When the agent who has the chat must have said something, if its queue says so."""
        if self.reply_from is None or self.terms.reply is None or self.ask is not None:
            return None
        return self.reply_from + self.terms.reply

    @property
    def quiet_at(self) -> int | None:
        """When the chat takes no place of its agent any more, if silence goes on."""
        if self.phase is not Phase.ACTIVE or self.quiet or self.terms.idle is None:
            return None
        return self.active_at + self.terms.idle

    @property
    def due_at(self) -> int | None:
        """The earliest deadline."""
        asked = self.ask.until if self.ask else None
        found = self.idle_at
        ends = (self.given_up_at, self.waits_until, self.alert_at, self.reply_by, self.quiet_at)
        for at in (asked, *ends):
            if at is not None and (found is None or at < found):
                found = at
        return found


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case e.Posted():
            _posted(state, event, at)
        case e.Started():
            _started(state, event, at)
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
        case e.WaitedLong():
            state.alerted = True
        case e.ReplyOverdue():
            state.reply_from = at
        case e.Quieted() | e.Stirred():
            state.quiet = isinstance(event, e.Quieted)
        case e.VisitorLeft() | e.VisitorReturned():
            state.lost_at = event.until if isinstance(event, e.VisitorLeft) else None
        case e.MessageLeft():
            _message_left(state, event)
        case e.Closed():
            _closed(state, event.reason, at)
        case e.Rated():
            state.rating, state.rating_comment = event.value, event.comment
        case e.Noted() | e.TranscriptAsked():
            pass
        case _:
            assert_never(event)  # type: ignore[arg-type]


def _started(state: State, event: e.Started, at: int) -> None:
    for name in ("site", "queue", "visitor", "name", "email", "signed_in", "question", "page",
                 "title", "location", "address", "priority", "idle_close", "language",
                 "preferred", "terms"):  # fmt: skip
        setattr(state, name, getattr(event, name))
    state.since = state.begun = state.active_at = state.queued_at = at
    state.last_line = shortened(event.question, SHOWN)
    state.unanswered_since = at if event.question else None


def _posted(state: State, event: e.Posted, at: int) -> None:
    state.lines += 1
    state.active_at = at
    state.last_line = shortened(event.text, SHOWN)
    if event.author == "agent":
        state.unanswered_since = state.reply_from = None
        return
    state.question = state.question or event.text
    if state.unanswered_since is None:
        state.unanswered_since = at


def _asked(state: State, event: e.Offered | e.TransferOffered) -> None:
    comment = event.comment if isinstance(event, e.TransferOffered) else ""
    state.ask = Ask(id=event.offer, seat=event.seat, until=event.until, comment=comment)
    if isinstance(event, e.Offered) and event.restart:
        state.tried = frozenset()


def _owned(state: State, seat: Seat, at: int) -> None:
    state.owner, state.ask, state.tried = seat, None, frozenset()
    state.last_owner = seat.agent
    state.joined = state.active_at = state.reply_from = at
    state.quiet = False
    if state.waited is None:
        state.waited = at - state.since


def _queued(state: State, event: e.Requeued | e.Overflowed, at: int) -> None:
    state.owner, state.ask, state.reply_from, state.quiet = None, None, None, False
    state.queue, state.priority, state.terms = event.queue, event.priority, event.terms
    state.active_at = state.queued_at = at
    if isinstance(event, e.Requeued):
        # Who gave it away is not asked again at once; who was only gone may be when he is back.
        gave = event.reason in GIVEN_AWAY
        state.tried, state.tried_at = frozenset({event.former.agent} if gave else ()), at
    else:
        state.tried = frozenset()
        state.overflows += 1


def _message_left(state: State, event: e.MessageLeft) -> None:
    state.name, state.email = event.name, event.email
    state.question, state.page = event.question, event.page
    state.ask, state.lost_at = None, None


def _closed(state: State, reason: str, at: int) -> None:
    state.owner, state.ask, state.lost_at, state.reply_from = None, None, None, None
    state.quiet = False
    state.closed_at, state.closed_reason = at, reason


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the conversation."""
    labels = {f"visitor={state.visitor}", f"site={state.site}", f"queue={state.queue}"}
    if state.address:
        labels.add(f"address={state.address}")
    if state.last_owner:
        labels.add(f"agent={state.last_owner}")
    return Summary(
        stream=stream,
        phase=state.phase,
        queue=state.queue,
        rank=(-state.priority, state.since) if state.phase in WAITS else None,
        due_at=state.due_at,
        labels=frozenset(labels),
        facts=_facts(state),
    )


def _facts(state: State) -> Facts:
    ask = state.ask
    return {
        "site": state.site,
        "visitor": state.visitor,
        "name": state.name,
        "email": state.email,
        "signed_in": state.signed_in,
        "question": shortened(state.question, SHOWN),
        "page": state.page,
        "title": state.title,
        "location": state.location,
        "since": state.since,
        "queued_at": state.queued_at,
        "overflows": state.overflows,
        "waited": state.waited,
        "language": state.language,
        "preferred": state.preferred,
        "owner": state.owner.agent if state.owner else "",
        "owner_name": state.owner.name if state.owner else "",
        "joined": state.joined,
        "offer": ask.id if ask else "",
        "offered_to": ask.seat.agent if ask else "",
        "offer_comment": ask.comment if ask else "",
        "offer_until": ask.until if ask else 0,
        "tried": sorted(state.tried),
        "tried_at": state.tried_at,
        "quiet": state.quiet,
        "last_line": state.last_line,
        "unanswered_since": state.unanswered_since,
        "visitor_gone": state.lost_at is not None,
        "closed_reason": state.closed_reason,
        "rating": state.rating,
    }

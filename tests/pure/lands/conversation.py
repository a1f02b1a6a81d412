"""Walks through a conversation."""

from random import Random
from typing import Any

import attrs

from livechat_core import conversation as c
from livechat_core.rules import Queue, Staff, seconds
from livechat_core.streams import SYSTEM, Actor, Command
from tests.pure.lands import bots, company, files, life, persona, reach
from tests.pure.lands.cast import ANYBODY, MAILS, QUEUES, SITES, STAFF, TEXTS, VISITORS
from tests.pure.play import ANA, MARIA, RULES, STRANGER
from tests.pure.walks import Land, Walk, Wish


def seat(agent: Actor) -> c.Seat:
    return c.Seat(agent=agent.id, name=agent.name, presence=f"presence/{agent.id}.1")


def _origin(r: Random) -> c.Origin:
    return c.Origin(
        visitor="maria",
        availability=r.choice(("online", "online", "busy", "offline")),
        banned=r.randrange(20) == 0,
        inviter=seat(r.choice(STAFF)) if r.randrange(8) == 0 else None,
        address=r.choice(("", "hash")),
        language=r.choice(("", "fr", "de")),
        preferred=r.choice(("", "ana")),
    )


def _start(_: c.State, r: Random) -> Command:
    return c.Start(
        by=MARIA,
        site=r.choice(SITES) if r.randrange(3) == 0 else "drumstory",
        queue=r.choice((*QUEUES, bots.HELP)),
        name=r.choice(("", "Maria")),
        email=r.choice(("", *MAILS)),
        question=r.choice(TEXTS),
        marks=bool(r.randrange(2)),
        origin=_origin(r),
    )


def _leave(state: c.State, r: Random) -> Command:
    if state.phase is c.Phase.NEW and r.randrange(4):
        return _start(state, r)
    return c.LeaveMessage(
        by=r.choice(VISITORS),
        site=r.choice(SITES),
        email=r.choice(MAILS),
        question="Hello",
        origin=_origin(r),
    )


def _offer_id(state: c.State, r: Random) -> str:
    return state.ask.id if state.ask and r.randrange(5) else "forged"


def _answerer(state: c.State, r: Random) -> Actor:
    asked = [actor for actor in STAFF if state.ask and actor.id == state.ask.seat.agent]
    return r.choice((*asked, *asked, *STAFF))


def _offer(_: c.State, r: Random) -> Command:
    return c.Offer(
        offer=f"o{r.randrange(1000)}", seat=seat(r.choice(STAFF)), restart=r.randrange(3) == 0
    )


def _accept(state: c.State, r: Random) -> Command:
    return c.Accept(by=_answerer(state, r), offer=_offer_id(state, r))


def _pick(_: c.State, r: Random) -> Command:
    by = r.choice(STAFF)
    return c.Pick(by=by, seat=seat(by) if r.randrange(5) else None)


def _transfer(state: c.State, r: Random) -> Command:
    owners = [actor for actor in STAFF if state.owner and actor.id == state.owner.agent]
    to = r.choice(STAFF)
    agent = to.id if r.randrange(3) else ""
    return c.Transfer(
        by=r.choice((*owners, *owners, *STAFF)),
        agent=agent,
        queue="" if agent and r.randrange(9) else r.choice(QUEUES),
        comment=r.choice(TEXTS),
        anyway=r.randrange(3) == 0,
        seat=seat(to) if agent and r.randrange(5) else None,
        fallback=r.choice(("", "sales", "events")),
    )


def _assign(_: c.State, r: Random) -> Command:
    to = r.choice(STAFF)
    return c.Assign(by=r.choice(STAFF), agent=to.id, seat=seat(to) if r.randrange(5) else None)


def _post(_: c.State, r: Random) -> Command:
    by = r.choice(ANYBODY)
    working = by.is_staff and r.randrange(5)
    return c.Post(
        by=by,
        text=r.choice(TEXTS),
        seat=seat(by) if working else None,
        situation=life.situation(r),
    )


def _prioritize(_: c.State, r: Random) -> Command:
    return c.Prioritize(by=r.choice(STAFF), priority=r.choice((0, 5, -3, 1000, 2000)))


def _overflow(_: c.State, r: Random) -> Command:
    return c.Overflow(queue=r.choice(QUEUES), reason="nobody_here")


def _close(state: c.State, r: Random) -> Command:
    if state.phase is c.Phase.MESSAGE_LEFT:
        return c.Close(by=r.choice((SYSTEM, *ANYBODY)))
    return c.Close(by=r.choice(ANYBODY) if r.randrange(3) == 0 else STRANGER)


def _elapse(state: c.State, r: Random) -> Command:
    return c.Elapse(
        removed=files.removed(state),
        others=bool(r.randrange(2)),
        available=r.choice(("online", "busy", "offline")),
        full=r.choice(("", "", "mail_limit")),
    )


def _check_conversation(walk: Walk) -> None:
    state: c.State = walk.state
    phase, summary = state.phase, walk.summary(walk.state)
    # I3, I4: owner, offer and timer are exactly those that the phase requires.
    assert (state.owner is not None) == (phase is c.Phase.ACTIVE) or phase is c.Phase.SNOOZED
    assert (state.hold is not None) == (phase is c.Phase.SNOOZED)
    assert state.ask is None or phase in (c.Phase.OFFERED, c.Phase.ACTIVE)
    assert state.ask is not None or phase is not c.Phase.OFFERED
    assert not (state.owner and state.ask) or state.owner.agent != state.ask.seat.agent
    # I6: one queue while it waits; I3: a chat that goes on has a timer.
    assert (summary.rank is not None) == (phase in c.WAITS)
    assert summary.due_at is not None or phase in life.ENDED
    assert phase is c.Phase.NEW or summary.queue in ("sales", "events", bots.HELP)
    assert _slots(walk) == {
        holder.presence for holder in (state.owner, state.ask and state.ask.seat) if holder
    }
    _check_silence(walk)
    company.check(walk)
    reach.check(walk)
    files.check(walk)
    bots.check(walk)
    persona.check(walk)
    assert 0 <= state.overflows <= walk.land.rules.overflow_depth
    assert not state.tried or phase not in (c.Phase.NEW, c.Phase.ACTIVE)
    # The first agent ends the wait, and he is remembered.
    assert (state.waited is not None) == bool(state.last_owner)


SILENCE = (
    *(c.Quieted, c.Stirred, c.Accepted, c.TransferAccepted, c.TakenOver),
    *(c.Snoozed, c.Woken),
)
"""After these the chat of an agent is silent, or no longer."""


def _check_silence(walk: Walk) -> None:
    """Only who has a chat can owe a reply or keep silent in it."""
    state: c.State = walk.state
    assert state.owner or not (state.quiet or state.reply_from)
    if state.owner is None:
        return
    last = next(event for _, event in reversed(walk.told) if isinstance(event, SILENCE))
    assert state.quiet == isinstance(last, c.Quieted | c.Snoozed)
    assert last.seat == state.owner
    replied = [
        isinstance(event, c.Posted | c.Attached) and event.author == "agent"
        for at, event in walk.told[_last_taken(walk) :]
    ]
    assert any(replied) == (state.reply_from is None)


def _last_taken(walk: Walk) -> int:
    """Return how many events there were when the chat came to who has it."""
    return max(
        index
        for index, (_, event) in enumerate(walk.told)
        if isinstance(event, c.Accepted | c.TransferAccepted)
    )


def _slots(walk: Walk) -> set[str]:
    """Return the agents' slots that the events took and did not free: what `policy` will do."""
    held: set[str] = set()
    for _, event in walk.told:
        match event:
            case c.Offered() | c.TransferOffered() | c.Accepted():
                held.add(event.seat.presence)
            case c.Declined() | c.OfferLapsed() | c.OfferWithdrawn() | c.TransferEnded():
                held.remove(event.seat.presence)
            case c.TakenOver():
                held.add(event.seat.presence)
                held.remove(event.former.presence)
            case c.TransferAccepted() | c.HolderLeft():
                held.remove(event.former.presence)
            case c.Requeued():  # the agent of a chat on hold may have been gone before
                held.discard(event.former.presence)
            case c.MessageLeft() | c.Closed() if event.former:
                held.remove(event.former.presence)
            case _:
                pass
    return held


RULES_OF_CONVERSATION = bots.ruled(
    attrs.evolve(
        files.ruled(reach.ruled(RULES)),
        staff={actor.id: Staff(name=actor.name) for actor in STAFF},
        waiting_alert=seconds(15),
        remind_after=seconds(60),
        lull_after=seconds(120),
        inactive_warning=seconds(300),
        queues={
            "sales": Queue(
                name="Sales",
                pick=False,
                skills=("drums",),
                languages=("fr",),
                reply_timeout=seconds(120),
                max_wait=seconds(900),
                sla_first_reply=seconds(60),
                sla_next_reply=seconds(60),
                sla_resolution=seconds(1800),
            ),
            "events": Queue(
                name="Events",
                priority=5,
                assignment="first_reply",
                when_busy="leave_message",
                offer_timeout=seconds(20),
            ),
        },
    )
)


def _begin(**told: Any) -> Wish:
    origin = c.Origin(visitor="maria", availability="online")
    known: dict[str, Any] = {"site": "drumstory", "question": "Hello", "origin": origin, **told}
    return lambda *_: c.Start(by=MARIA, **known)


ACCEPTED: tuple[Wish, ...] = (
    lambda *_: c.Offer(offer="o", seat=seat(ANA)),
    lambda *_: c.Accept(by=ANA, offer="o"),
)
WITH_BOT = (_begin(queue=bots.HELP),)
UNASKED = (_begin(site="performances", queue="events"), *ACCEPTED)
"""To a stranger on a site that does not ask for his name."""
TAKEN = (_begin(queue="sales"), lambda *_: c.Elapse(available="online"), *ACCEPTED)
ON_HOLD = (
    *TAKEN,
    lambda *_: c.Post(by=ANA, text="Let me see."),
    lambda *_: c.Snooze(by=ANA),
)
"""To a stranger who was asked for his name, and was put on hold before he gave it."""

CONVERSATION = Land(
    decider=c.DECIDER,
    wishes=(
        *(_start,) * 9,
        *(_accept,) * 6,
        *(_transfer,) * 4,
        *(_post,) * 4,
        *(_leave, _offer, _offer, _offer, _pick, _pick, _assign, _prioritize, _overflow, _overflow),
        *(_elapse, _elapse, _close),
        *company.WISHES,
        *life.WISHES,
        *reach.WISHES,
        *files.WISHES,
        *bots.WISHES,
        *persona.WISHES,
        lambda s, r: c.Decline(by=_answerer(s, r), offer=_offer_id(s, r)),
        lambda _, r: c.WithdrawOffer(agent=r.choice(STAFF).id),
        lambda _, r: c.ReleaseAgent(agent=r.choice(STAFF).id, reason="offline"),
        lambda _, r: c.Note(by=r.choice(STAFF), text="Hm"),
        lambda _, r: c.Rate(by=r.choice(VISITORS), value=r.randrange(5), comment=r.choice(TEXTS)),
        lambda _, r: c.EmailTranscript(by=r.choice(VISITORS), email=r.choice(MAILS)),
        lambda *_: c.VisitorGone(),
        lambda *_: c.VisitorBack(),
        lambda *_: c.GiveUp(reason="nobody_answered"),
    ),
    elapse=_elapse,
    sayings=(
        *company.SAYINGS,
        *life.SAYINGS,
        *reach.SAYINGS,
        *(c.Post, c.Note, c.EmailTranscript, c.Elapse),
    ),
    caused=(
        lambda _, r: c.WithdrawOffer(agent=r.choice(STAFF).id),
        lambda _, r: c.ReleaseAgent(agent=r.choice(STAFF).id, reason="offline"),
        lambda *_: c.VisitorGone(),
        lambda *_: c.VisitorBack(),
        lambda *_: c.Close(by=SYSTEM),
        lambda *_: c.GiveUp(reason="nobody_answered"),
        _elapse,
        *bots.CAUSED,
        *persona.CAUSED,
    ),
    check=_check_conversation,
    ways=((), WITH_BOT, UNASKED, TAKEN, ON_HOLD),
    rules=RULES_OF_CONVERSATION,
)

"""Walks through a conversation."""

from random import Random

from livechat_core import conversation as c
from livechat_core.streams import SYSTEM, Actor, Command
from tests.pure.lands.cast import ANYBODY, MAILS, QUEUES, SITES, STAFF, TEXTS, VISITORS
from tests.pure.play import MARIA, STRANGER
from tests.pure.walks import Land, Walk


def seat(agent: Actor) -> c.Seat:
    return c.Seat(agent=agent.id, name=agent.name, presence=f"presence/{agent.id}.1")


def _origin(r: Random) -> c.Origin:
    return c.Origin(
        visitor="maria",
        availability=r.choice(("online", "online", "busy", "offline")),
        banned=r.randrange(20) == 0,
        inviter=seat(r.choice(STAFF)) if r.randrange(8) == 0 else None,
        address=r.choice(("", "hash")),
    )


def _start(_: c.State, r: Random) -> Command:
    return c.Start(
        by=MARIA,
        site=r.choice(SITES),
        queue=r.choice(QUEUES),
        name=r.choice(("", "Maria")),
        email=r.choice(("", *MAILS)),
        question=r.choice(TEXTS),
        origin=_origin(r),
    )


def _leave(_: c.State, r: Random) -> Command:
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


def _pick(_: c.State, r: Random) -> Command:
    by = r.choice(STAFF)
    return c.Pick(by=by, seat=seat(by) if r.randrange(5) else None)


def _transfer(_: c.State, r: Random) -> Command:
    to = r.choice(STAFF)
    agent = to.id if r.randrange(2) else ""
    return c.Transfer(
        by=r.choice(STAFF),
        agent=agent,
        queue="" if agent and r.randrange(9) else r.choice(QUEUES),
        comment=r.choice(TEXTS),
        seat=seat(to) if agent and r.randrange(5) else None,
    )


def _check_conversation(walk: Walk) -> None:
    state: c.State = walk.state
    phase, summary = state.phase, walk.summary(walk.state)
    # I3, I4: owner, offer and timer are exactly those that the phase requires.
    assert (state.owner is not None) == (phase is c.Phase.ACTIVE)
    assert state.ask is None or phase in (c.Phase.OFFERED, c.Phase.ACTIVE)
    assert state.ask is not None or phase is not c.Phase.OFFERED
    assert not (state.owner and state.ask) or state.owner.agent != state.ask.seat.agent
    # I6, I7: one queue while it waits; a chat that goes on has a timer, a closed one has none.
    assert (summary.rank is not None) == (phase in c.WAITS)
    assert (summary.due_at is not None) == (phase in c.OPEN)
    assert phase is c.Phase.NEW or summary.queue in ("sales", "events")
    assert _slots(walk) == {
        holder.presence for holder in (state.owner, state.ask and state.ask.seat) if holder
    }


def _slots(walk: Walk) -> set[str]:
    """Return the agents' slots that the events took and did not free: what `policy` will do."""
    held: set[str] = set()
    for _, event in walk.told:
        match event:
            case c.Offered() | c.TransferOffered() | c.Accepted():
                held.add(event.seat.presence)
            case c.Declined() | c.OfferLapsed() | c.OfferWithdrawn() | c.TransferEnded():
                held.remove(event.seat.presence)
            case c.TransferAccepted() | c.Requeued():
                held.remove(event.former.presence)
            case c.MessageLeft() | c.Closed() if event.former:
                held.remove(event.former.presence)
            case _:
                pass
    return held


CONVERSATION = Land(
    decider=c.DECIDER,
    wishes=(
        *(_start, _start, _leave, _offer, _offer, _offer, _pick, _transfer, _transfer),
        lambda s, r: c.Accept(by=_answerer(s, r), offer=_offer_id(s, r)),
        lambda s, r: c.Accept(by=_answerer(s, r), offer=_offer_id(s, r)),
        lambda s, r: c.Decline(by=_answerer(s, r), offer=_offer_id(s, r)),
        lambda _, r: c.WithdrawOffer(agent=r.choice(STAFF).id),
        lambda _, r: c.ReleaseAgent(agent=r.choice(STAFF).id, reason="offline"),
        lambda _, r: c.Post(by=r.choice(ANYBODY), text=r.choice(TEXTS)),
        lambda _, r: c.Post(by=r.choice(ANYBODY), text=r.choice(TEXTS)),
        lambda _, r: c.Note(by=r.choice(STAFF), text="Hm"),
        lambda _, r: c.Close(by=r.choice(ANYBODY) if r.randrange(3) == 0 else STRANGER),
        lambda _, r: c.Rate(by=r.choice(VISITORS), value=r.randrange(5), comment=r.choice(TEXTS)),
        lambda _, r: c.EmailTranscript(by=r.choice(VISITORS), email=r.choice(MAILS)),
        lambda *_: c.VisitorGone(),
        lambda *_: c.VisitorBack(),
        lambda *_: c.Elapse(),
    ),
    elapse=lambda *_: c.Elapse(),
    sayings=(c.Post, c.Note, c.EmailTranscript, c.Elapse),
    caused=(
        lambda _, r: c.WithdrawOffer(agent=r.choice(STAFF).id),
        lambda _, r: c.ReleaseAgent(agent=r.choice(STAFF).id, reason="offline"),
        lambda *_: c.VisitorGone(),
        lambda *_: c.VisitorBack(),
        lambda *_: c.Close(by=SYSTEM),
        lambda *_: c.Elapse(),
    ),
    check=_check_conversation,
)

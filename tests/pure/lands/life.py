"""What may become of a conversation over time: holds, outcomes, tickets, and going on."""

from random import Random

from livechat_core import conversation as c
from livechat_core.rules import seconds
from livechat_core.streams import Actor, Command
from tests.pure.lands.cast import ANYBODY, STAFF, TEXTS
from tests.pure.play import MARIA, STRANGER


def situation(r: Random) -> c.Situation:
    """Return what is known of a visitor whose chat is over."""
    there = r.choice(("online", "online", "busy", "offline"))
    return c.Situation(
        banned=r.randrange(20) == 0,
        entitled=r.randrange(20) != 0,
        availability={"sales": there, "events": there},
    )


def _holder(state: c.State, r: Random) -> Actor:
    owners = [actor for actor in STAFF if state.owner and actor.id == state.owner.agent]
    return r.choice((*owners, *owners, *owners, *STAFF))


def _seat(agent: Actor) -> c.Seat:
    return c.Seat(agent=agent.id, name=agent.name, presence=f"presence/{agent.id}.1")


def _reopen(_: c.State, r: Random) -> Command:
    # A walk must come to its end, so few chats go on.
    by = r.choice((MARIA, *ANYBODY)) if r.randrange(3) == 0 else STRANGER
    seat = _seat(by) if by.is_staff and r.randrange(5) else None
    return c.Reopen(by=by, seat=seat, situation=situation(r))


def _snooze(state: c.State, r: Random) -> Command:
    if state.unanswered_since is not None or state.reply_from is not None:
        return _answer(state, r)
    until = r.choice((0, 0, 1, state.active_at + seconds(1800), state.active_at + seconds(7200)))
    return c.Snooze(by=_holder(state, r), until=until)


def _answer(state: c.State, r: Random) -> Command:
    return c.Post(by=_holder(state, r), text=r.choice(TEXTS))


def _record(state: c.State, r: Random) -> Command:
    outcome = r.choice(("case", "call", "resolved", "moved", "?"))
    return c.RecordOutcome(by=_holder(state, r), outcome=outcome)


WISHES = (
    *(_reopen, _reopen, _record),
    *(_snooze,) * 4,
    *(_answer,) * 3,
    lambda s, r: c.Wake(by=_holder(s, r)),
    lambda s, r: c.MakeTicket(by=_holder(s, r)),
)
SAYINGS = (c.RecordOutcome, c.MakeTicket)
ENDED = (c.Phase.NEW, c.Phase.MESSAGE_LEFT, c.Phase.CLOSED)

"""Who else takes part in a conversation, in walks: wishes, and what always holds."""

from random import Random

from livechat_core import conversation as c
from livechat_core.streams import Actor, Command
from tests.pure.lands.cast import STAFF, TEXTS, VISITORS
from tests.pure.walks import Walk

TAGS = ("billing", "drums", "vip")


def _join(_: c.State, r: Random) -> Command:
    by = r.choice(STAFF)
    seat = c.Seat(agent=by.id, name=by.name, presence=f"presence/{by.id}.1")
    return c.Join(by=by, seat=seat if r.randrange(5) else None)


def _leave(state: c.State, r: Random) -> Command:
    owners = [actor for actor in STAFF if state.owner and actor.id == state.owner.agent]
    to = r.choice(("", "", "ana", "ben", "nobody"))
    return c.Leave(by=r.choice((*owners, *STAFF)), to=to)


def _tag(_: c.State, r: Random) -> Command:
    return c.Tag(by=r.choice(STAFF), tag=r.choice(TAGS))


def _untag(state: c.State, r: Random) -> Command:
    return c.Untag(by=r.choice(STAFF), tag=r.choice((*sorted(state.tags), "unknown")))


def _read_mention(state: c.State, r: Random) -> Command:
    asked = [actor for actor in STAFF if actor.id in state.mentions]
    return c.ReadMention(by=r.choice(asked or STAFF))


def _mention(_: c.State, r: Random) -> Command:
    by: Actor = r.choice(STAFF)
    return c.Note(by=by, text="Hm", mentions=r.choice((("ana",), ("ana", "ben"), ("nobody",))))


WISHES = (
    *(_join, _join, _join, _leave, _tag, _untag, _mention, _read_mention),
    lambda _, r: c.LookOn(by=r.choice(STAFF)),
    lambda _, r: c.Whisper(by=r.choice(STAFF), text=r.choice(TEXTS)),
    lambda s, r: c.Read(
        by=r.choice((*VISITORS, *STAFF)), version=r.choice((s.version, r.randrange(s.version + 2)))
    ),
)
SAYINGS = (c.Whisper,)


def check(walk: Walk) -> None:
    """Guests are there for an owner; whoever joined and has not left is noted, and nobody else."""
    state: c.State = walk.state
    assert state.owner or not state.guests
    assert state.owner is None or state.owner.agent not in state.guests
    assert {guest.seat.presence for guest in state.guests.values()} == _noted(walk)
    assert set(state.mentions) <= state.mentioned
    assert state.seen <= state.version
    assert state.unseen_since is None or state.seen < state.answered


def _noted(walk: Walk) -> set[str]:
    """Return the working times that note the chat, by the events: what `policy` will do."""
    noted: set[str] = set()
    for _, event in walk.told:
        match event:
            case c.Joined():
                noted.add(event.seat.presence)
            case c.Left():
                noted.remove(event.seat.presence)
            case c.TakenOver() | c.TransferAccepted():
                noted.discard(event.seat.presence)
            case _:
                pass
    return noted

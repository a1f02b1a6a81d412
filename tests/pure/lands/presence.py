"""Walks through an agent's working time."""

from random import Random

from livechat_core import presence as p
from livechat_core.streams import SYSTEM, Command
from tests.pure.lands.cast import CHATS
from tests.pure.play import ANA, BEN
from tests.pure.walks import Land, Walk

WINDOWS = ("w1", "w2", "w3")
PROCESSES = ("p1", "p2")


def _sign_in(_: p.State, r: Random) -> Command:
    return p.SignIn(
        by=ANA if r.randrange(9) else BEN,
        connection=r.choice(WINDOWS),
        process=r.choice(PROCESSES),
        profile=p.Profile(name="Ana", queues=("sales",), capacity=2),
    )


def _check_presence(walk: Walk) -> None:
    state: p.State = walk.state
    phase, facts = state.phase, walk.summary(walk.state).facts
    assert len(state.slots) <= state.profile.capacity, "I5"
    here = phase in (*p.CHOICES, p.Phase.DRAINING)
    assert bool(state.connections) == here
    assert len({connection for connection, _ in state.connections}) == len(state.connections)
    assert (state.grace_until is not None) == (phase is p.Phase.GRACE)
    assert state.chosen == phase or not here
    assert state.chosen != p.Phase.DRAINING or state.slots or phase is p.Phase.ENDED
    assert not state.slots or phase in p.LIVE
    routable = phase is p.Phase.AVAILABLE and len(state.slots) < state.profile.capacity
    assert (facts["why_not"] == "") == routable


PRESENCE = Land(
    decider=p.DECIDER,
    wishes=(
        *(_sign_in, _sign_in, _sign_in),
        lambda _, r: p.Disconnect(connection=r.choice(WINDOWS)),
        lambda _, r: p.ProcessLost(process=r.choice(PROCESSES)),
        lambda _, r: p.SetStatus(
            by=r.choice((ANA, ANA, ANA, BEN, SYSTEM)),
            status=r.choice(("available", "busy", "away", "offline", "grace", "asleep")),
        ),
        lambda _, r: p.TakeSlot(conversation=r.choice(CHATS), by_hand=bool(r.randrange(2))),
        lambda _, r: p.TakeSlot(conversation=r.choice(CHATS)),
        lambda _, r: p.FreeSlot(conversation=r.choice(CHATS), missed=bool(r.randrange(2))),
        lambda s, _: p.FreeSlot(conversation=min(s.slots, default="")),
        lambda _, r: p.SetStatus(by=ANA, status=r.choice(("busy", "away", "offline"))),
        lambda *_: p.Elapse(),
    ),
    elapse=lambda *_: p.Elapse(),
    caused=(
        lambda _, r: p.FreeSlot(conversation=r.choice(CHATS)),
        lambda _, r: p.Disconnect(connection=r.choice(WINDOWS)),
        lambda _, r: p.ProcessLost(process=r.choice(PROCESSES)),
        lambda *_: p.Elapse(),
    ),
    check=_check_presence,
)

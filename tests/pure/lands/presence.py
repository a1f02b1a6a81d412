"""Walks through an agent's working time."""

from random import Random
from typing import Any

import attrs

from livechat_core import presence as p
from livechat_core.rules import AgentGone, Status, seconds
from livechat_core.streams import SYSTEM, Actor, Command, Role
from tests.pure.lands.cast import CHATS
from tests.pure.play import ANA, BEN, RULES, SAM
from tests.pure.walks import Land, Walk

WINDOWS = ("w1", "w2", "w3")
PROCESSES = ("p1", "p2")
PHONE = Actor(role=Role.PLUGIN, id="phone")
STATUSES = ("available", "busy", "away", "offline", "lunch", "letters", "desk", "grace", "asleep")


def _sign_in(_: p.State, r: Random) -> Command:
    return p.SignIn(
        by=ANA if r.randrange(9) else BEN,
        connection=r.choice(WINDOWS),
        process=r.choice(PROCESSES),
        profile=p.Profile(name="Ana", queues=("sales",), capacity=3),
        carried=p.Carried(status=r.choice(("", *STATUSES)), missed=r.randrange(2), recent=(1, 2)),
    )


def _take(_: p.State, r: Random) -> Command:
    return p.TakeSlot(
        conversation=r.choice(CHATS),
        by_hand=bool(r.randrange(2)),
        answered=r.randrange(4) == 0,
        queue=r.choice(("sales", "events")),
        weight=r.choice((1, 1, 2)),
        agent_limit=r.choice((None, None, 1)),
    )


def _free(_: p.State, r: Random) -> Command:
    wrap_up = seconds(r.choice((0, 0, 20, 300)))
    how: dict[str, Any] = r.choice(({}, {"missed": True}, {"answered": True}, {"wrap_up": wrap_up}))
    return p.FreeSlot(conversation=r.choice(CHATS), **how)


def _finish(_: p.State, r: Random) -> Command:
    return p.FinishWrapUp(by=r.choice((ANA, SYSTEM, BEN)), conversation=r.choice(CHATS))


def _set_status(_: p.State, r: Random) -> Command:
    return p.SetStatus(by=r.choice((ANA, ANA, ANA, BEN, SYSTEM)), status=r.choice(STATUSES))


def _set_capacity(_: p.State, r: Random) -> Command:
    return p.SetCapacity(by=r.choice((SAM, SAM, ANA)), capacity=r.choice((-1, 0, 2, 3, 3, 5)))


def _set_call(_: p.State, r: Random) -> Command:
    return p.SetCall(by=r.choice((ANA, PHONE, BEN)), in_call=bool(r.randrange(2)))


def _set_profile(s: p.State, r: Random) -> Command:
    version = s.profile.version + r.choice((-1, 0, 1, 1))
    profile = p.Profile(name="Ana", queues=("sales",), capacity=r.choice((1, 3)), version=version)
    return p.SetProfile(
        by=r.choice((SYSTEM, SYSTEM, SAM)), profile=profile, dismissed=r.randrange(40) == 0
    )


def _join(_: p.State, r: Random) -> Command:
    return p.JoinChat(conversation=r.choice(CHATS), weight=r.choice((0, 0, 1)))


def _leave(_: p.State, r: Random) -> Command:
    return p.LeaveChat(conversation=r.choice(CHATS))


def _company(s: p.State, r: Random) -> Command:
    return _leave(s, r) if r.randrange(3) == 0 else _join(s, r)


def _leave_work(s: p.State, _: Random) -> Command:
    return p.SetStatus(by=ANA, status="offline" if s.held else "available")


def _check_presence(walk: Walk) -> None:
    state: p.State = walk.state
    phase, facts = state.phase, walk.summary(walk.state).facts
    here = phase in (*p.CHOICES, p.Phase.DRAINING)
    assert bool(state.connections) == here == facts["connected"]
    assert len({connection for connection, _ in state.connections}) == len(state.connections)
    assert (state.grace_until is not None or state.kept) == (phase is p.Phase.GRACE)
    assert state.chosen == phase or not here
    assert not state.slots or phase in p.LIVE
    # What only lives on for its chats has one.
    assert state.held or phase is p.Phase.ENDED or state.chosen != p.Phase.DRAINING
    assert state.held or not state.kept
    assert not state.custom or p.choices.meaning(state.custom, RULES_OF_PRESENCE)
    routable = phase is p.Phase.AVAILABLE and state.load < state.profile.capacity
    assert (facts["why_not"] == "") == routable
    assert sum(facts["chats"].values()) <= len(facts["slots"])
    _check_assigned(walk)


def _check_assigned(walk: Walk) -> None:
    """I5: whatever else lifts the load, no assignment goes above a limit."""
    state: p.State = walk.state
    if walk.told and isinstance(walk.told[-1][1], p.SlotTaken):
        assert state.load <= state.profile.capacity, "I5"
    times = [at for at, event in walk.told if isinstance(event, p.SlotTaken)]
    assert state.recent == (*(1, 2), *times)[-p.RECENT :] or not walk.told


RULES_OF_PRESENCE = attrs.evolve(
    RULES,
    statuses={
        "lunch": Status(name="At lunch"),
        "letters": Status(name="Writing letters", means="busy"),
        "desk": Status(name="At the front desk", means="available"),
    },
    agent_gone=AgentGone.KEEP,
    missed_until_away=2,
    buffer=seconds(1),
    assignments=3,
)

PRESENCE = Land(
    decider=p.DECIDER,
    wishes=(
        *(_sign_in, _sign_in, _sign_in, _take, _take, _take, _free, _free, _set_status),
        *(_finish, _set_capacity, _set_call, _set_profile, _company),
        *(_sign_in, _sign_in, _take, _take, _set_call, _set_call, _leave_work),
        lambda _, r: p.Disconnect(connection=r.choice(WINDOWS)),
        lambda _, r: p.ProcessLost(process=r.choice(PROCESSES)),
        lambda _, r: p.TakeSlot(conversation=r.choice(CHATS)),
        lambda s, _: p.QuietSlot(conversation=min(s.slots, default="")),
        *(lambda s, _: p.StirSlot(conversation=min(s.slots, default="")),) * 2,
        lambda s, _: p.FreeSlot(conversation=min(s.slots, default="")),
        lambda s, _: p.FreeSlot(conversation=min(s.held, default=""), wrap_up=seconds(20)),
        lambda s, _: p.FreeSlot(conversation=min(s.held, default=""), missed=True),
        lambda s, _: p.TakeSlot(conversation=min(s.held, default=""), answered=True),
        lambda s, _: p.LeaveChat(conversation=min(s.guest_of, default="")),
        lambda _, r: p.SetStatus(by=ANA, status=r.choice(("busy", "away", "offline"))),
        lambda *_: p.Elapse(),
    ),
    elapse=lambda *_: p.Elapse(),
    caused=(
        _free,
        _leave,
        lambda _, r: p.QuietSlot(conversation=r.choice(CHATS)),
        lambda _, r: p.StirSlot(conversation=r.choice(CHATS)),
        lambda _, r: p.Disconnect(connection=r.choice(WINDOWS)),
        lambda _, r: p.ProcessLost(process=r.choice(PROCESSES)),
        lambda *_: p.Elapse(),
    ),
    check=_check_presence,
    rules=RULES_OF_PRESENCE,
)

"""Walks through bans and records."""

from random import Random

from livechat_core import ban, record
from livechat_core.streams import SYSTEM, Command
from tests.pure.lands.cast import STAFF, TEXTS
from tests.pure.play import SAM
from tests.pure.walks import Land, Walk


def _ask_ban(_: ban.State, r: Random) -> Command:
    return ban.Ask(
        by=r.choice(STAFF),
        visitor="maria",
        scope=r.choice(("chat", "site", "planet")),
        reason=r.choice(("Spam", "")),
        days=r.choice((0, 1, 30, -1, 10**6)),
    )


def _check_ban(walk: Walk) -> None:
    state: ban.State = walk.state
    assert state.until is None or state.phase is ban.Phase.ACTIVE
    decided = [e.agent for _, e in walk.told if isinstance(e, ban.Imposed | ban.Refused)]
    assert set(decided) <= {"sam"}, "S0-34"


BAN = Land(
    decider=ban.DECIDER,
    wishes=(
        _ask_ban,
        lambda _, r: ban.Approve(by=r.choice(STAFF)),
        lambda _, r: ban.Refuse(by=r.choice(STAFF)),
        lambda _, r: ban.Lift(by=r.choice(STAFF)),
        lambda *_: ban.Elapse(),
    ),
    elapse=lambda *_: ban.Elapse(),
    caused=(lambda *_: ban.Elapse(),),
    check=_check_ban,
)


def _save(s: record.State, r: Random) -> Command:
    return record.Save(
        by=r.choice(STAFF),
        topic=r.choice(("saved_reply", "greeting", "queue", "poem")),
        name=r.choice(("Hello", "Hello", "sales", "")),
        body=r.choice(TEXTS),
        personal=bool(r.randrange(2)),
        values=r.choice(({}, {"language": "en"})),
        expected=s.version + r.choice((-1, 0, 0)),
    )


def _keep(s: record.State, r: Random) -> Command:
    return record.Keep(
        by=r.choice((SYSTEM, SYSTEM, SAM)),
        day="2026-11-22",
        values={"queues": r.choice(({}, {"sales": {}}))},
        through=r.randrange(3),
        expected=s.version + r.choice((-1, 0, 0)),
    )


def _check_record(walk: Walk) -> None:
    state: record.State = walk.state
    assert state.owner in ("", "ana", "ben", "sam")
    assert state.version == len(walk.told)
    assert (state.phase is record.Phase.KEPT) == (state.topic == "figures")
    assert (state.phase is record.Phase.NEW) == (not walk.told)


RECORD = Land(
    decider=record.DECIDER,
    wishes=(
        *(_save, _save, _keep),
        lambda s, r: record.Retire(
            by=r.choice((*STAFF, SYSTEM)), expected=r.choice((None, s.version, 0))
        ),
    ),
    check=_check_record,
)

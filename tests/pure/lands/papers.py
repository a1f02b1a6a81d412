"""Walks through contacts, bans and records."""

from random import Random

from livechat_core import ban, contact, record
from livechat_core.streams import SYSTEM, Command
from tests.pure.lands.cast import STAFF, TEXTS
from tests.pure.play import ANA
from tests.pure.walks import Land, Walk


def _note(_: contact.State, r: Random) -> Command:
    claims = tuple(
        contact.Claim(field=r.choice(("name", "phone")), value=r.choice(("", "a", "b")), source="x")
        for _ in range(r.choice((0, 1, 3)))
    )
    return contact.Note(claims=claims, address=r.choice(("", "hash")))


def _check_contact(walk: Walk) -> None:
    state: contact.State = walk.state
    assert len(state.claims) <= contact.KEPT_CLAIMS
    assert (state.phase is contact.Phase.MERGED) == bool(state.into)
    if state.phase is contact.Phase.ERASED:
        assert state == contact.State(phase=contact.Phase.ERASED)


CONTACT = Land(
    decider=contact.DECIDER,
    wishes=(
        *(_note, _note, _note),
        lambda _, r: contact.Verify(by=ANA, field=r.choice(("name", "phone")), value="a"),
        lambda _, r: contact.Link(ref=r.choice(("", "c-1", "c-2")), source="enquiry/1"),
        lambda _, r: contact.Merge(by=ANA, into=r.choice(("", "contact/2", "hash"))),
        lambda _, r: contact.Erase() if r.randrange(4) == 0 else contact.Note(claims=()),
    ),
    caused=(_note, lambda _, r: contact.Link(ref=r.choice(("", "c-1")), source="enquiry/1")),
    check=_check_contact,
)


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


def _save(_: record.State, r: Random) -> Command:
    return record.Save(
        by=r.choice(STAFF),
        topic=r.choice(("saved_reply", "greeting", "poem")),
        name=r.choice(("Hello", "")),
        body=r.choice(TEXTS),
        personal=bool(r.randrange(2)),
        values=r.choice(({}, {"lang": "en"})),
    )


def _check_record(walk: Walk) -> None:
    state: record.State = walk.state
    assert state.owner in ("", "ana", "ben", "sam")
    assert (state.phase is record.Phase.NEW) == (not walk.told)


RECORD = Land(
    decider=record.DECIDER,
    wishes=(_save, _save, lambda _, r: record.Retire(by=r.choice((*STAFF, SYSTEM)))),
    check=_check_record,
)

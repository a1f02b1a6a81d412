"""Walks in which staff, or the host, say who the visitor is."""

from random import Random

from livechat_core import conversation as c
from livechat_core.streams import Command
from tests.pure.lands.cast import STAFF
from tests.pure.walks import Walk

CONTACTS = ("contact/1", "contact/1", "contact/2", "visit/1")


def _choose(_: c.State, r: Random) -> Command:
    return c.ChooseContact(by=r.choice(STAFF), contact=r.choice(CONTACTS))


def _verify(_: c.State, r: Random) -> Command:
    return c.VerifyContact(by=r.choice(STAFF), contact=r.choice(CONTACTS))


def _recognize(_: c.State, r: Random) -> Command:
    return c.Recognize(contact=r.choice(CONTACTS[:3]))


WISHES = (_choose, _verify, _recognize)
CAUSED = (_recognize,)


def check(walk: Walk) -> None:
    """The chat is with whom it was last said to be with, verified or not (S2-6)."""
    state: c.State = walk.state
    kinds = (c.ContactChosen, c.ContactVerified)
    said = [event for _, event in walk.told if isinstance(event, kinds)]
    assert state.contact == (said[-1].contact if said else "")
    assert state.verified == (bool(said) and isinstance(said[-1], c.ContactVerified))

"""Who the visitor is, as staff found out."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event


@attrs.frozen(kw_only=True)
class ContactChosen(Event):
    """A colleague thinks the visitor is this person; it is to be verified (S2-9, S2-10)."""

    audience: ClassVar[Audience] = Audience.STAFF
    contact: str
    agent: str
    name: str


@attrs.frozen(kw_only=True)
class ContactVerified(Event):
    """The visitor is this person: a colleague has verified it, or the host (no ``agent``)."""

    audience: ClassVar[Audience] = Audience.STAFF
    contact: str
    agent: str = ""
    name: str = ""

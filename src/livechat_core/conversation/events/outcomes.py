"""What becomes of a chat, besides its end."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Personal


@attrs.frozen(kw_only=True)
class OutcomeRecorded(Event):
    """It went on elsewhere (``case``, ``call``, ...), or how it ended was said afterwards."""

    audience: ClassVar[Audience] = Audience.STAFF
    outcome: str
    reference: Personal[str]
    note: Personal[str]
    agent: str
    name: str


@attrs.frozen(kw_only=True)
class TicketMade(Event):
    """A ticket was made in the customer's name; the first of a chat has number 1 (F66)."""

    audience: ClassVar[Audience] = Audience.STAFF
    ticket: int
    subject: Personal[str]
    note: Personal[str]
    agent: str
    name: str

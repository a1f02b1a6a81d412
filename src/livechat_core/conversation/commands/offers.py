"""Wishes about who has the chat."""

import attrs

from ... import text
from ...streams import Command, Given
from ..values import Seat


@attrs.frozen(kw_only=True)
class Offer(Command):
    """Offer the chat to an agent (the router's decision)."""

    offer: str
    seat: Seat
    restart: bool = False
    why: str = ""


@attrs.frozen(kw_only=True)
class Accept(Command):
    """Take an offered chat or transfer."""

    offer: text.Word


@attrs.frozen(kw_only=True)
class Decline(Command):
    """Do not take an offered chat or transfer."""

    offer: text.Word


@attrs.frozen(kw_only=True)
class Pick(Command):
    """Take a waiting chat by hand (S0-31, F10)."""

    seat: Given[Seat | None] = None


@attrs.frozen(kw_only=True)
class Assign(Command):
    """Choose the agent whom a waiting chat is offered to (S1-10)."""

    agent: text.Word
    seat: Given[Seat | None] = None


@attrs.frozen(kw_only=True)
class WithdrawOffer(Command):
    """The agent can no longer be asked; not his fault (semantics.md section 4)."""

    agent: str


@attrs.frozen(kw_only=True)
class ReleaseAgent(Command):
    """The agent is gone for good; the chat goes back to the head of its queue."""

    agent: str
    reason: str


@attrs.frozen(kw_only=True)
class Transfer(Command):
    """Ask a colleague to take over, or put the chat into another queue (S0-30, S2-22).

    Args:
        anyway: Put it into the queue though nobody is there.
    """

    agent: text.Word = ""
    queue: text.Word = ""
    comment: text.Note = ""
    anyway: bool = False
    seat: Given[Seat | None] = None
    fallback: Given[str] = ""


@attrs.frozen(kw_only=True)
class Overflow(Command):
    """Send a chat for which nobody was found to the queue that takes over (the router's word)."""

    queue: str
    reason: str


@attrs.frozen(kw_only=True)
class Prioritize(Command):
    """Move a chat that has no agent forward or back in its line: higher comes first (F18)."""

    priority: int

"""What can be wanted of a conversation."""

import attrs

from .. import text
from ..streams import Command, Given
from .events import Origin, Seat


@attrs.frozen(kw_only=True)
class Start(Command):
    """Begin a chat (S0-4)."""

    site: text.Word
    queue: text.Word = ""
    name: text.Name = ""
    email: text.OptionalEmail = ""
    question: text.Note = ""
    page: text.Url = ""
    title: text.Title = ""
    origin: Given[Origin] = Origin()


@attrs.frozen(kw_only=True)
class LeaveMessage(Command):
    """Leave a message instead of chatting, at once or out of the waiting line (S0-5, S1-23)."""

    site: text.Word
    queue: text.Word = ""
    name: text.Name = ""
    email: text.Email
    question: text.Body
    page: text.Url = ""
    title: text.Title = ""
    origin: Given[Origin] = Origin()


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
class WithdrawOffer(Command):
    """The agent can no longer be asked; not his fault (semantics.md section 4)."""

    agent: str


@attrs.frozen(kw_only=True)
class ReleaseAgent(Command):
    """The agent is gone for good; the chat goes back to the head of its queue."""

    agent: str
    reason: str


@attrs.frozen(kw_only=True)
class Post(Command):
    """Say something; the first reply of an agent may take a chat that waits for one (S3-15)."""

    text: text.Body
    seat: Given[Seat | None] = None


@attrs.frozen(kw_only=True)
class Note(Command):
    """Write an internal remark, for colleagues only (S3-19)."""

    text: text.Body


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
class Assign(Command):
    """Choose the agent whom a waiting chat is offered to (S1-10)."""

    agent: text.Word
    seat: Given[Seat | None] = None


@attrs.frozen(kw_only=True)
class Prioritize(Command):
    """Move a chat that has no agent forward or back in its line: higher comes first (F18)."""

    priority: int


@attrs.frozen(kw_only=True)
class Overflow(Command):
    """Send a chat for which nobody was found to the queue that takes over (the router's word)."""

    queue: str
    reason: str


@attrs.frozen(kw_only=True)
class GiveUp(Command):
    """Stop looking for an agent: ask the visitor for a message instead (the router's word)."""

    reason: str


@attrs.frozen(kw_only=True)
class Close(Command):
    """End the chat, by either side (S0-39)."""


@attrs.frozen(kw_only=True)
class Rate(Command):
    """Rate a closed chat with one of three values: 3 good, 2 okay, 1 bad (S1-29)."""

    value: int
    comment: text.Note = ""


@attrs.frozen(kw_only=True)
class EmailTranscript(Command):
    """Send the history to the visitor's address (S0-36)."""

    email: text.Email


@attrs.frozen(kw_only=True)
class VisitorGone(Command):
    """No connection of the visitor for a while."""


@attrs.frozen(kw_only=True)
class VisitorBack(Command):
    """The visitor is connected again."""


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; do what is due.

    Args:
        others: Whether somebody else could take a chat whose agent does not reply.
    """

    others: Given[bool] = False

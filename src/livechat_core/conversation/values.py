"""Values of a conversation: its phases, and what it knows of agents, queues and visitors."""

from collections.abc import Mapping
from enum import StrEnum

import attrs

UPLOAD_GRACE = 60_000_000
"""Time between the end of an upload and the removal of what has come of it."""


class Phase(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    WITH_BOT = "with_bot"
    WAITING = "waiting"
    OFFERED = "offered"
    ACTIVE = "active"
    SNOOZED = "snoozed"
    MESSAGE_LEFT = "message_left"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class Seat:
    """An agent as a conversation knows him: id, name to show, stream of his working time."""

    agent: str
    name: str
    presence: str


@attrs.frozen(kw_only=True)
class Guest:
    """A colleague who takes part in a chat that another agent has, and since when."""

    seat: Seat
    joined: int


@attrs.frozen(kw_only=True)
class Origin:
    """What the desk knows about who starts a conversation.

    Args:
        visitor: Id of the visit.
        signed_in: Whether the host vouched for name and address.
        location: Coarse text, from the host.
        address: Keyed hash of the network address, for limits.
        banned: Whether a ban holds.
        availability: ``online``, ``busy`` (all full) or ``offline`` for the chosen queue.
        inviter: The agent whose invitation is being accepted.
        language: What the visitor reads, ``fr``; empty if unknown.
        preferred: The agent who should be asked first: the visitor's last one, or the owner of the
            customer (F17).
        previous: The visitor's last chat before this one.
        person: Keyed hash of the host's id of the person; empty for a guest.
        entitled: Whether the visitor meets the site's conditions (S3-6).
        email: The address that the host vouches for.
    """

    visitor: str = ""
    signed_in: bool = False
    location: str = ""
    address: str = ""
    banned: bool = False
    availability: str = "offline"
    inviter: Seat | None = None
    language: str = ""
    preferred: str = ""
    previous: str = ""
    person: str = ""
    entitled: bool = True
    email: str = ""


@attrs.frozen(kw_only=True)
class Terms:
    """What a queue grants the chats that come into it, as durations; none for no limit.

    Args:
        max_wait: Time in line before the visitor is asked for a message instead (F4).
        reply: Time for an agent who has accepted to say something (F30).
        alert: Time in line after which staff are told once more.
        idle: Silence of both sides after which the chat takes no place of its agent (F7).
        remind: Time without an answer after which the agent is reminded (S3-18).
        lull: Silence of both sides after which he is, though nobody waits.
        first_reply: Time promised for the first answer (F51).
        next_reply: ... for each further one.
        resolution: ... for the end.
        sla_warning: Time before the end of a promise at which staff are warned.
    """

    max_wait: int | None = None
    reply: int | None = None
    alert: int | None = None
    idle: int | None = None
    remind: int | None = None
    lull: int | None = None
    first_reply: int | None = None
    next_reply: int | None = None
    resolution: int | None = None
    sla_warning: int = 0


@attrs.frozen(kw_only=True)
class Upload:
    """A file that may come: who sends it, how large it is at most, and until when it must be there.

    Args:
        id: Under which it is kept.
        by: `Actor.label` of who sends it.
        name: What it is called.
        size: In bytes.
        until: When it must have come.
    """

    id: str
    by: str
    name: str
    size: int
    until: int

    @property
    def lapses(self) -> int:
        """When what has come of it is removed: surely nobody writes it any more."""
        return self.until + UPLOAD_GRACE


@attrs.frozen(kw_only=True)
class File:
    """An attached file."""

    id: str
    name: str
    type: str
    size: int


@attrs.frozen(kw_only=True)
class BotLine:
    """One line of a bot, and the answers the visitor may press instead of typing."""

    text: str
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Serving:
    """A bot that serves a chat.

    Args:
        bot: Which one.
        name: What it is called in the chat.
        patience: How long it may be silent, as a duration.
        idle_close: Silence of the visitor after which the chat ends, as a duration.
        turn: Its last turn, 0 before the first.
        asked_at: When that began; none when it is over.
        text: What it was asked with.
        nobody: It was told that nobody is there.
        unheard: What the visitor has said since, lines joined.
        memory: What its last answer kept.
    """

    bot: str
    name: str = ""
    patience: int = 0
    idle_close: int = 0
    turn: int = 0
    asked_at: int | None = None
    text: str = ""
    nobody: bool = False
    unheard: str = ""
    memory: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def until(self) -> int | None:
        """When people take over if it stays silent."""
        return None if self.asked_at is None else self.asked_at + self.patience


@attrs.frozen(kw_only=True)
class Situation:
    """What the desk knows about a visitor who wants to go on with a chat that is over.

    Args:
        banned: Whether a ban holds.
        entitled: Whether he may chat here at all (S3-6).
        availability: Of each queue ``online``, ``busy`` or ``offline``.
    """

    banned: bool = False
    entitled: bool = True
    availability: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Hold:
    """Who put a chat on hold, and when it comes back, or ends for good if nobody speaks."""

    by: Seat
    until: int | None
    closes_at: int | None

    @property
    def due_at(self) -> int:
        """When the hold is over, one way or the other."""
        return self.until or self.closes_at or 0


@attrs.frozen(kw_only=True)
class Promise:
    """A time promised to a customer that runs: when it ends, and when staff are warned."""

    kind: str
    until: int
    warn_at: int | None

    @property
    def due_at(self) -> int:
        """When something must be told of it next."""
        return self.until if self.warn_at is None else self.warn_at

    @property
    def without_warning(self) -> "Promise":
        """The promise after staff have been warned."""
        return attrs.evolve(self, warn_at=None)


@attrs.frozen(kw_only=True)
class Figures:
    """What a chat leaves for the daily figures.

    Args:
        first_reply_at: When an agent first said something.
        handled: Time that agents had it, on hold left out.
        had_since: Since when the present one has it.
        missed: Offers that lapsed, by agent.
        transfers: Times it went on by somebody's wish.
        left: It became a left message.
        bot: ``serves``, ``solved`` or ``handed_on``; empty for none.
    """

    first_reply_at: int | None = None
    handled: int = 0
    had_since: int | None = None
    missed: Mapping[str, int] = attrs.field(factory=dict)
    transfers: int = 0
    left: bool = False
    bot: str = ""

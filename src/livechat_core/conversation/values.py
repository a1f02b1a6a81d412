"""Values of a conversation: its phases, and what it knows of agents, queues and visitors."""

from collections.abc import Mapping
from enum import StrEnum

import attrs


class Phase(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    WITH_BOT = "with_bot"
    WAITING = "waiting"
    OFFERED = "offered"
    ACTIVE = "active"
    MESSAGE_LEFT = "message_left"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class Seat:
    """An agent as a conversation knows him: id, name to show, stream of his working time."""

    agent: str
    name: str
    presence: str


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


@attrs.frozen(kw_only=True)
class Terms:
    """What a queue grants the chats that come into it, as durations; none for no limit.

    Args:
        max_wait: Time in line before the visitor is asked for a message instead (F4).
        reply: Time for an agent who has accepted to say something (F30).
        alert: Time in line after which staff are told once more.
        idle: Silence of both sides after which the chat takes no place of its agent (F7).
    """

    max_wait: int | None = None
    reply: int | None = None
    alert: int | None = None
    idle: int | None = None


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

"""The port to a bot: something that answers visitors before people do (S3-1)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import attrs

from .repeat import Repeat


class Then(StrEnum):
    """What happens after a bot's answer."""

    LISTEN = "listen"
    """The visitor's next line goes to the bot."""
    HAND_OFF = "hand_off"
    """People take over; where nobody is there the bot is asked once more, and told so."""
    LEAVE_MESSAGE = "leave_message"
    """What the visitor wrote becomes a message to the team."""
    CLOSE = "close"
    """The bot has solved it: the chat ends (S3-2)."""


@attrs.frozen(kw_only=True)
class Turn:
    """What a bot is told when it is its turn.

    Args:
        key: The same for every try of this turn.
        number: 1 for the first turn of the chat.
        text: What the visitor said since the last turn, lines joined; at first his question.
        memory: What the bot's last answer kept.
        nobody: Nobody is there to take over, as the bot asked for in its last answer.
        available: ``online``, ``busy`` or ``offline``: whether people could take over now.
        site: The site's key.
        queue: The queue's key.
        language: What the visitor reads, ``fr``; empty if unknown.
        name: The visitor's name, empty if unknown.
        email: His address, empty if unknown.
        signed_in: Whether the host vouches for both.
    """

    key: str
    number: int
    text: str = ""
    memory: Mapping[str, str] = attrs.field(factory=dict)
    nobody: bool = False
    available: str = "online"
    site: str = ""
    queue: str = ""
    language: str = ""
    name: str = ""
    email: str = ""
    signed_in: bool = False


@attrs.frozen(kw_only=True)
class Say:
    """One line of a bot.

    Args:
        text: What it says.
        choices: Answers the visitor may press instead of typing.
    """

    text: str
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Answer:
    """What a bot says and wants.

    Args:
        says: Its lines, in order.
        then: What happens after them.
        memory: What it wants to be told at its next turn; small, plain words.
        queue: The topic to hand off to; empty for the chat's own.
        note: What colleagues should know, never shown to the visitor.
        name: The visitor's name, if he said it.
        email: His address, if he said it.
        phone: His phone number, if he said it.
    """

    says: tuple[Say, ...] = ()
    then: Then = Then.LISTEN
    memory: Mapping[str, str] = attrs.field(factory=dict)
    queue: str = ""
    note: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


class Bot(Protocol):
    """Answers visitors, one turn at a time; keeps nothing between turns but ``memory``.

    A turn may be asked for again with the same key when its answer was lost.
    """

    name: str
    repeat: Repeat

    async def answer(self, turn: Turn) -> Answer:
        """Return what the bot says now.

        Raises:
            DeliveryError: It cannot answer; after some tries people take over.
        """
        ...
